/* Servers and credentials: what may be said where, and whom one may talk to in the clear. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "remote/settings.h"

static int forget(void **state) {
    static const char *const names[] = {"CREDS", "USER", "NKEY",  "SEED",     "CERT",
                                        "KEY",   "CA",   "INBOX", "INSECURE", "LEASE"};
    char name[40];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(name, sizeof name, "SCARDSSP_NATS_%s", names[i]);
        (void)unsetenv(name);
    }
    return 0;
}

static void test_read__servers(void **state) {
    struct settings settings;
    (void)state;
    assert_int_equal(settings_read("//localhost", false, &settings, NULL, 0), RM_OK);
    assert_int_equal(settings.count, 1);
    assert_string_equal(settings.servers[0], "nats://localhost");
    assert_false(settings.secure);
    assert_int_equal(settings.lease_ms, 6000);
    settings_clear(&settings);
    assert_int_equal(settings_read("//a:1,b:2,nats://c:3,tls://d:4", true, &settings, NULL, 0), RM_OK);
    assert_int_equal(settings.count, 4);
    assert_string_equal(settings.servers[1], "nats://b:2");
    assert_string_equal(settings.servers[2], "nats://c:3");
    assert_string_equal(settings.servers[3], "nats://d:4");
    assert_true(settings.secure);
    settings_clear(&settings);
}

static void test_read__values_go_before_variables(void **state) {
    struct settings settings;
    (void)state;
    assert_int_equal(setenv("SCARDSSP_NATS_CREDS", "/variable", 1), 0);
    assert_int_equal(setenv("SCARDSSP_NATS_USER", "/user", 1), 0);
    assert_int_equal(setenv("SCARDSSP_NATS_LEASE", "1500", 1), 0);
    assert_int_equal(settings_read("//h?creds=/said&inbox=mine", false, &settings, NULL, 0), RM_OK);
    assert_string_equal(settings.values[SETTINGS_CREDS], "/said");
    assert_string_equal(settings.values[SETTINGS_USER], "/user");
    assert_string_equal(settings.values[SETTINGS_INBOX], "mine");
    assert_null(settings.values[SETTINGS_CA]);
    assert_int_equal(settings.lease_ms, 1500);
    settings_clear(&settings);
    assert_int_equal(settings_read("//h?ca=/ca.pem", false, &settings, NULL, 0), RM_OK);
    assert_true(settings.secure); /* whom to trust is of use with TLS only */
    settings_clear(&settings);
}

/* No secret on a command line, and nothing half. */
static void test_read__refuses(void **state) {
    static const struct {
        const char *argument, *why;
    } rows[] = {
        {NULL, "nats://HOST:PORT"},
        {"", "nats://HOST:PORT"},
        {"host", "nats://HOST:PORT"},
        {"//", "needs a name"},
        {"//a,,b", "needs a name"},
        {"//me:secret@host", "SCARDSSP_NATS_USER"},
        {"//h?password=x", "creds="},
        {"//h?creds", "creds="},
        {"//h?nkey=UABC", "its seed"},
        {"//h?cert=/c", "its key"},
        {"//1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", "too many"},
    };
    struct settings settings;
    char why[300];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        why[0] = '\0';
        assert_int_equal(settings_read(rows[i].argument, false, &settings, why, sizeof why),
                         RM_E_INVALID_PARAMETER);
        assert_non_null(strstr(why, rows[i].why));
        assert_null(strstr(why, "secret"));
        assert_int_equal(settings.count, 0);
    }
    assert_int_equal(setenv("SCARDSSP_NATS_LEASE", "10", 1), 0);
    assert_int_equal(settings_read("//h", false, &settings, why, sizeof why), RM_E_INVALID_PARAMETER);
    assert_non_null(strstr(why, "SCARDSSP_NATS_LEASE"));
}

static rm_status judge(const char *argument, bool secure, char *why, size_t size) {
    struct settings settings;
    assert_int_equal(settings_read(argument, secure, &settings, NULL, 0), RM_OK);
    const rm_status status = settings_judge(&settings, why, size);
    settings_clear(&settings);
    return status;
}

static void test_judge__plain_text(void **state) {
    static const char *const here[] = {"//localhost", "//localhost:4222", "//127.0.0.1:4222", "//[::1]:4222"};
    static const char *const elsewhere[] = {"//example.org",           "//127.0.0.1.example.org:1",
                                            "//localhost.example.org", "//10.0.0.1:4222",
                                            "//0.0.0.0:4222",          "//localhost:1,example.org"};
    char why[300] = "";
    (void)state;
    for (size_t i = 0; i < sizeof here / sizeof here[0]; i++)
        assert_int_equal(judge(here[i], false, why, sizeof why), RM_OK);
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++) {
        assert_int_equal(judge(elsewhere[i], false, why, sizeof why), RM_E_INVALID_PARAMETER);
        assert_non_null(strstr(why, "SCARDSSP_NATS_INSECURE"));
        assert_int_equal(judge(elsewhere[i], true, why, sizeof why), RM_OK);
    }
    assert_int_equal(setenv("SCARDSSP_NATS_INSECURE", "yes", 1), 0);
    assert_int_equal(judge("//example.org", false, why, sizeof why), RM_E_INVALID_PARAMETER);
    assert_int_equal(setenv("SCARDSSP_NATS_INSECURE", "1", 1), 0);
    assert_int_equal(judge("//example.org", false, why, sizeof why), RM_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_read__servers, forget, forget),
        cmocka_unit_test_setup_teardown(test_read__values_go_before_variables, forget, forget),
        cmocka_unit_test_setup_teardown(test_read__refuses, forget, forget),
        cmocka_unit_test_setup_teardown(test_judge__plain_text, forget, forget),
    };
    return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
