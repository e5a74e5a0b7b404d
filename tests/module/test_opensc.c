/*
 * A third party's view: opensc-tool looks at the same card through the same service, and must see, byte for
 * byte, what ISCard returns. Skipped where there is no pcscd or no opensc-tool.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit.h"
#include "stage.h"
#include "support/kits/scratch.h"

#define OUTPUT_ROOM 8192
#define FILE_SIZE 32768u /* of 3F00/0001 */

/* What the tool prints when called with these arguments; fails unless it succeeds. */
static const char *opensc(const char *arguments) {
    static char output[OUTPUT_ROOM];
    char command[400];
    (void)snprintf(command, sizeof command, "opensc-tool -c default -r 0 %s 2>&1", arguments);
    fflush(stdout);
    FILE *tool = popen(command, "r");
    assert_non_null(tool);
    output[fread(output, 1, sizeof output - 1, tool)] = '\0';
    const int status = pclose(tool);
    if (status != 0)
        print_error("%s: status %d:\n%s", command, status, output);
    assert_int_equal(status, 0);
    return output;
}

/* Appends the bytes of a dump: lines of sixteen in fixed columns, text behind them. */
static void take_dump(const char *line, char *hex) {
    for (; *line && isxdigit((unsigned char)line[0]) && isxdigit((unsigned char)line[1]);) {
        for (size_t i = 0; i < 16 && isxdigit((unsigned char)line[3 * i]) && line[3 * i + 2] == ' '; ++i)
            (void)sprintf(hex + strlen(hex), "%.2s ", line + 3 * i);
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
}

/* The reply to the last of the commands, as "48 65 90 00". */
static const char *opensc_reply(const char *sends) {
    static char hex[OUTPUT_ROOM];
    unsigned sw1 = 0;
    unsigned sw2 = 0;
    int used = 0;
    const char *last = NULL;
    for (const char *p = opensc(sends); (p = strstr(p, "Received (SW1=")); ++p)
        last = p;
    assert_non_null(last);
    assert_int_equal(sscanf(last, "Received (SW1=0x%x, SW2=0x%x)%n", &sw1, &sw2, &used), 2);
    *hex = '\0';
    if (last[used] == ':')
        take_dump(last + used + 2, hex);
    (void)sprintf(hex + strlen(hex), "%02X %02X", sw1, sw2);
    return hex;
}

static ISCard *attached(SCARD_PROTOCOLS protocol) {
    ISCard *card = kit_card();
    expect_hr(ISCard_AttachByReader(card, stage_reader_wide(), SHARED, protocol), S_OK);
    return card;
}

/* Runs the commands one after the other through both, and compares the replies to the last. */
static void compare(SCARD_PROTOCOLS protocol, const char *const *apdus, const char *expected) {
    char sends[300] = "";
    char ours[OUTPUT_ROOM];
    const char *reply = "";
    ISCard *card = attached(protocol);
    expect_hr(ISCard_ReAttach(card, SHARED, RESET), S_OK); /* no file or PIN of the tool's is left */
    for (; *apdus; ++apdus) {
        expect_hr(kit_send(card, *apdus, &reply), S_OK);
        (void)sprintf(sends + strlen(sends), "-s '%s' ", *apdus);
    }
    (void)snprintf(ours, sizeof ours, "%s", reply);
    expect_hr(ISCard_Detach(card, RESET), S_OK);
    ISCard_Release(card);
    if (expected)
        assert_string_equal(ours, expected);
    assert_string_equal(opensc_reply(sends), ours);
}

static void check_atr(SCARD_PROTOCOLS protocol) {
    char ours[120];
    char theirs[120] = "";
    IByteBuffer *atr = NULL;
    ISCard *card = attached(protocol);
    expect_hr(ISCard_get_Atr(card, &atr), S_OK);
    (void)snprintf(ours, sizeof ours, "%s\n", kit_hex(atr));
    IByteBuffer_Release(atr);
    ISCard_Release(card);
    for (char *p = ours; *p; ++p) /* written as the tool writes it */
        *p = *p == ' ' ? ':' : (char)tolower((unsigned char)*p);
    (void)snprintf(theirs, sizeof theirs, "%s", opensc("-a"));
    assert_string_equal(theirs, ours);
}

static void test_opensc__atr(void **state) {
    (void)state;
    check_atr(T1);
}

static void test_opensc__replies(void **state) {
    (void)state;
    static const struct {
        const char *apdus[4];
        const char *expected;
    } cases[] = {
        {{"00 A4 00 0C 02 00 02"}, "90 00"},
        {{"00 A4 00 0C 02 EE EE"}, "6A 82"},
        {{"00 A4 00 0C 02 00 02", "00 B0 00 00 05"}, "48 65 6C 6C 6F 90 00"},
        {{"00 A4 00 0C 02 00 02", "00 B0 00 00 18"}, NULL},
        {{"00 B0 81 00 FF"}, NULL},
        {{"00 A4 00 00 02 3F 00 00"}, NULL},
        {{"00 A4 04 00 07 F0 53 43 41 52 44 01 00"}, NULL},
        {{"00 CA 01 01 00"}, NULL},
        {{"00 B2 01 24 10"}, "01 52 65 63 6F 72 64 20 6F 6E 65 00 00 00 00 00 90 00"},
        {{"80 B2 02 24 10"}, "02 52 65 63 6F 72 64 20 74 77 6F 00 00 00 00 00 90 00"},
        {{"00 20 00 01 04 31 32 33 34", "00 B0 87 00 00"}, NULL},
        {{"00 B0 87 00 00"}, "69 82"},
        {{"00 20 00 02"}, "63 C3"},
        {{"00 EE 00 00"}, "6D 00"},
        {{"B0 84 00 00 08"}, "6E 00"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i)
        compare(T1, cases[i].apdus, cases[i].expected);
}

/* The same on a SIM over T=0. */
static void test_opensc__sim_over_t0(void **state) {
    (void)state;
    static const char *const select[] = {"A0 A4 00 00 02 3F 00", NULL};
    static const char *const answer[] = {"A0 A4 00 00 02 7F 10", "A0 C0 00 00 17", NULL};
    static const char *const iccid[] = {"A0 A4 00 00 02 3F 00", "A0 A4 00 00 02 2F E2", "A0 B0 00 00 0A",
                                        NULL};
    assert_true(stage_insert(STAGE_GSM));
    check_atr(T0);
    compare(T0, select, "9F 17");
    compare(T0, answer, NULL);
    compare(T0, iccid, "98 10 32 54 76 98 10 32 54 F6 90 00");
    assert_true(stage_insert(STAGE_DEMO));
}

/* A11 with another program that is not ours. */
static void test_opensc__A11_its_reset(void **state) {
    (void)state;
    ISCard *card = attached(T1);
    expect_apdu(card, "00 A4 00 0C 02 00 02", "90 00");
    (void)opensc("--reset");
    expect_hr(kit_send(card, "00 B0 00 00 05", NULL), SCARD_W_RESET_CARD);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_apdu(card, "00 B0 00 00 05", "69 86");
    expect_works(card);
    ISCard_Release(card);
}

/* Our exclusive use keeps it out, and only that. */
static void test_opensc__kept_out_by_exclusive(void **state) {
    (void)state;
    ISCard *card = attached(T1);
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), S_OK);
    fflush(stdout);
    assert_int_not_equal(system("opensc-tool -c default -r 0 -s 0084000008 >/dev/null 2>&1"), 0);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    assert_int_equal(system("opensc-tool -c default -r 0 -s 0084000008 >/dev/null 2>&1"), 0);
    ISCard_Release(card);
}

