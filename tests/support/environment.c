/* Environment variables of tests: see environment.h. */
#include "support/environment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#ifdef _WIN32

#include "base/utf.h"

void environment_set(const char *name, const char *value) {
    wchar_t *const wide_name = utf8_to_wide(name, NULL);
    wchar_t *const wide_value = utf8_to_wide(value ? value : "", NULL);
    assert_true(wide_name && wide_value);
    /* Both what the system and what the C library knows. */
    assert_int_equal(_wputenv_s(wide_name, wide_value), 0);
    free(wide_name);
    free(wide_value);
}

#else

void environment_set(const char *name, const char *value) {
    assert_int_equal(value ? setenv(name, value, 1) : unsetenv(name), 0);
}

#endif
