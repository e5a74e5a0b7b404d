/* scardssp_rm.h: the readers on the USB, as the kernel and the installed drivers tell of them. */
#include <stdio.h>
#include <stdlib.h>

#include "backends/ifd/usbreaders.h"
#include "com/hresult.h"
#include "scardssp_rm.h"

struct telling {
    scardssp_usb_reader_visitor visit;
    void *user;
};

static void tell(void *user, const struct ifd_usb_reader *reader) {
    const struct telling *telling = user;
    const struct ifd_usb_interface *interface = reader->interface;
    const struct scardssp_usb_reader out = {
        .device = interface->id,
        .product = reader->product,
        .name = reader->driven ? reader->driven->name : NULL,
        .driver = reader->driven ? reader->driven->driver : NULL,
        .driver_missing = reader->driver_missing,
        .kernel = interface->kernel[0] ? interface->kernel : NULL,
        .vendor_id = interface->vendor,
        .product_id = interface->product,
        .bus = interface->bus,
        .number = interface->device,
        .classes = reader->voltages,
    };
    telling->visit(telling->user, &out);
}

/* A place of the system below another root. NULL: out of memory. */
static char *below(const char *root, const char *path) {
    char *out = NULL;
    return asprintf(&out, "%s%s", root, path) < 0 ? NULL : out;
}

int32_t scardssp_each_usb_reader(const char *root, scardssp_usb_reader_visitor visitor, void *user) {
    if (!visitor)
        return E_POINTER;
    struct telling telling = {visitor, user};
    struct ifd_places places = ifd_places_system;
    char *devices = below(root ? root : "", places.devices);
    char *bundles = below(root ? root : "", places.bundles);
    rm_status status = devices && bundles ? RM_OK : RM_E_NO_MEMORY;
    places.devices = devices;
    places.bundles = bundles;
    if (status == RM_OK)
        status = ifd_usb_readers_each(&places, tell, &telling);
    free(bundles);
    free(devices);
    return hresult_from_rm(status);
}
