/* The calls of the fake smart card service (winscard.h): each is one of winscard.dll's over the simulator. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf.h"
#include "support/fakes/winscard_state.h"

#define NAMES_MAX 4096

static struct fake_state *const state = &fake_state;

/* Who is asked */

static struct fake_client *find_client(SCARDCONTEXT number) {
    struct fake_client *client = state->clients;
    while (client && client->number != number)
        client = client->next;
    return client;
}

struct fake_handle *fake_find_handle(SCARDHANDLE number) {
    for (struct fake_client *client = state->clients; client; client = client->next)
        for (struct fake_handle *handle = client->handles; handle; handle = handle->next)
            if (handle->number == number && !handle->ended)
                return handle;
    return NULL;
}

/* The scripted answer of a call, after its stalling; 0: do it. Call with the lock held. */
static LONG scripted(enum fake_call call) {
    const unsigned turn = state->used[call]++;
    const LONG code = turn < FAKE_SCRIPT ? state->script[call][turn] : 0;

    if (turn < FAKE_SCRIPT)
        state->script[call][turn] = 0;
    if (code != FAKE_STALL && code != FAKE_MUTE)
        return code;
    const unsigned turns = state->turns, cancels = state->cancels;
    if (code == FAKE_MUTE) {
        while (state->cancels == cancels && state->runs)
            pthread_cond_wait(&state->changed, &state->lock);
        return SCARD_E_CANCELLED;
    }
    while (state->turns == turns && state->runs)
        pthread_cond_wait(&state->changed, &state->lock);
    return 0;
}

/* Enters a call: finds the client, keeps it there and gives the lock back. Not 0: the answer. */
static LONG enter(enum fake_call call, SCARDCONTEXT context, struct fake_client **out) {
    pthread_mutex_lock(&state->lock);
    LONG code = scripted(call);
    struct fake_client *const client = find_client(context);
    if (!code && !state->runs)
        code = SCARD_E_SERVICE_STOPPED;
    if (!code && (!client || client->dead))
        code = ERROR_INVALID_HANDLE;
    if (!code)
        client->users++;
    *out = client;
    pthread_mutex_unlock(&state->lock);
    return code;
}

/* Leaves it. A call that came back because the service stopped says so. */
static LONG leave(struct fake_client *client, rm_status status) {
    pthread_mutex_lock(&state->lock);
    client->users--;
    const bool stopped = client->dead;
    pthread_mutex_unlock(&state->lock);
    return stopped ? SCARD_E_SERVICE_STOPPED : fake_code(status);
}

/*
 * The card of an idle transaction is reset, which its holder is told as others are. Call with the lock held.
 */
static void enforce_idle_rule(struct fake_handle *handle) {
    const uint64_t now = clock_ms();

    if (handle->held && now - handle->used > fake.idle_ms && !handle->notice &&
        rm_reconnect(handle->rm, handle->share, handle->rm->protocol, RM_RESET, RM_WITHIN(0)) == RM_OK)
        handle->notice = SCARD_W_RESET_CARD;
    handle->used = now;
}

/* The same for a connection. */
LONG fake_enter_card(enum fake_call call, SCARDHANDLE card, struct fake_handle **out) {
    pthread_mutex_lock(&state->lock);
    LONG code = scripted(call);
    struct fake_handle *const handle = fake_find_handle(card);
    if (!code && !state->runs)
        code = SCARD_E_SERVICE_STOPPED;
    if (!code && !handle)
        code = ERROR_INVALID_HANDLE;
    if (!code)
        enforce_idle_rule(handle);
    if (!code && call != FAKE_RECONNECT && call != FAKE_DISCONNECT)
        code = handle->notice;
    if (!code) {
        handle->client->users++;
        handle->calls++;
    }
    *out = handle;
    pthread_mutex_unlock(&state->lock);
    return code;
}

LONG fake_leave_card(struct fake_handle *handle, rm_status status) {
    pthread_mutex_lock(&state->lock);
    handle->used = clock_ms();
    handle->calls--;
    handle->client->users--;
    const bool stopped = handle->client->dead;
    pthread_mutex_unlock(&state->lock);
    return stopped ? SCARD_E_SERVICE_STOPPED : fake_code(status);
}

/* Contexts */

