/* Connections from their beginning to a change of their share mode. */
#include "backends/pcsc/attach.h"

#include <stdlib.h>
#include <string.h>

#include "backends/pcsc/access.h"
#include "backends/pcsc/connect.h"
#include "backends/pcsc/connection.h"
#include "backends/pcsc/hold.h"
#include "backends/pcsc/ops.h"
#include "backends/pcsc/readers.h"
#include "backends/pcsc/wait.h"
#include "pcsclite/map.h"

static struct pcsc_card *new_card(struct pcsc_context *context, const char *name) {
    struct pcsc_card *card = calloc(1, sizeof *card);
    char *copy = strdup(name);
    if (!card || !copy) {
        free(card);
        free(copy);
        return NULL;
    }
    card->base.ops = &pcsc_ops;
    card->context = context;
    card->name = copy;
    card->forks = pcsc_fork_count();
    card->lost = RM_E_INVALID_HANDLE;
    pcsc_watch_add(pcsc_card_watch(card), &card->self, context);
    pcsc_context_add_card(context, card);
    return card;
}

static void take(struct pcsc_card *card, const struct pcsc_connection *connection) {
    card->link = connection->link;
    card->handle = connection->handle;
    card->adopted = false;
    pcsc_card_adjust(card, connection->protocol, connection->share);
}

rm_status pcsc_attach_connect(struct rm_context *base, const char *reader, uint32_t share, uint32_t protocols,
                              struct rm_bound *bound, struct rm_card **out) {
    struct pcsc_context *context = pcsc_context_from(base);
    struct pcsc_connection connection = {
        .reader = reader, .share = share, .protocols = protocols, .bound = bound};
    *out = NULL;
    pcsc_context_check_fork(context);
    struct pcsc_card *card = new_card(context, reader);
    if (!card)
        return RM_E_NO_MEMORY;
    const rm_status status = pcsc_connect(context, &connection);
    if (status != RM_OK) {
        pcsc_context_return(context, connection.link, true);
        pcsc_card_free(card);
        return status;
    }
    take(card, &connection);
    *out = &card->base;
    return RM_OK;
}

/*
 * Takes over what is known of an adopted connection. reader: state of that, as pcsc_reader_state() tells it.
 */
static rm_status learnt(struct pcsc_card *card, const char *name, DWORD protocol, uint32_t reader) {
    char *copy = strdup(name);
    if (!copy)
        return RM_E_NO_MEMORY;
    lock_take(&card->context->lock);
    free(card->name);
    card->name = copy;
    lock_give(&card->context->lock);
    pcsc_card_adjust(card, protocol, reader & RM_STATE_EXCLUSIVE ? RM_SHARE_EXCLUSIVE : RM_SHARE_SHARED);
    return RM_OK;
}

/* Asks an adopted connection for the name of its reader, the protocol and how it is shared. */
static rm_status learn(struct pcsc_card *card) {
    char name[MAX_READERNAME + 1];
    DWORD size = sizeof name - 1;
    DWORD atr_size = 0;
    DWORD state = 0;
    DWORD protocol = 0;
    uint32_t reader = 0;
    const LONG code =
        pcsc_card_api(card)->status(card->handle, name, &size, &state, &protocol, NULL, &atr_size);
    if (pcsc_status_from(code) != RM_OK)
        return pcsc_status_from(code);
    name[sizeof name - 1] = '\0';
    if (pcsc_reader_state(card->context, name, RM_STATE_UNAWARE, 0, &reader) != RM_OK)
        reader = 0;
    return learnt(card, name, protocol, reader);
}

/*
 * The readers that a connection can be in which tells of a reset or removal: somebody is connected to them,
 * or, which the service does not tell of an empty reader, can be.
 */
struct suspects {
    char name[MAX_READERNAME + 1]; /* the last one */
    uint32_t reader;               /* its state */
    unsigned count;
    bool exclusive; /* one of them is used by somebody alone */
};

