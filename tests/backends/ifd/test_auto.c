/* "ifd:auto": the readers of a configuration, and those of USB that come and go. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/ifd/auto.h"
#include "backends/ifd/ports.h"
#include "backends/ifd/setup.h"
#include "base/clock.h"
#include "rig.h"
#include "tree.h"

static struct tree tree;
static struct ifd_places places;
static char paths[4][TREE_PATH];
static struct slots_service *service;
static struct ifd_hotplug *hotplug;
static struct rm_context *context;

static int make(void **state) {
    (void)state;
    tree_make(&tree);
    static const char *const names[] = {"conf", "drivers", "usb", "proc"};
    for (size_t i = 0; i < 4; ++i)
        (void)snprintf(paths[i], sizeof paths[i], "%s", tree_path(&tree, names[i]));
    places = (struct ifd_places){paths[0], paths[1], paths[2], paths[3], FAKE_UDEV};
    tree_text(&tree, "usb/README", "no device");
    tree_text(&tree, "drivers/fake.bundle/Contents/Info.plist",
              "<key>CFBundleExecutable</key><string>libfake.so</string>"
              "<key>ifdVendorID</key><string>0x08E6</string><key>ifdProductID</key><string>0x3437</string>"
              "<key>ifdFriendlyName</key><string>Fake USB Reader</string>");
    tree_link(&tree, "drivers/fake.bundle/Contents/Linux/libfake.so", FAKE_IFD);
    service = slots_service_new("ifd");
    return service && rm_context_open(&service->base, RM_WITHIN(RM_INFINITE), &context) == RM_OK ? 0 : -1;
}

static int take_away(void **state) {
    (void)state;
    ifd_hotplug_stop(hotplug);
    hotplug = NULL;
    ifd_ports_stop(service);
    rm_context_close(context);
    rm_service_release(&service->base);
    tree_remove(&tree);
    return 0;
}

static rm_status start(char why[400]) {
    *why = '\0';
    return ifd_auto_start(service, &places, &hotplug, why, 400);
}

/* The readers' names, one after the other with a bar. */
static const char *list(void) {
    static char text[400];
    struct names names = {0};
    *text = '\0';
    assert_int_equal(rm_list_readers(context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    for (const char *name = NULL; (name = names_next(&names, name)) != NULL;)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s|", name);
    names_clear(&names);
    return text;
}

static bool await_list(const char *expected) {
    const uint64_t end = clock_deadline(RIG_SOON);
    while (strcmp(list(), expected) != 0 && clock_left(end))
        rig_nap(5);
    return strcmp(list(), expected) == 0;
}

/* Has the monitor tell of news. */
static void news(void) {
    void (*tell)(void) = NULL;
    void *udev = dlopen(FAKE_UDEV, RTLD_NOW | RTLD_NOLOAD);
    assert_non_null(udev);
    void *found = dlsym(udev, "fake_udev_news");
    assert_non_null(found);
    memcpy(&tell, &found, sizeof tell);
    tell();
    (void)dlclose(udev);
}

static void set_usb_fake(struct fake_ifd *fake) {
    char text[40];
    (void)snprintf(text, sizeof text, "fake:%p", (void *)fake);
    assert_int_equal(setenv(FAKE_IFD_USB, text, 1), 0);
}

static void configure(const char *file, const char *name, struct fake_ifd *fake) {
    char text[TREE_PATH];
    (void)snprintf(text, sizeof text, "FRIENDLYNAME \"%s\"\nLIBPATH " FAKE_IFD "\nDEVICENAME fake:%p:%ld\n",
                   name, (void *)fake, (long)getpid());
    tree_text(&tree, file, text);
}

static void test_auto__configured(void **state) {
    static struct fake_ifd one = {.slots = 2}, two = {.slots = 1, .card = {true}};
    char why[400];
    (void)state;
    configure("conf/a", "First Reader", &one);
    configure("conf/b", "First Reader", &two); /* a second one of its name gets the next number */
    tree_text(&tree, "conf/c", "FRIENDLYNAME Gone\nLIBPATH /nowhere/lib.so\nCHANNELID 1\n");
    assert_int_equal(start(why), RM_OK);
    assert_string_equal(list(), "First Reader 00 00|First Reader 00 01|First Reader 01 00|");
    struct rm_card *card = NULL;
    assert_int_equal(
        rm_connect(context, "First Reader 01 00", RM_SHARE_SHARED, RIG_ANY, RM_WITHIN(RIG_SOON), &card),
        RM_OK);
    assert_int_equal(rig_ask(card), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(0)), RM_OK);
}

/* Nothing is no fault; what is there and cannot be had is. */
static void test_auto__nothing(void **state) {
    char why[400];
    (void)state;
    assert_int_equal(start(why), RM_OK);
    assert_string_equal(list(), "");
    ifd_hotplug_stop(hotplug);
    hotplug = NULL;
    tree_text(&tree, "conf/c", "FRIENDLYNAME Gone\nLIBPATH /nowhere/lib.so\nCHANNELID 1\n");
    assert_int_equal(start(why), RM_E_READER_UNAVAILABLE);
    assert_non_null(strstr(why, "/nowhere/lib.so"));
    places.devices = "/nowhere";
    places.configuration = "/nowhere";
    assert_int_equal(start(why), RM_OK);
    assert_null(hotplug);
}

static void test_auto__usb_comes_and_goes(void **state) {
    static struct fake_ifd fake = {.slots = 1, .card = {true}};
    char why[400], expected[100];
    (void)state;
    set_usb_fake(&fake);
    tree_usb(&tree, "1-1", "08e6\n", "3437\n", "0b\n");
    assert_int_equal(start(why), RM_OK);
    assert_string_equal(list(), "Fake USB Reader 00 00|");
    (void)snprintf(expected, sizeof expected, "usb:08e6/3437:libudev:0:/dev/bus/usb/%03u/%03u", TREE_BUS,
                   TREE_DEVICE);
    assert_string_equal(fake.device, expected);
    struct rm_card *card = NULL;
    assert_int_equal(
        rm_connect(context, "Fake USB Reader 00 00", RM_SHARE_SHARED, RIG_ANY, RM_WITHIN(RIG_SOON), &card),
        RM_OK);
    tree_cut(&tree, "usb/1-1:1.0");
    tree_cut(&tree, "usb/1-1");
    news();
    assert_true(await_list(""));
    assert_int_equal(rig_ask(card), RM_E_READER_UNAVAILABLE);
    const uint64_t end = clock_deadline(RIG_SOON);
    while (!fake.closed && clock_left(end))
        rig_nap(5);
    assert_int_equal(fake.closed, 1);
    tree_usb(&tree, "1-1", "08e6\n", "3437\n", "0b\n");
    news();
    assert_true(await_list("Fake USB Reader 00 00|"));
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(0)), RM_OK);
}

