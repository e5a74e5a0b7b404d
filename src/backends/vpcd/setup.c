/* Readers for the doors that cards come in by: see setup.h. */
#include "backends/vpcd/setup.h"

#include <stdio.h>
#include <string.h>

#include "backends/vpcd/listener.h"
#include "slots/plug.h"
#include "slots/service.h"

#define LABEL_MAX 90 /* bytes of a file's name that a reader is called by */

static void end_listener(void *owner) {
    listener_close(owner);
}

/* What the readers of a door are called by. */
static void label_door(const struct place *place, uint16_t port, char label[LABEL_MAX + 1]) {
    const char *slash = strrchr(place->path, '/');
    if (slash)
        (void)snprintf(label, LABEL_MAX + 1, "%s", slash + 1);
    else
        (void)snprintf(label, LABEL_MAX + 1, "%u", (unsigned)port);
}

static rm_status plug_one(struct slots_service *service, struct listener *listener, const char *name) {
    struct slots_reader *reader = slots_reader_create(name, 0, &service->events);
    if (!reader)
        return RM_E_NO_MEMORY;
    const rm_status status = slots_plug(service, reader);
    if (status == RM_OK)
        listener_add(listener, reader);
    else
        slots_reader_drop(reader);
    return status;
}

static rm_status plug_door(struct slots_service *service, struct listener *listener,
                           const struct place *place, uint32_t door) {
    char label[LABEL_MAX + 1], name[SLOTS_READER_NAME_MAX + 1];
    rm_status status = RM_OK;
    label_door(place, listener_port(listener, door), label);
    for (uint32_t i = 0; i < place->readers && status == RM_OK; ++i) {
        if (place->readers > 1)
            (void)snprintf(name, sizeof name, "Virtual Reader %s %02u", label, (unsigned)i);
        else
            (void)snprintf(name, sizeof name, "Virtual Reader %s", label);
        status = plug_one(service, listener, name);
    }
    return status;
}

rm_status vpcd_service_create_at(const struct place *place, struct rm_service **out, uint16_t *ports_out,
                                 char *message, size_t message_size) {
    struct listener *listener = NULL;
    struct slots_service *service = slots_service_new("vpcd");
    rm_status status = service ? listener_open(place, &listener, message, message_size) : RM_E_NO_MEMORY;
    if (status == RM_OK) {
        service->owner = listener;
        service->release_owner = end_listener;
    }
    for (uint32_t door = 0; status == RM_OK && door < place->doors; ++door) {
        if (ports_out)
            ports_out[door] = listener_port(listener, door);
        status = plug_door(service, listener, place, door);
    }
    if (status == RM_OK)
        status = listener_start(listener);
    if (status == RM_OK)
        *out = &service->base;
    else if (service)
        rm_service_release(&service->base);
    return status;
}

rm_status vpcd_service_create(const char *spec, struct rm_service **out, char *message, size_t message_size) {
    struct place place;
    if (!place_parse(spec, &place, message, message_size))
        return RM_E_INVALID_PARAMETER;
    return vpcd_service_create_at(&place, out, NULL, message, message_size);
}
