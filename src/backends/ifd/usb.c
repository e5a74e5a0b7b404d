/*
 * sysfs: a folder for each device (1-2) and for each of its interfaces (1-2:1.0), with a file for each
 * number.
 */
#include "backends/ifd/usb.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/ifd/folder.h"

/* Classes of interfaces: smart card, and the vendor's own, as readers older than that class have. */
enum { CLASS_NONE = 0x00, CLASS_SMART_CARD = 0x0B, CLASS_VENDOR = 0xFF };

/* A number in a file of a device's folder. */
static bool read_number(const char *folder, const char *file, int base, unsigned long *out) {
    char *text = ifd_text_read(folder, file, NULL);
    char *end = NULL;
    *out = text ? strtoul(text, &end, base) : 0;
    const bool read = text && end != text && *out <= UINT_MAX;
    free(text);
    return read;
}

/* Which of the kernel's drivers has the interface; it says usbfs where a program has. */
static void read_kernel(const char *folder, struct ifd_usb_interface *out) {
    char *path = ifd_path_join(folder, "driver");
    char target[PATH_MAX];
    const ssize_t size = path ? readlink(path, target, sizeof target - 1) : -1;
    free(path);
    if (size <= 0)
        return;
    target[size] = '\0';
    const char *slash = strrchr(target, '/');
    (void)snprintf(out->kernel, sizeof out->kernel, "%.*s", (int)sizeof out->kernel - 1,
                   slash ? slash + 1 : target);
    out->taken = strcmp(out->kernel, "usbfs") == 0;
}

static bool read_device(const char *folder, struct ifd_usb_interface *out) {
    unsigned long vendor, product, bus, device;
    if (!read_number(folder, "idVendor", 16, &vendor) || !read_number(folder, "idProduct", 16, &product) ||
        !read_number(folder, "busnum", 10, &bus) || !read_number(folder, "devnum", 10, &device))
        return false;
    out->vendor = (uint16_t)vendor;
    out->product = (uint16_t)product;
    out->bus = (unsigned)bus;
    out->device = (unsigned)device;
    return vendor <= UINT16_MAX && product <= UINT16_MAX;
}

static bool read_interface(const char *folder, struct ifd_usb_interface *out) {
    unsigned long kind, number;
    if (!read_number(folder, "bInterfaceClass", 16, &kind) ||
        !read_number(folder, "bInterfaceNumber", 16, &number))
        return false;
    out->interface = (unsigned)number;
    out->smart_card = kind == CLASS_SMART_CARD;
    read_kernel(folder, out);
    return kind == CLASS_NONE || kind == CLASS_SMART_CARD || kind == CLASS_VENDOR;
}

/* The interface of this name; its device's name stands before the colon. */
static bool look_at(const char *folder, const char *name, struct ifd_usb_interface *out) {
    const size_t length = strcspn(name, ":");
    if (!name[length] || strlen(name) >= sizeof out->id)
        return false;
    (void)strcpy(out->id, name);
    char *device_name = strndup(name, length);
    char *device = device_name ? ifd_path_join(folder, device_name) : NULL;
    char *interface = ifd_path_join(folder, name);
    const bool fits = device && interface && read_device(device, out) && read_interface(interface, out);
    free(device_name);
    free(device);
    free(interface);
    return fits;
}

bool ifd_usb_scan(struct ifd_usb_list *list, const char *folder) {
    char **names = ifd_folder_read(folder);
    bool fine = names != NULL;
    for (char **name = names; fine && *name; ++name) {
        struct ifd_usb_interface found = {.id = ""};
        if (!look_at(folder, *name, &found))
            continue;
        struct ifd_usb_interface *more = realloc(list->items, (list->count + 1) * sizeof *more);
        fine = more != NULL;
        if (fine) {
            list->items = more;
            more[list->count++] = found;
        }
    }
    ifd_folder_free(names);
    return fine;
}

void ifd_usb_device_name(const struct ifd_usb_interface *interface, char name[IFD_USB_NAME_MAX]) {
    (void)snprintf(name, IFD_USB_NAME_MAX, "usb:%04x/%04x:libudev:%u:/dev/bus/usb/%03u/%03u",
                   (unsigned)interface->vendor, (unsigned)interface->product, interface->interface,
                   interface->bus, interface->device);
}
