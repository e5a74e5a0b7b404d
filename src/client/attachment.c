/*
 * Attaching, detaching and recovery over the port. Used by card.c under the object's lock. The table of
 * faults and what must become of each is the project's recovery specification.
 */
#include "client/attachment.h"

#include <stdlib.h>
#include <string.h>

#include "client/found.h"

rm_status attachment_open(struct attachment *attachment, struct rm_service *service, uint32_t timeout_ms) {
    memset(attachment, 0, sizeof *attachment);
    attachment->service = service;
    atomic_init(&attachment->timeout_ms, timeout_ms);
    attachment->loss = RM_E_INVALID_HANDLE;
    rm_status status = rm_context_open(service, RM_WITHIN(timeout_ms), &attachment->context);
    if (status != RM_OK)
        return status;
    cancel_init(&attachment->cancel);
    cancel_add(&attachment->cancel, &attachment->cancel_entry, attachment->context);
    return RM_OK;
}

void attachment_orphan(struct attachment *attachment) {
    cancel_change(&attachment->cancel_entry, NULL);
    attachment->context = NULL;
    attachment->card = NULL;
    attachment->adopted = false;
    attachment->depth = 0;
    attachment->holds = 0;
    attachment->loss = RM_E_INVALID_HANDLE;
}

/*
 * Ends the connection, whatever state it is in. What is remembered stays. The call's time runs meanwhile: who
 * leaves waits for nobody, but where the service does not answer that takes a moment.
 */
static rm_status link_end(struct attachment *attachment, uint32_t disposition) {
    if (!attachment->card)
        return RM_OK;
    (void)rm_bound_deadline(&attachment->bound);
    rm_status status = rm_disconnect(attachment->card, disposition,
                                     disposition == RM_LEAVE ? RM_WITHIN(0) : &attachment->bound);
    attachment->card = NULL;
    if (attachment->adopted)
        found_ended(attachment->service, attachment->adopted_handle);
    attachment->adopted = false;
    attachment->depth = 0;
    attachment->holds = 0;
    return status;
}

/* Remembers a reader's name, which is the attachment's from now on, instead of the former one. */
static void remember(struct attachment *attachment, char *reader) {
    lock_take(&attachment->reader_lock);
    char *former = attachment->reader;
    attachment->reader = reader;
    lock_give(&attachment->reader_lock);
    free(former);
}

/* The reader and how its card is wanted; `loss`: what calls answer that need the connection. */
static void remember_wish(struct attachment *attachment, char *reader, uint32_t share, uint32_t protocols,
                          rm_status loss) {
    remember(attachment, reader);
    attachment->loss = loss;
    attachment->share = share;
    attachment->protocols = protocols;
}

static void forget(struct attachment *attachment) {
    remember(attachment, NULL);
    attachment->loss = RM_E_INVALID_HANDLE;
}

void attachment_close(struct attachment *attachment) {
    if (attachment->card && attachment->adopted) {
        if (attachment->depth)
            (void)rm_end(attachment->card, RM_LEAVE, RM_WITHIN(0));
        rm_abandon(attachment->card);
        attachment->card = NULL;
    }
    (void)link_end(attachment, RM_LEAVE);
    forget(attachment);
    cancel_remove(&attachment->cancel_entry);
    rm_context_close(attachment->context);
    attachment->context = NULL;
}

/* A service that was restarted no longer knows our context, whatever it says: take a new one. */
static rm_status context_renew(struct attachment *attachment) {
    struct rm_context *context = NULL;
    rm_status status = rm_context_open(attachment->service, &attachment->bound, &context);
    if (status != RM_OK)
        return status;
    cancel_change(&attachment->cancel_entry, context); /* first, so that nobody cancels what is closed */
    rm_context_close(attachment->context);
    attachment->context = context;
    return RM_OK;
}