static LONG WINAPI establish(DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT out) {
    (void)reserved1, (void)reserved2;
    pthread_mutex_lock(&state->lock);
    LONG code = scripted(FAKE_ESTABLISH);
    if (!code && !state->runs)
        code = SCARD_E_NO_SERVICE;
    if (!code && scope != SCARD_SCOPE_USER)
        code = SCARD_E_INVALID_VALUE;
    struct fake_client *const client = code ? NULL : calloc(1, sizeof *client);
    if (client && rm_context_open(fake.sim, RM_WITHIN(RM_INFINITE), &client->rm) == RM_OK) {
        *out = client->number = ++state->last;
        client->next = state->clients;
        state->clients = client;
    }
    pthread_mutex_unlock(&state->lock);
    return code || client ? code : SCARD_E_NO_MEMORY;
}

static LONG WINAPI release(SCARDCONTEXT context) {
    pthread_mutex_lock(&state->lock);
    struct fake_client *const client = find_client(context);
    LONG code = scripted(FAKE_RELEASE);
    if (!code && !client)
        code = ERROR_INVALID_HANDLE;
    if (!code && !client->dead)
        fake_client_end(client);
    while (!code && client->rm) /* the service is stopping under it */
        pthread_cond_wait(&state->changed, &state->lock);
    if (!code)
        fake_client_free(client);
    pthread_mutex_unlock(&state->lock);
    return code;
}

static LONG WINAPI cancel(SCARDCONTEXT context) {
    struct fake_client *client;
    const LONG code = enter(FAKE_CANCEL, context, &client);

    if (code)
        return code;
    rm_cancel(client->rm);
    pthread_mutex_lock(&state->lock);
    state->cancels++;
    pthread_cond_broadcast(&state->changed);
    pthread_mutex_unlock(&state->lock);
    return leave(client, RM_OK);
}

/* Lists */

/*
 * Hands out text of `size` characters. *room in: characters there is room for, out: characters of the text.
 */
static LONG hand_names(const wchar_t *text, DWORD size, LPWSTR names, LPDWORD room) {
    const DWORD had = *room;

    *room = size;
    if (!names)
        return SCARD_S_SUCCESS;
    if (had < size)
        return SCARD_E_INSUFFICIENT_BUFFER;
    memcpy(names, text, size * sizeof *names);
    return SCARD_S_SUCCESS;
}

/* A multi-string in UTF-8 as a wide one; returns its characters. */
static DWORD widen(const struct names *list, wchar_t out[NAMES_MAX]) {
    DWORD used = 0;

    for (const char *at = NULL; (at = names_next(list, at)) != NULL;) {
        size_t count = 0;
        wchar_t *const name = utf8_to_wide(at, &count);
        memcpy(out + used, name, (count + 1) * sizeof *out);
        used += (DWORD)count + 1;
        free(name);
    }
    out[used++] = L'\0';
    return used;
}

static LONG list(enum fake_call call, SCARDCONTEXT context, LPWSTR names, LPDWORD size) {
    wchar_t wide[NAMES_MAX];
    struct names listed = {0};
    struct fake_client *client;
    LONG code = enter(call, context, &client);

    if (code)
        return code;
    rm_status status = call == FAKE_LIST_GROUPS
                           ? rm_list_groups(client->rm, RM_WITHIN(RM_INFINITE), &listed)
                           : rm_list_readers(client->rm, RM_WITHIN(RM_INFINITE), &listed);
    if (status == RM_OK && !listed.size)
        status = RM_E_NO_READERS_AVAILABLE;
    const DWORD count = widen(&listed, wide);
    names_clear(&listed);
    code = leave(client, status);
    if (code)
        return code;
    if (fake.names)
        return hand_names(fake.names, fake.names_size, names, size);
    return hand_names(wide, count, names, size);
}

static LONG WINAPI list_readers(SCARDCONTEXT context, LPCWSTR groups, LPWSTR names, LPDWORD size) {
    return groups ? SCARD_E_INVALID_VALUE : list(FAKE_LIST_READERS, context, names, size);
}

static LONG WINAPI list_groups(SCARDCONTEXT context, LPWSTR names, LPDWORD size) {
    return list(FAKE_LIST_GROUPS, context, names, size);
}

/* Waiting */

static void take_over(SCARD_READERSTATEW *to, struct rm_reader_state *from) {
    to->dwEventState = from->event;
    to->cbAtr = fake.claim ? fake.claim : (DWORD)from->atr_size;
    memcpy(to->rgbAtr, from->atr, sizeof to->rgbAtr);
}

