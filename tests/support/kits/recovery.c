/* ReAttach on a bare connection: see recovery.h. */
#include "support/kits/recovery.h"

#include <stdlib.h>
#include <string.h>

#include "client/attachment.h"

#define TIMEOUT_MS 10000u

rm_status recover(struct recovery *recovery, uint32_t share, uint32_t init) {
    struct attachment attachment = {
        .service = recovery->service,
        .context = *recovery->context,
        .card = *recovery->card,
        .reader = strdup(recovery->reader ? recovery->reader : rm_reader_name(*recovery->card)),
        .share = RM_SHARE_SHARED,
        .protocols = RM_PROTOCOL_T0 | RM_PROTOCOL_T1,
        .bound = {.timeout_ms = TIMEOUT_MS},
        .depth = recovery->depth,
        .loss = recovery->loss};
    cancel_init(&attachment.cancel);
    cancel_add(&attachment.cancel, &attachment.cancel_entry, attachment.context);
    const rm_status status = attachment_reattach(&attachment, share, init);
    cancel_remove(&attachment.cancel_entry);
    *recovery->context = attachment.context;
    *recovery->card = attachment.card;
    recovery->depth = attachment.depth;
    recovery->loss = attachment.loss;
    free(attachment.reader);
    return status;
}