/* Whether the time of the call is over; one that has none tries all the same. */
static bool is_late(struct rm_bound *bound) {
    return bound->timeout_ms > 0 && rm_bound_left(bound) == 0;
}

/* Connects by name, in a new context when the old one turns out dead in time. */
static rm_status connect_by_name(struct attachment *attachment, const char *reader, uint32_t share,
                                 uint32_t protocols) {
    rm_status status = RM_E_INVALID_HANDLE;
    if (attachment->context)
        status =
            rm_connect(attachment->context, reader, share, protocols, &attachment->bound, &attachment->card);
    if (!rm_context_is_lost(status) || (attachment->context && is_late(&attachment->bound)))
        return status;
    status = context_renew(attachment);
    if (status != RM_OK)
        return status;
    return rm_connect(attachment->context, reader, share, protocols, &attachment->bound, &attachment->card);
}

rm_status attachment_connect(struct attachment *attachment, const char *reader, uint32_t share,
                             uint32_t protocols) {
    char *name = strdup(reader);
    if (!name)
        return RM_E_NO_MEMORY;
    (void)link_end(attachment, RM_LEAVE);
    forget(attachment);
    rm_status status = connect_by_name(attachment, name, share, protocols);
    if (status != RM_OK) {
        free(name);
        return status;
    }
    remember_wish(attachment, name, share, protocols, RM_OK);
    return RM_OK;
}

rm_status attachment_remember(struct attachment *attachment, const char *reader, uint32_t share,
                              uint32_t protocols) {
    char *name = strdup(reader);
    if (!name)
        return RM_E_NO_MEMORY;
    remember_wish(attachment, name, share, protocols, RM_E_NO_SMARTCARD);
    return RM_OK;
}

rm_status attachment_adopt(struct attachment *attachment, uint64_t handle) {
    if (attachment->card && rm_card_handle(attachment->card) == handle)
        return RM_OK; /* it is ours already */
    struct rm_card *card = NULL;
    rm_status status = attachment->context ? RM_OK : context_renew(attachment);
    if (status == RM_OK)
        status = rm_adopt(attachment->context, handle, &attachment->bound, &card);
    if (status != RM_OK)
        return status;
    char *name = strdup(rm_reader_name(card));
    if (!name) {
        rm_abandon(card);
        return RM_E_NO_MEMORY;
    }
    (void)link_end(attachment, RM_LEAVE);
    forget(attachment);
    attachment->card = card;
    attachment->adopted = true;
    attachment->adopted_handle = handle;
    remember(attachment, name);
    attachment->loss = RM_OK;
    /*
     * How the caller shared it cannot be asked; SHARED is what recovery may assume without taking a card
     * away.
     */
    attachment->share = RM_SHARE_SHARED;
    attachment->protocols = RM_PROTOCOL_T0 | RM_PROTOCOL_T1;
    if (card->protocol == RM_PROTOCOL_RAW)
        attachment->protocols = RM_PROTOCOL_RAW;
    return RM_OK;
}

rm_status attachment_disconnect(struct attachment *attachment, uint32_t disposition) {
    if (!attachment->reader)
        return RM_E_INVALID_HANDLE;
    rm_status status = link_end(attachment, disposition);
    forget(attachment);
    /* Leaving a card that is gone, reset or unreachable leaves it all the same. */
    return disposition == RM_LEAVE ? RM_OK : status;
}

/* The transaction that was held before, where the connection has not kept it. */
static rm_status lock_again(struct attachment *attachment, unsigned depth) {
    rm_status status = RM_OK;
    if (depth && !attachment->card->locked)
        status = rm_begin(attachment->card, &attachment->bound);
    attachment->depth = status == RM_OK ? depth : 0;
    return status;
}

