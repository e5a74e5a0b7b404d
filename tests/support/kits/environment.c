/* Environment variables of tests: see environment.h. */
#include "support/kits/environment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#ifdef _WIN32

#include <wchar.h>
#include <windows.h>

#define ROOM 2000

void environment_set(const char *name, const char *value) {
    wchar_t wide_name[ROOM], wide_value[ROOM];
    assert_int_not_equal(MultiByteToWideChar(CP_UTF8, 0, name, -1, wide_name, ROOM), 0);
    assert_int_not_equal(MultiByteToWideChar(CP_UTF8, 0, value ? value : "", -1, wide_value, ROOM), 0);
    /* Both what the system and what the C library knows. */
    assert_int_equal(_wputenv_s(wide_name, wide_value), 0);
}

#else

void environment_set(const char *name, const char *value) {
    assert_int_equal(value ? setenv(name, value, 1) : unsetenv(name), 0);
}

#endif
