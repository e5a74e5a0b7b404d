/*
 * What an administrator and the makers of drivers have written: reader.conf and Info.plist. Entries are
 * whole, or there are none.
 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backends/ifd/bundles.h"
#include "backends/ifd/readerconf.h"
#include "fuzz.h"

static void check_conf(const char *path) {
    struct ifd_conf conf = {0};
    FUZZ_CHECK(ifd_conf_read(&conf, path));
    for (size_t i = 0; i < conf.count; ++i) {
        const struct ifd_conf_entry *const entry = &conf.entries[i];
        FUZZ_CHECK(entry->name && *entry->name && entry->driver && *entry->driver);
        FUZZ_CHECK(entry->device || entry->channel);
        const struct ifd_reader_spec spec = ifd_conf_spec(entry);
        FUZZ_CHECK(spec.driver == entry->driver);
    }
    ifd_conf_clear(&conf);
    FUZZ_CHECK(!conf.entries && !conf.count);
}

/* One bundle in a folder, which goes again. */
static void check_bundles(const uint8_t *bytes, size_t size) {
    static const char *const names[] = {"bundles", "bundles/a.bundle", "bundles/a.bundle/Contents"};
    struct ifd_bundles bundles = {0};
    for (size_t i = 0; i < 3; ++i)
        FUZZ_CHECK(mkdir(scratch_path(names[i]), 0700) == 0);
    (void)scratch_write("bundles/a.bundle/Contents/Info.plist", bytes, size);
    FUZZ_CHECK(ifd_bundles_read(&bundles, scratch_path("bundles")));
    for (size_t i = 0; i < bundles.count; ++i) {
        const struct ifd_bundle_device *const device = &bundles.devices[i];
        FUZZ_CHECK(device->name && device->driver);
        FUZZ_CHECK(ifd_bundles_find(&bundles, device->vendor, device->product));
    }
    ifd_bundles_clear(&bundles);
    FUZZ_CHECK(unlink(scratch_path("bundles/a.bundle/Contents/Info.plist")) == 0);
    for (size_t i = 3; i--;)
        FUZZ_CHECK(rmdir(scratch_path(names[i])) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    check_conf(scratch_write("reader.conf", data, size));
    check_bundles(data, size);
    return 0;
}