/* Builds the connection anew by the remembered name. */
static rm_status rebuild(struct attachment *attachment, uint32_t share, uint32_t init) {
    unsigned depth = attachment->depth;
    (void)link_end(attachment, RM_LEAVE);
    rm_status status = connect_by_name(attachment, attachment->reader, share, attachment->protocols);
    if (status == RM_OK && init != RM_LEAVE)
        status = rm_reconnect(attachment->card, share, attachment->protocols, init, &attachment->bound);
    if (status == RM_OK)
        status = lock_again(attachment, depth);
    if (status == RM_OK)
        return RM_OK;
    (void)link_end(attachment, RM_LEAVE);
    /* Calls in between say what recovery found; an empty reader is a card that was removed, if ever there was
     * one. */
    const rm_status gone = attachment->loss == RM_E_NO_SMARTCARD ? RM_E_NO_SMARTCARD : RM_W_REMOVED_CARD;
    if (status != RM_E_TIMEOUT && status != RM_E_CANCELLED)
        attachment->loss = status == RM_E_NO_SMARTCARD ? gone : status;
    else if (attachment->loss == RM_OK) /* a wait that ended says nothing about the card */
        attachment->loss = RM_W_RESET_CARD;
    return status;
}

/* Reconnects on the handle we have. */
static rm_status reconnect(struct attachment *attachment, uint32_t share, uint32_t init) {
    rm_status status = rm_reconnect(attachment->card, share, attachment->protocols, init, &attachment->bound);
    /* The service holds the card for unpowered: only a cold start helps, also where LEAVE was asked. */
    if (status == RM_W_UNPOWERED_CARD && init != RM_UNPOWER)
        status = rm_reconnect(attachment->card, share, attachment->protocols, RM_UNPOWER, &attachment->bound);
    return status;
}

/*
 * After a recovery that failed no lock may be left: where the service will not end it, the connection goes
 * with it.
 */
static void release_lock(struct attachment *attachment, rm_status why) {
    if (attachment->card->locked)
        (void)rm_end(attachment->card, RM_LEAVE, &attachment->bound);
    attachment->depth = 0;
    if (!attachment->card->locked)
        return;
    (void)link_end(attachment, RM_LEAVE);
    attachment->loss = why;
}

/* Refused, or waited for in vain: everything is as it was. */
static bool nothing_happened(rm_status status) {
    return status == RM_E_SHARING_VIOLATION || status == RM_E_TIMEOUT || status == RM_E_CANCELLED;
}

/* Share mode and card as asked (no eject), by whatever way works. */
static rm_status restore(struct attachment *attachment, uint32_t share, uint32_t init) {
    if (!attachment->card)
        return rebuild(attachment, share, init);
    rm_status status = reconnect(attachment, share, init);
    if (rm_connection_is_lost(status))
        return rebuild(attachment, share, init);
    if (status == RM_OK)
        status = lock_again(attachment, attachment->depth);
    if (status == RM_OK || !attachment->depth)
        return status;
    if (!nothing_happened(status)) {
        release_lock(attachment, status);
    } else if (!attachment->card->locked) {
        attachment->depth = 0;
        return RM_E_NOT_TRANSACTED;
    }
    return status;
}

static bool reader_ejects(struct rm_card *card, struct rm_bound *bound) {
    uint8_t value[4] = {0};
    size_t size = sizeof value;
    return rm_get_attrib(card, RM_ATTR_CHARACTERISTICS, value, &size, bound) == RM_OK && size >= 1 &&
           (value[0] & RM_CHARACTERISTIC_EJECTS) != 0;
}

/* The connection works in the share mode asked for; now the card goes out, where the reader can do that. */
static rm_status eject(struct attachment *attachment) {
    if (!reader_ejects(attachment->card, &attachment->bound))
        return reconnect(attachment, attachment->share, RM_UNPOWER);
    if (!attachment->depth) {
        /* Not under the hands of another program's transaction. */
        rm_status status = rm_begin(attachment->card, &attachment->bound);
        if (status != RM_OK)
            return status;
    }
    unsigned depth = attachment->depth;
    if (link_end(attachment, RM_EJECT) != RM_OK) {
        /* The reader promised an ejector and has none that works: as for UNPOWER. */
        attachment->depth = depth;
        return rebuild(attachment, attachment->share, RM_UNPOWER);
    }
    attachment->loss = RM_W_REMOVED_CARD;
    return RM_W_REMOVED_CARD;
}

