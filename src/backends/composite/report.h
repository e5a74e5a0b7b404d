/* Who makes the members of a composite, and what becomes of them. Part of composite.h. */
#ifndef SCARDSSP_BACKENDS_COMPOSITE_REPORT_H
#define SCARDSSP_BACKENDS_COMPOSITE_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "rm/rm.h"

#define COMPOSITE_MESSAGE_MAX 300u /* bytes of what a backend says of its failure, with the NUL */

/*
 * Makes the service of the backend that `spec` names. On failure message of message_size bytes may get why.
 * Called from any thread, for each member one call at a time.
 */
typedef rm_status (*composite_maker)(const char *spec, struct rm_service **out, char *message,
                                     size_t message_size);

/* What has become of a member. */
struct composite_report {
    const char *spec;                    /* belongs to the service */
    rm_status status;                    /* of the last try; RM_OK: it works */
    bool made;                           /* there is a service; then it is that which says so */
    char message[COMPOSITE_MESSAGE_MAX]; /* why it could not be made; empty: the status says it */
};

#endif
