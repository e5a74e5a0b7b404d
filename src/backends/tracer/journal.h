/*
 * What a tracer writes of its calls: lines for people, and records for programs (record.h). Called by
 * tracer.c.
 */
#ifndef SCARDSSP_BACKENDS_TRACER_JOURNAL_H
#define SCARDSSP_BACKENDS_TRACER_JOURNAL_H

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "backends/tracer/page.h"
#include "backends/tracer/record.h"
#include "base/lock.h"

/* Starts zeroed. */
struct trace_journal {
    int level; /* of the lines: 0 none, 1 calls, 2 bytes as well */
    struct output_place out;
    struct trace_record_file records;
    struct trace_page page;   /* what goes out in one piece */
    struct trace_page detail; /* a call's words */
    struct lock writing;      /* guards the pages: the lines of one call stand together */
    _Atomic uint64_t calls;   /* how many have begun */
};

/*
 * Begins: lines of that level go to `out` (level 0: none, `out` may be NULL), records behind the end of the
 * file `records` (NULL: none). Both as trace_wrap() has it. False with errno: that file cannot be opened.
 */
bool journal_open(struct trace_journal *journal, int level, FILE *out, const char *records);

/* Ends, and frees what it has; `out` stays open. */
void journal_close(struct trace_journal *journal);

/*
 * Fills number and start of a call that begins. One that may not come back, for the card or the service does
 * not answer, is recorded at once (`waits`), so that it is known should the program be killed meanwhile.
 */
void journal_begin(struct trace_journal *journal, struct traced_call *call, bool waits);

/* Writes down a call that has ended; its words by printf's format. */
void journal_end(struct trace_journal *journal, struct traced_call *call, const char *detail, ...)
    __attribute__((format(__printf__, 3, 4)));
void journal_end_list(struct trace_journal *journal, struct traced_call *call, const char *detail,
                      va_list arguments) __attribute__((format(__printf__, 3, 0)));

#endif
