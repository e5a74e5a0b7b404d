/*
 * A simulated card that answers as the card of a trace did: a card image (docs/card-image.md) of quirks
 * alone. Called by `scard trace replay`.
 */
#ifndef SCARD_TRACE_CARDIMAGE_H
#define SCARD_TRACE_CARDIMAGE_H

#include <stdio.h>

#include "trace/entry.h"

/* The most commands that a card image can answer. */
#define CARDIMAGE_COMMANDS_MAX 30000u

/*
 * Writes the image for the commands that went to `reader`; returns how many, 0 where there is none that was
 * answered; those beyond CARDIMAGE_COMMANDS_MAX are left out. The card gives the answers in the order of the
 * trace, also after a reset; to a command that comes out of turn the first answer that the trace has for it;
 * to one that the trace has not 6F00. What was hidden fits whatever comes in its place.
 */
size_t cardimage_write(FILE *file, const char *reader, const struct trace_list *list);

#endif
