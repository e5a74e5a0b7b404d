/* What `scard doctor` finds in readers' states: cards that do not answer, or are kept, or do not suit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backends/ifd/tree.h"
#include "doctor/examine.h"
#include "doctor/voltage.h"
#include "scardssp_rm.h"
#include "scardssp_sim.h"
#include "talk/card.h"

#define READER "Tested"

static struct tree tree;

/* The findings' names in order, with a bar behind each, of one reader in this state. */
static void expect(uint32_t bits, const struct usage *usage, size_t plugged, const char *ids) {
    char name[] = READER, found[200] = "";
    struct reader reader = {.name = name, .state = {.state = bits}};
    const struct reader_list list = {&reader, 1};
    struct findings all = {0};
    examine_readers(&all, &list, usage, plugged);
    for (size_t i = 0; i < all.count; ++i)
        (void)snprintf(found + strlen(found), sizeof found - strlen(found), "%s|", all.items[i].id);
    assert_string_equal(found, ids);
    findings_free(&all);
}

static void test_readers__by_state(void **state) {
    (void)state;
    const struct usage usage = {.service = true, .told = true};
    expect(READER_EMPTY, &usage, 0, "reader-empty|no-card|");
    expect(READER_PRESENT, &usage, 0, "card|");
    expect(READER_PRESENT | READER_UNPOWERED, &usage, 0, "card|");
    expect(READER_PRESENT | READER_MUTE, &usage, 0, "card-mute|");
    expect(READER_PRESENT | READER_INUSE, &usage, 0, "reader-used|");
    expect(READER_PRESENT | READER_INUSE | READER_EXCLUSIVE, &usage, 0, "reader-held|");
    expect(READER_UNAVAILABLE, &usage, 0, "reader-unavailable|");
    expect(READER_UNKNOWN | READER_EMPTY, &usage, 0, "reader-unavailable|");
}

static void test_readers__none(void **state) {
    (void)state;
    const struct usage usage = {.service = true};
    const struct reader_list list = {0};
    struct findings all = {0};
    examine_readers(&all, &list, &usage, 0);
    examine_readers(&all, &list, &usage, 1);
    assert_int_equal(all.count, 2);
    assert_string_equal(all.items[0].id, "no-reader");
    assert_non_null(strstr(all.items[0].seen, "the USB has none"));
    assert_string_equal(all.items[1].id, "no-reader");
    assert_non_null(strstr(all.items[1].seen, "see above"));
    assert_int_equal(findings_count(&all, FINDING_FAULT), 2);
    findings_free(&all);
}

/* Who keeps a card is known where one program only is connected to the service. */
static void test_readers__who_keeps_it(void **state) {
    (void)state;
    char name[] = READER;
    struct reader reader = {.name = name, .state = {.state = READER_PRESENT | READER_EXCLUSIVE}};
    const struct reader_list list = {&reader, 1};
    struct holder holders[2] = {{.pid = 4711, .times = 1, .program = "gpg", .user = "anna"},
                                {.pid = 4712, .times = 1, .program = "ssh", .user = "anna"}};
    struct usage usage = {.service = true, .told = true, .clients = {holders, 1, 0}};
    struct findings all = {0};
    examine_readers(&all, &list, &usage, 0);
    assert_non_null(strstr(all.items[0].what, ": it is gpg (process 4711, user anna)"));
    assert_string_equal(all.items[0].command, "kill 4711");
    usage.clients.count = 2;
    examine_readers(&all, &list, &usage, 0);
    assert_non_null(
        strstr(all.items[1].what, ": perhaps gpg (process 4711, user anna), ssh (process 4712, user anna)"));
    assert_string_equal(all.items[1].command, "scard who");
    usage.clients = (struct holder_list){.unseen = 1};
    examine_readers(&all, &list, &usage, 0);
    assert_string_equal(all.items[2].command, "sudo scard who");
    findings_free(&all);
}

/* A root folder of the test's own, in which the USB has the reader, with a driver; it gives 5 V only. */
static void play_reader_of_5_volts(void) {
    uint8_t descriptors[9 + 0x36] = {9, 4, 0, 0, 3, 0x0B, 0, 0, 0, 0x36, 0x21, 0x10, 1, 0, 0x01};
    tree_make(&tree);
    tree_text(&tree, "sys/bus/usb/devices/1-1/idVendor", "08e6\n");
    tree_text(&tree, "sys/bus/usb/devices/1-1/idProduct", "3437\n");
    tree_text(&tree, "sys/bus/usb/devices/1-1/busnum", "1\n");
    tree_text(&tree, "sys/bus/usb/devices/1-1/devnum", "7\n");
    tree_file(&tree, "sys/bus/usb/devices/1-1/descriptors", descriptors, sizeof descriptors);
    tree_text(&tree, "sys/bus/usb/devices/1-1:1.0/bInterfaceClass", "0b\n");
    tree_text(&tree, "sys/bus/usb/devices/1-1:1.0/bInterfaceNumber", "00\n");
    tree_text(
        &tree, "usr/lib/pcsc/drivers/one.bundle/Contents/Info.plist",
        "<key>CFBundleExecutable</key><string>libone.so</string><key>ifdVendorID</key><string>0x08E6</string>"
        "<key>ifdProductID</key><string>0x3437</string><key>ifdFriendlyName</key><string>" READER
        "</string>");
    assert_int_equal(setenv("SCARDSSP_DOCTOR_ROOT", tree.root, 1), 0);
}

