/* Events of readers as lines: for people, and in JSON. For `scard watch`. */
#ifndef SCARD_EVENTLINE_H
#define SCARD_EVENTLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "talk/event.h"

/* Bytes of a line at most, with its NUL; longer ones are cut. */
#define EVENTLINE_MAX 1024

/*
 * "14:03:59  card inserted    ACME 00: card present, ATR 3B .. (Office card)" into out (EVENTLINE_MAX
 * bytes), without a newline, as drivers have the names: shown with text_print(). name: of the card, may be
 * empty. with_atr: with the bytes of the ATR.
 */
void eventline_text(const struct event *event, const char *name, bool with_atr, char *out);

/* Writes the event as a line of JSON to standard output; name as above. docs/json/watch.schema.json. */
void eventline_write(const struct event *event, const char *name);

#endif
