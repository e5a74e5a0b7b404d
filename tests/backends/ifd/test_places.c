/* What a machine says of its readers: reader.conf, drivers' Info.plist, USB devices, who has what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/ifd/bundles.h"
#include "backends/ifd/claim.h"
#include "backends/ifd/daemon.h"
#include "backends/ifd/readerconf.h"
#include "backends/ifd/usb.h"
#include "tree.h"

static struct tree tree;

static int make(void **state) {
    (void)state;
    tree_make(&tree);
    return 0;
}

static int take_away(void **state) {
    (void)state;
    tree_remove(&tree);
    return 0;
}

/* reader.conf */

static void test_conf__entries(void **state) {
    struct ifd_conf conf = {.entries = NULL};
    (void)state;
    tree_text(&tree, "conf/b", "FRIENDLYNAME 'Second Reader'\nLIBPATH /lib/b.so\nCHANNELID 0x103\n");
    tree_text(&tree, "conf/a",
              "# a comment\n#FRIENDLYNAME \"None\"\n\nFRIENDLYNAME \"Virtual # PCD\"\r\n"
              "DEVICENAME   /dev/null:0x8C7B\nLIBPATH\t/lib/a.so # behind\nCHANNELID 0x8C7B\n"
              "FRIENDLYNAME Other\nCHANNELID 7\nLIBPATH /lib/c.so");
    tree_text(&tree, "conf/c", "LIBPATH /lib/d.so\nCHANNELID 1\n");                /* without a name */
    tree_text(&tree, "conf/d", "FRIENDLYNAME \"No Device\"\nLIBPATH /lib/d.so\n"); /* nor number */
    tree_text(&tree, "conf/e", "FRIENDLYNAME\nFRIENDLYNAME \"\nNONSENSE x\n\"\n"); /* nothing */
    tree_text(&tree, "conf/c1", "FRIENDLYNAME None\nLIBPATH /lib/d.so\nCHANNELID none\n"); /* no number */
    tree_text(&tree, "conf/c2", "FRIENDLYNAME ''\nLIBPATH /lib/d.so\nCHANNELID 1\n");      /* an empty name */
    tree_text(&tree, "conf/.f", "FRIENDLYNAME Hidden\nLIBPATH /lib/d.so\nCHANNELID 1\n");
    tree_file(&tree, "conf/g", "\0\xFF\0FRIENDLYNAME", 14);
    assert_true(ifd_conf_read(&conf, tree_path(&tree, "conf")));
    assert_int_equal(conf.count, 3);
    assert_string_equal(conf.entries[0].name, "Virtual # PCD");
    assert_string_equal(conf.entries[0].driver, "/lib/a.so");
    assert_string_equal(conf.entries[0].device, "/dev/null:0x8C7B");
    assert_int_equal(conf.entries[0].channel, 0x8C7B);
    assert_string_equal(conf.entries[1].name, "Other");
    assert_null(conf.entries[1].device);
    assert_int_equal(conf.entries[1].channel, 7);
    assert_string_equal(conf.entries[2].name, "Second Reader");
    assert_int_equal(ifd_conf_spec(&conf.entries[2]).channel, 0x103);
    ifd_conf_clear(&conf);
    assert_int_equal(conf.count, 0);
    assert_true(ifd_conf_read(&conf, tree_path(&tree, "conf/b"))); /* a file alone */
    assert_int_equal(conf.count, 1);
    ifd_conf_clear(&conf);
    assert_false(ifd_conf_read(&conf, tree_path(&tree, "nowhere")));
    assert_int_equal(conf.count, 0);
}

/* Info.plist */

#define ARRAY(one, two) "<array>\n<string>" one "</string> <string>" two "</string></array>"

