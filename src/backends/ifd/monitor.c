/* libudev as far as it is needed here; its objects are looked into by itself only. */
#include "backends/ifd/monitor.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/library.h"

struct udev;
struct udev_monitor;
struct udev_device;

struct functions {
    struct udev *(*new_udev)(void);
    struct udev *(*unref_udev)(struct udev *udev);
    struct udev_monitor *(*new_monitor)(struct udev *udev, const char *source);
    struct udev_monitor *(*unref_monitor)(struct udev_monitor *monitor);
    int (*filter)(struct udev_monitor *monitor, const char *subsystem, const char *kind);
    int (*enable)(struct udev_monitor *monitor);
    int (*descriptor)(struct udev_monitor *monitor);
    struct udev_device *(*receive)(struct udev_monitor *monitor);
    struct udev_device *(*unref_device)(struct udev_device *device);
};

struct ifd_monitor {
    struct functions call;
    struct udev *udev;
    struct udev_monitor *monitor;
    int descriptor;
};

static const struct library_symbol symbols[] = {
    {"udev_new", offsetof(struct functions, new_udev)},
    {"udev_unref", offsetof(struct functions, unref_udev)},
    {"udev_monitor_new_from_netlink", offsetof(struct functions, new_monitor)},
    {"udev_monitor_unref", offsetof(struct functions, unref_monitor)},
    {"udev_monitor_filter_add_match_subsystem_devtype", offsetof(struct functions, filter)},
    {"udev_monitor_enable_receiving", offsetof(struct functions, enable)},
    {"udev_monitor_get_fd", offsetof(struct functions, descriptor)},
    {"udev_monitor_receive_device", offsetof(struct functions, receive)},
    {"udev_device_unref", offsetof(struct functions, unref_device)},
};

struct ifd_monitor *ifd_monitor_open(const char *library) {
    struct ifd_monitor *monitor = calloc(1, sizeof *monitor);
    if (!monitor)
        return NULL;
    monitor->descriptor = -1;
    if (library_open(library, symbols, sizeof symbols / sizeof symbols[0], &monitor->call)) {
        monitor->udev = monitor->call.new_udev();
        if (monitor->udev)
            monitor->monitor = monitor->call.new_monitor(monitor->udev, "udev");
        if (monitor->monitor && monitor->call.filter(monitor->monitor, "usb", "usb_interface") >= 0 &&
            monitor->call.enable(monitor->monitor) >= 0)
            monitor->descriptor = monitor->call.descriptor(monitor->monitor);
    }
    if (monitor->descriptor < 0) {
        ifd_monitor_close(monitor);
        return NULL;
    }
    return monitor;
}

int ifd_monitor_descriptor(const struct ifd_monitor *monitor) {
    return monitor ? monitor->descriptor : -1;
}

void ifd_monitor_drain(struct ifd_monitor *monitor) {
    struct udev_device *device;
    while ((device = monitor->call.receive(monitor->monitor)) != NULL)
        (void)monitor->call.unref_device(device);
}

void ifd_monitor_close(struct ifd_monitor *monitor) {
    if (!monitor)
        return;
    if (monitor->monitor)
        (void)monitor->call.unref_monitor(monitor->monitor);
    if (monitor->udev)
        (void)monitor->call.unref_udev(monitor->udev);
    free(monitor);
}