static rm_status find_suspects(struct pcsc_context *context, bool removed, struct suspects *out) {
    const uint32_t wanted = RM_STATE_INUSE | RM_STATE_EXCLUSIVE | (removed ? RM_STATE_EMPTY : 0u);
    const char *name = NULL;
    struct names names = {0};
    const rm_status status = pcsc_context_list_readers(&context->base, RM_WITHIN(RM_INFINITE), &names);
    while ((name = names_next(&names, name)) != NULL) {
        uint32_t reader = 0;
        if (strlen(name) >= sizeof out->name ||
            pcsc_reader_state(context, name, RM_STATE_UNAWARE, 0, &reader) != RM_OK || !(reader & wanted))
            continue;
        strcpy(out->name, name);
        out->reader = reader;
        out->count++;
        out->exclusive |= (reader & RM_STATE_EXCLUSIVE) != 0;
    }
    names_clear(&names);
    return status;
}

/*
 * The same for a connection with a notice, which tells nothing but that. It may be one of our own; or only
 * one reader can be meant; otherwise the notice is cleared by a reconnection, which changes nothing
 * where no client has a card exclusively, and reported by us from then on. Where that cannot be either the
 * name is learnt after reconnecting.
 */
static rm_status learn_noticed(struct pcsc_card *card, rm_status notice) {
    struct suspects suspects = {.count = 0};
    DWORD protocol = SCARD_PROTOCOL_UNDEFINED;
    rm_status status = RM_OK;
    if (pcsc_service_find_reader(card->context->service, card->handle, suspects.name, sizeof suspects.name))
        suspects.count = 1;
    else
        status = find_suspects(card->context, notice == RM_W_REMOVED_CARD, &suspects);
    if (status == RM_E_NO_MEMORY)
        return status;
    if (status == RM_OK && suspects.count == 1)
        status = learnt(card, suspects.name, protocol, suspects.reader);
    else if (status == RM_OK && notice == RM_W_RESET_CARD && !suspects.exclusive &&
             pcsc_card_api(card)->reconnect(card->handle, SCARD_SHARE_SHARED,
                                            SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, SCARD_LEAVE_CARD,
                                            &protocol) == SCARD_S_SUCCESS &&
             learn(card) == RM_OK)
        card->notice = notice;
    card->was_reset = true;
    card->was_removed = notice == RM_W_REMOVED_CARD;
    return status == RM_E_NO_MEMORY ? status : RM_OK;
}

rm_status pcsc_attach_adopt(struct rm_context *base, uint64_t handle, struct rm_bound *bound,
                            struct rm_card **out) {
    struct pcsc_context *context = pcsc_context_from(base);
    struct pcsc_access access = pcsc_access_of(bound);
    *out = NULL;
    pcsc_context_check_fork(context);
    if (handle == 0 || (uint64_t)(SCARDHANDLE)handle != handle)
        return RM_E_INVALID_HANDLE;
    struct pcsc_card *card = new_card(context, "");
    if (!card)
        return RM_E_NO_MEMORY;
    card->handle = (SCARDHANDLE)handle;
    card->adopted = true;
    pcsc_card_adjust(card, SCARD_PROTOCOL_UNDEFINED, RM_SHARE_SHARED);
    rm_status status = pcsc_access_await(card, &access);
    if (status == RM_OK)
        status = learn(card);
    if (status == RM_W_RESET_CARD || status == RM_W_REMOVED_CARD)
        status = learn_noticed(card, status); /* a good connection with something to tell */
    if (status == RM_E_INVALID_VALUE)         /* known to the library, but not to the daemon any more */
        status = RM_E_INVALID_HANDLE;
    if (status != RM_OK) {
        pcsc_card_free(card);
        return status;
    }
    *out = &card->base;
    return RM_OK;
}

/*
 * From shared to exclusive where a wait of the library cannot be broken off (the connection was adopted, or
 * its socket is not known): the card is left and connected to again; where others are there, again as before.
 */
