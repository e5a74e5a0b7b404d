/* A command and its answer in one line, for comparisons. */
#ifndef SCARD_TRACE_EXCHANGELINE_H
#define SCARD_TRACE_EXCHANGELINE_H

#include <stdio.h>

#include "terminal/json.h"
#include "trace/entry.h"

/* Prints "00 B0 00 00 18 -> 48 65 90 00  | READ BINARY at 0, 24 bytes; 9000: success", without a newline. */
void exchangeline_print(FILE *file, const struct trace_entry *entry);

/* Writes the keys "command" (with "**" for what is hidden), "answer", "words" and "means" of an object. */
void exchangeline_json(struct json *json, const struct trace_entry *entry);

#endif
