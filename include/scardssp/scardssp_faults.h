/*
 * scardssp_faults.h: fault scripts, for tests of programs that use cards.
 *
 * A script says what is to go wrong, and when: after so many commands, on an instruction, at a time, by
 * chance. It is played around whatever resource manager the process uses, the simulator or real readers, and
 * strikes what the objects of this process see. A rule is a line, such as "after 3: remove for 200 ms" or
 * "ins B0 times 2: sw 6F00".
 *
 * docs/faults.md has the grammar. SCARDSSP_FAULTS (the name of a file, or a script itself) does the same for
 * a program that is not changed, `scard run --faults FILE` for any PC/SC program.
 *
 * Text is UTF-8. Functions may be called from any thread. Status codes are SCARD_* numbers as HRESULT, and
 * E_INVALIDARG / E_OUTOFMEMORY / E_UNEXPECTED.
 */
#ifndef SCARDSSP_FAULTS_PUBLIC_H
#define SCARDSSP_FAULTS_PUBLIC_H

#include <stddef.h>
#include <stdint.h>

#ifndef _WIN32
#include "scarderr.h" /* the numbers that are returned, also beside <winscard.h> */
#endif

#ifdef __cplusplus
extern "C" {
#endif
#ifndef _WIN32
#pragma GCC visibility push(default)
#endif

/*
 * Plays this script from now on; "" or NULL: nothing more is to happen. Before objects are made it is chosen
 * in place of SCARDSSP_FAULTS. Later it replaces the one that is being played: its time and its counts begin
 * now, what has happened to readers and cards stays. E_UNEXPECTED: a resource manager is in use already, and
 * was begun without a script ("" is one). E_INVALIDARG: it is none; message (may be NULL) of message_size
 * bytes gets "the fault script:LINE:COLUMN: expected ..., found ...".
 */
int32_t scardssp_faults(const char *script, char *message, size_t message_size);

/* The same from a file. E_INVALIDARG also where it cannot be read; messages begin with its name. */
int32_t scardssp_faults_file(const char *path, char *message, size_t message_size);

/* Only reads a script. E_INVALIDARG, with the message of scardssp_faults(): it is none, or NULL. */
int32_t scardssp_faults_check(const char *script, char *message, size_t message_size);

/* How many faults have struck since the script began; 0 without one. */
uint64_t scardssp_faults_struck(void);

#ifndef _WIN32
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#endif
