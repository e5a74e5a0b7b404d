/*
 * Another simulator beside the one or the service that a world has, and both behind one service: what a
 * program does with the world's reader is the same. See several.h.
 */
#include "support/worlds/several.h"

#include <string.h>

#include "backends/composite/composite.h"
#include "backends/sim/setup.h"
#include "backends/sim/sim.h"

#define OTHER_READER "Simulated Reader 00" /* a name that the first may have, too */

/* What is added next: composite_maker gets a specification only. */
static struct rm_service *next;

static rm_status make(const char *spec, struct rm_service **out, char *message, size_t message_size) {
    (void)message, (void)message_size;
    if (strcmp(spec, "world") == 0) {
        *out = next;
        return RM_OK;
    }
    const rm_status status = sim_service_create("", out, NULL, 0);
    return status == RM_OK ? sim_plug(*out, OTHER_READER, "piv", 0, NULL, 0) : status;
}

struct rm_service *several_around(struct rm_service *service) {
    struct rm_service *composite = composite_create();
    next = service;
    if (!composite || composite_add(composite, "world", make, NULL) != RM_OK)
        return NULL;
    if (composite_add(composite, "other", make, NULL) == RM_OK)
        return composite;
    rm_service_release(composite);
    return NULL;
}
