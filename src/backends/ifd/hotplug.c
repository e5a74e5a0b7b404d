/* Which USB devices there are, held against which there were. */
#include "backends/ifd/hotplug.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "backends/ifd/bundles.h"
#include "backends/ifd/monitor.h"
#include "backends/ifd/readers.h"
#include "backends/ifd/usb.h"
#include "base/fork.h"
#include "base/quietthread.h"

#define LOOK_MS 1000  /* without a monitor */
#define QUIET_MS 5000 /* with one, which hears nothing where no udev runs */
#define SETTLE_MS 100 /* after news: the rules for the device's file are still at work */

/* An interface that has been seen. */
struct known {
    struct ifd_usb_interface interface;
    struct ifd_channel *channel; /* NULL: it could not be opened */
    bool there;                  /* at the last look */
};

struct ifd_hotplug {
    struct slots_service *service;
    const struct ifd_places *places;
    struct ifd_bundles bundles;
    struct known *known; /* guarded by who looks: first who starts it, then the thread */
    size_t count;
    struct ifd_monitor *monitor; /* NULL: there is none */
    pthread_t thread;
    bool running;
    uint32_t mark; /* fork_mark() of the process that has the thread */
    int stop;      /* an event: the thread is to end */
};

static bool is_same(const struct ifd_usb_interface *one, const struct ifd_usb_interface *other) {
    return strcmp(one->id, other->id) == 0 && one->device == other->device && one->bus == other->bus;
}

static struct known *find(struct ifd_hotplug *hotplug, const struct ifd_usb_interface *interface) {
    for (size_t i = 0; i < hotplug->count; ++i)
        if (is_same(&hotplug->known[i].interface, interface))
            return &hotplug->known[i];
    return NULL;
}

/* Opens a reader; the first reason why not is the caller's. */
static struct ifd_channel *open_reader(struct ifd_hotplug *hotplug, const struct ifd_usb_interface *interface,
                                       const struct ifd_bundle_device *device, char *message, size_t size) {
    char name[IFD_USB_NAME_MAX];
    struct ifd_channel *channel = NULL;
    const bool first = message && size && !*message;
    ifd_usb_device_name(interface, name);
    const struct ifd_reader_spec spec = {.driver = device->driver, .device = name};
    const rm_status status = ifd_readers_plug(hotplug->service, device->name, &spec, &channel,
                                              first ? message : NULL, first ? size : 0);
    return status == RM_OK ? channel : NULL;
}

/* An interface that was not there before. false: out of memory. */
static bool come(struct ifd_hotplug *hotplug, const struct ifd_usb_interface *interface, char *message,
                 size_t size) {
    const struct ifd_bundle_device *device =
        ifd_bundles_find(&hotplug->bundles, interface->vendor, interface->product);
    if (!device || interface->taken)
        return true; /* one that is given back is looked at again */
    struct known *more = realloc(hotplug->known, (hotplug->count + 1) * sizeof *more);
    if (!more)
        return false;
    hotplug->known = more;
    more[hotplug->count++] = (struct known){.interface = *interface,
                                            .channel = open_reader(hotplug, interface, device, message, size),
                                            .there = true};
    return true;
}

static void go(struct ifd_hotplug *hotplug, size_t place) {
    struct ifd_channel *channel = hotplug->known[place].channel;
    hotplug->known[place] = hotplug->known[--hotplug->count];
    if (channel)
        ifd_readers_unplug(hotplug->service, channel);
}

/* One look. false: there is no USB, or no memory. */
static bool look(struct ifd_hotplug *hotplug, char *message, size_t size) {
    struct ifd_usb_list list = {.items = NULL};
    bool fine = ifd_usb_scan(&list, hotplug->places->devices);
    for (size_t i = 0; i < hotplug->count; ++i)
        hotplug->known[i].there = false;
    for (size_t i = 0; fine && i < list.count; ++i) {
        struct known *known = find(hotplug, &list.items[i]);
        if (known)
            known->there = true;
    }
    for (size_t i = hotplug->count; fine && i-- > 0;)
        if (!hotplug->known[i].there)
            go(hotplug, i);
    for (size_t i = 0; fine && i < list.count; ++i)
        if (!find(hotplug, &list.items[i]))
            fine = come(hotplug, &list.items[i], message, size);
    free(list.items);
    return fine;
}

/* Waits for news, or for the time to look. false: the thread is to end. */
static bool await_news(struct ifd_hotplug *hotplug) {
    struct pollfd fds[2] = {{.fd = hotplug->stop, .events = POLLIN},
                            {.fd = ifd_monitor_descriptor(hotplug->monitor), .events = POLLIN}};
    const int ready = poll(fds, 2, hotplug->monitor ? QUIET_MS : LOOK_MS);
    if (ready > 0 && fds[1].revents & POLLIN) {
        (void)poll(fds, 1, SETTLE_MS);
        ifd_monitor_drain(hotplug->monitor);
    } else if (ready > 0 && fds[1].revents) {
        ifd_monitor_close(hotplug->monitor);
        hotplug->monitor = NULL;
    }
    return !fds[0].revents;
}

static void *run(void *argument) {
    struct ifd_hotplug *hotplug = argument;
    while (await_news(hotplug))
        (void)look(hotplug, NULL, 0);
    return NULL;
}

static bool start_thread(struct ifd_hotplug *hotplug) {
    hotplug->mark = fork_mark();
    hotplug->stop = eventfd(0, EFD_CLOEXEC);
    if (hotplug->stop < 0)
        return false;
    return hotplug->running = quietthread_create(&hotplug->thread, run, hotplug);
}

rm_status ifd_hotplug_start(struct slots_service *service, const struct ifd_places *places,
                            struct ifd_hotplug **out, char *message, size_t message_size) {
    struct ifd_hotplug *hotplug = calloc(1, sizeof *hotplug);
    *out = NULL;
    if (!hotplug)
        return RM_E_NO_MEMORY;
    hotplug->service = service;
    hotplug->places = places;
    hotplug->stop = -1;
    /* Before the first look, so that nothing falls between. */
    hotplug->monitor = ifd_monitor_open(places->monitor);
    if (!ifd_bundles_read(&hotplug->bundles, places->bundles) || !look(hotplug, message, message_size)) {
        ifd_hotplug_stop(hotplug); /* no drivers, or no USB, and none will come */
        return RM_OK;
    }
    if (!start_thread(hotplug)) {
        ifd_hotplug_stop(hotplug);
        return RM_E_NO_MEMORY;
    }
    *out = hotplug;
    return RM_OK;
}

void ifd_hotplug_stop(struct ifd_hotplug *hotplug) {
    const uint64_t one = 1;
    if (!hotplug || (hotplug->running && hotplug->mark != fork_mark()))
        return;
    if (hotplug->running && write(hotplug->stop, &one, sizeof one) == sizeof one)
        (void)pthread_join(hotplug->thread, NULL);
    for (size_t i = 0; i < hotplug->count; ++i)
        if (hotplug->known[i].channel)
            ifd_channel_drop(hotplug->known[i].channel);
    ifd_monitor_close(hotplug->monitor);
    ifd_bundles_clear(&hotplug->bundles);
    if (hotplug->stop >= 0)
        (void)close(hotplug->stop);
    free(hotplug->known);
    free(hotplug);
}
