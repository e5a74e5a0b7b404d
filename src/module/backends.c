/* The backends there are: see backends.h. A new one that every system has is a row of the table. */
#include "module/backends.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/composite/composite.h"
#include "backends/faults/faulty.h"
#include "backends/sim/setup.h"
#include "backends/system.h"
#include "backends/tracer/tracer.h"
#include "backends/vpcd/setup.h"
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
    {.name = "system",
     .summary = "the PC/SC service",
     .kind = BACKEND_SYSTEM,
     .create = create_system,
     .explain = system_service_explain},
    {.name = "sim",
     .summary = "simulated readers",
     .argument = "sim:FILE: those of a file, sim: none",
     .kind = BACKEND_SIMULATOR,
     .create = sim_service_create},
    {.name = "vpcd",
     .summary = "virtual readers that cards connect to, port 35963 of this machine",
     .argument =
         "vpcd:PORT, vpcd:FIRST-LAST, vpcd:ADDRESS:PORT, vpcd:/PATH, with *N behind it for N readers, or "
         "vpcd:connect:HOST:PORT",
     .create = vpcd_service_create},
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

/* The backend that one part of a specification names; NULL, with a message: there is none such. */
static const struct backend_row *row_of(const struct specification_part *part, char *message,
                                        size_t message_size) {
    const struct backend_row *row = find(part->text, part->name_length);
    if (row && !(part->has_argument && !row->argument))
        return row;
    list_backends(part, message, message_size);
    return NULL;
}

/* The backend of a text that is one part; it is there. */
static const struct backend_row *row_of_text(const char *text) {
    return find(text, strcspn(text, ":"));
}

/* Makes the backend of a text that is one part: a composite_maker. */
static rm_status create_one(const char *text, struct rm_service **out, char *message, size_t message_size) {
    const char *colon = strchr(text, ':');
    return row_of_text(text)->create(colon ? colon + 1 : NULL, out, message, message_size);
}

/* Specifications, part by part */

/* How many parts there are; 0, with a message: one of them names no backend. */
static size_t count_parts(const char *spec, char *message, size_t message_size) {
    struct specification_part part;
    size_t count = 0;
    while (specification_next(&spec, is_backend, &part)) {
        if (!row_of(&part, message, message_size))
            return 0;
        count++;
    }
    return count;
}

static rm_status create_alone(const char *spec, struct backends_made *out, char *message,
                              size_t message_size) {
    const struct backend_row *row = row_of_text(spec);
    const rm_status status = create_one(spec, &out->service, message, message_size);
    if (status != RM_OK)
        return status;
    out->simulator = row->kind == BACKEND_SIMULATOR ? out->service : NULL;
    out->is_system = row->kind == BACKEND_SYSTEM;
    return RM_OK;
}

/* Adds the backend of one part to several. */
static rm_status add_part(struct backends_made *made, const struct specification_part *part) {
    struct rm_service *service = NULL;
    char *text = malloc(part->length + 1);
    if (!text)
        return RM_E_NO_MEMORY;
    memcpy(text, part->text, part->length);
    text[part->length] = '\0';
    const rm_status status = composite_add(made->several, text, create_one, &service);
    if (status == RM_OK && !made->simulator && row_of_text(text)->kind == BACKEND_SIMULATOR)
        made->simulator = service;
    free(text);
    return status;
}

/* Where every one of them has a bad argument, whoever wrote that is told, as with one alone. */
static rm_status judge_several(struct rm_service *several, char *message, size_t message_size) {
    struct composite_report report;
    for (size_t place = 0; composite_report(several, place, &report); place++)
        if (report.status != RM_E_INVALID_PARAMETER)
            return RM_OK;
    (void)composite_report(several, 0, &report);
    if (message && message_size)
        (void)snprintf(message, message_size, "%s", report.message);
    return RM_E_INVALID_PARAMETER;
}