/* What somebody else has, what nobody drives and what does not open is left out, and breaks nothing. */
static void test_auto__usb_left_out(void **state) {
    static struct fake_ifd fake = {.slots = 1, .open_code = 612};
    char why[400];
    (void)state;
    set_usb_fake(&fake);
    tree_usb(&tree, "1-1", "08e6\n", "3437\n", "0b\n");
    assert_int_equal(start(why), RM_E_READER_UNAVAILABLE);
    assert_non_null(strstr(why, "612"));
    fake.open_code = 0;
    tree_link(&tree, "usb/1-1:1.0/driver", "../usbfs");
    tree_usb(&tree, "1-2", "1234\n", "5678\n", "0b\n");
    assert_int_equal(start(why), RM_OK);
    assert_string_equal(list(), "");
    tree_cut(&tree, "usb/1-1:1.0/driver"); /* it is given back */
    news();
    assert_true(await_list("Fake USB Reader 00 00|"));
}

/* Without libudev the devices are looked at. */
static void test_auto__without_a_monitor(void **state) {
    static struct fake_ifd fake = {.slots = 1};
    char why[400];
    (void)state;
    set_usb_fake(&fake);
    places.monitor = "libnothing-of-this-name.so.1";
    assert_int_equal(start(why), RM_OK);
    assert_string_equal(list(), "");
    tree_usb(&tree, "1-1", "08e6\n", "3437\n", "0b\n");
    assert_true(await_list("Fake USB Reader 00 00|"));
}

/* The driver of the package up to the device that is not there. */
static void test_auto__ccid(void **state) {
    static const char driver[] = "/usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Linux/libccid.so";
    struct rm_service *ccid = NULL;
    char spec[300], why[400] = "";
    (void)state;
    if (access(driver, R_OK) != 0)
        skip();
    (void)snprintf(spec, sizeof spec, "%s:usb:08e6/3437:libudev:0:/dev/bus/usb/099/099", driver);
    assert_int_equal(ifd_service_create(spec, &ccid, why, sizeof why), RM_E_READER_UNAVAILABLE);
    assert_non_null(strstr(why, "usb:08e6/3437"));
    assert_non_null(strstr(why, "libccid.so"));
    assert_int_equal(ifd_service_create(spec, &ccid, why, sizeof why),
                     RM_E_READER_UNAVAILABLE); /* and again */
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, take_away)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_auto__configured),         CASE(test_auto__nothing),
        CASE(test_auto__usb_comes_and_goes), CASE(test_auto__usb_left_out),
        CASE(test_auto__without_a_monitor),  CASE(test_auto__ccid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