/* Bytes that a file of 32 KiB does not hold by chance. */
static void fill(uint8_t *bytes, size_t size) {
    uint32_t seed = 0x5EED;
    for (size_t i = 0; i < size; ++i) {
        seed = seed * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(seed >> 24);
    }
}

/* Runs opensc-explorer with these commands; what it prints. */
static const char *explore(const char *driver, const char *const *lines) {
    static char output[OUTPUT_ROOM];
    char command[400] = "printf '";
    for (; *lines; ++lines)
        (void)snprintf(command + strlen(command), sizeof command - strlen(command), "%s\\n", *lines);
    (void)snprintf(command + strlen(command), sizeof command - strlen(command),
                   "quit\\n' | opensc-explorer -c %s -r 0 2>&1", driver);
    fflush(stdout);
    FILE *tool = popen(command, "r");
    assert_non_null(tool);
    output[fread(output, 1, sizeof output - 1, tool)] = '\0';
    if (pclose(tool) != 0)
        fail_msg("%s:\n%s", command, output);
    return output;
}

static void expect_file(const char *path, const uint8_t *bytes, size_t size) {
    uint8_t got[FILE_SIZE + 1];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(got, 1, sizeof got, file), size);
    assert_int_equal(fclose(file), 0);
    assert_memory_equal(got, bytes, size);
}