static rm_status wait_for(struct rm_context *context, struct rm_reader_state *states, DWORD count,
                          DWORD timeout) {
    for (DWORD i = 0; i < count; i++)
        if (fake.knows_no_pnp && strcmp(states[i].reader, RM_PNP_NOTIFICATION) == 0)
            return RM_E_UNKNOWN_READER;
    const rm_status status = rm_wait(context, states, count, RM_WITHIN(timeout));
    return status == RM_E_UNKNOWN_READER && fake.tells_no_unknown ? RM_OK : status;
}

static LONG WINAPI status_change(SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATEW *raw, DWORD count) {
    struct rm_reader_state *const states = calloc(count + 1, sizeof *states);
    struct fake_client *client;
    LONG code = enter(FAKE_STATUS_CHANGE, context, &client);

    fake.timeout = timeout;
    if (code || !states) {
        free(states);
        return code ? code : SCARD_E_NO_MEMORY;
    }
    for (DWORD i = 0; i < count; i++) {
        char *const name = utf8_from_wide(raw[i].szReader, wcslen(raw[i].szReader), NULL);
        states[i].reader = name ? name : strdup("?"); /* no text: no reader of the simulator's */
        states[i].current = raw[i].dwCurrentState & (fake.counts_nothing ? 0xFFFFu : UINT32_MAX);
    }
    code = leave(client, wait_for(client->rm, states, count, timeout));
    for (DWORD i = 0; i < count; i++) {
        void *name; /* it is the simulator's to read */
        take_over(&raw[i], &states[i]);
        memcpy(&name, &states[i].reader, sizeof name);
        free(name);
    }
    free(states);
    return code;
}

static HANDLE WINAPI access_started(void) {
    return state->started;
}

static void WINAPI release_started(void) {
}

/* Connections */

static DWORD protocol_of(const struct rm_card *card) {
    return fake.protocol ? fake.protocol : card->protocol;
}

static LONG WINAPI connect_card(SCARDCONTEXT context, LPCWSTR reader, DWORD share, DWORD protocols,
                                LPSCARDHANDLE out, LPDWORD protocol) {
    struct fake_client *client;
    struct rm_card *card = NULL;
    LONG code = enter(FAKE_CONNECT, context, &client);

    if (code)
        return code;
    fake.share = share;
    fake.protocols = protocols;
    char *const name = utf8_from_wide(reader, wcslen(reader), NULL);
    struct fake_handle *const handle = calloc(1, sizeof *handle);
    const rm_status status =
        rm_connect(client->rm, name ? name : "", share, protocols, RM_WITHIN(RM_INFINITE), &card);
    free(name);
    pthread_mutex_lock(&state->lock);
    if (status == RM_OK && handle) {
        *handle = (struct fake_handle){.number = ++state->last,
                                       .client = client,
                                       .rm = card,
                                       .share = share,
                                       .used = clock_ms(),
                                       .next = client->handles};
        client->handles = handle;
        *out = handle->number;
        *protocol = protocol_of(card);
    } else {
        free(handle);
    }
    pthread_mutex_unlock(&state->lock);
    return leave(client, status);
}

/* A transaction that has lost its card's state: Windows lets go of it. */
static void end_transactions(struct fake_handle *handle) {
    while (rm_end(handle->rm, RM_LEAVE, RM_WITHIN(RM_INFINITE)) == RM_OK)
        ;
    handle->held = 0;
}

static LONG WINAPI reconnect(SCARDHANDLE card, DWORD share, DWORD protocols, DWORD initialization,
                             LPDWORD protocol) {
    struct fake_handle *handle;
    LONG code = fake_enter_card(FAKE_RECONNECT, card, &handle);

    fake.share = share;
    fake.protocols = protocols;
    fake.initialization = initialization;
    if (code)
        return code;
    const rm_status status =
        rm_reconnect(handle->rm, share, protocols, initialization, RM_WITHIN(RM_INFINITE));
    if (status == RM_OK) {
        handle->share = share;
        handle->notice = 0;
        *protocol = protocol_of(handle->rm);
        if (!fake.keeps_transactions)
            end_transactions(handle);
    }
    return fake_leave_card(handle, status);
}

