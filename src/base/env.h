/* Environment variables, for programs that may trust them. */
#ifndef SCARDSSP_BASE_ENV_H
#define SCARDSSP_BASE_ENV_H

#include <stdint.h>

/*
 * The value of an environment variable, in UTF-8 on Windows; NULL when it is unset or empty, or when the
 * process runs with more rights than its caller (set-uid, set-gid, file capabilities). Belongs to the
 * environment. On Windows an elevated process takes a variable that the user's registry names from the
 * machine's, or not at all.
 */
const char *env_get(const char *name);

/* The value as a decimal number of milliseconds, `fallback` when unset or not a number in 0..UINT32_MAX. */
uint32_t env_get_ms(const char *name, uint32_t fallback);

#endif
