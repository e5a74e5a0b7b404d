/* Readers on the USB as people are told of them: what they say, what drives them, what holds them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backends/ifd/ccid.h"
#include "backends/ifd/usbreaders.h"
#include "tree.h"

static struct tree tree;
static char devices[TREE_PATH], bundles[TREE_PATH];
static char told[1000];

static int make(void **state) {
    (void)state;
    tree_make(&tree);
    (void)snprintf(devices, sizeof devices, "%s", tree_path(&tree, "usb"));
    (void)snprintf(bundles, sizeof bundles, "%s", tree_path(&tree, "drivers"));
    return 0;
}

static int take_away(void **state) {
    (void)state;
    tree_remove(&tree);
    return 0;
}

/* Descriptors of a device whose interface 1 is a reader of 5 V and 1.8 V, and whose interface 0 is none. */
static size_t descriptors(uint8_t out[128]) {
    static const uint8_t head[] = {
        9,    4,    0,    0, 2, 3,    1,    2,  0, /* interface 0 */
        9,    0x21, 1,    1, 0, 1,    0x22, 63, 0, /* of its class, with the same type */
        9,    4,    1,    0, 3, 0x0B, 0,    0,  0, /* interface 1 */
        0x36, 0x21, 0x10, 1, 0, 0x05};
    memset(out, 0, 128);
    memcpy(out, head, sizeof head);
    return 27 + 0x36;
}

static void test_ccid__voltages(void **state) {
    (void)state;
    uint8_t bytes[128];
    const size_t size = descriptors(bytes);
    assert_int_equal(ccid_voltages(bytes, size, 1), CCID_CLASS_A | CCID_CLASS_C);
    assert_int_equal(ccid_voltages(bytes, size, 0), 0);
    assert_int_equal(ccid_voltages(bytes, size, 2), 0);
    for (size_t cut = 0; cut < size; ++cut)
        assert_int_equal(ccid_voltages(bytes, cut, 1), 0);
    bytes[18] = 0; /* a descriptor of no bytes would be met for ever */
    assert_int_equal(ccid_voltages(bytes, size, 1), 0);
    bytes[18] = 1;
    assert_int_equal(ccid_voltages(bytes, size, 1), 0);
    assert_int_equal(ccid_voltages(NULL, 0, 0), 0);
}

static void note(void *user, const struct ifd_usb_reader *reader) {
    (void)user;
    (void)snprintf(told + strlen(told), sizeof told - strlen(told), "%s %04x:%04x '%s' '%s'%s%s [%s] %u;",
                   reader->interface->id, reader->interface->vendor, reader->interface->product,
                   reader->product ? reader->product : "", reader->driven ? reader->driven->name : "",
                   reader->driver_missing ? " missing" : "", reader->interface->taken ? " taken" : "",
                   reader->interface->kernel, reader->voltages);
}

static rm_status tell(void) {
    const struct ifd_places places = {.devices = devices, .bundles = bundles};
    told[0] = '\0';
    return ifd_usb_readers_each(&places, note, NULL);
}

static void test_usbreaders__none(void **state) {
    (void)state;
    assert_int_equal(tell(), RM_E_UNSUPPORTED_FEATURE);
    tree_text(&tree, "usb/README", "no device");
    assert_int_equal(tell(), RM_OK);
    assert_string_equal(told, "");
}

static void test_usbreaders__told(void **state) {
    (void)state;
    uint8_t bytes[128];
    tree_usb(&tree, "1-1", "08e6\n", "3437\n", "0b\n"); /* with a driver */
    tree_usb(&tree, "1-2", "072f\n", "2200\n", "0b\n"); /* without */
    tree_usb(&tree, "1-3", "04e6\n", "e003\n", "ff\n"); /* none by its class, with a driver */
    tree_usb(&tree, "1-4", "1234\n", "5678\n", "ff\n"); /* anything */
    tree_usb(&tree, "1-5", "046d\n", "c31c\n", "03\n"); /* a keyboard */
    tree_file(&tree, "usb/1-1/descriptors", bytes, descriptors(bytes));
    tree_text(&tree, "usb/1-2/product", "ACR122U PICC Interface\n");
    tree_link(&tree, "usb/1-2:1.0/driver", "../../../bus/usb/drivers/pn533_usb");
    tree_link(&tree, "usb/1-3:1.0/driver", "../usbfs");
    assert_int_equal(tell(), RM_OK);
    assert_string_equal(told, "1-1:1.0 08e6:3437 '' '' [] 0;"
                              "1-2:1.0 072f:2200 'ACR122U PICC Interface' '' [pn533_usb] 0;");
    tree_text(&tree, "drivers/one.bundle/Contents/Info.plist",
              "<key>CFBundleExecutable</key><string>libone.so</string>"
              "<key>ifdVendorID</key><array><string>0x08E6</string><string>0x04E6</string></array>"
              "<key>ifdProductID</key><array><string>0x3437</string><string>0xE003</string></array>"
              "<key>ifdFriendlyName</key><array><string>One</string><string>Other</string></array>");
    assert_int_equal(tell(), RM_OK);
    assert_string_equal(told, "1-1:1.0 08e6:3437 '' 'One' missing [] 0;"
                              "1-2:1.0 072f:2200 'ACR122U PICC Interface' '' [pn533_usb] 0;"
                              "1-3:1.0 04e6:e003 '' 'Other' missing taken [usbfs] 0;");
    tree_text(&tree, "drivers/one.bundle/Contents/Linux/libone.so", "");
    assert_int_equal(tell(), RM_OK);
    assert_null(strstr(told, "missing"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ccid__voltages),
        cmocka_unit_test_setup_teardown(test_usbreaders__none, make, take_away),
        cmocka_unit_test_setup_teardown(test_usbreaders__told, make, take_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
