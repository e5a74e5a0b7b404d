/* A monitor that is a counter of news. */
#include "support/fakes/udev.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define API __attribute__((visibility("default")))

struct udev;
struct udev_monitor;
struct udev_device;

API struct udev *udev_new(void);
API struct udev *udev_unref(struct udev *udev);
API struct udev_monitor *udev_monitor_new_from_netlink(struct udev *udev, const char *source);
API struct udev_monitor *udev_monitor_unref(struct udev_monitor *monitor);
API int udev_monitor_filter_add_match_subsystem_devtype(struct udev_monitor *monitor, const char *subsystem,
                                                        const char *kind);
API int udev_monitor_enable_receiving(struct udev_monitor *monitor);
API int udev_monitor_get_fd(struct udev_monitor *monitor);
API struct udev_device *udev_monitor_receive_device(struct udev_monitor *monitor);
API struct udev_device *udev_device_unref(struct udev_device *device);
API void fake_udev_news(void);

static int event = -1;

/* All objects are one. */
static void *object(void) {
    return &event;
}

struct udev *udev_new(void) {
    event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
    return event >= 0 ? object() : NULL;
}

struct udev *udev_unref(struct udev *udev) {
    (void)udev;
    (void)close(event);
    event = -1;
    return NULL;
}

struct udev_monitor *udev_monitor_new_from_netlink(struct udev *udev, const char *source) {
    (void)udev, (void)source;
    return object();
}

struct udev_monitor *udev_monitor_unref(struct udev_monitor *monitor) {
    (void)monitor;
    return NULL;
}

int udev_monitor_filter_add_match_subsystem_devtype(struct udev_monitor *monitor, const char *subsystem,
                                                    const char *kind) {
    (void)monitor, (void)subsystem, (void)kind;
    return 0;
}

int udev_monitor_enable_receiving(struct udev_monitor *monitor) {
    (void)monitor;
    return 0;
}

int udev_monitor_get_fd(struct udev_monitor *monitor) {
    (void)monitor;
    return event;
}

struct udev_device *udev_monitor_receive_device(struct udev_monitor *monitor) {
    uint64_t count;
    (void)monitor;
    return read(event, &count, sizeof count) == sizeof count ? object() : NULL;
}

struct udev_device *udev_device_unref(struct udev_device *device) {
    (void)device;
    return NULL;
}

void fake_udev_news(void) {
    const uint64_t one = 1;
    (void)!write(event, &one, sizeof one);
}