static LONG WINAPI disconnect(SCARDHANDLE card, DWORD disposition) {
    struct fake_handle *handle;
    LONG code = fake_enter_card(FAKE_DISCONNECT, card, &handle);

    fake.disposition = disposition;
    if (code)
        return code;
    struct fake_client *const client = handle->client;
    pthread_mutex_lock(&state->lock);
    handle->ended = true;
    while (handle->calls > 1) { /* who waits in a call on it comes back */
        pthread_mutex_unlock(&state->lock);
        rm_cancel(client->rm);
        Sleep(1);
        pthread_mutex_lock(&state->lock);
    }
    for (struct fake_handle **at = &client->handles; *at; at = &(*at)->next) {
        if (*at == handle) {
            *at = handle->next;
            break;
        }
    }
    pthread_mutex_unlock(&state->lock);
    const rm_status status = rm_disconnect(handle->rm, disposition, RM_WITHIN(2000));
    free(handle);
    return leave(client, status);
}

static LONG WINAPI begin(SCARDHANDLE card) {
    struct fake_handle *handle;
    const LONG code = fake_enter_card(FAKE_BEGIN, card, &handle);

    if (code)
        return code;
    const rm_status status = rm_begin(handle->rm, RM_WITHIN(RM_INFINITE));
    if (status == RM_OK)
        handle->held++;
    return fake_leave_card(handle, status);
}

static LONG WINAPI end(SCARDHANDLE card, DWORD disposition) {
    struct fake_handle *handle;
    LONG code = fake_enter_card(FAKE_END, card, &handle);

    fake.disposition = disposition;
    if (code == SCARD_W_RESET_CARD && handle && handle->notice == code) {
        end_transactions(handle);
        return code;
    }
    if (code)
        return code;
    const rm_status status = rm_end(handle->rm, disposition, RM_WITHIN(RM_INFINITE));
    if (handle->held)
        handle->held--;
    if (status == RM_W_RESET_CARD || status == RM_W_UNPOWERED_CARD) {
        /* The simulator keeps the transaction; Windows says the same and lets it go. */
        if (rm_reconnect(handle->rm, handle->share, handle->rm->protocol, RM_LEAVE, RM_WITHIN(0)) == RM_OK)
            end_transactions(handle);
        handle->notice = SCARD_W_RESET_CARD;
    }
    return fake_leave_card(handle, status);
}

static LONG WINAPI card_status(SCARDHANDLE card, LPWSTR names, LPDWORD names_size, LPDWORD card_state,
                               LPDWORD protocol, LPBYTE atr, LPDWORD atr_size) {
    struct rm_card_status now = {.atr_size = 0};
    wchar_t wide[NAMES_MAX];
    char name[NAMES_MAX / 4] = "";
    struct fake_handle *handle;
    LONG code = fake_enter_card(FAKE_STATUS, card, &handle);

    if (code)
        return code;
    strncpy(name, rm_reader_name(handle->rm), sizeof name - 2);
    code = fake_leave_card(handle, rm_status_of(handle->rm, &now, RM_WITHIN(RM_INFINITE)));
    if (code)
        return code;
    *card_state = fake.card_state ? fake.card_state : now.state;
    *protocol = fake.protocol ? fake.protocol : now.protocol;
    if (*atr_size >= now.atr_size)
        memcpy(atr, now.atr, now.atr_size);
    *atr_size = fake.claim ? fake.claim : (DWORD)now.atr_size;
    if (!names)
        return SCARD_S_SUCCESS;
    if (fake.names)
        return hand_names(fake.names, fake.names_size, names, names_size);
    const DWORD count = widen(&(const struct names){.list = name, .size = strlen(name) + 2}, wide);
    return hand_names(wide, count, names, names_size);
}

static bool is_asleep(void) {
    pthread_mutex_lock(&state->lock);
    const bool asleep = fake.sleeps && !state->runs;
    pthread_mutex_unlock(&state->lock);
    return asleep;
}

const struct winscard_api fake_winscard_api = {
    .establish_context = establish,
    .release_context = release,
    .cancel = cancel,
    .list_readers = list_readers,
    .list_reader_groups = list_groups,
    .get_status_change = status_change,
    .connect = connect_card,
    .reconnect = reconnect,
    .disconnect = disconnect,
    .begin_transaction = begin,
    .end_transaction = end,
    .status = card_status,
    .transmit = fake_transmit,
    .control = fake_control,
    .get_attrib = fake_get_attrib,
    .set_attrib = fake_set_attrib,
    .access_started_event = access_started,
    .release_started_event = release_started,
    .is_asleep = is_asleep,
};
