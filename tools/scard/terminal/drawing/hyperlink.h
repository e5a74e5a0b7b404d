/* Addresses of the web as something to click on, where the terminal does that. Used by `scard atr`. */
#ifndef SCARD_HYPERLINK_H
#define SCARD_HYPERLINK_H

#include <stdbool.h>
#include <stddef.h>

/* How many bytes at the start of a text are an address of the web; 0: it begins with none. */
size_t hyperlink_size(const char *text);

/*
 * Prints the first `size` bytes of a text, an address, to standard output; on a terminal as a link (OSC 8),
 * which one that does not know links shows as the plain address.
 */
void hyperlink_print(const char *address, size_t size);

#endif
