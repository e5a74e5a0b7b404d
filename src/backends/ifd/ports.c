/* A driver's slot as a reader: its owner, from the first look to the end of the channel. */
#include "backends/ifd/ports.h"

#include <stdlib.h>

#include "backends/ifd/ifdslot.h"
#include "backends/ifd/port.h"
#include "backends/ifd/watch.h"
#include "base/fork.h"
#include "slots/plug.h"

/* In a child made by fork() the driver is the parent's: nothing of it is touched. */
static void port_release(void *owner) {
    struct ifd_port *port = owner;
    (void)ifd_watch_stop(port);
    slot_drop(port->card);
    if (port->lost)
        return;
    if (port->mark == fork_mark())
        ifd_channel_drop(port->channel);
    free(port);
}

/* The reader and its owner, not plugged in. NULL: out of memory. */
static struct ifd_port *make_port(struct slots_service *service, const char *name,
                                  struct ifd_channel *channel, unsigned slot) {
    struct ifd_port *port = calloc(1, sizeof *port);
    if (!port)
        return NULL;
    port->channel = channel;
    port->slot = slot;
    port->way = &channel->ways[slot];
    port->polling = &channel->polling[slot];
    port->service = service;
    port->mark = fork_mark();
    port->card = ifdslot_create(port);
    port->reader = port->card ? slots_reader_create(name, 0, &service->events) : NULL;
    if (!port->reader) {
        slot_drop(port->card);
        free(port);
        return NULL;
    }
    (void)ifd_channel_hold(channel);
    port->reader->owner = port;
    port->reader->release_owner = port_release;
    port->reader->vacant = ifdslot_create(port);
    return port;
}

rm_status ifd_port_plug(struct slots_service *service, const char *name, struct ifd_channel *channel,
                        unsigned slot) {
    struct ifd_port *port = make_port(service, name, channel, slot);
    if (!port)
        return RM_E_NO_MEMORY;
    struct slots_reader *reader = slots_reader_hold(port->reader);
    rm_status status = reader->vacant ? RM_OK : RM_E_NO_MEMORY;
    if (status == RM_OK && !ifd_watch_once(port))
        status = RM_E_READER_UNAVAILABLE;
    if (status == RM_OK)
        status = slots_plug(service, reader);
    if (status != RM_OK)
        slots_reader_drop(reader);
    else if (!ifd_watch_start(port))
        status = slots_unplug(service, name) == RM_OK ? RM_E_NO_MEMORY : RM_E_UNEXPECTED;
    slots_reader_drop(reader);
    return status;
}

/* The reader with this place in the list, held; NULL: there are no more. */
static struct slots_reader *reader_at(struct slots_service *service, size_t place) {
    (void)lock_take(&service->mutex);
    struct slots_reader *reader = service->readers;
    while (reader && place-- > 0)
        reader = reader->next;
    if (reader)
        (void)slots_reader_hold(reader);
    lock_give(&service->mutex);
    return reader;
}

void ifd_port_unplug(struct slots_service *service, struct ifd_channel *channel, unsigned slot) {
    struct slots_reader *reader;
    for (size_t i = 0; (reader = reader_at(service, i)) != NULL; ++i) {
        struct ifd_port *port = reader->owner;
        const bool found = port->channel == channel && port->slot == slot;
        if (found) {
            (void)ifd_watch_stop(port);
            (void)slots_unplug(service, reader->name);
        }
        slots_reader_drop(reader);
        if (found)
            break;
    }
    ifd_channel_close(channel, slot);
}

void ifd_port_disown(void *owner) {
    ifd_channel_disown(((struct ifd_port *)owner)->channel);
}

/* One walk along the list, which a reader that goes by itself may shorten; true: somebody was stopped. */
static bool stop_some(struct slots_service *service) {
    struct slots_reader *reader;
    bool stopped = false;
    for (size_t i = 0; (reader = reader_at(service, i)) != NULL; ++i) {
        stopped = ifd_watch_stop(reader->owner) || stopped;
        slots_reader_drop(reader);
    }
    return stopped;
}

void ifd_ports_stop(struct slots_service *service) {
    while (stop_some(service))
        continue;
    ifd_watch_settle(service);
}
