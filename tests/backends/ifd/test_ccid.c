/*
 * libccid, the driver for USB readers, over USB in software: the reader is found, its card used, taken out
 * and put back, the cable pulled.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/ifd/auto.h"
#include "backends/ifd/ports.h"
#include "backends/ifd/setup.h"
#include "base/clock.h"
#include "rig.h"
#include "support/fakes/usb.h"
#include "tree.h"

#define BUNDLES "/usr/lib/pcsc/drivers"
#define DRIVER BUNDLES "/ifd-ccid.bundle/Contents/Linux/libccid.so"
#define NAMED "ccid 00 00" /* the reader, where the driver is asked for it */
#define FOUND FAKE_USB_NAME " 00 00"

/* A place of this process alone, since devices are claimed. */
#define BUS (uint8_t)(getpid() / 250 % 250 + 1)
#define DEVICE (uint8_t)(getpid() % 250 + 1)

static bool is_installed(void) {
    if (access(DRIVER, R_OK) == 0)
        return true;
    print_message("# libccid is not installed: scripts/install-deps.sh system\n");
    return false;
}

static const char *spec(void) {
    static char text[200];
    (void)snprintf(text, sizeof text, DRIVER ":usb:%04x/%04x:libudev:0:/dev/bus/usb/%03u/%03u",
                   (unsigned)FAKE_USB_VENDOR, (unsigned)FAKE_USB_PRODUCT, BUS, DEVICE);
    return text;
}

/* Sends an APDU; its answer's bytes in `answer` (room for `room`). */
static rm_status ask(struct rm_card *card, const uint8_t *command, size_t size, uint8_t *answer,
                     size_t *room) {
    return rm_transmit(card, 0, command, size, answer, room, RM_WITHIN(RIG_SOON));
}

static rm_status challenge(struct rm_card *card) {
    static const uint8_t command[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[258];
    size_t size = sizeof answer;
    const rm_status status = ask(card, command, sizeof command, answer, &size);
    if (status != RM_OK)
        return status;
    return size == 10 && answer[8] == 0x90 && answer[9] == 0x00 ? RM_OK : RM_E_UNEXPECTED;
}

static struct rm_card *connect_by(struct rm_context *context, const char *reader, uint32_t protocol) {
    struct rm_card *card = NULL;
    assert_int_equal(rm_connect(context, reader, RM_SHARE_SHARED, protocol, RM_WITHIN(RIG_SOON), &card),
                     RM_OK);
    assert_int_equal(card->protocol, protocol);
    return card;
}

static void leave(struct rm_card *card) {
    (void)rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
}

/* The driver asked for one reader */

static struct rig open_named(void) {
    struct rig rig = {.fake = NULL};
    char why[400] = "";
    fake_usb_plug(BUS, DEVICE);
    if (ifd_service_create(spec(), &rig.service, why, sizeof why) != RM_OK)
        fail_msg("%s", why);
    assert_int_equal(rm_context_open(rig.service, RM_WITHIN(RM_INFINITE), &rig.context), RM_OK);
    return rig;
}

/* With the demo card in it, and seen. */
static struct rig open_with_card(void) {
    struct rig rig = open_named();
    assert_true(fake_usb_insert("demo"));
    assert_true(rig_await(&rig, NAMED, RM_STATE_PRESENT));
    return rig;
}

static int pull(void **state) {
    (void)state;
    fake_usb_unplug();
    return 0;
}

static void test_ccid__no_such_device(void **state) {
    struct rm_service *service = NULL;
    char why[400] = "";
    (void)state;
    if (!is_installed())
        skip();
    assert_int_equal(ifd_service_create(spec(), &service, why, sizeof why), RM_E_READER_UNAVAILABLE);
    assert_non_null(strstr(why, "usb:04e6/5116"));
    assert_non_null(strstr(why, "no such device"));
    fake_usb_plug(BUS, (uint8_t)(DEVICE + 1)); /* another one of its kind is not meant */
    assert_int_equal(ifd_service_create(spec(), &service, why, sizeof why), RM_E_READER_UNAVAILABLE);
    assert_int_equal(fake_usb_opened(), 0);
}

static void test_ccid__card_goes_and_comes(void **state) {
    static const uint8_t demo_by_t1[] = {0x3B, 0x8C, 0x80, 0x31, 0xFE, 0x45, 0x80, 0x31, 0xE0, 0x73,
                                         0xF7, 0x41, 0xDB, 0x54, 0x44, 0x45, 0x4D, 0x4F, 0x9E};
    struct rm_reader_state reader = {.reader = NAMED};
    (void)state;
    if (!is_installed())
        skip();
    struct rig rig = open_named();
    assert_true(rig_await(&rig, NAMED, RM_STATE_EMPTY));
    assert_true(fake_usb_insert("demo"));
    assert_true(rig_await(&rig, NAMED, RM_STATE_PRESENT));
    assert_int_equal(rm_wait(rig.context, &reader, 1, RM_WITHIN(0)), RM_OK);
    assert_int_equal(reader.atr_size, sizeof demo_by_t1);
    assert_memory_equal(reader.atr, demo_by_t1, sizeof demo_by_t1);
    struct rm_card *card = connect_by(rig.context, NAMED, RM_PROTOCOL_T1);
    assert_int_equal(challenge(card), RM_OK);
    fake_usb_remove();
    assert_true(rig_await(&rig, NAMED, RM_STATE_EMPTY));
    assert_int_equal(challenge(card), RM_W_REMOVED_CARD);
    leave(card);
    assert_true(fake_usb_insert("gsm"));
    assert_true(rig_await(&rig, NAMED, RM_STATE_PRESENT));
    card = connect_by(rig.context, NAMED, RM_PROTOCOL_T0);
    leave(card);
    rig_close(&rig);
    assert_int_equal(fake_usb_opened(), 0);
}

static void test_ccid__protocols_and_resets(void **state) {
    (void)state;
    if (!is_installed())
        skip();
    struct rig rig = open_with_card();
    struct rm_card *card = connect_by(rig.context, NAMED, RM_PROTOCOL_T0);
    assert_int_equal(challenge(card), RM_OK);
    for (uint32_t init = RM_LEAVE; init <= RM_UNPOWER; init++) {
        const uint32_t protocol = init == RM_LEAVE ? RM_PROTOCOL_T0 : RM_PROTOCOL_T1;
        assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, protocol, init, RM_WITHIN(RIG_SOON)), RM_OK);
        assert_int_equal(card->protocol, protocol);
        assert_int_equal(challenge(card), RM_OK);
    }
    leave(card);
    rig_close(&rig);
}

