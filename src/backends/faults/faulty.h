/*
 * A backend with faults: every call goes to another backend, unless a fault script (script.h) says otherwise.
 * It works on any: what a script does to readers and cards is done to the program's view of them, and a card
 * that was "reset" or "away" is really started anew. module/backends.c puts it around the backend in use when
 * SCARDSSP_FAULTS or scardssp_faults() asks for it.
 */
#ifndef SCARDSSP_BACKENDS_FAULTS_FAULTY_H
#define SCARDSSP_BACKENDS_FAULTS_FAULTY_H

#include <stddef.h>

#include "rm/rm.h"

/*
 * Wraps `inner`, which it owns from now on, with a script of `size` bytes. RM_E_INVALID_PARAMETER: it is
 * none, and message (may be NULL) of message_size bytes says why (fault_script_parse()); RM_E_NO_MEMORY.
 * inner is still the caller's then.
 */
rm_status faulty_wrap(struct rm_service *inner, const char *text, size_t size, struct rm_service **out,
                      char *message, size_t message_size);

/*
 * Plays another script from now on, in a service of faulty_wrap(): time and counts begin anew, what has
 * happened to readers stays. The codes of faulty_wrap().
 */
rm_status faulty_play(struct rm_service *service, const char *text, size_t size, char *message,
                      size_t message_size);

/* Is it a script? The codes and the message of faulty_wrap(). */
rm_status faulty_check(const char *text, size_t size, char *message, size_t message_size);

/* How many faults have struck since the script began. */
uint64_t faulty_struck(struct rm_service *service);

#endif
