/* What is known of a connection: see connection.h. */
#include "backends/pcsc/connection.h"

#include <stdlib.h>
#include <string.h>

#include "pcsclite/map.h"

rm_status pcsc_card_refusal(const struct pcsc_card *card) {
    if (card->forks != pcsc_fork_count())
        return RM_E_INVALID_HANDLE;
    return card->handle ? card->notice : card->lost;
}

void pcsc_card_adjust(struct pcsc_card *card, DWORD protocol, uint32_t share) {
    card->base.protocol = pcsc_protocol_from(protocol);
    card->pci.dwProtocol = protocol;
    card->pci.cbPciLength = sizeof card->pci;
    card->share = share;
    card->was_reset = false;
    card->was_removed = false;
    card->notice = RM_OK;
}

void pcsc_card_lose(struct pcsc_card *card, rm_status why) {
    struct pcsc_link *link = card->link;
    card->handle = 0;
    card->link = NULL;
    card->adopted = false;
    card->notice = RM_OK;
    card->base.locked = false;
    card->lost = why;
    pcsc_context_return(card->context, link, false);
}

rm_status pcsc_card_judge(struct pcsc_card *card, LONG code, rm_status broken) {
    const rm_status status = pcsc_status_from(code);
    if (broken != RM_OK && status == broken)
        return broken; /* the stand-in has said so, the connection is as before */
    if (broken != RM_OK) {
        /* What others have done to the card in the meantime cannot be known any more. */
        pcsc_card_lose(card, RM_W_RESET_CARD);
        return status == RM_OK ? RM_OK : broken;
    }
    switch (status) {
    case RM_E_NO_SERVICE:
    case RM_E_SERVICE_STOPPED:
    case RM_E_INVALID_HANDLE:
        pcsc_card_lose(card, status);
        return status;
    case RM_E_INVALID_VALUE: /* the daemon no longer knows the handle: the reader was unplugged */
        pcsc_card_lose(card, RM_E_READER_UNAVAILABLE);
        return RM_E_READER_UNAVAILABLE;
    case RM_E_NO_SMARTCARD:
    case RM_W_REMOVED_CARD:
        card->was_reset = true;
        card->was_removed = true;
        return RM_W_REMOVED_CARD;
    case RM_W_RESET_CARD:
    case RM_W_UNPOWERED_CARD:
        card->was_reset = true;
        /* pcscd forgets the removal when somebody tries to reset the empty reader. */
        return card->was_removed ? RM_W_REMOVED_CARD : status;
    default:
        return status;
    }
}

rm_status pcsc_card_ask_protocol(struct pcsc_card *card, DWORD *out) {
    DWORD state = 0;
    DWORD atr_size = 0;
    const uint32_t ticket = pcsc_card_enter(card, PCSC_WAIT_ASK, PCSC_ANSWER_MS);
    const LONG code = pcsc_card_api(card)->status(card->handle, NULL, NULL, &state, out, NULL, &atr_size);
    return pcsc_card_judge(card, code, pcsc_card_leave(card, ticket));
}

void pcsc_context_add_card(struct pcsc_context *context, struct pcsc_card *card) {
    lock_take(&context->lock);
    card->next = context->cards;
    context->cards = card;
    lock_give(&context->lock);
}

static void remove_card(struct pcsc_context *context, struct pcsc_card *card) {
    lock_take(&context->lock);
    for (struct pcsc_card **at = &context->cards; *at; at = &(*at)->next)
        if (*at == card) {
            *at = card->next;
            break;
        }
    lock_give(&context->lock);
}

void pcsc_card_free(struct pcsc_card *card) {
    struct pcsc_context *context = card->context;
    if (card->forks == pcsc_fork_count())
        pcsc_watch_remove(pcsc_card_watch(card), &card->self);
    if (card->link) /* a parent's: everybody else has given it back */
        pcsc_link_forget(card->link);
    remove_card(context, card);
    free(card->name);
    free(card);
}

static bool find_reader(struct pcsc_context *context, SCARDHANDLE handle, char *name, size_t room) {
    bool found = false;
    lock_take(&context->lock);
    for (const struct pcsc_card *card = context->cards; card && !found; card = card->next) {
        found = card->handle == handle && *card->name && strlen(card->name) < room;
        if (found)
            strcpy(name, card->name);
    }
    lock_give(&context->lock);
    return found;
}

bool pcsc_service_find_reader(struct pcsc_service *service, SCARDHANDLE handle, char *name, size_t room) {
    bool found = false;
    lock_take(&service->lock);
    for (struct pcsc_context *context = service->contexts; context && !found; context = context->next)
        found = find_reader(context, handle, name, room);
    lock_give(&service->lock);
    return found;
}
