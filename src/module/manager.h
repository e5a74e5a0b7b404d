/*
 * The resource manager of the process: which one, traced or not, and how long its users wait. Chosen once. It
 * knows nothing of objects, card types or the user: whoever serves readers by another interface can stand on
 * it. Used by the class table, by what the public headers declare and by the search for providers.
 */
#ifndef SCARDSSP_MODULE_MANAGER_H
#define SCARDSSP_MODULE_MANAGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rm/rm.h"

/*
 * Chooses the resource manager by its specification (specification.h). RM_E_UNEXPECTED: one is in use
 * already; RM_E_INVALID_PARAMETER: bad specification or file; message (may be NULL) of message_size bytes
 * says why. RM_E_NO_MEMORY, and RM_E_NO_SERVICE: there is none of that kind here.
 */
rm_status manager_choose(const char *spec, char *message, size_t message_size);

/*
 * The resource manager of this process; the first call makes it as SCARDSSP_RM says, when none has been
 * chosen. It lives as long as the process. The codes of manager_choose().
 */
rm_status manager_service(struct rm_service **out);

/*
 * The simulator, without the tracer, if that is the resource manager of this process, or the first simulator
 * among several; RM_E_UNEXPECTED otherwise. The codes of manager_service().
 */
rm_status manager_simulator(struct rm_service **out);

/*
 * Whether all readers are those that the system itself knows; also where no resource manager is in use yet.
 */
bool manager_is_system(void);

/*
 * What is in use: as it was chosen, its service, and that without the tracer where it is several backends at
 * once, else NULL (backends.h). They live as long as the process. The codes of manager_service().
 */
rm_status manager_used(const char **spec, struct rm_service **service, struct rm_service **several);

/*
 * Notes what the resource manager answered to the last question of the public functions, and tells it: RM_OK
 * and others; false: there was no question yet.
 */
void manager_note(rm_status answer);
bool manager_noted(rm_status *out);

/*
 * Chooses the level of the trace in place of SCARDSSP_TRACE: 0 nothing, 1 calls, 2 bytes as well.
 * RM_E_UNEXPECTED: a resource manager is in use already; RM_E_INVALID_PARAMETER: another level.
 */
rm_status manager_trace(uint32_t level);

/*
 * Chooses the file behind whose end calls are recorded in place of SCARDSSP_TRACE_RECORD; NULL or "": none.
 * RM_E_UNEXPECTED: a resource manager is in use already; RM_E_NO_MEMORY.
 */
rm_status manager_trace_record(const char *path);

struct faultscript;

/*
 * Chooses the fault script, which it takes over, in place of SCARDSSP_FAULTS; where a script is being played
 * already this one is from now on. It was checked before. RM_E_UNEXPECTED: a resource manager is in use
 * without any; RM_E_NO_MEMORY; RM_E_INVALID_PARAMETER, with a message: it is none.
 */
rm_status manager_faults(struct faultscript *script, char *message, size_t message_size);

/* How many faults have struck since the script began. */
uint64_t manager_faults_struck(void);

/* The level chosen, or else what SCARDSSP_TRACE asks for. */
int manager_trace_level(void);

/* How long to wait for other users of a reader, in ms (SCARDSSP_TIMEOUT; 30 s when it is not set). */
uint32_t manager_timeout(void);

#endif
