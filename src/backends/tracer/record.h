/*
 * The record of calls that programs read: a line of JSON for each (docs/trace.md,
 * docs/json/trace.schema.json), from which the tool makes the other forms. Called by journal.c.
 */
#ifndef SCARDSSP_BACKENDS_TRACER_RECORD_H
#define SCARDSSP_BACKENDS_TRACER_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "backends/tracer/page.h"
#include "base/output.h"
#include "rm/rm.h"

/* A call of the port. Texts and bytes stay the caller's; what it has none of is NULL. */
struct traced_call {
    const char *name;   /* "transmit" */
    const char *on;     /* a reader, or the resource manager; "" where neither is */
    const char *detail; /* its other arguments and results in words; NULL as long as it runs */
    uint64_t number;    /* in its process; the same while it runs and when it has ended */
    uint64_t began;     /* in microseconds since 1970 (UTC) */
    uint64_t start;     /* the same moment, by trace_now_us() */
    uint64_t took;      /* microseconds */
    rm_status status;   /* when it has ended */
    const uint8_t *command;
    size_t command_size;
    const uint8_t *answer;
    size_t answer_size;
    const uint8_t *atr; /* of the card in `on`, where the call told it */
    size_t atr_size;
    const struct rm_reader_state *readers; /* several, with the ATRs of what is in them */
    size_t reader_count;
};

/* Where records go. */
struct trace_record_file {
    char *path; /* NULL: there are none */
    FILE *file;
    struct output_place place;
};

/*
 * Remembers where records go, behind the end of the file `path`, and opens it. False with errno: it cannot be
 * opened; nothing is kept then.
 */
bool trace_record_open(struct trace_record_file *records, const char *path);

/* Ends that. */
void trace_record_close(struct trace_record_file *records);

/*
 * Writes the record of a call in one piece, from any process, on a page that is the caller's. A program that
 * closes all its files does not end the records: the file is opened again.
 */
void trace_record_write(struct trace_record_file *records, struct trace_page *page,
                        const struct traced_call *call);

/* Microseconds of a clock that never goes back, and since 1970 (UTC). */
uint64_t trace_now_us(void);
uint64_t trace_wall_us(void);

#endif
