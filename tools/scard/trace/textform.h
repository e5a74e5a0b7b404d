/* A trace as text for people: a line for each call, commands and answers with their words below it. */
#ifndef SCARD_TRACE_TEXTFORM_H
#define SCARD_TRACE_TEXTFORM_H

#include <stdio.h>

#include "trace/entry.h"

/*
 * Writes an entry: "14:03:59.123456 program[process] transmit(READER) = SCARD_S_SUCCESS, 0.123 ms", then
 * "  > 00 A4 ...  | SELECT ...", "  < 90 00  | 9000: success". "**" stands for each byte of a secret. Control
 * characters show as '?'.
 */
void textform_write(FILE *file, const struct trace_entry *entry);

#endif
