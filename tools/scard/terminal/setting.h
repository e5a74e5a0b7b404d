/* The variables by which the tool steers the library in its own process. Used by main.c and search.c. */
#ifndef SCARD_SETTING_H
#define SCARD_SETTING_H

#include <stdbool.h>

/* Sets an environment variable of this process; the value is UTF-8. False: out of memory. */
bool setting_change(const char *name, const char *value);

/* An environment variable in UTF-8, which stays as long as the process or until it is changed; NULL: there is none. */
const char *setting_get(const char *name);

#endif
