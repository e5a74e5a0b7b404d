/* What the kernel tells of devices beside what drivers tell of themselves: see usbreaders.h. */
#include "backends/ifd/usbreaders.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/ifd/ccid.h"
#include "backends/ifd/folder.h"

/* A file of the device that the interface belongs to; to be freed, NULL: it has none. */
static char *device_file(const struct ifd_usb_interface *interface, const char *devices, const char *name,
                         size_t *size) {
    char *device = strndup(interface->id, strcspn(interface->id, ":"));
    char *folder = device ? ifd_path_join(devices, device) : NULL;
    char *text = folder ? ifd_text_read(folder, name, size) : NULL;
    free(folder);
    free(device);
    return text;
}

static unsigned voltages_of(const struct ifd_usb_interface *interface, const char *devices) {
    size_t size = 0;
    char *descriptors = device_file(interface, devices, "descriptors", &size);
    const unsigned voltages =
        descriptors ? ccid_voltages((const uint8_t *)descriptors, size, interface->interface) : 0;
    free(descriptors);
    return voltages;
}

static void tell(const struct ifd_usb_interface *interface, const struct ifd_bundle_device *driven,
                 const char *devices, ifd_usb_reader_visitor visit, void *user) {
    char *product = device_file(interface, devices, "product", NULL);
    if (product)
        product[strcspn(product, "\n")] = '\0';
    const struct ifd_usb_reader reader = {
        .interface = interface,
        .driven = driven,
        .product = product && *product ? product : NULL,
        .driver_missing = driven && access(driven->driver, R_OK) != 0,
        .voltages = voltages_of(interface, devices),
    };
    visit(user, &reader);
    free(product);
}

rm_status ifd_usb_readers_each(const struct ifd_places *places, ifd_usb_reader_visitor visit, void *user) {
    struct ifd_usb_list list = {.count = 0};
    struct ifd_bundles bundles = {.count = 0};
    if (access(places->devices, R_OK | X_OK) != 0)
        return RM_E_UNSUPPORTED_FEATURE;
    (void)ifd_bundles_read(&bundles, places->bundles); /* without any, no reader has a driver */
    const bool fine = ifd_usb_scan(&list, places->devices);
    for (size_t i = 0; fine && i < list.count; ++i) {
        const struct ifd_usb_interface *interface = &list.items[i];
        const struct ifd_bundle_device *driven =
            ifd_bundles_find(&bundles, interface->vendor, interface->product);
        if (driven || interface->smart_card)
            tell(interface, driven, places->devices, visit, user);
    }
    free(list.items);
    ifd_bundles_clear(&bundles);
    return fine ? RM_OK : RM_E_NO_MEMORY;
}
