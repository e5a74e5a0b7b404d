/*
 * Leaving a connection and its context to the program: see handout.h. A connection has a link of its own,
 * which is a context of the library's: all that we have beside it goes, so that the program's
 * SCardReleaseContext leaves no descriptor here and no client there.
 */
#include "backends/pcsc/handout.h"

#include "backends/pcsc/connection.h"
#include "backends/pcsc/link.h"
#include "base/container.h"

/* The context's number must not be one that others close. */
static void show_another(struct pcsc_context *context, SCARDCONTEXT taken) {
    lock_take(&context->lock);
    if (context->handle == taken)
        context->handle = context->links ? context->links->handle : 0;
    lock_give(&context->lock);
}

rm_status pcsc_hand_out(struct rm_card *base, uint64_t *context) {
    struct pcsc_card *card = pcsc_card_from(base);
    struct pcsc_link *link = card->link;
    if (!link || card->adopted || !pcsc_card_ready(card))
        return RM_E_UNSUPPORTED_FEATURE;
    *context = (uint64_t)link->handle;
    show_another(card->context, link->handle);
    pcsc_watch_remove(pcsc_card_watch(card), &link->call);
    pcsc_link_forget(link);
    card->link = NULL;
    card->handle = 0;
    pcsc_card_free(card);
    return RM_OK;
}

void pcsc_take_back(struct rm_service *base, uint64_t context) {
    const struct pcsc_service *service = CONTAINER_OF_CONST(base, struct pcsc_service, base);
    (void)service->api->release_context((SCARDCONTEXT)context);
}
