/* The backends there are: see backends.h. A new one that every system has is a row of the table. */
#include "module/backends.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/sim/setup.h"
#include "backends/system.h"
#include "backends/tracer/tracer.h"
#include "module/backendrow.h"
#include "module/specification.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static rm_status create_system(const char *argument, struct rm_service **out, char *message,
                               size_t message_size) {
    (void)argument, (void)message, (void)message_size;
    return system_service_create(out);
}

/* What every system has. */
static const struct backend_row rows[] = {
    {.name = "system", .summary = "the PC/SC service", .create = create_system},
    {.name = "sim",
     .summary = "simulated readers",
     .argument = "sim:FILE: those of a file, sim: none",
     .is_simulator = true,
     .create = sim_service_create},
};

/* The backend at this place: first what every system has, then what this one has. NULL: no more. */
static const struct backend_row *row_at(size_t place) {
    const struct backend_row *row = place < COUNT(rows) ? &rows[place] : &rows_here[place - COUNT(rows)];
    return row->name ? row : NULL;
}

/* The backend of this name, `length` bytes; NULL: there is none. */
static const struct backend_row *find(const char *name, size_t length) {
    const struct backend_row *row;
    for (size_t i = 0; (row = row_at(i)) != NULL; i++)
        if (strlen(row->name) == length && memcmp(row->name, name, length) == 0)
            return row;
    return NULL;
}

static bool is_backend(const char *name, size_t length) {
    return find(name, length) != NULL;
}

/* Appends to a text as far as there is room. */
__attribute__((format(__printf__, 3, 4))) static void append(char *text, size_t room, const char *format,
                                                             ...) {
    const size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text + used, room - used, format, arguments);
    va_end(arguments);
}

static void list_backends(const struct specification_part *part, char *message, size_t message_size) {
    const struct backend_row *row;
    if (!message || !message_size)
        return;
    *message = '\0';
    append(message, message_size, "no resource manager \"%.*s\"; there are ", (int)part->length, part->text);
    for (size_t i = 0; (row = row_at(i)) != NULL; i++)
        append(message, message_size, "%s%s (%s%s%s)", i ? ", " : "", row->name, row->summary,
               row->argument ? "; " : "", row->argument ? row->argument : "");
}

/* Makes the backend of one part. */
static rm_status create_part(const struct specification_part *part, const struct backend_row *row,
                             struct rm_service **out, char *message, size_t message_size) {
    char *text = malloc(part->length + 1);
    if (!text)
        return RM_E_NO_MEMORY;
    memcpy(text, part->text, part->length);
    text[part->length] = '\0';
    const char *argument = part->has_argument ? text + part->name_length + 1 : NULL;
    const rm_status status = row->create(argument, out, message, message_size);
    free(text);
    return status;
}

rm_status backends_create(const char *spec, struct rm_service **out, struct rm_service **simulator,
                          char *message, size_t message_size) {
    struct specification_part part;
    *simulator = NULL;
    (void)specification_next(&spec, is_backend, &part);
    const struct backend_row *row = find(part.text, part.name_length);
    if (!row || (part.has_argument && !row->argument)) {
        list_backends(&part, message, message_size);
        return RM_E_INVALID_PARAMETER;
    }
    if (spec) {
        if (message && message_size)
            (void)snprintf(message, message_size, "only one resource manager at a time, not also \"%s\"",
                           spec);
        return RM_E_INVALID_PARAMETER;
    }
    const rm_status status = create_part(&part, row, out, message, message_size);
    if (status == RM_OK && row->is_simulator)
        *simulator = *out;
    return status;
}

struct rm_service *backends_trace(struct rm_service *inner, int level) {
    return tracer_wrap(inner, level, stderr);
}
