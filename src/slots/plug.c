/* Presence, pushed: readers that come and go, cards that come and go. */
#include "slots/plug.h"

#include <string.h>

rm_status slots_plug(struct slots_service *service, struct slots_reader *reader) {
    rm_status status = RM_OK;
    lock_take(&service->mutex);
    struct slots_reader **at = &service->readers;
    while (*at && strcmp((*at)->name, reader->name) != 0)
        at = &(*at)->next;
    if (*at) {
        status = RM_E_DUPLICATE_READER;
    } else {
        *at = reader;
        ++service->list_changes;
        slots_events_post(&service->events);
    }
    lock_give(&service->mutex);
    return status;
}

/* Ends a reader that is off the list; connections may keep it in memory. */
static void pull(struct slots_reader *reader) {
    lock_take(&reader->mutex);
    slots_reader_unplug(reader);
    lock_give(&reader->mutex);
    slots_reader_drop(reader);
}

rm_status slots_unplug(struct slots_service *service, const char *name) {
    lock_take(&service->mutex);
    struct slots_reader **at = &service->readers;
    while (*at && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    struct slots_reader *reader = *at;
    if (reader) {
        *at = reader->next;
        ++service->list_changes;
        slots_events_post(&service->events);
    }
    lock_give(&service->mutex);
    if (!reader)
        return RM_E_UNKNOWN_READER;
    pull(reader);
    return RM_OK;
}

void slots_clear(struct slots_service *service) {
    lock_take(&service->mutex);
    struct slots_reader *reader = service->readers;
    service->readers = NULL;
    ++service->list_changes;
    slots_events_post(&service->events);
    lock_give(&service->mutex);
    while (reader) {
        struct slots_reader *next = reader->next;
        pull(reader);
        reader = next;
    }
}

void slots_insert(struct slots_reader *reader, struct slot *slot) {
    struct slot_work work = {.works = &reader->works, .slot = slot};
    uint8_t atr[RM_ATR_MAX];
    lock_take(&reader->mutex);
    slots_reader_remove(reader);
    if (!reader->lock.closed && slot_work_begin(&work) == RM_OK) {
        const size_t size = slot->ops->power(slot, true, atr);
        slot_work_end(&work);
        if (!work.gone) {
            slots_reader_remove(reader); /* the card of one who was quicker */
            slots_reader_insert(reader, slot, atr, size);
        }
    }
    lock_give(&reader->mutex);
}

bool slots_remove(struct slots_reader *reader) {
    lock_take(&reader->mutex);
    const bool removed = slots_reader_remove(reader);
    lock_give(&reader->mutex);
    return removed;
}

bool slots_remove_card(struct slots_reader *reader, const struct slot *slot) {
    lock_take(&reader->mutex);
    const bool removed = reader->slot == slot && slots_reader_remove(reader);
    lock_give(&reader->mutex);
    return removed;
}

void slots_mute(struct slots_reader *reader) {
    lock_take(&reader->mutex);
    slots_reader_mute(reader);
    lock_give(&reader->mutex);
}
