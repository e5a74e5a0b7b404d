/* Which PC/SC library the backend takes: never the one that it is part of itself. */
#include "backends/pcsc/find.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char *library_of(const void *address) {
    Dl_info info;
    assert_int_not_equal(dladdr(address, &info), 0);
    return info.dli_fname;
}

static const void *establish_of(const struct pcsc_api *api) {
    const void *address;
    memcpy(&address, &api->establish_context, sizeof address);
    return address;
}

/* In a process of its own: what is loaded under the name first is what the loader finds by it. */
static void test_find__for_a_program(void **state) {
    static const char here;
    struct pcsc_api api;
    int status = -1;
    (void)state;
    const pid_t child = fork();
    if (child == 0)
        _exit(pcsc_find(&here, &api) && strstr(library_of(establish_of(&api)), "libpcsclite") ? 0 : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* The library that stands in the place of the system's bears its name, and is loaded first. */
static void test_find__for_the_library_that_stands_in(void **state) {
    struct pcsc_api api;
    void *library = dlopen(DROPIN, RTLD_NOW | RTLD_LOCAL);
    (void)state;
    assert_non_null(library);
    const void *inside = dlsym(library, "SCardEstablishContext");
    assert_string_equal(library_of(inside), DROPIN);
    assert_true(pcsc_find(inside, &api));
    assert_string_not_equal(library_of(establish_of(&api)), DROPIN);
    assert_non_null(strstr(library_of(establish_of(&api)), "libpcsclite"));
}

/* A program of this library that is led to the one that stands in: not through both. */
static void test_find__for_a_program_that_is_led_astray(void **state) {
    static const char here;
    struct pcsc_api api;
    int status = -1;
    (void)state;
    const pid_t child = fork();
    if (child == 0) {
        const bool led =
            dlopen(DROPIN, RTLD_NOW | RTLD_LOCAL) && dlopen("libpcsclite.so.1", RTLD_NOW | RTLD_NOLOAD);
        _exit(led && pcsc_find(&here, &api) && strcmp(library_of(establish_of(&api)), DROPIN) != 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find__for_a_program),
        cmocka_unit_test(test_find__for_a_program_that_is_led_astray),
        cmocka_unit_test(test_find__for_the_library_that_stands_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
