/* The hand at the simulated readers: plugs, inserts, pulls, breaks. */
#include "backends/sim/sim.h"

#include <stdio.h>
#include <string.h>

#include "backends/sim/setup.h"
#include "slots/service.h"

rm_status sim_service_create(const char *spec, struct rm_service **out, char *message, size_t message_size) {
    struct sim_service *service = sim_service_new();
    if (!service)
        return RM_E_NO_MEMORY;
    rm_status status = sim_setup(service, spec, message, message_size);
    if (status == RM_OK)
        *out = &service->rm;
    else
        rm_service_release(&service->rm);
    return status;
}

static void say(char *message, size_t message_size, const char *text) {
    if (message && message_size)
        snprintf(message, message_size, "%s", text);
}

/* Adds the reader at the end, so that lists come in the order of plugging. Takes the reference over. */
static rm_status list_add(struct sim_service *service, struct sim_reader *reader) {
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

rm_status sim_plug(struct rm_service *rm, const char *name, const char *image, uint32_t flags, char *message,
                   size_t message_size) {
    struct sim_service *service = sim_service_of(rm);
    struct sim_card *card = NULL;
    bool no_memory = false;
    if (!name || !*name || strlen(name) > SIM_READER_NAME_MAX || strcmp(name, RM_PNP_NOTIFICATION) == 0 ||
        (flags & ~SIM_READER_EJECTOR)) {
        say(message, message_size, "the name of a reader has 1 to 127 bytes; its only flag is 1");
        return RM_E_INVALID_PARAMETER;
    }
    if (image && !(card = sim_card_create(image, message, message_size, &no_memory)))
        return no_memory ? RM_E_NO_MEMORY : RM_E_INVALID_PARAMETER;
    struct sim_reader *reader = sim_reader_create(name, flags, &service->events);
    if (!reader) {
        sim_card_destroy(card);
        return RM_E_NO_MEMORY;
    }
    if (card) {
        lock_take(&reader->mutex);
        sim_reader_insert(reader, card);
        lock_give(&reader->mutex);
    }
    rm_status status = list_add(service, reader);
    if (status != RM_OK)
        sim_reader_drop(reader);
    return status;
}

/* Takes a reader that is off the list away; connections may keep it in memory. */
static void pull(struct sim_reader *reader) {
    lock_take(&reader->mutex);
    sim_reader_unplug(reader);
    lock_give(&reader->mutex);
    sim_reader_drop(reader);
}

rm_status sim_unplug(struct rm_service *rm, const char *name) {
    struct sim_service *service = sim_service_of(rm);
    if (!name)
        return RM_E_INVALID_PARAMETER;
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

/* Finds a reader and locks it; RM_OK: the caller ends with release(). */
static rm_status grasp(struct rm_service *rm, const char *name, struct sim_reader **out) {
    if (!name)
        return RM_E_INVALID_PARAMETER;
    struct sim_reader *reader = sim_service_find(sim_service_of(rm), name);
    if (!reader)
        return RM_E_UNKNOWN_READER;
    lock_take(&reader->mutex);
    *out = reader;
    return RM_OK;
}

static void release(struct sim_reader *reader) {
    lock_give(&reader->mutex);
    sim_reader_drop(reader);
}

rm_status sim_insert(struct rm_service *service, const char *name, const char *image, char *message,
                     size_t message_size) {
    struct sim_reader *reader = NULL;
    if (!name || !image) {
        say(message, message_size, "a reader and a card image are needed");
        return RM_E_INVALID_PARAMETER;
    }
    /* Reading an image takes its time: not under the reader's mutex. */
    bool no_memory = false;
    struct sim_card *card = sim_card_create(image, message, message_size, &no_memory);
    if (!card)
        return no_memory ? RM_E_NO_MEMORY : RM_E_INVALID_PARAMETER;
    rm_status status = grasp(service, name, &reader);
    if (status != RM_OK) {
        sim_card_destroy(card);
        return status;
    }
    sim_reader_insert(reader, card);
    release(reader);
    return RM_OK;
}

rm_status sim_remove(struct rm_service *service, const char *name) {
    struct sim_reader *reader = NULL;
    rm_status status = grasp(service, name, &reader);
    if (status != RM_OK)
        return status;
    status = sim_reader_remove(reader) ? RM_OK : RM_E_NO_SMARTCARD;
    release(reader);
    return status;
}

rm_status sim_put_back(struct rm_service *service, const char *name) {
    struct sim_reader *reader = NULL;
    rm_status status = grasp(service, name, &reader);
    if (status != RM_OK)
        return status;
    status = sim_reader_put_back(reader) ? RM_OK : RM_E_NO_SMARTCARD;
    release(reader);
    return status;
}

rm_status sim_fault(struct rm_service *service, const char *name, uint32_t fault, uint32_t value) {
    struct sim_reader *reader = NULL;
    rm_status status = grasp(service, name, &reader);
    if (status != RM_OK)
        return status;
    status = sim_reader_fault(reader, fault, value) ? RM_OK : RM_E_INVALID_PARAMETER;
    release(reader);
    return status;
}

void sim_clear(struct rm_service *rm) {
    struct sim_service *service = sim_service_of(rm);
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
