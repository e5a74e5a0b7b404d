/*
 * Opening and closing readers. Which calls may meet: those of two slots where the driver says that its slots
 * are thread-safe; those of two readers of one loaded copy where it says that it is thread-safe.
 */
#include "backends/ifd/channel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/ifd/claim.h"
#include "backends/ifd/daemon.h"
#include "backends/ifd/places.h"

/* An open or close that does not come back in this time is given up. */
#define OPEN_MS 20000u
#define CLOSE_MS 3000u

/* A slot of nobody's, for calls that have an end of their own. */
struct alone {
    struct slot slot;
    struct ifd_caller caller;
};

static const struct ifd_caller *within(struct alone *alone, uint32_t ms) {
    memset(alone, 0, sizeof *alone);
    alone->slot.end = clock_deadline(ms);
    alone->caller.slot = &alone->slot;
    return &alone->caller;
}

/* A capability of one byte, 0 where the driver has no word for it. */
static unsigned get_byte(const struct ifd_way *way, DWORD tag) {
    struct alone alone;
    uint8_t value = 0;
    size_t size = sizeof value;
    RESPONSECODE code = 0;
    const rm_status status = ifd_call_get(way, within(&alone, OPEN_MS), tag, &value, &size, &code);
    return status == RM_OK && code == IFD_SUCCESS && size == 1 ? value : 0;
}

/* A function that the driver hands out. */
static void get_function(const struct ifd_way *way, DWORD tag, void *function, size_t function_size) {
    struct alone alone;
    void *value = NULL;
    size_t size = sizeof value;
    RESPONSECODE code = 0;
    const rm_status status = ifd_call_get(way, within(&alone, OPEN_MS), tag, &value, &size, &code);
    if (status == RM_OK && code == IFD_SUCCESS && size == sizeof value && function_size == sizeof value)
        memcpy(function, &value, sizeof value);
}

static void get_polling(struct ifd_channel *channel, unsigned slot) {
    struct ifd_polling *polling = &channel->polling[slot];
    const struct ifd_way *way = &channel->ways[slot];
    get_function(way, TAG_IFD_POLLING_THREAD_WITH_TIMEOUT, &polling->wait, sizeof polling->wait);
    get_function(way, TAG_IFD_STOP_POLLING_THREAD, &polling->stop, sizeof polling->stop);
}

/* What is said when the driver does not open the reader. */
static rm_status refused(const struct ifd_channel *channel, unsigned slot, RESPONSECODE code,
                         rm_status status, char *message, size_t size) {
    char what[40];
    (void)snprintf(what, sizeof what, "channel %lu", channel->id);
    if (status == RM_E_CANCELLED)
        (void)snprintf(message, message ? size : 0, "%s: the driver has not opened %s (slot %u) in %u s",
                       channel->driver->path, channel->device ? channel->device : what, slot, OPEN_MS / 1000);
    else
        (void)snprintf(
            message, message ? size : 0,
            "%s: the driver cannot open %s (slot %u): code %ld%s. Is the reader there, and does nobody "
            "else have it, pcscd for example?",
            channel->driver->path, channel->device ? channel->device : what, slot, code,
            code == IFD_NO_SUCH_DEVICE ? ", no such device" : "");
    return RM_E_READER_UNAVAILABLE;
}

static rm_status open_slot(struct ifd_channel *channel, unsigned slot, char *message, size_t size) {
    struct alone alone;
    RESPONSECODE code = IFD_SUCCESS;
    const rm_status status = ifd_call_open(&channel->ways[slot], within(&alone, OPEN_MS), channel->device,
                                           (DWORD)channel->id, &code);
    if (status != RM_OK || code != IFD_SUCCESS)
        return refused(channel, slot, code, status, message, size);
    channel->slots = slot + 1;
    return RM_OK;
}

/* The way to a slot, by a line of its own or by one that there is, whose reference it takes over. */
static rm_status make_way(struct ifd_channel *channel, unsigned slot, struct ifd_line *line) {
    channel->ways[slot].calls = &channel->driver->calls;
    channel->ways[slot].lun = (DWORD)channel->number << 16 | slot;
    channel->ways[slot].line = line ? line : ifd_line_create();
    return channel->ways[slot].line ? RM_OK : RM_E_NO_MEMORY;
}

/* The first reader of a loaded copy asks for how many there may be. */
static void ask_driver(struct ifd_channel *channel) {
    const struct ifd_way *way = &channel->ways[0];
    const unsigned readers = get_byte(way, TAG_IFD_SIMULTANEOUS_ACCESS);
    if (readers > 1)
        ifd_driver_serves(channel->driver, readers,
                          get_byte(way, TAG_IFD_THREAD_SAFE) == 1 ? NULL : way->line);
}

