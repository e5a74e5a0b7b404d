/* One search for a card: see finder.h. */
#include "client/finder.h"

#include <stdlib.h>
#include <string.h>

/* Retries when the list of readers changes underneath us. */
#define TRIES 5

/* Opens a context that Cancel reaches from now on / closes it, if it is there. */
static rm_status open_context(struct finder *finder, struct cancel_entry *entry, struct rm_context **out) {
    const rm_status status = rm_context_open(finder->service, RM_WITHIN(finder->timeout_ms), out);
    if (status == RM_OK)
        cancel_add(finder->cancel, entry, *out);
    return status;
}

static void close_context(struct cancel_entry *entry, struct rm_context *context) {
    if (context)
        cancel_remove(entry);
    rm_context_close(context);
}

rm_status finder_open(struct finder *finder) {
    return finder->service ? open_context(finder, &finder->looking, &finder->context) : RM_E_NO_SERVICE;
}

static void forget_readers(struct finder *finder) {
    free(finder->states);
    finder->states = NULL;
    finder->count = 0;
    names_clear(&finder->readers);
}

void finder_close(struct finder *finder) {
    close_context(&finder->connecting, finder->card_context);
    close_context(&finder->looking, finder->context);
    finder->card_context = NULL;
    finder->context = NULL;
    forget_readers(finder);
}

struct rm_context *finder_hand_out(struct finder *finder) {
    struct rm_context *context = finder->card_context;
    cancel_remove(&finder->connecting);
    finder->card_context = NULL;
    return context;
}

void finder_end(struct finder *finder) {
    atomic_store(&finder->ended, true);
}

bool finder_is_cancelled(const struct finder *finder) {
    return atomic_load(&finder->ended) || cancel_count(finder->cancel) != finder->cancels_seen;
}

/* The readers to look at, and the pseudo reader that tells of new ones. */
static rm_status list_readers(struct finder *finder) {
    forget_readers(finder);
    rm_status status = rm_list_readers(finder->context, RM_WITHIN(finder->timeout_ms), &finder->readers);
    if (status != RM_OK)
        return status;
    struct names *names = &finder->readers;
    const size_t all = names_count(names);
    status = search_readers(finder->search, names);
    if (status != RM_OK)
        return status;
    const size_t count = names_count(names);
    finder->states = calloc(count + 1, sizeof *finder->states);
    if (!finder->states)
        return RM_E_NO_MEMORY;
    const char *name = NULL;
    for (; finder->count < count; ++finder->count) {
        name = names_next(names, name);
        finder->states[finder->count].reader = name;
    }
    /* Its state counts the readers, in its upper half. */
    finder->states[count].reader = RM_PNP_NOTIFICATION;
    finder->states[count].current = (uint32_t)all << 16;
    return RM_OK;
}

/* What is in the readers now. */
static rm_status read_states(struct finder *finder) {
    rm_status status = RM_E_UNKNOWN_READER;
    for (int tries = 0; status == RM_E_UNKNOWN_READER && tries < TRIES; ++tries) {
        status = list_readers(finder);
        if (status == RM_OK && finder->count)
            status = rm_wait(finder->context, finder->states, finder->count, RM_WITHIN(0));
    }
    for (size_t i = 0; i < finder->count; ++i)
        finder->states[i].current = finder->states[i].event & ~(uint32_t)RM_STATE_CHANGED;
    return status == RM_E_TIMEOUT ? RM_OK : status;
}

/* Codes by which a card turns out to have left before it was connected to. */
static bool is_gone(rm_status status) {
    return status == RM_E_NO_SMARTCARD || status == RM_W_REMOVED_CARD || status == RM_E_UNKNOWN_READER;
}

bool finder_may_wait(rm_status status) {
    return status == RM_E_NO_SMARTCARD || status == RM_E_SHARING_VIOLATION || status == RM_E_TIMEOUT ||
           status == RM_E_PROTO_MISMATCH || status == RM_W_UNPOWERED_CARD ||
           status == RM_W_UNRESPONSIVE_CARD || status == RM_W_RESET_CARD || status == RM_E_READER_UNAVAILABLE;
}

rm_status finder_connect(struct finder *finder, const char *reader, uint32_t timeout_ms,
                         struct rm_card **out) {
    rm_status status = RM_OK;
    if (!finder->card_context)
        status = open_context(finder, &finder->connecting, &finder->card_context);
    if (status == RM_OK)
        status = rm_connect(finder->card_context, reader, finder->share, finder->protocols,
                            RM_WITHIN(timeout_ms), out);
    return is_gone(status) ? RM_E_NO_SMARTCARD : status;
}

/* Connects to the card in a reader if it fits; RM_E_NO_SMARTCARD: it does not, or there is none. */
static rm_status try_reader(struct finder *finder, const struct rm_reader_state *state, uint32_t timeout_ms,
                            struct rm_card **out) {
    bool fits = false;
    if (!(state->event & RM_STATE_PRESENT) || state->event & RM_STATE_MUTE)
        return RM_E_NO_SMARTCARD;
    rm_status status = search_match(finder->search, state->atr, state->atr_size, &fits);
    if (status != RM_OK || !fits)
        return status == RM_OK ? RM_E_NO_SMARTCARD : status;
    if (state->event & RM_STATE_EXCLUSIVE)
        return RM_E_SHARING_VIOLATION;
    return finder_connect(finder, state->reader, timeout_ms, out);
}

rm_status finder_look(struct finder *finder, uint32_t timeout_ms, struct rm_card **out) {
    rm_status why = read_states(finder);
    if (why != RM_OK)
        return why;
    why = RM_E_NO_SMARTCARD;
    for (size_t i = 0; i < finder->count; ++i) {
        const rm_status status = try_reader(finder, &finder->states[i], timeout_ms, out);
        if (status == RM_OK || !finder_may_wait(status))
            return status;
        if (status == RM_E_SHARING_VIOLATION || why == RM_E_NO_SMARTCARD)
            why = status;
    }
    return why;
}

rm_status finder_wait(struct finder *finder, uint32_t timeout_ms) {
    const rm_status status =
        rm_wait(finder->context, finder->states, finder->count + 1, RM_WITHIN(timeout_ms));
    return status == RM_E_UNKNOWN_READER ? RM_OK : status; /* a reader went: that is a change */
}