/*
 * A connection that was adopted with a notice may have told its reader's name only now. Out of memory it is
 * tried again later.
 */
static void learn_reader(struct attachment *attachment) {
    char *name = *attachment->reader ? NULL : strdup(rm_reader_name(attachment->card));
    if (name)
        remember(attachment, name);
}

rm_status attachment_reattach(struct attachment *attachment, uint32_t share, uint32_t init) {
    if (!attachment->reader)
        return RM_E_INVALID_HANDLE;
    rm_status status = restore(attachment, share, init == RM_EJECT ? RM_LEAVE : init);
    if (status != RM_OK)
        return status;
    attachment->share = share;
    attachment->loss = RM_OK;
    learn_reader(attachment);
    return init == RM_EJECT ? eject(attachment) : RM_OK;
}

rm_status attachment_lock(struct attachment *attachment) {
    rm_status status = attachment_check(attachment);
    if (status != RM_OK)
        return status;
    struct rm_card_status now;
    if (attachment->depth == 0 && attachment->holds == 0)
        status = rm_begin(attachment->card, &attachment->bound);
    else
        status = rm_status_of(attachment->card, &now, &attachment->bound);
    if (status == RM_OK)
        ++attachment->depth;
    return status;
}

rm_status attachment_unlock(struct attachment *attachment, uint32_t disposition) {
    rm_status status = attachment_check(attachment);
    if (status != RM_OK)
        return status;
    if (attachment->depth == 0)
        return RM_E_NOT_TRANSACTED;
    if (--attachment->depth > 0)
        return RM_OK;
    status = rm_end(attachment->card, disposition, &attachment->bound);
    /* The service tells of a reset first and keeps the lock: it is ended by another call, after ReAttach. */
    if (attachment->card->locked)
        attachment->depth = 1;
    return status;
}

rm_status attachment_hold(struct attachment *attachment) {
    if (attachment->depth || attachment->share == RM_SHARE_EXCLUSIVE)
        return RM_OK;
    rm_status status = attachment->holds ? RM_OK : rm_begin(attachment->card, &attachment->bound);
    if (status == RM_OK)
        ++attachment->holds;
    return status;
}

/*
 * The service has told of a reset instead of ending the lock, and nobody would end it before ReAttach: it is
 * ended now, and what was told is remembered.
 */
static void release_in_spite(struct attachment *attachment, rm_status told) {
    rm_status status = rm_reconnect(attachment->card, attachment->share, attachment->protocols, RM_LEAVE,
                                    &attachment->bound);
    if (status == RM_OK)
        (void)rm_end(attachment->card, RM_LEAVE, &attachment->bound);
    if (attachment->card->locked)
        (void)link_end(attachment, RM_LEAVE);
    attachment->loss = told;
}

void attachment_release(struct attachment *attachment) {
    if (!attachment->holds || --attachment->holds || attachment->depth)
        return;
    rm_status status = rm_end(attachment->card, RM_LEAVE, &attachment->bound);
    if (attachment->card->locked)
        release_in_spite(attachment, status);
}

rm_status attachment_reader(struct attachment *attachment, char **out) {
    lock_take(&attachment->reader_lock);
    const char *reader = attachment->reader && *attachment->reader ? attachment->reader : NULL;
    char *copy = reader ? strdup(reader) : NULL;
    rm_status status = reader && !copy ? RM_E_NO_MEMORY : RM_OK;
    lock_give(&attachment->reader_lock);
    if (status == RM_OK)
        *out = copy;
    return status;
}
