/* Which PC/SC library the backend takes: never the one that it is part of itself. */
#include "backends/pcsc/find.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/system.h"

/* The loader, looked at. */
void *__real_dlopen(const char *name, int mode);
int __real_dlclose(void *handle);
void *__wrap_dlopen(const char *name, int mode);
int __wrap_dlclose(void *handle);

static struct {
    char tried[64]; /* the first that was to be loaded */
    int held;       /* what was looked at and not let go */
    bool refuses;
} loader;

void *__wrap_dlopen(const char *name, int mode) {
    if (!name || mode & RTLD_NOLOAD) {
        void *found = __real_dlopen(name, mode);
        loader.held += found != NULL;
        return found;
    }
    if (!*loader.tried)
        strncpy(loader.tried, name, sizeof loader.tried - 1);
    return loader.refuses ? NULL : __real_dlopen(name, mode);
}

int __wrap_dlclose(void *handle) {
    loader.held--;
    return __real_dlclose(handle);
}

/* What pcsc_find() says, whose first choice is this one; what it has looked at is let go. */
static bool finds(const void *inside, const char *first, struct pcsc_api *out) {
    memset(&loader, 0, sizeof loader);
    return pcsc_find(inside, out) && strcmp(loader.tried, first) == 0 && loader.held == 0;
}

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
        _exit(finds(&here, "libpcsclite.so.1", &api) && strstr(library_of(establish_of(&api)), "libpcsclite")
                  ? 0
                  : 1);
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
    assert_true(finds(inside, "libpcsclite_real.so.1", &api)); /* by its own name it would find itself */
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
        _exit(led && finds(&here, "libpcsclite.so.1", &api) &&
                      strcmp(library_of(establish_of(&api)), DROPIN) != 0
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* None is installed. */
static void test_find__nothing(void **state) {
    int status = -1;
    (void)state;
    const pid_t child = fork();
    if (child == 0) {
        struct pcsc_api api;
        struct rm_service *service = (struct rm_service *)&api;
        loader.refuses = true;
        _exit(!pcsc_find(&api, &api) && system_service_create(&service) == RM_E_NO_SERVICE && !service ? 0
                                                                                                       : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find__for_a_program),
        cmocka_unit_test(test_find__for_a_program_that_is_led_astray),
        cmocka_unit_test(test_find__nothing),
        cmocka_unit_test(test_find__for_the_library_that_stands_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