/* Longer than the reader's messages: in pieces, both ways. */
static void test_ccid__long_apdus(void **state) {
    static const uint8_t select[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x00, 0x01};
    static const uint8_t read[] = {0x00, 0xB0, 0x00, 0x00, 0x00, 0x05, 0xDC};
    enum { BYTES = 1500, HEADER = 7 };
    uint8_t update[HEADER + BYTES] = {0x00, 0xD6, 0x00, 0x00, 0x00, 0x05, 0xDC}, answer[BYTES + 2];
    size_t size = sizeof answer;
    (void)state;
    if (!is_installed())
        skip();
    struct rig rig = open_with_card();
    struct rm_card *card = connect_by(rig.context, NAMED, RM_PROTOCOL_T1);
    for (size_t i = 0; i < BYTES; i++)
        update[HEADER + i] = (uint8_t)(i * 7);
    assert_int_equal(ask(card, select, sizeof select, answer, &size), RM_OK);
    size = sizeof answer;
    assert_int_equal(ask(card, update, sizeof update, answer, &size), RM_OK);
    assert_int_equal(size, 2);
    assert_int_equal(answer[0], 0x90);
    size = sizeof answer;
    assert_int_equal(ask(card, read, sizeof read, answer, &size), RM_OK);
    assert_int_equal(size, BYTES + 2);
    assert_memory_equal(answer, update + HEADER, BYTES);
    leave(card);
    rig_close(&rig);
}

static void test_ccid__what_the_reader_is(void **state) {
    uint8_t serial[32];
    size_t size = sizeof serial;
    (void)state;
    if (!is_installed())
        skip();
    struct rig rig = open_named();
    struct rm_card *reader = NULL;
    assert_int_equal(rm_connect(rig.context, NAMED, RM_SHARE_DIRECT, 0, RM_WITHIN(RIG_SOON), &reader), RM_OK);
    assert_int_equal(rm_get_attrib(reader, RM_ATTR_SERIAL_NUMBER, serial, &size, RM_WITHIN(RM_INFINITE)),
                     RM_OK);
    assert_true(size >= strlen(FAKE_USB_SERIAL));
    assert_memory_equal(serial, FAKE_USB_SERIAL, strlen(FAKE_USB_SERIAL));
    leave(reader);
    rig_close(&rig);
}

/* How often stderr says so, which goes into a file from now on. */
static int lines_with(FILE *said, const char *text) {
    char line[600];
    int count = 0;
    rewind(said);
    while (fgets(line, sizeof line, said))
        count += strstr(line, text) != NULL;
    return count;
}

