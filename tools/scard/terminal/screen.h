/* Whether a stream shows on a terminal, and bytes that are no text. Used by the commands that copy files. */
#ifndef SCARD_SCREEN_H
#define SCARD_SCREEN_H

#include <stdbool.h>
#include <stdio.h>

/* Whether a person sees at once what is written there. */
bool screen_is(FILE *stream);

/* From now on bytes go to the stream, or come from it, as they are: Windows would change ends of lines. */
void screen_take_bytes(FILE *stream);

#endif
