/*
 * Attaching where there is no memory for the reader's name: nothing is attached then, and nothing kept. The
 * library's strdup() is the test's, by --wrap.
 */
#include <stdlib.h>

#include "port.h"

/* The next strdup() fails. */
static bool is_short;

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text) {
    const bool fails = is_short;
    is_short = false;
    return fails ? NULL : __real_strdup(text);
}

static void test_connect__without_memory(void **state) {
    struct attachment *attachment = *state;
    char *name = NULL;
    is_short = true;
    SILENT(RM_E_NO_MEMORY, attachment_connect(attachment, "R", RM_SHARE_SHARED, ANY));
    is_short = true;
    SILENT(RM_E_NO_MEMORY, attachment_remember(attachment, "R", RM_SHARE_SHARED, ANY));
    CHECK(RM_E_INVALID_HANDLE);
    port_connect_to_r(attachment);
    is_short = true;
    SILENT(RM_E_NO_MEMORY, attachment_reader(attachment, &name));
    assert_null(name);
    port_leave(attachment);
}

/* The connection stays with the one who opened it. */
static void test_adopt__without_memory(void **state) {
    struct attachment *attachment = *state;
    is_short = true;
    CALL(RM_E_NO_MEMORY, attachment_adopt(attachment, 9), {"adopt 9 5000", RM_OK, false},
         {"abandon", RM_OK, false});
    CHECK(RM_E_INVALID_HANDLE);
    port_assert_reader(attachment, NULL);
}

/* A name that the connection tells only now is learnt another time. */
static void test_reattach__learns_the_name_later(void **state) {
    struct attachment *attachment = *state;
    port.name = "";
    CALL(RM_OK, attachment_adopt(attachment, 9), {"adopt 9 5000", RM_OK, false});
    port.name = "R";
    is_short = true;
    CALL(RM_OK, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_OK, false});
    port_assert_reader(attachment, NULL);
    CALL(RM_OK, REATTACH(RM_LEAVE), {"reconnect 2 3 0", RM_OK, false});
    port_assert_reader(attachment, "R");
    CALL(RM_OK, attachment_disconnect(attachment, RM_LEAVE), {"disconnect 0 0", RM_OK, false});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_connect__without_memory),
        CASE(test_adopt__without_memory),
        CASE(test_reattach__learns_the_name_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
