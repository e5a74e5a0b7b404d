/* The environment variables by which its user steers the tool. Used by main.c. */
#ifndef SCARD_SETTING_H
#define SCARD_SETTING_H

/* An environment variable in UTF-8, which stays as long as the process; NULL: there is none. */
const char *setting_get(const char *name);

#endif