/* A card that really is mute, as the simulator has it. */
static void test_readers__mute(void **state) {
    (void)state;
    assert_int_equal(scardssp_use_rm("sim:", NULL, 0), S_OK);
    assert_int_equal(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    assert_int_equal(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_MUTE, 100), S_OK);
    ISCard *card = NULL;
    assert_int_equal(card_make(&card), S_OK);
    assert_int_not_equal(card_attach(card, READER, SHARED, T0 | T1), S_OK);
    struct reader_list list;
    struct usage usage;
    struct findings all = {0};
    assert_int_equal(reader_list_get(&list), S_OK);
    usage_find(&usage);
    examine_readers(&all, &list, &usage, 0);
    assert_int_equal(all.count, 1);
    assert_string_equal(all.items[0].id, "card-mute");
    assert_string_equal(all.items[0].subject, READER);
    assert_int_equal(all.items[0].grade, FINDING_FAULT);
    findings_free(&all);
    play_reader_of_5_volts();
    examine_readers(&all, &list, &usage, 0);
    assert_int_equal(all.count, 2);
    assert_string_equal(all.items[1].id, "wrong-voltage");
    assert_non_null(strstr(all.items[1].seen, "gives 5 V, and not 3 V, 1.8 V"));
    tree_remove(&tree);
    findings_free(&all);
    usage_free(&usage);
    reader_list_free(&list);
    ISCard_Release(card);
    scardssp_sim_clear();
}

static void test_voltage__of_an_atr(void **state) {
    (void)state;
    static const struct {
        const char *what;
        uint8_t atr[12];
        size_t size;
        unsigned classes;
    } rows[] = {
        {"no T=15", {0x3B, 0x02, 0x14, 0x50}, 4, 0},
        {"A, B and C, clock may stop", {0x3B, 0x80, 0x80, 0x1F, 0xC7, 0xD8}, 6, 7},
        {"C alone", {0x3B, 0x80, 0x80, 0x1F, 0x04, 0x1B}, 6, 4},
        {"TA3 of T=1 is none", {0x3B, 0x80, 0x81, 0x11, 0x20, 0x30}, 6, 0},
        {"cut short", {0x3B, 0x80, 0x80, 0x1F}, 4, 0},
        {"nothing", {0}, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i)
        if (voltage_of_atr(rows[i].atr, rows[i].size) != rows[i].classes)
            fail_msg("%s: %u", rows[i].what, voltage_of_atr(rows[i].atr, rows[i].size));
    char text[VOLTAGE_TEXT_MAX];
    assert_string_equal(voltage_text(7, text), "5 V, 3 V, 1.8 V");
    assert_string_equal(voltage_text(5, text), "5 V, 1.8 V");
    assert_string_equal(voltage_text(0, text), "");
}

/* Findings keep their texts within their bounds, whatever drivers call their readers. */
static void test_finding__long_texts(void **state) {
    (void)state;
    char name[2 * FINDING_TEXT_MAX];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    struct findings all = {0};
    struct finding *one = finding_add(&all, FINDING_NOTE, "card", name);
    finding_what(one, "%s", name);
    finding_seen(one, "%s", name);
    finding_remedy(one, "%s", name);
    finding_command(one, "%s", name);
    assert_int_equal(strlen(one->subject), FINDING_TEXT_MAX - 1);
    assert_int_equal(strlen(one->command), FINDING_TEXT_MAX - 1);
    assert_int_equal(findings_count(&all, FINDING_FAULT), 0);
    findings_free(&all);
    assert_int_equal(all.count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_readers__by_state),     cmocka_unit_test(test_readers__none),
        cmocka_unit_test(test_readers__who_keeps_it), cmocka_unit_test(test_readers__mute),
        cmocka_unit_test(test_voltage__of_an_atr),    cmocka_unit_test(test_finding__long_texts),
    };
    return cmocka_run_group_tests_name("tools/doctor", tests, NULL, NULL);
}