static rm_status create_several(const char *spec, struct backends_made *out, char *message,
                                size_t message_size) {
    struct specification_part part;
    struct backends_made made = {.several = composite_create()};
    rm_status status = made.several ? RM_OK : RM_E_NO_MEMORY;
    while (status == RM_OK && specification_next(&spec, is_backend, &part))
        status = add_part(&made, &part);
    if (status == RM_OK)
        status = judge_several(made.several, message, message_size);
    if (status != RM_OK) {
        rm_service_release(made.several);
        return status;
    }
    made.service = made.several;
    *out = made;
    return RM_OK;
}

rm_status backends_create(const char *spec, struct backends_made *out, char *message, size_t message_size) {
    *out = (struct backends_made){.service = NULL};
    const size_t count = count_parts(spec, message, message_size);
    if (count == 0)
        return RM_E_INVALID_PARAMETER;
    return count == 1 ? create_alone(spec, out, message, message_size)
                      : create_several(spec, out, message, message_size);
}

struct rm_service *backends_trace(struct rm_service *inner, int level, FILE *out, const char *records) {
    return tracer_wrap(inner, level, out, records);
}

rm_status backends_fault(struct rm_service *inner, const char *script, size_t size, struct rm_service **out,
                         char *message, size_t message_size) {
    return faulty_wrap(inner, script, size, out, message, message_size);
}

rm_status backends_fault_again(struct rm_service *faulty, const char *script, size_t size, char *message,
                               size_t message_size) {
    return faulty_play(faulty, script, size, message, message_size);
}

rm_status backends_fault_check(const char *script, size_t size, char *message, size_t message_size) {
    return faulty_check(script, size, message, message_size);
}

uint64_t backends_faults_struck(struct rm_service *faulty) {
    return faulty_struck(faulty);
}

/* What can be used */

/*
 * Says what is wrong: in the backend's own words, which may be in `cause` already, or else as the code has
 * it.
 */
static void explain(const struct backend_row *row, bool made, struct backend_state *state) {
    const char *cause = NULL;
    state->remedy = NULL;
    if (state->status == RM_OK)
        return;
    if (row->explain)
        row->explain(made, state->status, &cause, &state->remedy);
    if (!state->cause[0] && cause)
        (void)snprintf(state->cause, sizeof state->cause, "%s", cause);
    if (!state->remedy && state->status == RM_E_INVALID_PARAMETER)
        state->remedy = "correct what stands behind the colon, or the file that it names";
    if (!state->remedy)
        state->remedy = rm_status_advice(state->status);
}

static void describe(const struct backend_row *row, const char *name, struct backend_state *out) {
    *out = (struct backend_state){.summary = row->summary, .argument = row->argument};
    (void)snprintf(out->name, sizeof out->name, "%s", name);
}

bool backends_try(size_t place, struct backend_state *out) {
    const struct backend_row *row = row_at(place);
    struct rm_service *service = NULL;
    struct rm_context *context = NULL;
    if (!row)
        return false;
    describe(row, row->name, out);
    out->status = row->create(row->trial, &service, out->cause, sizeof out->cause);
    const bool made = out->status == RM_OK;
    if (made)
        out->status = rm_context_open(service, RM_WITHIN(RM_INFINITE), &context);
    explain(row, made, out);
    if (out->status == RM_OK)
        rm_context_close(context);
    rm_service_release(service);
    return true;
}

bool backends_member(struct rm_service *several, size_t place, struct backend_state *out) {
    struct composite_report report;
    if (!composite_report(several, place, &report))
        return false;
    const struct backend_row *row = row_of_text(report.spec);
    describe(row, report.spec, out);
    out->status = report.status;
    (void)snprintf(out->cause, sizeof out->cause, "%s", report.message);
    explain(row, report.made, out);
    return true;
}

void backends_alone(const char *spec, rm_status status, struct backend_state *out) {
    const struct backend_row *row = row_of_text(spec);
    describe(row, spec, out);
    out->status = status;
    explain(row, true, out);
}
