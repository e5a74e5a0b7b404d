/* Members of a composite: see member.h. */
#include "backends/composite/member.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define AGAIN_MS 500u /* between two tries to make a service: each may read files and load libraries */

static rm_status open_for_watcher(void *member, struct rm_context **out) {
    return composite_member_open(member, RM_WITHIN(RM_INFINITE), out);
}

struct composite_member *composite_member_new(const char *spec, composite_maker make,
                                              struct slots_events *events) {
    struct composite_member *member = calloc(1, sizeof *member);
    char *copy = strdup(spec);
    if (!member || !copy) {
        free(member);
        free(copy);
        return NULL;
    }
    member->spec = copy;
    member->make = make;
    composite_watcher_init(&member->watcher, open_for_watcher, member, events);
    return member;
}

void composite_member_free(struct composite_member *member) {
    composite_watcher_end(&member->watcher);
    rm_service_release(member->service);
    free(member->spec);
    free(member);
}

/* With the lock held. */
static void try_to_make(struct composite_member *member) {
    struct rm_service *service = NULL;
    member->message[0] = '\0';
    member->status = member->make(member->spec, &service, member->message, sizeof member->message);
    member->again = clock_deadline(AGAIN_MS);
    if (member->status == RM_OK)
        member->service = service;
}

rm_status composite_member_service(struct composite_member *member, struct rm_service **out) {
    lock_take(&member->lock);
    if (!member->service && clock_left(member->again) == 0)
        try_to_make(member);
    const rm_status status = member->service ? RM_OK : member->status;
    *out = member->service;
    lock_give(&member->lock);
    return status;
}

void composite_member_note(struct composite_member *member, rm_status status) {
    lock_take(&member->lock);
    if (member->service)
        member->status = status;
    lock_give(&member->lock);
}

rm_status composite_member_open(struct composite_member *member, struct rm_bound *bound,
                                struct rm_context **out) {
    struct rm_service *service = NULL;
    rm_status status = composite_member_service(member, &service);
    if (status != RM_OK)
        return status;
    status = rm_context_open(service, bound, out);
    composite_member_note(member, status);
    return status;
}

void composite_member_report(struct composite_member *member, struct composite_report *out) {
    lock_take(&member->lock);
    out->spec = member->spec;
    out->status = member->status;
    out->made = member->service != NULL;
    (void)snprintf(out->message, sizeof out->message, "%s", member->service ? "" : member->message);
    lock_give(&member->lock);
}
