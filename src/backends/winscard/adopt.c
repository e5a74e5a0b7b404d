/* Taking over connections that a program made itself: see adopt.h. */
#include "backends/winscard/adopt.h"

#include <stdlib.h>
#include <string.h>

#include "backends/winscard/map.h"
#include "base/utf.h"

#define NAME_ROOM 2048 /* characters */
#define ATTR_FRIENDLY_NAME_WIDE 0x7FFF0005u

/* Takes over what is known of the connection; `reader` is the card's from now on, also on failure. */
static rm_status learnt(struct winscard_card *card, wchar_t *reader, uint32_t protocol) {
    uint32_t state = 0;
    int invalid = 0;
    char *name = utf8_from_wide(reader, wcslen(reader), &invalid);
    if (invalid) /* nobody can ask for the name, but the connection works */
        name = strdup("");
    if (!name) {
        free(reader);
        return RM_E_NO_MEMORY;
    }
    free(card->reader);
    free(card->name);
    card->reader = reader;
    card->name = name;
    card->base.protocol = protocol;
    if (winscard_context_look(card->context, reader, &state) != RM_OK)
        state = 0;
    card->share = state & RM_STATE_EXCLUSIVE ? RM_SHARE_EXCLUSIVE : RM_SHARE_SHARED;
    return RM_OK;
}

rm_status winscard_adopt_learn(struct winscard_card *card, const struct winscard_limit *limit) {
    static const size_t size = NAME_ROOM * sizeof(wchar_t);
    wchar_t *names = calloc(NAME_ROOM + 1, sizeof *names);
    struct winscard_request request = {
        .call = WINSCARD_LEARN, .receive = (uint8_t *)names, .receive_size = (DWORD)size};
    const rm_status status = names ? winscard_card_call(card, &request, limit) : RM_E_NO_MEMORY;
    if (status != RM_OK) {
        free(names);
        return status;
    }
    return learnt(card, names, winscard_protocol_from(request.protocol));
}

/*
 * What the reader calls itself, where the service tells that and knows a reader of this name; NULL: it does
 * not.
 */
static wchar_t *own_word(struct winscard_card *card, const struct winscard_limit *limit) {
    wchar_t *name = calloc(NAME_ROOM + 1, sizeof *name);
    struct winscard_request request = {.call = WINSCARD_GET_ATTRIB,
                                       .code = ATTR_FRIENDLY_NAME_WIDE,
                                       .receive = (uint8_t *)name,
                                       .receive_size = (DWORD)(NAME_ROOM * sizeof *name)};
    uint32_t state = 0;
    if (name && winscard_worker_call(card->worker, &request, limit) == RM_OK && *name &&
        winscard_context_look(card->context, name, &state) == RM_OK)
        return name;
    free(name);
    return NULL;
}

/*
 * The only reader that can be meant: somebody is connected to it, or, which an empty one does not show, can
 * be.
 */
static wchar_t *only_suspect(struct winscard_context *context, bool removed) {
    const uint32_t wanted = RM_STATE_INUSE | RM_STATE_EXCLUSIVE | (removed ? RM_STATE_EMPTY : 0u);
    const wchar_t *found = NULL;
    wchar_t *names = NULL;
    unsigned count = 0;
    if (winscard_context_names(context, &names) != RM_OK)
        return NULL;
    for (const wchar_t *at = names; *at; at += wcslen(at) + 1) {
        uint32_t state = 0;
        if (winscard_context_look(context, at, &state) != RM_OK || !(state & wanted))
            continue;
        found = at;
        ++count;
    }
    wchar_t *name = count == 1 ? wcsdup(found) : NULL;
    free(names);
    return name;
}

/*
 * The same for a connection with a notice, which the service tells nothing but that of. Where nothing else
 * tells either, the name is learnt after reconnecting.
 */
static rm_status learn_noticed(struct winscard_card *card, const struct winscard_limit *limit) {
    wchar_t *name = own_word(card, limit);
    if (!name)
        name = only_suspect(card->context, card->was_removed);
    return name ? learnt(card, name, RM_PROTOCOL_UNDEFINED) : RM_OK;
}

rm_status winscard_adopt(struct rm_context *base, uint64_t handle, struct rm_bound *bound,
                         struct rm_card **out) {
    struct winscard_context *context = winscard_context_from(base);
    const struct winscard_limit limit = winscard_context_limit(context, bound, WINSCARD_GRACE_MS);
    *out = NULL;
    if (handle == 0 || handle > UINTPTR_MAX)
        return RM_E_INVALID_HANDLE;
    struct winscard_card *card = winscard_card_create(context, wcsdup(L""), strdup(""));
    if (!card)
        return RM_E_NO_MEMORY;
    struct winscard_worker *worker = NULL;
    rm_status status = winscard_worker_open(context->api, &worker);
    if (status == RM_OK) {
        winscard_worker_lend(worker, (SCARDHANDLE)handle);
        (void)winscard_card_set_worker(card, worker);
        card->adopted = true;
        card->share = RM_SHARE_SHARED;
        status = winscard_adopt_learn(card, &limit);
    }
    /* With a notice it is a good connection with something to tell. */
    if (winscard_is_notice(status))
        status = learn_noticed(card, &limit);
    if (status != RM_OK) {
        winscard_card_destroy(card);
        return status == RM_E_INVALID_VALUE ? RM_E_INVALID_HANDLE : status;
    }
    *out = &card->base;
    return RM_OK;
}
