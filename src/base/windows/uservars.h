/*
 * Environment variables as the registry has them, on Windows. Every process of a user gets those of the
 * user's registry, programs with more rights as well; env_win.c asks here which of them must not steer such a
 * program.
 */
#ifndef SCARDSSP_BASE_WINDOWS_USERVARS_H
#define SCARDSSP_BASE_WINDOWS_USERVARS_H

#include <stdbool.h>
#include <wchar.h>

/*
 * Whether the process runs with an administrator's rights (TokenElevation of its token), and so perhaps with
 * more than those who can write the user's registry. true as well where the system does not tell.
 */
bool uservars_is_elevated(void);

/*
 * Whether the user's registry has a variable `name`: HKEY_CURRENT_USER\Environment, Volatile Environment, and
 * the keys of the sessions below the latter. true as well where it is there and must not be read.
 */
bool uservars_has(const wchar_t *name);

/*
 * The variable `name` as an administrator has set it for everybody (HKEY_LOCAL_MACHINE, Session
 * Manager\Environment), in new memory that the caller frees. NULL: there is none, it is empty or made of
 * other variables (%NAME%), or out of memory.
 */
wchar_t *uservars_of_machine(const wchar_t *name);

#endif