/* Its explorer gets and puts the whole of a file whose size has the highest of 16 bits. */
static void test_opensc__explorer_gets_and_puts(void **state) {
    (void)state;
    char folder[SCRATCH_ROOM], in[SCRATCH_ROOM + 10], out[SCRATCH_ROOM + 10], get[SCRATCH_ROOM + 20],
        put[SCRATCH_ROOM + 20];
    static uint8_t bytes[FILE_SIZE];
    assert_true(scratch_create(folder));
    (void)snprintf(in, sizeof in, "%s/in", folder);
    (void)snprintf(out, sizeof out, "%s/out", folder);
    (void)snprintf(get, sizeof get, "get 0001 %s", out);
    (void)snprintf(put, sizeof put, "put 0001 %s", in);
    for (size_t i = 0; i < sizeof bytes; ++i)
        bytes[i] = (uint8_t)(i % 2 ? i / 2 : i / 2 >> 8);
    (void)explore("default", (const char *const[]){get, NULL});
    expect_file(out, bytes, sizeof bytes);
    fill(bytes, sizeof bytes);
    FILE *file = fopen(in, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, sizeof bytes, file), sizeof bytes);
    assert_int_equal(fclose(file), 0);
    (void)explore("default", (const char *const[]){put, get, NULL});
    expect_file(out, bytes, sizeof bytes);
    assert_true(scratch_remove(folder));
}

/* It lists files only with cards it knows a command of: that of TCOS and SetCOS is the card's, too. */
static void test_opensc__explorer_lists(void **state) {
    (void)state;
    static const char *const drivers[] = {"tcos", "setcos"};
    static const char *const root[] = {"2F00", "2F02", "0001", "0002", "0003", "0004",
                                       "0005", "0006", "0007", "0008", "DF01", "DF02"};
    for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; ++i) {
        const char *list = explore(drivers[i], (const char *const[]){"ls", NULL});
        for (size_t j = 0; j < sizeof root / sizeof root[0]; ++j)
            if (!strstr(list, root[j]))
                fail_msg("%s: no %s in\n%s", drivers[i], root[j], list);
        assert_non_null(strstr(list, " 0001 \t wEF 32768"));
        list = explore(drivers[i], (const char *const[]){"cd DF01", "ls", NULL});
        assert_non_null(strstr(list, "[DF11]"));
        assert_non_null(strstr(list, " 0101 "));
        assert_null(strstr(list, "2F00"));
    }
}

int main(void) {
    char why[300] = "opensc-tool is not installed";
    if (system("command -v opensc-tool >/dev/null 2>&1") != 0 || !stage_open("pcscd", why, sizeof why)) {
        printf("1..0 # SKIP %s\n", why);
        stage_close();
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_opensc__atr),
        cmocka_unit_test(test_opensc__replies),
        cmocka_unit_test(test_opensc__sim_over_t0),
        cmocka_unit_test(test_opensc__A11_its_reset),
        cmocka_unit_test(test_opensc__kept_out_by_exclusive),
        cmocka_unit_test(test_opensc__explorer_gets_and_puts),
        cmocka_unit_test(test_opensc__explorer_lists),
    };
    const int failed = cmocka_run_group_tests_name("opensc", tests, NULL, NULL);
    stage_close();
    return failed;
}
