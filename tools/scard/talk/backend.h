/*
 * Where readers come from: which backends there are, and which of those in use have failed. For `scard list`.
 */
#ifndef SCARD_BACKEND_H
#define SCARD_BACKEND_H

#include "terminal/json.h"

/* Tells all backends of the library, and which can be used here and now, or why not. Returns an exit code. */
int backend_print_all(void);

/* The same in JSON. */
int backend_write_all(void);

/*
 * Tells on stderr what has failed of the several backends in use, after the readers of the others have been
 * asked for. rm: the resource manager as it was chosen, NULL: not at all. Returns EXIT_CARD if any has
 * failed; EXIT_GOOD also where there is only one, by whose failure the command itself fails.
 */
int backend_print_failed(const char *rm);

/* Writes the same as an array called "failed". */
void backend_write_failed(struct json *json, const char *rm);

#endif
