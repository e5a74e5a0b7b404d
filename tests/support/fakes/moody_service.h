/*
 * A simulator whose service has moods: it is not there, comes back, is slow, refuses. For tests of what
 * stands on a service that may fail. There is one at a time.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_MOODY_SERVICE_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_MOODY_SERVICE_H

#include <stdint.h>

#include "rm/rm.h"

/* Makes it over the simulator, which stays the caller's. It is in a good mood. */
struct rm_service *moody_service(struct rm_service *sim);

/*
 * From now on every call of a context is answered so, and waits that are going on end so within 20 ms; RM_OK:
 * it is there. From any thread.
 */
void moody_service_say(rm_status status);

/* From now on lists and connections take so long before they are made. */
void moody_service_dawdle(uint32_t ms);

/* The contexts that are open. */
unsigned moody_service_contexts(void);

#endif
