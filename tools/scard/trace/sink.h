/* Where a trace goes as it comes, in one of its forms. Used by the commands that trace and show. */
#ifndef SCARD_TRACE_SINK_H
#define SCARD_TRACE_SINK_H

#include <stdio.h>

#include "terminal/table.h"
#include "trace/pcapng.h"
#include "trace/recordfile.h"

/* Words for --format: text, jsonl, pcapng. */
extern const struct option_choice sink_choices[];

/* The form that the ending of a file's name asks for; TRACE_TEXT for all others and for NULL. */
enum trace_form sink_form(const char *path);

/* A trace that is being written; sink_begin() fills it. */
struct sink {
    enum trace_form form; /* TRACE_TEXT, TRACE_JSONL or TRACE_PCAPNG */
    FILE *file;
    struct pcapng pcapng;
    struct trace_list begun; /* calls whose end has not come */
};

/* Begins. */
void sink_begin(struct sink *sink, enum trace_form form, FILE *file);

/*
 * Writes a line of the record, `size` bytes without the newline. What tells only that a call has begun waits
 * for its end, but for JSON Lines, where the line goes out as it is. What is no record is left out.
 */
void sink_line(struct sink *sink, const char *line, size_t size);

/* Writes an entry, which stays the caller's; not for JSON Lines. */
void sink_entry(struct sink *sink, const struct trace_entry *entry);

/* Writes the calls whose end has not come, and flushes. False: out of memory; the file's errors are for the
   caller. */
bool sink_end(struct sink *sink);

#endif
