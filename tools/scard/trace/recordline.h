/*
 * A line of JSON of a trace's record (docs/trace.md), taken apart. Called by recordfile.c and by the
 * follower.
 */
#ifndef SCARD_TRACE_RECORDLINE_H
#define SCARD_TRACE_RECORDLINE_H

#include "trace/entry.h"

enum recordline_result { RECORDLINE_OK, RECORDLINE_BAD, RECORDLINE_NO_MEMORY };

/*
 * Takes `size` bytes apart, no newline among them. RECORDLINE_BAD: no JSON, or not a record, or of a form
 * that is newer than this tool. entry_clear() ends *out, which is empty unless RECORDLINE_OK.
 */
enum recordline_result recordline_parse(const char *line, size_t size, struct trace_entry *out);

#endif
