/* A PC/SC library that answers what a test tells it to. */
#include "support/fakes/pcsc.h"

#include <string.h>

struct fake_pcsc fake;

void fake_reset(void) {
    memset(&fake, 0, sizeof fake);
    fake.names = "Fake\0";
    fake.names_size = 6;
    fake.protocol = SCARD_PROTOCOL_T1;
    fake.card_state = SCARD_PRESENT | SCARD_POWERED | SCARD_NEGOTIABLE;
    fake.bytes[0] = 0x3B;
    fake.bytes_size = 2;
    fake.reader_state = SCARD_STATE_PRESENT | SCARD_STATE_CHANGED;
}

unsigned fake_count(enum fake_call call) {
    return fake.used[call];
}

static LONG answer(enum fake_call call) {
    const unsigned turn = fake.used[call]++;

    return turn < FAKE_SCRIPT ? fake.script[call][turn] : SCARD_S_SUCCESS;
}

static LONG establish(DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT context) {
    (void)reserved1;
    (void)reserved2;
    *context = 100 + (SCARDCONTEXT)fake.used[FAKE_ESTABLISH];
    return scope == SCARD_SCOPE_SYSTEM ? answer(FAKE_ESTABLISH) : SCARD_E_INVALID_VALUE;
}

static LONG release(SCARDCONTEXT context) {
    (void)context;
    return answer(FAKE_RELEASE);
}

static LONG hand_names(enum fake_call call, LPSTR names, LPDWORD size) {
    const DWORD room = *size;
    const LONG code = answer(call);

    *size = fake.names_size;
    if (code == SCARD_S_SUCCESS && names) {
        if (room < fake.names_size)
            return SCARD_E_INSUFFICIENT_BUFFER;
        memcpy(names, fake.names, fake.names_size);
    }
    return code;
}

static LONG list_readers(SCARDCONTEXT context, LPCSTR groups, LPSTR names, LPDWORD size) {
    (void)context;
    (void)groups;
    return hand_names(FAKE_LIST_READERS, names, size);
}

static LONG list_groups(SCARDCONTEXT context, LPSTR names, LPDWORD size) {
    (void)context;
    return hand_names(FAKE_LIST_GROUPS, names, size);
}

static LONG get_status_change(SCARDCONTEXT context, DWORD timeout, SCARD_READERSTATE *states, DWORD count) {
    const LONG code = answer(FAKE_STATUS_CHANGE);

    (void)context;
    fake.timeout = timeout;
    for (DWORD i = 0; i < count && code != SCARD_E_UNKNOWN_READER; i++) {
        states[i].dwEventState = fake.reader_state;
        states[i].cbAtr = fake.bytes_size;
        memcpy(states[i].rgbAtr, fake.bytes, MAX_ATR_SIZE);
    }
    return code;
}

static LONG connect_card(SCARDCONTEXT context, LPCSTR reader, DWORD share, DWORD protocols,
                         LPSCARDHANDLE card, LPDWORD protocol) {
    (void)context;
    (void)reader;
    fake.share = share;
    fake.protocols = protocols;
    *card = 1000 + (SCARDHANDLE)fake.used[FAKE_CONNECT];
    *protocol = fake.protocol;
    return answer(FAKE_CONNECT);
}

static LONG reconnect(SCARDHANDLE card, DWORD share, DWORD protocols, DWORD initialization,
                      LPDWORD protocol) {
    (void)card;
    fake.share = share;
    fake.protocols = protocols;
    fake.disposition = initialization;
    *protocol = fake.protocol;
    return answer(FAKE_RECONNECT);
}

static LONG disconnect(SCARDHANDLE card, DWORD disposition) {
    (void)card;
    fake.disposition = disposition;
    return answer(FAKE_DISCONNECT);
}

static LONG begin_transaction(SCARDHANDLE card) {
    (void)card;
    return answer(FAKE_BEGIN);
}

static LONG end_transaction(SCARDHANDLE card, DWORD disposition) {
    (void)card;
    fake.disposition = disposition;
    return answer(FAKE_END);
}