static rm_status raise_anew(struct pcsc_card *card, uint32_t protocols, struct rm_bound *bound) {
    struct pcsc_connection connection = {
        .reader = card->name, .share = RM_SHARE_EXCLUSIVE, .protocols = protocols, .bound = bound};
    const uint32_t former = card->share;
    rm_status status;
    /* A transaction would be given away on the way. */
    if (card->depth > 0)
        return RM_E_SHARING_VIOLATION;
    const LONG code = pcsc_card_api(card)->disconnect(card->handle, SCARD_LEAVE_CARD);
    status = pcsc_card_judge(card, code, RM_OK);
    if (status != RM_OK)
        return status;
    connection.link = card->link;
    card->link = NULL;
    card->handle = 0;
    card->adopted = false;
    card->lost = RM_W_RESET_CARD;
    status = pcsc_connect(card->context, &connection);
    if (status == RM_E_SHARING_VIOLATION || status == RM_E_TIMEOUT) {
        connection.share = former;
        if (pcsc_connect(card->context, &connection) != RM_OK)
            connection.handle = 0;
    }
    if (!connection.handle) {
        pcsc_context_return(card->context, connection.link, true);
        /* The calls to come tell the newest that is known; a wait that ended says nothing about the card. */
        if (status != RM_E_TIMEOUT && status != RM_E_CANCELLED)
            card->lost = status == RM_E_NO_SMARTCARD ? RM_W_REMOVED_CARD : status;
        return status;
    }
    take(card, &connection);
    return status;
}

/*
 * From shared to exclusive. The service refuses while anybody else is connected, and the library then tries
 * again for as long as that is so: its second try is answered by us (standin.h), so that a transaction that
 * is held stays held.
 */
static rm_status raise_share(struct pcsc_card *card, uint32_t protocols, struct rm_bound *bound) {
    DWORD protocol = card->pci.dwProtocol;
    /* Who holds a transaction is connected: no need to wait for the refusal. */
    if (card->depth == 0 && pcsc_access_is_taken(card))
        return RM_E_SHARING_VIOLATION;
    if (!card->link || !card->link->call.number)
        return raise_anew(card, protocols, bound);
    const uint32_t ticket = pcsc_card_enter(card, PCSC_WAIT_START, 0);
    const LONG code = pcsc_card_api(card)->reconnect(
        card->handle, SCARD_SHARE_EXCLUSIVE, pcsc_protocols_to(protocols), SCARD_LEAVE_CARD, &protocol);
    const rm_status status = pcsc_card_judge(card, code, pcsc_card_leave(card, ticket));
    if (status == RM_OK && card->handle)
        pcsc_card_adjust(card, protocol, RM_SHARE_EXCLUSIVE);
    if (status == RM_E_TIMEOUT && card->handle)
        return RM_E_SHARING_VIOLATION;
    return status == RM_W_REMOVED_CARD ? RM_E_NO_SMARTCARD : status;
}

/*
 * After a removal the service has dropped our transaction silently; after a reset it has not. RM_E_TIMEOUT,
 * RM_E_CANCELLED: it does not say so, and the connection is lost.
 */
static rm_status ask_for_lock(struct pcsc_card *card, uint32_t limit_ms, bool *dropped) {
    BYTE value[PCSC_ATTRIB_MAX];
    DWORD size = sizeof value;
    *dropped = false;
    if (card->depth == 0)
        return RM_OK;
    const uint32_t ticket = pcsc_card_enter(card, PCSC_WAIT_DAEMON, limit_ms);
    const LONG code = pcsc_card_api(card)->get_attrib(card->handle, RM_ATTR_VENDOR_NAME, value, &size);
    const rm_status broken = pcsc_card_leave(card, ticket);
    *dropped = pcsc_status_from(code) == RM_W_REMOVED_CARD;
    if (broken != RM_OK)
        pcsc_card_lose(card, RM_W_RESET_CARD);
    return broken;
}

/* Does the service hold the card for unpowered, although it has reconnected us to it? */
static rm_status ask_for_power(struct pcsc_card *card, uint32_t limit_ms, bool *unpowered) {
    DWORD state = 0;
    DWORD protocol = 0;
    DWORD size = 0;
    DWORD atr_size = 0;
    const uint32_t ticket = pcsc_card_enter(card, PCSC_WAIT_DAEMON, limit_ms);
    const LONG code =
        pcsc_card_api(card)->status(card->handle, NULL, &size, &state, &protocol, NULL, &atr_size);
    const rm_status broken = pcsc_card_leave(card, ticket);
    *unpowered = pcsc_status_from(code) == RM_OK && pcsc_card_unpowered(state);
    if (broken != RM_OK)
        pcsc_card_lose(card, RM_W_RESET_CARD);
    return broken;
}

