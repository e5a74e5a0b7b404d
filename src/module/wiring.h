/*
 * Wiring: joins objects and backends. The only place in the library that names a backend. One resource
 * manager per process, chosen once.
 */
#ifndef SCARDSSP_MODULE_WIRING_H
#define SCARDSSP_MODULE_WIRING_H

#include <stddef.h>
#include <stdint.h>

#include "carddb/atrlist/atrlist.h"
#include "carddb/carddb.h"
#include "client/waiting.h"
#include "rm/rm.h"

/*
 * Chooses the resource manager by its specification ("system", "sim", "sim:FILE", "sim:"). RM_E_UNEXPECTED:
 * one is in use already; RM_E_INVALID_PARAMETER: bad specification or file, message (may be NULL) of
 * message_size bytes then says why. RM_E_NO_MEMORY.
 */
rm_status wiring_choose(const char *spec, char *message, size_t message_size);

/*
 * The resource manager of this process; the first call makes it as SCARDSSP_RM says, when none has been
 * chosen. Belongs to the wiring and lives as long as the process.
 */
rm_status wiring_service(struct rm_service **out);

/* The simulator, if that is the resource manager of this process; RM_E_UNEXPECTED otherwise. */
rm_status wiring_simulator(struct rm_service **out);

/*
 * Chooses the level of the trace in place of SCARDSSP_TRACE: 0 nothing, 1 calls, 2 bytes as well.
 * RM_E_UNEXPECTED: a resource manager is in use already; RM_E_INVALID_PARAMETER: another level.
 */
rm_status wiring_trace(uint32_t level);

/* The level chosen, or else what SCARDSSP_TRACE asks for. */
int wiring_trace_level(void);

/* How long objects wait for other users of a reader, in ms (SCARDSSP_TIMEOUT; 30 s when it is not set). */
uint32_t wiring_timeout(void);

/*
 * The card database of this process: the files that carddb/paths.h names. Nothing is opened before it is
 * asked something. Belongs to the wiring and lives as long as the process, here and below. RM_E_NO_MEMORY.
 */
rm_status wiring_carddb(struct carddb **out);

/*
 * The public list of ATRs, read by the first call; NULL: there is none that can be read, cards have no public
 * names.
 */
struct atrlist *wiring_atr_list(void);

/*
 * How long a search for a card waits for the user, in ms (SCARDSSP_LOCATE_TIMEOUT; 60 s when it is not set).
 */
uint32_t wiring_locate_timeout(void);

/*
 * Who runs searches that wait for the user: Windows' dialog for readers of the system's service, else a
 * notice of ours.
 */
const struct locate_ui *wiring_locate_ui(void);

#endif
