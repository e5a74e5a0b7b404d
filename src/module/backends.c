/* The backends there are: see backends.h. A new one is a row of the table. */
#include "module/backends.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "backends/sim/setup.h"
#include "backends/system.h"
#include "backends/tracer/tracer.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct backend {
    const char *name;
    const char *help;    /* what it is and what its argument means, in one line */
    bool takes_argument; /* NAME:ARGUMENT is understood, too */
    bool is_simulator;
    /* argument: what follows the colon; NULL: no colon. The rest as for backends_create(). */
    rm_status (*create)(const char *argument, struct rm_service **out, char *message, size_t message_size);
};

static rm_status create_system(const char *argument, struct rm_service **out, char *message,
                               size_t message_size) {
    (void)argument, (void)message, (void)message_size;
    return system_service_create(out);
}

static const struct backend backends[] = {
    {.name = "system", .help = "the PC/SC service", .create = create_system},
    {.name = "sim",
     .help = "simulated readers; sim:FILE: those of a file, sim: none",
     .takes_argument = true,
     .is_simulator = true,
     .create = sim_service_create},
};

/* The backend of this name, `length` bytes; NULL: there is none. */
static const struct backend *find(const char *name, size_t length) {
    for (size_t i = 0; i < COUNT(backends); i++)
        if (strlen(backends[i].name) == length && memcmp(backends[i].name, name, length) == 0)
            return &backends[i];
    return NULL;
}

/* Appends to a text as far as there is room. */
static void append(char *text, size_t room, const char *more) {
    const size_t used = strlen(text);
    (void)snprintf(text + used, room - used, "%s", more);
}

static void list_backends(const char *spec, char *message, size_t message_size) {
    if (!message || !message_size)
        return;
    (void)snprintf(message, message_size, "no resource manager \"%s\"; there are ", spec);
    for (size_t i = 0; i < COUNT(backends); i++) {
        append(message, message_size, i ? ", " : "");
        append(message, message_size, backends[i].name);
        append(message, message_size, " (");
        append(message, message_size, backends[i].help);
        append(message, message_size, ")");
    }
}

rm_status backends_create(const char *spec, struct rm_service **out, struct rm_service **simulator,
                          char *message, size_t message_size) {
    const char *colon = strchr(spec, ':');
    const struct backend *backend = find(spec, colon ? (size_t)(colon - spec) : strlen(spec));
    *simulator = NULL;
    if (!backend || (colon && !backend->takes_argument)) {
        list_backends(spec, message, message_size);
        return RM_E_INVALID_PARAMETER;
    }
    const rm_status status = backend->create(colon ? colon + 1 : NULL, out, message, message_size);
    if (status == RM_OK && backend->is_simulator)
        *simulator = *out;
    return status;
}

struct rm_service *backends_trace(struct rm_service *inner, int level) {
    return tracer_wrap(inner, level, stderr);
}
