/*
 * One of the backends behind a composite: made when it can be, and what it has said of its failures. Used by
 * all files of this folder.
 */
#ifndef SCARDSSP_BACKENDS_COMPOSITE_MEMBER_H
#define SCARDSSP_BACKENDS_COMPOSITE_MEMBER_H

#include <stdint.h>

#include "backends/composite/report.h"
#include "backends/composite/watcher.h"
#include "base/lock.h"
#include "rm/rm.h"

struct composite_member {
    char *spec;
    composite_maker make;
    struct composite_watcher watcher;
    struct lock lock;           /* guards what follows; held while the service is made */
    struct rm_service *service; /* NULL: could not be made so far; stays once it is there */
    uint64_t again;             /* clock_ms() from which on the next try is due */
    rm_status status;           /* of the last call that asked for something */
    char message[COMPOSITE_MESSAGE_MAX];
};

/* Makes a member, without a service. NULL: out of memory. */
struct composite_member *composite_member_new(const char *spec, composite_maker make,
                                              struct slots_events *events);

/* Ends the member with its service; nobody uses it any more. */
void composite_member_free(struct composite_member *member);

/*
 * The member's service, made if that is due. The code of composite_maker, also of the last try where the next
 * one is not due yet.
 */
rm_status composite_member_service(struct composite_member *member, struct rm_service **out);

/* Opens a context with the member's service, and notes what comes of it. */
rm_status composite_member_open(struct composite_member *member, struct rm_bound *bound,
                                struct rm_context **out);

/* Notes what a call has said of the member as a whole: that it works, or why it does not. */
void composite_member_note(struct composite_member *member, rm_status status);

/* What is known of it. */
void composite_member_report(struct composite_member *member, struct composite_report *out);

#endif
