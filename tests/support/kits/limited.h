/*
 * Windows only: a program without an administrator's rights, started by a test that has them. Used where the
 * rights count: variables of the user's registry, installing.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_LIMITED_H
#define SCARDSSP_TESTS_SUPPORT_KITS_LIMITED_H

#include <windows.h>

#define LIMITED_NONE 0xFFFFFFFFu /* no such program: nobody ends with this */

/*
 * Runs a command line with the user's rights alone, as programs run that were not started as administrator,
 * and waits for its end, two minutes at most. Its exit code; LIMITED_NONE: without User Account Control there
 * are no such rights, or it could not be started. `line` may be changed.
 */
DWORD limited_run(wchar_t *line);

/* The same with this program itself and one argument, a word. */
DWORD limited_run_self(const wchar_t *argument);

/*
 * The same for this program with the rights of an administrator, where it has them at hand and not in use: as
 * later Wines start programs. LIMITED_NONE: there are none at hand.
 */
DWORD elevated_run_self(const wchar_t *argument);

#endif
