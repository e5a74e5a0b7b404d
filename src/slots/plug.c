/* Presence, pushed: readers that come and go, cards that come and go. */
#include "slots/plug.h"

#include <string.h>

rm_status slots_plug(struct sim_service *service, struct sim_reader *reader) {
    rm_status status = RM_OK;
    lock_take(&service->mutex);
    struct sim_reader **at = &service->readers;
    while (*at && strcmp((*at)->name, reader->name) != 0)
        at = &(*at)->next;
    if (*at) {
        status = RM_E_DUPLICATE_READER;
    } else {
        *at = reader;
        ++service->list_changes;
        sim_events_post(&service->events);
    }
    lock_give(&service->mutex);
    return status;
}

/* Ends a reader that is off the list; connections may keep it in memory. */
static void pull(struct sim_reader *reader) {
    lock_take(&reader->mutex);
    sim_reader_unplug(reader);
    lock_give(&reader->mutex);
    sim_reader_drop(reader);
}

rm_status slots_unplug(struct sim_service *service, const char *name) {
    lock_take(&service->mutex);
    struct sim_reader **at = &service->readers;
    while (*at && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    struct sim_reader *reader = *at;
    if (reader) {
        *at = reader->next;
        ++service->list_changes;
        sim_events_post(&service->events);
    }
    lock_give(&service->mutex);
    if (!reader)
        return RM_E_UNKNOWN_READER;
    pull(reader);
    return RM_OK;
}

void slots_clear(struct sim_service *service) {
    lock_take(&service->mutex);
    struct sim_reader *reader = service->readers;
    service->readers = NULL;
    ++service->list_changes;
    sim_events_post(&service->events);
    lock_give(&service->mutex);
    while (reader) {
        struct sim_reader *next = reader->next;
        pull(reader);
        reader = next;
    }
}

void slots_insert(struct sim_reader *reader, struct slot *slot) {
    struct slot_work work = {.works = &reader->works, .slot = slot};
    uint8_t atr[RM_ATR_MAX];
    lock_take(&reader->mutex);
    sim_reader_remove(reader);
    if (!reader->lock.closed && slot_work_begin(&work) == RM_OK) {
        const size_t size = slot->ops->power(slot, true, atr);
        slot_work_end(&work);
        if (!work.gone) {
            sim_reader_remove(reader); /* the card of one who was quicker */
            sim_reader_insert(reader, slot, atr, size);
        }
    }
    lock_give(&reader->mutex);
}

bool slots_remove(struct sim_reader *reader) {
    lock_take(&reader->mutex);
    const bool removed = sim_reader_remove(reader);
    lock_give(&reader->mutex);
    return removed;
}

void slots_mute(struct sim_reader *reader) {
    lock_take(&reader->mutex);
    sim_reader_mute(reader);
    lock_give(&reader->mutex);
}
