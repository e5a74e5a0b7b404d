/* Connections that FindCard has handed out: see found.h. */
#include "client/found.h"

#include <stdlib.h>

#include "base/fork.h"
#include "base/lock.h"

struct found {
    struct rm_service *service;
    struct rm_context *context; /* NULL: left to the caller with the connection */
    uint64_t number;            /* of that context then */
    uint32_t process;           /* that it was made in: a forked child has no business with it */
    uint64_t handle;            /* the card's own is 0 once it is ended */
    struct found *next;
};

/* The caller has nothing but a number, so this is the process's: all that were handed out and not ended. */
static struct {
    struct lock lock;
    struct found *first;
} handed_out;

struct found *found_reserve(void) {
    return calloc(1, sizeof(struct found));
}

/*
 * What the caller has ended by the service's own API is not known to be gone before its number is another's.
 */
static void forget_former(const struct found *place) {
    for (struct found **at = &handed_out.first; *at;) {
        struct found *found = *at;
        if (found->service == place->service && !found->context &&
            (found->handle == place->handle || found->number == place->number)) {
            *at = found->next;
            free(found);
        } else {
            at = &found->next;
        }
    }
}

uint64_t found_keep(struct found *place, struct rm_service *service, struct rm_context *context,
                    struct rm_card *card) {
    place->service = service;
    place->context = context;
    place->process = fork_mark();
    place->handle = rm_card_handle(card);
    if (rm_hand_out(card, &place->number) == RM_OK) {
        rm_context_close(context);
        place->context = NULL;
    } else {
        place->number = rm_context_handle(context);
    }
    const uint64_t number = place->number;
    lock_take(&handed_out.lock);
    forget_former(place);
    place->next = handed_out.first;
    handed_out.first = place;
    lock_give(&handed_out.lock);
    return number;
}

/* Takes one of this service out of the list: that with the handle, or any (0). */
static struct found *take(const struct rm_service *service, uint64_t handle) {
    lock_take(&handed_out.lock);
    struct found **at = &handed_out.first;
    while (*at && ((*at)->service != service || (handle && (*at)->handle != handle)))
        at = &(*at)->next;
    struct found *found = *at;
    if (found)
        *at = found->next;
    lock_give(&handed_out.lock);
    return found;
}

static void end(struct found *found) {
    if (found->context)
        rm_context_close(found->context);
    else if (found->process == fork_mark())
        rm_take_back(found->service, found->number);
    free(found);
}

void found_ended(struct rm_service *service, uint64_t handle) {
    struct found *found = handle ? take(service, handle) : NULL;
    if (found)
        end(found);
}

void found_end_all(struct rm_service *service) {
    for (struct found *found; (found = take(service, 0)) != NULL;)
        end(found);
}