/* Without a monitor nobody takes the reader away: it is empty, and the driver's complaint is told once. */
static void test_ccid__cable_pulled(void **state) {
    (void)state;
    if (!is_installed())
        skip();
    struct rig rig = open_with_card();
    FILE *said = tmpfile();
    const int errors = dup(STDERR_FILENO);
    assert_true(said && errors >= 0 && dup2(fileno(said), STDERR_FILENO) >= 0);
    fake_usb_unplug();
    const bool seen = rig_await(&rig, NAMED, RM_STATE_EMPTY);
    rig_nap(300);
    assert_int_equal(dup2(errors, STDERR_FILENO), STDERR_FILENO);
    (void)close(errors);
    assert_true(seen);
    assert_int_equal(lines_with(said, "write failed"), 1);
    (void)fclose(said);
    rig_close(&rig);
}

/* The readers of the machine */

static struct tree tree;
static struct slots_service *service;
static struct ifd_hotplug *hotplug;

static void show(uint8_t device) {
    char number[8];
    tree_usb(&tree, "1-1", "04e6\n", "5116\n", "0b\n");
    (void)snprintf(number, sizeof number, "%u\n", BUS);
    tree_text(&tree, "usb/1-1/busnum", number);
    (void)snprintf(number, sizeof number, "%u\n", device);
    tree_text(&tree, "usb/1-1/devnum", number);
    fake_usb_plug(BUS, device);
}

static void hide(void) {
    fake_usb_unplug();
    tree_cut(&tree, "usb/1-1:1.0");
    tree_cut(&tree, "usb/1-1");
}

static int make(void **state) {
    (void)state;
    tree_make(&tree);
    tree_text(&tree, "usb/README", "no device");
    service = slots_service_new("ifd");
    return service ? 0 : -1;
}

static int take_away(void **state) {
    ifd_hotplug_stop(hotplug);
    hotplug = NULL;
    ifd_ports_stop(service);
    rm_service_release(&service->base);
    tree_remove(&tree);
    return pull(state);
}

/* Found by the class driver's own list of devices; the kernel's news are looked for, without libudev. */
static void test_ccid__auto_comes_and_goes(void **state) {
    char devices[TREE_PATH], nowhere[TREE_PATH], why[400] = "";
    struct rig rig = {.service = &service->base};
    (void)state;
    if (!is_installed())
        skip();
    (void)snprintf(devices, sizeof devices, "%s", tree_path(&tree, "usb"));
    (void)snprintf(nowhere, sizeof nowhere, "%s", tree_path(&tree, "nowhere"));
    const struct ifd_places places = {nowhere, BUNDLES, devices, nowhere, "libnothing-of-this-name.so.1"};
    show(DEVICE);
    assert_true(fake_usb_insert("demo"));
    if (ifd_auto_start(service, &places, &hotplug, why, sizeof why) != RM_OK)
        fail_msg("%s", why);
    assert_int_equal(rm_context_open(&service->base, RM_WITHIN(RM_INFINITE), &rig.context), RM_OK);
    assert_true(rig_await(&rig, FOUND, RM_STATE_PRESENT));
    struct rm_card *card = connect_by(rig.context, FOUND, RM_PROTOCOL_T1);
    assert_int_equal(challenge(card), RM_OK);
    hide();
    assert_true(rig_await(&rig, FOUND, RM_STATE_UNAVAILABLE));
    const rm_status lost = challenge(card); /* the driver takes the card for gone before the reader */
    assert_true(lost == RM_W_REMOVED_CARD || lost == RM_E_READER_UNAVAILABLE);
    const uint64_t end = clock_deadline(RIG_SOON);
    while (fake_usb_opened() && clock_left(end))
        rig_nap(5);
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, RM_PROTOCOL_T1, RM_LEAVE, RM_WITHIN(RIG_SOON)),
                     RM_E_READER_UNAVAILABLE);
    leave(card);
    assert_int_equal(fake_usb_opened(), 0);
    show((uint8_t)(DEVICE + 1));
    assert_true(fake_usb_insert("demo"));
    struct rm_reader_state list = {.reader = RM_PNP_NOTIFICATION};
    assert_int_equal(rm_wait(rig.context, &list, 1, RM_WITHIN(RIG_SOON)), RM_OK);
    assert_true(rig_await(&rig, FOUND, RM_STATE_PRESENT));
    card = connect_by(rig.context, FOUND, RM_PROTOCOL_T1);
    assert_int_equal(challenge(card), RM_OK);
    leave(card);
    rm_context_close(rig.context);
}

#define NAMED_CASE(name) cmocka_unit_test_teardown(name, pull)

int main(void) {
    const struct CMUnitTest tests[] = {
        NAMED_CASE(test_ccid__no_such_device),
        NAMED_CASE(test_ccid__card_goes_and_comes),
        NAMED_CASE(test_ccid__protocols_and_resets),
        NAMED_CASE(test_ccid__long_apdus),
        NAMED_CASE(test_ccid__what_the_reader_is),
        NAMED_CASE(test_ccid__cable_pulled),
        cmocka_unit_test_setup_teardown(test_ccid__auto_comes_and_goes, make, take_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
