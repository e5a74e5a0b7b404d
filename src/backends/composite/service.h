/*
 * A composite from the inside: its members, the names of their readers and what those sleep on who wait for
 * several members. composite.c makes it, the other files work on it. No lock of it is held while a member is
 * called.
 */
#ifndef SCARDSSP_BACKENDS_COMPOSITE_SERVICE_H
#define SCARDSSP_BACKENDS_COMPOSITE_SERVICE_H

#include <stddef.h>

#include "backends/composite/member.h"
#include "backends/composite/readernames.h"
#include "base/container.h"
#include "rm/rm.h"
#include "slots/events.h"

struct composite {
    struct rm_service base;
    struct slots_events events;
    struct readernames names;
    struct composite_member **members; /* do not change once there is a context */
    size_t count;
};

/* What is behind a service made by composite_create(). */
static inline struct composite *composite_of(struct rm_service *service) {
    return CONTAINER_OF(service, struct composite, base);
}

#endif
