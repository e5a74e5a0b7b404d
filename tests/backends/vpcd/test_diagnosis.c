/* Why a card cannot be served, in words: each case by its code, the cause and the remedy. */
#include "backends/vpcd/diagnosis.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rm/rm.h"

#define ASKED .local = true, .asked = true

static const struct {
    struct diagnosis seen;
    rm_status code;
    const char *parts[3]; /* of the sentence; one with '|' has one of two */
} rows[] = {
    {{.problem = LINK_NO_HOST}, RM_E_READER_UNAVAILABLE, {"there is no host of this name", "check it"}},
    {{.problem = LINK_SILENT}, RM_E_READER_UNAVAILABLE, {"the host does not answer", "firewall"}},
    {{.problem = LINK_NOBODY}, RM_E_READER_UNAVAILABLE, {"nobody answers", "vsmartcard-vpcd"}},
    {{.problem = LINK_NOBODY, .local = true}, RM_E_READER_UNAVAILABLE, {"nobody answers", "vsmartcard-vpcd"}},
    {{.problem = LINK_NOBODY, ASKED}, RM_E_TIMEOUT, {"does not answer", "systemctl restart pcscd"}},
    {{.problem = LINK_NOBODY,
      ASKED,
      .service = {.done = true, .no_library = true, .status = RM_E_NO_SERVICE}},
     RM_E_NO_SERVICE,
     {"libpcsclite.so.1", "not installed", "apt-get install pcscd vsmartcard-vpcd"}},
    {{.problem = LINK_NOBODY, ASKED, .service = {.done = true, .status = RM_E_NO_SERVICE}},
     RM_E_NO_SERVICE,
     {"the PC/SC service", "does not run|is not installed",
      "systemctl enable --now pcscd.socket|apt-get install"}},
    {{.problem = LINK_NOBODY, ASKED, .service = {.done = true, .status = RM_W_SECURITY_VIOLATION}},
     RM_W_SECURITY_VIOLATION,
     {"does not let this program ask", "polkit", "200 clients"}},
    {{.problem = LINK_NOBODY, ASKED, .service = {.done = true, .status = RM_E_SERVICE_STOPPED}},
     RM_E_SERVICE_STOPPED,
     {"another version", "restart it"}},
    {{.problem = LINK_NOBODY, ASKED, .service = {.done = true, .status = RM_E_NO_MEMORY}},
     RM_E_NO_MEMORY,
     {"SCARD_E_NO_MEMORY", "close other programs"}},
    {{.problem = LINK_NOBODY, ASKED, .service = {.done = true, .status = 0x80101234u}},
     0x80101234u,
     {"an unknown code"}},
    {{.problem = LINK_NOBODY, ASKED, .service = {.done = true, .readers = "ACME 00 00\0Virtual PCD 00 00\0"}},
     RM_E_READER_UNAVAILABLE,
     {"has a virtual reader", "DEVICENAME in /etc/reader.conf.d/vpcd"}},
    {{.problem = LINK_NOBODY, ASKED, .service = {.done = true, .readers = "ACME 00 00\0"}},
     RM_E_READER_UNAVAILABLE,
     {"runs without the driver vpcd", "which is installed|which is not installed",
      "systemctl restart pcscd"}},
    {{.end = DIAGNOSIS_TAKEN, ASKED},
     RM_E_SHARING_VIOLATION,
     {"another card", "ss -tnp 'dport = :4711'", "second slot"}},
    {{.end = DIAGNOSIS_NO_QUESTION, .local = true},
     RM_E_READER_UNAVAILABLE,
     {"asks for no card", "no vpcd driver", "ss -ltnp 'sport = :4711'"}},
    {{.end = DIAGNOSIS_NO_QUESTION},
     RM_E_READER_UNAVAILABLE,
     {"asks for no card", "another card is in this slot", "see there"}},
    {{.end = DIAGNOSIS_NONSENSE, .local = true},
     RM_E_READER_UNAVAILABLE,
     {"no vpcd driver", "ss -ltnp", "restart pcscd"}},
    {{.end = DIAGNOSIS_REFUSED, .local = true},
     RM_E_READER_UNAVAILABLE,
     {"hangs up without a look", "ss -ltnp"}},
    {{.end = DIAGNOSIS_HUNG_UP}, RM_E_READER_UNAVAILABLE, {"hung up", "start it again"}},
    {{.end = DIAGNOSIS_HUNG_UP, ASKED, .service = {.done = true, .status = RM_E_NO_SERVICE}},
     RM_E_READER_UNAVAILABLE,
     {"hung up", "has ended (SCARD_E_NO_SERVICE)", "systemctl start pcscd.socket"}},
};

static bool has(const char *text, const char *part) {
    const char *bar = strchr(part, '|');
    char first[100];
    if (!bar)
        return strstr(text, part) != NULL;
    assert_true((size_t)(bar - part) < sizeof first);
    memcpy(first, part, (size_t)(bar - part));
    first[bar - part] = '\0';
    return strstr(text, first) || strstr(text, bar + 1);
}

static void test_tell__cause_and_remedy(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        char message[1024] = "";
        struct diagnosis seen = rows[i].seen;
        seen.host = "box";
        seen.port = 4711;
        assert_int_equal(diagnosis_tell(&seen, message, sizeof message), rows[i].code);
        assert_int_equal(strncmp(message, "box:4711: ", 10), 0);
        assert_true(strlen(message) < sizeof message - 1); /* nothing is cut off */
        for (size_t part = 0; part < 3 && rows[i].parts[part]; ++part)
            if (!has(message, rows[i].parts[part]))
                fail_msg("row %zu: '%s' is not in '%s'", i, rows[i].parts[part], message);
        assert_int_equal(diagnosis_tell(&seen, NULL, 0), rows[i].code);
    }
}

static void test_tell__cut_to_the_room(void **state) {
    (void)state;
    const struct diagnosis seen = {.host = "box", .port = 1, .end = DIAGNOSIS_NONSENSE, .local = true};
    char message[20];
    for (size_t room = 1; room <= sizeof message; ++room) {
        memset(message, 'x', sizeof message);
        assert_int_equal(diagnosis_tell(&seen, message, room), RM_E_READER_UNAVAILABLE);
        assert_int_equal(strlen(message), room - 1);
        for (size_t i = room; i < sizeof message; ++i)
            assert_int_equal(message[i], 'x');
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tell__cause_and_remedy),
        cmocka_unit_test(test_tell__cut_to_the_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