static LONG status(SCARDHANDLE card, LPSTR reader, LPDWORD reader_size, LPDWORD state, LPDWORD protocol,
                   LPBYTE atr, LPDWORD atr_size) {
    const LONG code = answer(FAKE_STATUS);

    (void)card;
    if (code != SCARD_S_SUCCESS)
        return code;
    if (reader && reader_size && *reader_size >= fake.names_size)
        memcpy(reader, fake.names, fake.names_size);
    *state = fake.card_state;
    *protocol = fake.protocol;
    if (atr && *atr_size >= 2)
        memcpy(atr, fake.bytes, 2);
    *atr_size = fake.bytes_size;
    return code;
}

static LONG hand_bytes(enum fake_call call, LPVOID out, LPDWORD size) {
    const DWORD room = *size;
    const LONG code = answer(call);

    fake.room = room;
    *size = fake.bytes_size;
    if (code == SCARD_S_SUCCESS && out)
        memcpy(out, fake.bytes, room < fake.bytes_size ? room : fake.bytes_size);
    return code;
}

static void note_sent(LPCVOID bytes, DWORD size) {
    fake.sent_size = size;
    if (size && size <= sizeof fake.sent)
        memcpy(fake.sent, bytes, size);
}

static LONG transmit(SCARDHANDLE card, const SCARD_IO_REQUEST *send_pci, LPCBYTE send, DWORD send_size,
                     SCARD_IO_REQUEST *receive_pci, LPBYTE receive, LPDWORD receive_size) {
    (void)card;
    (void)receive_pci;
    fake.protocols = send_pci->dwProtocol;
    note_sent(send, send_size);
    return hand_bytes(FAKE_TRANSMIT, receive, receive_size);
}

static LONG control(SCARDHANDLE card, DWORD code, LPCVOID send, DWORD send_size, LPVOID receive,
                    DWORD receive_size, LPDWORD received) {
    DWORD size = receive_size;

    (void)card;
    fake.code = code;
    note_sent(send, send_size);
    const LONG result = hand_bytes(FAKE_CONTROL, receive, &size);
    *received = size;
    return result;
}

static LONG get_attrib(SCARDHANDLE card, DWORD id, LPBYTE value, LPDWORD size) {
    (void)card;
    fake.code = id;
    return hand_bytes(FAKE_GET_ATTRIB, value, size);
}

static LONG set_attrib(SCARDHANDLE card, DWORD id, LPCBYTE value, DWORD size) {
    (void)card;
    fake.code = id;
    note_sent(value, size);
    return answer(FAKE_SET_ATTRIB);
}

const struct pcsc_api fake_api = {
    .establish_context = establish,
    .release_context = release,
    .list_readers = list_readers,
    .list_reader_groups = list_groups,
    .get_status_change = get_status_change,
    .connect = connect_card,
    .reconnect = reconnect,
    .disconnect = disconnect,
    .begin_transaction = begin_transaction,
    .end_transaction = end_transaction,
    .status = status,
    .transmit = transmit,
    .control = control,
    .get_attrib = get_attrib,
    .set_attrib = set_attrib,
};

void fake_next(enum fake_call call, LONG first, LONG second) {
    fake.script[call][fake.used[call]] = first;
    fake.script[call][fake.used[call] + 1] = second;
}

int fake_setup(void **state) {
    static struct fake_client client;

    fake_reset();
    *state = &client;
    if (pcsc_service_create_with(&fake_api, &client.service) != RM_OK ||
        rm_context_open(client.service, RM_WITHIN(RM_INFINITE), &client.context) != RM_OK)
        return -1;
    return rm_connect(client.context, "Fake", RM_SHARE_SHARED, FAKE_ANY, RM_WITHIN(10000), &client.card) ==
                   RM_OK
               ? 0
               : -1;
}

int fake_teardown(void **state) {
    struct fake_client *const client = *state;

    rm_context_close(client->context); /* with the card, where a case has not ended it */
    rm_service_release(client->service);
    return fake_count(FAKE_RELEASE) == fake_count(FAKE_ESTABLISH) ? 0 : -1;
}

rm_status fake_ask(struct rm_card *card, uint32_t timeout_ms) {
    static const uint8_t command[] = {0, 0x84, 0, 0, 8};
    uint8_t buffer[258];
    size_t size = sizeof buffer;
    const rm_status status =
        rm_transmit(card, 0, command, sizeof command, buffer, &size, RM_WITHIN(timeout_ms));

    if (size != (status == RM_OK ? fake.bytes_size : 0))
        return RM_F_INTERNAL_ERROR; /* nothing has this code */
    return status;
}
