/* The variables by which the tool steers the library in its own process. Used by main.c and search.c. */
#ifndef SCARD_SETTING_H
#define SCARD_SETTING_H

#include <stdbool.h>

/* Sets an environment variable of this process. False: out of memory. */
bool setting_change(const char *name, const char *value);

#endif