/* SCardReconnect without recovery. */
static rm_status reconnect_once(struct pcsc_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                                struct pcsc_access *access) {
    DWORD protocol = card->pci.dwProtocol;
    const uint32_t former = card->share;
    rm_status broken;
    rm_status status = RM_OK;
    LONG code;
    if (pcsc_access_asks_first(card, access, PCSC_ACCESS_STEPS_MS))
        status = pcsc_access_await(card, access);
    if (status != RM_OK)
        return status;
    do {
        const uint32_t ticket = pcsc_card_enter(card, PCSC_WAIT_START, access->limit_ms);
        code = pcsc_card_api(card)->reconnect(card->handle, share, pcsc_protocols_to(protocols), init,
                                              &protocol);
        broken = pcsc_card_leave(card, ticket);
    } while (broken == RM_OK && code != SCARD_S_SUCCESS && pcsc_access_again(card, code, access, &status));
    if (status != RM_OK)
        return status;
    status = pcsc_card_judge(card, code, broken);
    if (status == RM_OK && card->handle) {
        pcsc_card_adjust(card, protocol, share);
        /* pcscd keeps the lock that came with exclusive use; there is none to end where it does not. */
        if (former == RM_SHARE_EXCLUSIVE && share != former && card->depth == 0)
            (void)pcsc_card_api(card)->end_transaction(card->handle, SCARD_LEAVE_CARD);
    }
    return status == RM_W_REMOVED_CARD ? RM_E_NO_SMARTCARD : status;
}

/* Reconnects; to have the card alone, first that, since nothing may happen to a card that cannot be had. */
static rm_status reconnect_shared(struct pcsc_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                                  struct pcsc_access *access) {
    const bool raises =
        share == RM_SHARE_EXCLUSIVE && card->share != RM_SHARE_EXCLUSIVE && *card->name != '\0';
    const rm_status status = raises ? raise_share(card, protocols, access->bound) : RM_OK;
    if (status != RM_OK || (raises && init == RM_LEAVE))
        return status;
    return reconnect_once(card, share, protocols, init, access);
}

/*
 * Reconnects to a card that has power: the service may have left it off whenever another client had the
 * chance to end its connection that way, whether it has told us or not.
 */
static rm_status reconnect_powered(struct pcsc_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                                   struct pcsc_access *access) {
    const bool sure = pcsc_card_owned(card) && !card->was_reset;
    bool dropped = false;
    bool unpowered = false;
    rm_status status = ask_for_lock(card, access->limit_ms, &dropped);
    if (status == RM_OK)
        status = reconnect_shared(card, share, protocols, init, access);
    if (status != RM_OK || !card->handle)
        return status;
    if (dropped)
        pcsc_card_hold(card, 0);
    if (init == RM_LEAVE && !sure)
        status = ask_for_power(card, rm_bound_left(access->bound), &unpowered);
    if (status != RM_OK)
        return status;
    if (unpowered)
        return RM_W_UNPOWERED_CARD;
    if (card->adopted && !*card->name)
        (void)learn(card);
    return status;
}

/* One attempt, within what is left of the bound. */
static rm_status try_reconnect(struct pcsc_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                               struct rm_bound *bound) {
    struct pcsc_access access = pcsc_access_of(bound);
    if (!pcsc_card_connected(card))
        return RM_E_INVALID_HANDLE;
    return reconnect_powered(card, share, protocols, init, &access);
}

/*
 * The service also refuses a protocol that the card has when another client starts the card at this moment:
 * tried again.
 */
rm_status pcsc_attach_reconnect(struct rm_card *base, uint32_t share, uint32_t protocols, uint32_t init,
                                struct rm_bound *bound) {
    struct pcsc_card *card = pcsc_card_from(base);
    rm_status status = try_reconnect(card, share, protocols, init, bound);
    for (unsigned tries = 0; status == RM_E_PROTO_MISMATCH && tries < PCSC_MISMATCHES; tries++) {
        DWORD in_use = SCARD_PROTOCOL_UNDEFINED;
        if (card->handle && pcsc_card_ask_protocol(card, &in_use) == RM_OK &&
            in_use != SCARD_PROTOCOL_UNDEFINED && !(in_use & pcsc_protocols_to(protocols)))
            break; /* another protocol is in use, and stays so */
        pcsc_pause(PCSC_MISMATCH_PAUSE_MS);
        status = try_reconnect(card, share, protocols, init, bound);
    }
    return status;
}
