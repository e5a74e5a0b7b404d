/*
 * The card object from the inside: what card.c, cardex.c and cardexchange.c, which have its methods, share.
 */
#ifndef SCARDSSP_OBJECTS_CARD_OBJECT_H
#define SCARDSSP_OBJECTS_CARD_OBJECT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/lock.h"
#include "client/attachment.h"
#include "client/readerwatch.h"
#include "com/com.h"
#include "com/win.h"
#include "objects/transaction.h"

struct card {
    ISCard ISCard_iface;
    ISCardEx ISCardEx_iface;
    struct com_identity identity;
    struct lock lock; /* one call, and so one command, at a time */
    struct attachment attachment;
    struct transaction transaction;
    _Atomic bool raw; /* all commands go as they are, in one unit; 61xx and 6Cxx are left to the caller */
    struct readerwatch watch;
};

/* The object behind one of its two interfaces. */
static inline struct card *impl_from_ISCard(ISCard *iface) {
    return CONTAINER_OF(iface, struct card, ISCard_iface);
}
static inline struct card *impl_from_ISCardEx(ISCardEx *iface) {
    return CONTAINER_OF(iface, struct card, ISCardEx_iface);
}

/*
 * The rest of card_enter() when another call is under way: waits for its end, within the time of this call,
 * which has then begun, and until Cancel. RM_E_TIMEOUT, RM_E_CANCELLED.
 */
rm_status card_wait(struct card *card);

/*
 * Begins a call on the card: the object's lock is the caller's until card_leave(). On failure it is not, and
 * nothing has happened: see card_wait().
 */
__attribute__((warn_unused_result)) static inline rm_status card_enter(struct card *card) {
    if (!lock_try(&card->lock))
        return card_wait(card);
    attachment_begin(&card->attachment);
    return RM_OK;
}
static inline void card_leave(struct card *card) {
    lock_give(&card->lock);
}

/*
 * Opens a command that is in another call: waits for it within what is left of this call's time, and until
 * Cancel. RM_E_TIMEOUT, RM_E_CANCELLED.
 */
rm_status card_wait_for(struct card *card, ISCardCmd *cmd, struct cmd_view *view);

#endif
