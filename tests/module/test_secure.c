/* A set-uid program: what it is told by its environment counts for nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "rights.h"

/*
 * secure_helper ends with 10 in a plain process and 20 in one with more rights, plus 1 if the variable
 * counts.
 */
static void test_secure__ignores_the_variables(void **state) {
    (void)state;
    char variable[] = "SCARDSSP_RM=sim";
    char *const environment[] = {variable, NULL};
    if (geteuid() != 0)
        skip();
    const int made = rights_make(SECURE_HELPER, LIBRARY);
    const int plain = made ? rights_run(0755, environment) : -1;
    const int setuid_root = made ? rights_run(04755, environment) : -1;
    const int setgid_root = made ? rights_run(02755, environment) : -1;
    rights_remove();
    assert_int_equal(plain, 11);
    if (setuid_root / 10 == 1) /* no set-uid here */
        skip();
    assert_int_equal(setuid_root, 20);
    assert_int_equal(setgid_root, 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_secure__ignores_the_variables),
    };
    return cmocka_run_group_tests_name("secure", tests, NULL, NULL);
}
