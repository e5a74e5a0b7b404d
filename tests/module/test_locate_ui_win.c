/*
 * Who runs searches for a card on Windows: the system's dialog knows the readers of the system's service, our
 * notice any. The choice of a resource manager is one per process; argument: sim or system.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "client/selectdialog_win.h"
#include "module/asking.h"
#include "module/manager.h"

static const char *kind;

static void test_ui__fits_the_resource_manager(void **state) {
    (void)state;
    char message[200] = "";
    assert_int_equal(manager_choose(kind, message, sizeof message), RM_OK);
    assert_ptr_equal(asking_ui(), strcmp(kind, "sim") == 0 ? &waiting_ui : &selectdialog_ui);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ui__fits_the_resource_manager),
    };
    if (argc < 2)
        return 2;
    kind = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