static void test_bundles__devices(void **state) {
    struct ifd_bundles bundles = {.devices = NULL};
    (void)state;
    tree_text(&tree, "drivers/ccid.bundle/Contents/Info.plist",
              "<?xml version=\"1.0\"?><plist><dict><key>CFBundleExecutable</key>\n<string>libccid.so</string>"
              "<key>CFBundleName</key><string>CCIDCLASSDRIVER</string>"
              "<!-- <key>ifdVendorID</key><string>0x1111</string> -->"
              "<key>ifdVendorID</key>" ARRAY("0x08E6", "0x1050") "<key>ifdProductID</key>" ARRAY(
                  "0x3437", "407") "<key>ifdFriendlyName</key>" ARRAY("Gemalto &amp; Co &lt;1&gt;",
                                                                      "Key") "</dict></plist>");
    tree_text(
        &tree, "drivers/special.bundle/Contents/Info.plist",
        "<key>CFBundleExecutable</key><string>libx.so</string><key>ifdVendorID</key><string>0x08E6</string>"
        "<key>ifdProductID</key><string>0x3437</string><key>ifdFriendlyName</key><string>Special</string>");
    tree_text(
        &tree, "drivers/cut.bundle/Contents/Info.plist",
        "<key>CFBundleExecutable</key><string>liby.so</string><key>ifdVendorID</key><array><string>0x1");
    tree_text(&tree, "drivers/odd.bundle/Contents/Info.plist",
              "<key>CFBundleExecutable</key><string>../../evil.so</string><key>ifdVendorID</key>"
              "<string>0x0001</string><key>ifdProductID</key><string>0x0001</string>"
              "<key>ifdFriendlyName</key><string>Evil</string>");
    tree_text(&tree, "drivers/large.bundle/Contents/Info.plist",
              "<key>CFBundleExecutable</key><string>libz.so</string><key>ifdVendorID</key>"
              "<string>0x12345</string><key>ifdProductID</key><string>zz</string>"
              "<key>ifdFriendlyName</key><string>Large</string>");
    tree_text(&tree, "drivers/none.bundle/README", "nothing");
    tree_text(&tree, "drivers/serial/libfoo.so", "nothing");
    assert_true(ifd_bundles_read(&bundles, tree_path(&tree, "drivers")));
    assert_int_equal(bundles.count, 3);
    const struct ifd_bundle_device *device = ifd_bundles_find(&bundles, 0x1050, 0x407);
    assert_non_null(device);
    assert_string_equal(device->name, "Key");
    assert_string_equal(device->driver, tree_path(&tree, "drivers/ccid.bundle/Contents/Linux/libccid.so"));
    assert_string_equal(bundles.devices[0].name, "Gemalto & Co <1>");
    device = ifd_bundles_find(&bundles, 0x08E6, 0x3437); /* not the driver for the whole class */
    assert_string_equal(device->name, "Special");
    assert_null(ifd_bundles_find(&bundles, 0x1111, 0x3437));
    assert_null(ifd_bundles_find(&bundles, 1, 1));
    ifd_bundles_clear(&bundles);
    assert_false(ifd_bundles_read(&bundles, tree_path(&tree, "nowhere")));
}

/* The driver of the package, where it is installed: hundreds of devices. */
static void test_bundles__installed(void **state) {
    struct ifd_bundles bundles = {.devices = NULL};
    (void)state;
    if (access("/usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist", R_OK) != 0)
        skip();
    assert_true(ifd_bundles_read(&bundles, "/usr/lib/pcsc/drivers"));
    assert_true(bundles.count > 300);
    const struct ifd_bundle_device *device = ifd_bundles_find(&bundles, 0x08E6, 0x3437);
    assert_non_null(device);
    assert_true(device->by_class);
    assert_int_equal(access(device->driver, R_OK), 0);
    ifd_bundles_clear(&bundles);
}

/* USB */

static void test_usb__interfaces(void **state) {
    struct ifd_usb_list list = {.items = NULL};
    char name[IFD_USB_NAME_MAX], expected[100];
    (void)state;
    tree_usb(&tree, "1-2", "08e6\n", "3437\n", "0b\n");
    tree_usb(&tree, "1-3", "1050\n", "0407\n", "03\n"); /* a keyboard */
    tree_usb(&tree, "1-4.1", "04e6\n", "e001\n", "ff\n");
    tree_usb(&tree, "1-5", "zzzz\n", "\n", "0b\n");
    tree_text(&tree, "usb/1-6:1.0/bInterfaceClass", "0b\n"); /* whose device has just gone */
    tree_link(&tree, "usb/1-4.1:1.0/driver", "../../../bus/usb/drivers/usbfs");
    tree_link(&tree, "usb/1-2:1.0/driver", "../../../bus/usb/drivers/other");
    assert_true(ifd_usb_scan(&list, tree_path(&tree, "usb")));
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].id, "1-2:1.0");
    assert_int_equal(list.items[0].vendor, 0x08E6);
    assert_false(list.items[0].taken);
    ifd_usb_device_name(&list.items[0], name);
    (void)snprintf(expected, sizeof expected, "usb:08e6/3437:libudev:0:/dev/bus/usb/%03u/%03u", TREE_BUS,
                   TREE_DEVICE);
    assert_string_equal(name, expected);
    assert_int_equal(list.items[1].product, 0xE001);
    assert_true(list.items[1].taken);
    free(list.items);
    list = (struct ifd_usb_list){.items = NULL};
    assert_false(ifd_usb_scan(&list, tree_path(&tree, "nowhere")));
}

/* Who has it */

