/* The USB beside the drivers and the service: see examine.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "doctor/examine.h"
#include "doctor/place.h"
#include "doctor/processes.h"
#include "doctor/root.h"
#include "scardssp.h"
#include "scardssp_rm.h"

#define SERVICE_PROGRAM "pcscd"

struct bus {
    struct findings *all;
    const struct reader_list *readers; /* NULL: the service does not work */
    size_t count;
};

/* Packages with drivers for readers that the general driver does not drive, by their makers. */
static const char *package_of(uint16_t vendor) {
    switch (vendor) {
    case 0x072F:
        return "libacsccid1";
    case 0x0C4B:
        return "libifd-cyberjack6";
    default:
        return "libccid";
    }
}

static void name_reader(const struct scardssp_usb_reader *reader, char *out, size_t room) {
    const char *name = reader->name ? reader->name : reader->product;
    (void)snprintf(out, room, "%s (USB %04x:%04x)", name ? name : "a reader", reader->vendor_id,
                   reader->product_id);
}

static void find_no_driver(struct findings *all, const struct scardssp_usb_reader *reader, const char *name) {
    struct finding *one = finding_add(all, FINDING_FAULT, "no-driver", name);
    finding_what(one, "no driver that is installed drives it");
    finding_seen(one,
                 "no Contents/Info.plist in /usr/lib/pcsc/drivers names vendor 0x%04X with product 0x%04X",
                 reader->vendor_id, reader->product_id);
    finding_remedy(one, "install a driver that does, that of Debian or the maker's, and plug it in anew");
    finding_command(one, "sudo apt-get install %s", package_of(reader->vendor_id));
}

static void find_driver_missing(struct findings *all, const struct scardssp_usb_reader *reader,
                                const char *name) {
    struct finding *one = finding_add(all, FINDING_FAULT, "driver-missing", name);
    finding_what(one, "its driver is announced, but is not there");
    finding_seen(one, "%s cannot be read", reader->driver);
    finding_remedy(one, "install the driver's package anew");
    finding_command(one, "sudo apt-get install --reinstall %s", package_of(reader->vendor_id));
}

/* A module of the kernel has it, as those for NFC take some readers: no program can have it then. */
static void find_kernel(struct findings *all, const struct scardssp_usb_reader *reader, const char *name) {
    struct finding *one = finding_add(all, FINDING_FAULT, "kernel-module", name);
    finding_what(one, "a module of the kernel has taken it");
    finding_seen(one, "/sys/bus/usb/devices/%s/driver is %s", reader->device, reader->kernel);
    finding_remedy(one, "take the module out, now and for good, then start the service anew");
    finding_command(
        one,
        "echo 'blacklist %s' | sudo tee /etc/modprobe.d/no-%s.conf; sudo modprobe -r %s; sudo systemctl "
        "restart pcscd.service",
        reader->kernel, reader->kernel, reader->kernel);
}

/* Another program drives it by itself, as GnuPG's scdaemon does unless it is told to ask the service. */
static void find_held(struct findings *all, const struct holder *holder, const char *device,
                      const char *name) {
    struct finding *one = finding_add(all, FINDING_FAULT, "held-by-program", name);
    finding_what(one, "%s (process %" PRIu32 "%s%s) keeps it from the PC/SC service",
                 holder->program[0] ? holder->program : "a program", holder->pid,
                 holder->user[0] ? ", user " : "", holder->user);
    finding_seen(one, "it has %s open", device);
    if (strcmp(holder->program, "scdaemon") == 0) {
        finding_remedy(one, "end it, and let it ask the service from now on");
        finding_command(one, "echo disable-ccid >> ~/.gnupg/scdaemon.conf; gpgconf --kill scdaemon");
    } else {
        finding_remedy(one, "end that program");
        finding_command(one, "sudo kill %" PRIu32, holder->pid);
    }
}

/* Whether a program besides the service has the device open, and that is told. */
static bool find_holders(struct findings *all, const struct scardssp_usb_reader *reader, const char *name) {
    char path[64], full[PLACE_MAX];
    struct holder_list holders = {0};
    (void)snprintf(path, sizeof path, "/dev/bus/usb/%03" PRIu32 "/%03" PRIu32, reader->bus, reader->number);
    processes_with_file(place_path(path, full), &holders);
    holder_list_drop(&holders, SERVICE_PROGRAM);
    for (size_t i = 0; i < holders.count; ++i)
        find_held(all, &holders.items[i], path, name);
    const bool found = holders.count > 0;
    holder_list_free(&holders);
    return found;
}

/* Whether the service has the reader: its name is the driver's, and numbers behind it. */
static bool is_listed(const struct bus *bus, const char *name) {
    for (size_t i = 0; i < bus->readers->count; ++i)
        if (strncmp(bus->readers->readers[i].name, name, strlen(name)) == 0)
            return true;
    return false;
}

static void find_not_listed(struct findings *all, const struct scardssp_usb_reader *reader,
                            const char *name) {
    struct finding *one = finding_add(all, FINDING_FAULT, "not-listed", name);
    finding_what(one, "it has a driver, and the PC/SC service does not have it all the same");
    finding_seen(one, "no reader of 'scard list' begins with '%s'", reader->name);
    finding_remedy(
        one, "plug it in anew, or start the service anew; 'journalctl -u pcscd' says what the driver has "
             "met");
    finding_command(one, "sudo systemctl restart pcscd.service");
}

static void find_driven(struct findings *all, const struct scardssp_usb_reader *reader, const char *name) {
    struct finding *one = finding_add(all, FINDING_FINE, "usb-reader", name);
    finding_what(one, "it has a driver");
    finding_seen(one, "%s", reader->driver);
}

static void judge(void *user, const struct scardssp_usb_reader *reader) {
    struct bus *bus = user;
    char name[200];
    name_reader(reader, name, sizeof name);
    ++bus->count;
    if (reader->kernel && strcmp(reader->kernel, "usbfs") != 0)
        find_kernel(bus->all, reader, name);
    else if (!reader->name)
        find_no_driver(bus->all, reader, name);
    else if (reader->driver_missing)
        find_driver_missing(bus->all, reader, name);
    else if (bus->readers && is_listed(bus, reader->name))
        find_driven(bus->all, reader, name);
    else if (!find_holders(bus->all, reader, name) && bus->readers)
        find_not_listed(bus->all, reader, name);
}

size_t examine_bus(struct findings *all, const struct reader_list *readers) {
    struct bus bus = {.all = all, .readers = readers};
    (void)scardssp_each_usb_reader(root_folder(), judge, &bus); /* without USB there is nothing to tell */
    return bus.count;
}
