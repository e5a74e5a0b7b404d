/* Presence of cards, asked for and pushed into the reader. */
#include "backends/ifd/watch.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/fork.h"
#include "base/quietthread.h"
#include "slots/plug.h"

#define INTERVAL_MS 50u
/*
 * How long the driver's own watching may take without news; bounds the stopping where it cannot be stopped.
 */
#define DRIVER_MS 1000
#define STOP_MS 5000u
#define STOP_AGAIN_MS 100u /* a driver was told to stop in the moment before it began to wait */

static bool has_card(struct slots_reader *reader) {
    (void)lock_take(&reader->mutex);
    const bool present = reader->slot != NULL;
    lock_give(&reader->mutex);
    return present;
}

bool ifd_watch_once(struct ifd_port *port) {
    const struct ifd_caller caller = {.stop = &port->stop};
    RESPONSECODE code = IFD_COMMUNICATION_ERROR;
    if (ifd_line_is_stuck(port->way->line))
        return true; /* the card may be what it is waiting for; nobody gets through */
    const rm_status status = ifd_call_presence(port->way, &caller, &code);
    if (atomic_load(&port->stop))
        return false;
    if (status != RM_OK)
        return true;
    if (code == IFD_NO_SUCH_DEVICE)
        return false;
    if ((code == IFD_SUCCESS || code == IFD_ICC_PRESENT) && !has_card(port->reader))
        slots_insert(port->reader, port->card);
    else if (code == IFD_ICC_NOT_PRESENT)
        (void)slots_remove(port->reader);
    return true; /* any other answer says nothing of the card */
}

/* Sleeps until it is time to look again. */
static void pause_watching(struct ifd_port *port) {
    if (port->polling->wait && !atomic_load(&port->stop) && !ifd_line_is_stuck(port->way->line) &&
        port->polling->wait(port->way->lun, DRIVER_MS) == IFD_SUCCESS)
        return;
    (void)lock_take(&port->mutex);
    if (!atomic_load(&port->stop))
        (void)lock_sleep(&port->mutex, &port->look, clock_deadline(INTERVAL_MS));
    lock_give(&port->mutex);
}

/* A watcher that takes its reader out of the service, which must not end before that is done. */
struct leaver {
    const struct slots_service *service;
    struct leaver *next;
};

static struct lock leaving; /* guards what follows */
static struct lock_bell left;
static struct leaver *leavers;

static void leave(struct slots_service *service, const char *name) {
    struct leaver self = {.service = service};
    (void)lock_take(&leaving);
    self.next = leavers;
    leavers = &self;
    lock_give(&leaving);
    (void)slots_unplug(service, name);
    (void)lock_take(&leaving);
    struct leaver **at = &leavers;
    while (*at != &self)
        at = &(*at)->next;
    *at = self.next;
    lock_ring(&left);
    lock_give(&leaving);
}

static bool is_leaving(const struct slots_service *service) {
    const struct leaver *at = leavers;
    while (at && at->service != service)
        at = at->next;
    return at != NULL;
}

void ifd_watch_settle(const struct slots_service *service) {
    (void)lock_take(&leaving);
    while (is_leaving(service))
        (void)lock_sleep(&leaving, &left, CLOCK_NEVER);
    lock_give(&leaving);
}

/* The reader may be gone with the last step: nothing of the port is looked at afterwards. */
static void *watch(void *argument) {
    struct ifd_port *port = argument;
    char name[SLOTS_READER_NAME_MAX + 1];
    struct slots_service *service = port->service;
    memcpy(name, port->reader->name, sizeof name);
    do
        pause_watching(port);
    while (!atomic_load(&port->stop) && ifd_watch_once(port));
    if (!atomic_load(&port->stop)) {
        ifd_channel_close(port->channel, port->slot);
        leave(service, name);
    }
    return NULL;
}

bool ifd_watch_start(struct ifd_port *port) {
    port->mark = fork_mark();
    return port->watched = quietthread_create(&port->watcher, watch, port);
}

/* Has the thread ended, or does it within so many ms? */
static bool has_ended(struct ifd_port *port, uint32_t ms) {
    struct timespec end;
    (void)clock_gettime(CLOCK_REALTIME, &end);
    end.tv_nsec += (long)ms * 1000000;
    end.tv_sec += end.tv_nsec / 1000000000;
    end.tv_nsec %= 1000000000;
    return pthread_timedjoin_np(port->watcher, NULL, &end) == 0;
}

/* Stops the driver's own watching, and waits for the thread, as long as drivers may take. */
static void join(struct ifd_port *port) {
    const uint64_t end = clock_deadline(STOP_MS);
    do {
        if (port->polling->wait && port->polling->stop)
            (void)port->polling->stop(port->way->lun);
        port->lost = !has_ended(port, STOP_AGAIN_MS);
    } while (port->lost && clock_left(end));
    if (port->lost)
        (void)pthread_detach(port->watcher);
}

bool ifd_watch_stop(struct ifd_port *port) {
    if (!port->watched || port->mark != fork_mark())
        return false;
    port->watched = false;
    if (pthread_equal(port->watcher, pthread_self())) {
        (void)pthread_detach(port->watcher);
        return true;
    }
    (void)lock_take(&port->mutex);
    atomic_store(&port->stop, true);
    lock_ring(&port->look);
    lock_give(&port->mutex);
    ifd_line_look(port->way->line);
    join(port);
    return true;
}

void ifd_watch_look(struct ifd_port *port) {
    if (port->mark != fork_mark())
        return;
    (void)lock_take(&port->mutex);
    lock_ring(&port->look);
    lock_give(&port->mutex);
}