static void test_daemon__by_its_configuration(void **state) {
    const struct ifd_reader_spec mine = {.driver = "/lib/a.so", .device = "/dev/ttyS0"};
    const struct ifd_reader_spec other = {.driver = "/lib/a.so", .device = "/dev/ttyS1"};
    const struct ifd_reader_spec number = {.driver = "/lib/b.so", .channel = 3};
    char line[TREE_PATH], why[400] = "", link[TREE_PATH];
    const struct ifd_reader_spec linked = {.driver = link, .channel = 5};
    (void)state;
    (void)strcpy(link, tree_path(&tree, "link.so"));
    tree_text(&tree, "real.so", "");
    tree_link(&tree, "link.so", "real.so");
    tree_text(&tree, "conf/a", "FRIENDLYNAME A\nLIBPATH /lib/a.so\nDEVICENAME /dev/ttyS0\n");
    tree_text(&tree, "conf/b", "FRIENDLYNAME B\nLIBPATH /lib/b.so\nCHANNELID 3\n");
    (void)snprintf(line, sizeof line, "FRIENDLYNAME C\nLIBPATH %s\nCHANNELID 5\n",
                   tree_path(&tree, "real.so"));
    tree_text(&tree, "conf/c", line);
    tree_text(&tree, "proc/17/comm", "bash\n");
    tree_text(&tree, "proc/self/comm", "pcscd\n");
    assert_false(ifd_daemon_has(&mine, tree_path(&tree, "proc"), why, sizeof why));
    tree_text(&tree, "proc/4711/comm", "pcscd\n");
    const int size = snprintf(line, sizeof line, "/usr/sbin/pcscd%c--config%c%s%c--foreground%c", 0, 0,
                              tree_path(&tree, "conf"), 0, 0);
    tree_file(&tree, "proc/4711/cmdline", line, (size_t)size);
    assert_true(ifd_daemon_has(&mine, tree_path(&tree, "proc"), why, sizeof why));
    assert_non_null(strstr(why, "4711"));
    assert_non_null(strstr(why, tree.root));
    assert_true(ifd_daemon_has(&number, tree_path(&tree, "proc"), NULL, 0));
    assert_true(ifd_daemon_has(&linked, tree_path(&tree, "proc"), NULL, 0));
    assert_false(ifd_daemon_has(&other, tree_path(&tree, "proc"), why, sizeof why));
    const int joined = snprintf(line, sizeof line, "pcscd%c--config=%s%c", 0, tree_path(&tree, "conf/b"), 0);
    tree_file(&tree, "proc/4711/cmdline", line, (size_t)joined);
    assert_false(ifd_daemon_has(&mine, tree_path(&tree, "proc"), NULL, 0));
    assert_true(ifd_daemon_has(&number, tree_path(&tree, "proc"), NULL, 0));
    tree_file(&tree, "proc/4711/cmdline", "pcscd\0-c", 9); /* cut off */
    assert_false(ifd_daemon_has(&number, tree_path(&tree, "proc"), NULL, 0));
    assert_false(ifd_daemon_has(&mine, tree_path(&tree, "nowhere"), NULL, 0));
}

static void test_claim__says_who(void **state) {
    const struct ifd_reader_spec spec = {.driver = "/lib/claim-test.so", .device = tree.root};
    const struct ifd_reader_spec moved = {.driver = "/usr/lib/claim-test.so", .device = tree.root};
    char why[400] = "", number[40];
    int claim = -1, again = -1, told[2];
    (void)state;
    assert_int_equal(ifd_claim(&spec, &claim, why, sizeof why), RM_OK);
    assert_true(claim >= 0);
    assert_int_equal(ifd_claim(&moved, &again, why, sizeof why), RM_E_READER_UNAVAILABLE);
    assert_int_equal(again, -1);
    assert_non_null(strstr(why, "this program"));
    assert_int_equal(close(claim), 0);
    assert_int_equal(pipe(told), 0);
    const pid_t child = fork();
    if (child == 0) {
        char byte = 0;
        (void)ifd_claim(&spec, &claim, NULL, 0);
        (void)!write(told[1], &byte, 1);
        (void)pause();
        _exit(0);
    }
    assert_int_equal(read(told[0], why, 1), 1);
    assert_int_equal(ifd_claim(&spec, &claim, why, sizeof why), RM_E_READER_UNAVAILABLE);
    (void)snprintf(number, sizeof number, "process %ld (", (long)child);
    assert_non_null(strstr(why, number));
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(ifd_claim(&spec, &claim, why, sizeof why), RM_OK); /* it has ended with its process */
    (void)close(claim);
    (void)close(told[0]);
    (void)close(told[1]);
}

/* Long names differ in all of their characters. */
static void test_claim__long_names(void **state) {
    char one[400], two[400];
    struct ifd_reader_spec spec = {.driver = "/lib/a.so", .device = one};
    int first = -1, second = -1;
    (void)state;
    memset(one, 'x', sizeof one);
    one[sizeof one - 1] = '\0';
    memcpy(two, one, sizeof two);
    two[sizeof two - 2] = 'y';
    assert_int_equal(ifd_claim(&spec, &first, NULL, 0), RM_OK);
    spec.device = two;
    assert_int_equal(ifd_claim(&spec, &second, NULL, 0), RM_OK);
    (void)close(first);
    (void)close(second);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, take_away)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_conf__entries),
        CASE(test_bundles__devices),
        CASE(test_bundles__installed),
        CASE(test_usb__interfaces),
        CASE(test_daemon__by_its_configuration),
        CASE(test_claim__says_who),
        CASE(test_claim__long_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