static rm_status open_slots(struct ifd_channel *channel, char *message, size_t size) {
    struct ifd_driver *driver = channel->driver;
    const bool first = driver->readers_max == 1;
    rm_status status = make_way(channel, 0, driver->line ? ifd_line_hold(driver->line) : NULL);
    if (status == RM_OK)
        status = open_slot(channel, 0, message, size);
    if (status != RM_OK)
        return status;
    if (first)
        ask_driver(channel);
    const unsigned told = get_byte(&channel->ways[0], TAG_IFD_SLOTS_NUMBER);
    const unsigned slots = told < 1 || told > IFD_SLOTS_MAX ? 1 : told;
    const bool apart =
        !driver->line && slots > 1 && get_byte(&channel->ways[0], TAG_IFD_SLOT_THREAD_SAFE) == 1;
    for (unsigned slot = 1; slot < slots && status == RM_OK; ++slot) {
        status = make_way(channel, slot, apart ? NULL : ifd_line_hold(channel->ways[0].line));
        if (status == RM_OK)
            status = open_slot(channel, slot, message, size);
    }
    for (unsigned slot = 0; slot < channel->slots; ++slot)
        get_polling(channel, slot);
    return status;
}

rm_status ifd_channel_open(const struct ifd_reader_spec *spec, struct ifd_channel **out, char *message,
                           size_t message_size) {
    struct ifd_channel *channel = calloc(1, sizeof *channel);
    if (!channel)
        return RM_E_NO_MEMORY;
    refcount_init(&channel->refs);
    channel->claim = -1;
    channel->id = spec->channel;
    rm_status status = RM_OK;
    if (spec->device && *spec->device && !(channel->device = strdup(spec->device)))
        status = RM_E_NO_MEMORY;
    if (status == RM_OK && ifd_daemon_has(spec, ifd_places_system.processes, message, message_size))
        status = RM_E_READER_UNAVAILABLE;
    if (status == RM_OK)
        status = ifd_claim(spec, &channel->claim, message, message_size);
    if (status == RM_OK)
        status = ifd_driver_take(spec->driver, &channel->driver, &channel->number, message, message_size);
    if (status == RM_OK)
        status = open_slots(channel, message, message_size);
    if (status == RM_OK)
        *out = channel;
    else
        ifd_channel_drop(channel);
    return status;
}

struct ifd_channel *ifd_channel_hold(struct ifd_channel *channel) {
    (void)refcount_take(&channel->refs);
    return channel;
}

void ifd_channel_close(struct ifd_channel *channel, unsigned slot) {
    struct ifd_way *way = &channel->ways[slot];
    struct alone alone;
    RESPONSECODE code;
    if (slot >= channel->slots || atomic_load(&way->closed))
        return;
    /* A call that has been given up may be about to come back, with the card that has just gone. */
    if (ifd_call_close(way, within(&alone, CLOSE_MS), &code) != RM_OK)
        channel->stuck = true;
    for (unsigned other = 0; other < channel->slots; ++other)
        if (!atomic_load(&channel->ways[other].closed))
            return;
    if (!channel->stuck)
        ifd_channel_disown(channel);
}

void ifd_channel_disown(struct ifd_channel *channel) {
    if (channel->claim >= 0)
        (void)close(channel->claim);
    channel->claim = -1;
}

/* A call that is stuck may still look at the device's name: that stays, where it can be found. */
static void keep(struct ifd_channel *channel) {
    static struct lock mutex;
    static struct ifd_channel *kept;
    (void)lock_take(&mutex);
    channel->next = kept;
    kept = channel;
    lock_give(&mutex);
}

void ifd_channel_drop(struct ifd_channel *channel) {
    if (refcount_drop(&channel->refs) != 0)
        return;
    for (unsigned slot = IFD_SLOTS_MAX; slot-- > 0;)
        ifd_channel_close(channel, slot);
    for (unsigned slot = 0; slot < IFD_SLOTS_MAX; ++slot) {
        if (channel->ways[slot].line && ifd_line_is_stuck(channel->ways[slot].line))
            channel->stuck = true;
        ifd_line_drop(channel->ways[slot].line);
    }
    const bool stuck = channel->stuck;
    if (!stuck)
        ifd_channel_disown(channel);
    if (channel->driver)
        ifd_driver_give(channel->driver, channel->number, stuck);
    if (stuck) {
        keep(channel);
        return;
    }
    free(channel->device);
    free(channel);
}
