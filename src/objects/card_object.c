/* One call at a time on a card object: see card_object.h. */
#include "objects/card_object.h"

/* What ends a wait of this call: its deadline, and Cancel from now on. */
static struct lock_limit limit_of(struct card *card, uint64_t deadline) {
    struct cancel *cancel = &card->attachment.cancel;
    return (struct lock_limit){.deadline = deadline, .off = &cancel->count, .seen = cancel_count(cancel)};
}

static rm_status status_of_wait(enum lock_end end) {
    return end == LOCK_LATE ? RM_E_TIMEOUT : end == LOCK_CALLED_OFF ? RM_E_CANCELLED : RM_OK;
}

/* In a forked child: what the parent's thread was in the middle of is over. */
static void card_orphan(struct card *card) {
    attachment_orphan(&card->attachment);
    transaction_restart(&card->transaction);
}

rm_status card_wait(struct card *card) {
    struct rm_bound bound = {.timeout_ms = card->attachment.timeout_ms};
    const struct lock_limit limit = limit_of(card, rm_bound_deadline(&bound));
    const enum lock_end end = lock_wait(&card->lock, &limit);
    const rm_status status = status_of_wait(end);
    if (status != RM_OK)
        return status;
    if (end == LOCK_INHERITED)
        card_orphan(card);
    card->attachment.bound = bound;
    return RM_OK;
}

__attribute__((cold)) rm_status card_wait_for(struct card *card, ISCardCmd *cmd, struct cmd_view *view) {
    const struct lock_limit limit = limit_of(card, rm_bound_deadline(&card->attachment.bound));
    const enum cmd_way way = cmd_open(cmd, view, &limit);
    return way == CMD_OPEN ? RM_OK : way == CMD_LATE ? RM_E_TIMEOUT : RM_E_CANCELLED;
}
