/* scardssp_rm.h: the readers on the USB, in a root folder of the test's own. */
#include <stdio.h>
#include <string.h>

#include "backends/ifd/tree.h"
#include "kit.h"

struct told {
    unsigned count;
    char text[300];
};

static void note(void *user, const struct scardssp_usb_reader *reader) {
    struct told *told = user;
    ++told->count;
    (void)snprintf(told->text, sizeof told->text, "%s %04x:%04x %u/%u '%s' '%s' '%s'%s [%s] %u",
                   reader->device, reader->vendor_id, reader->product_id, reader->bus, reader->number,
                   reader->product ? reader->product : "", reader->name ? reader->name : "",
                   reader->driver ? strrchr(reader->driver, '/') + 1 : "",
                   reader->driver_missing ? " missing" : "", reader->kernel ? reader->kernel : "",
                   reader->classes);
}

static void test_usb__told(void **state) {
    (void)state;
    struct tree tree;
    struct told told = {0};
    char wanted[300];
    /* An interface of the smart card class, with the descriptor of that class behind it: 3 V and 1.8 V. */
    uint8_t descriptors[9 + 0x36] = {9, 4, 0, 0, 3, 0x0B, 0, 0, 0, 0x36, 0x21, 0x10, 1, 0, 0x06};
    tree_make(&tree);
    const char *root = tree.root;
    expect_hr(scardssp_each_usb_reader(root, note, &told), SCARD_E_UNSUPPORTED_FEATURE);
    tree_text(&tree, "sys/bus/usb/devices/1-1/idVendor", "08e6\n");
    tree_text(&tree, "sys/bus/usb/devices/1-1/idProduct", "3437\n");
    tree_text(&tree, "sys/bus/usb/devices/1-1/busnum", "1\n");
    tree_text(&tree, "sys/bus/usb/devices/1-1/devnum", "7\n");
    tree_text(&tree, "sys/bus/usb/devices/1-1/product", "Twin\n");
    tree_file(&tree, "sys/bus/usb/devices/1-1/descriptors", descriptors, sizeof descriptors);
    tree_text(&tree, "sys/bus/usb/devices/1-1:1.0/bInterfaceClass", "0b\n");
    tree_text(&tree, "sys/bus/usb/devices/1-1:1.0/bInterfaceNumber", "00\n");
    tree_link(&tree, "sys/bus/usb/devices/1-1:1.0/driver", "../usbfs");
    expect_hr(scardssp_each_usb_reader(root, note, &told), S_OK);
    assert_int_equal(told.count, 1);
    assert_string_equal(told.text, "1-1:1.0 08e6:3437 1/7 'Twin' '' '' [usbfs] 6");
    tree_text(
        &tree, "usr/lib/pcsc/drivers/one.bundle/Contents/Info.plist",
        "<key>CFBundleExecutable</key><string>libone.so</string><key>ifdVendorID</key><string>0x08E6</string>"
        "<key>ifdProductID</key><string>0x3437</string><key>ifdFriendlyName</key><string>One</string>");
    expect_hr(scardssp_each_usb_reader(root, note, &told), S_OK);
    (void)snprintf(wanted, sizeof wanted, "1-1:1.0 08e6:3437 1/7 'Twin' 'One' 'libone.so' missing [usbfs] %u",
                   SCARDSSP_CLASS_B | SCARDSSP_CLASS_C);
    assert_string_equal(told.text, wanted);
    tree_remove(&tree);
    expect_hr(scardssp_each_usb_reader(root, NULL, NULL), E_POINTER);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_usb__told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
