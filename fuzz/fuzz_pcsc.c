/*
 * PC/SC's C API over simulated readers: calls in any order with numbers and sizes of the input's choosing, by
 * two threads that share what they open. What is written fits where it goes (the sanitizers see to that), a
 * success has a number that was good, and at the end nothing is left.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <winscard.h>

#include "fuzz.h"
#include "module/manager.h"

#define STEPS_MAX 48
#define NUMBERS 4
/* RAW among them: who has left the card in it shuts out the others until it is reset, as with pcscd. */
#define ANY_PROTOCOL (SCARD_PROTOCOL_ANY | SCARD_PROTOCOL_RAW)
#define READER "Simulated Reader 00"

/* What both threads know: numbers of contexts and of connections, good ones and others. */
static _Atomic LONG contexts[NUMBERS];
static _Atomic LONG cards[NUMBERS];

struct play {
    struct feed feed;
    DWORD room;   /* of `buffer` */
    BYTE *buffer; /* exactly so large, or NULL */
};

static LONG context_of(struct play *play) {
    const uint8_t byte = feed_byte(&play->feed);
    return byte & 0x80 ? (LONG)(int32_t)feed_long(&play->feed) : contexts[byte % NUMBERS];
}

static LONG card_of(struct play *play) {
    const uint8_t byte = feed_byte(&play->feed);
    return byte & 0x80 ? (LONG)(int32_t)feed_long(&play->feed) : cards[byte % NUMBERS];
}

/* New room of a size that the input says, or none; the size said to the call is the same. */
static void take_room(struct play *play) {
    const uint16_t word = feed_word(&play->feed);
    free(play->buffer);
    play->buffer = NULL;
    play->room = word & 0x7FFF;
    if (!(word & 0x8000))
        play->buffer = fuzz_copy("", 0, play->room ? play->room : 1);
    else if (word & 1)
        play->room = SCARD_AUTOALLOCATE;
}

/* A result may be told to be longer than the room, but only where the call says so. */
static void check_size(const struct play *play, LONG code, DWORD size) {
    if (code == SCARD_S_SUCCESS && play->buffer && play->room != SCARD_AUTOALLOCATE)
        FUZZ_CHECK(size <= play->room);
}

static void open_context(struct play *play) {
    SCARDCONTEXT context = 0;
    const DWORD scope = feed_byte(&play->feed) % 6;
    const LONG code = SCardEstablishContext(scope, NULL, NULL, &context);
    FUZZ_CHECK((code == SCARD_S_SUCCESS) == (scope <= SCARD_SCOPE_GLOBAL));
    FUZZ_CHECK((code == SCARD_S_SUCCESS) == (context > 0));
    if (code == SCARD_S_SUCCESS)
        (void)SCardReleaseContext(atomic_exchange(&contexts[feed_byte(&play->feed) % NUMBERS], context));
}

static void open_card(struct play *play) {
    SCARDHANDLE card = 5;
    DWORD protocol = 0;
    size_t got = 0;
    const uint8_t kind = feed_byte(&play->feed);
    const uint8_t *text = feed_bytes(&play->feed, kind & 1 ? kind : 0, &got);
    char *name = kind & 1 ? fuzz_copy(text, got, 1) : fuzz_copy(READER, sizeof READER, 0);
    const LONG code = SCardConnect(context_of(play), kind & 2 ? NULL : name, feed_byte(&play->feed) % 5,
                                   feed_byte(&play->feed), &card, &protocol);
    FUZZ_CHECK((code == SCARD_S_SUCCESS) == (card > 0));
    if (code == SCARD_S_SUCCESS)
        (void)SCardDisconnect(atomic_exchange(&cards[feed_byte(&play->feed) % NUMBERS], card),
                              SCARD_LEAVE_CARD);
    free(name);
}

static void list(struct play *play) {
    take_room(play);
    DWORD size = play->room;
    const LONG code = feed_byte(&play->feed) & 1
                          ? SCardListReaders(context_of(play), NULL, (LPSTR)play->buffer, &size)
                          : SCardListReaderGroups(context_of(play), (LPSTR)play->buffer, &size);
    check_size(play, code, size);
}

static void wait_for(struct play *play) {
    SCARD_READERSTATE states[3] = {
        {.szReader = READER}, {.szReader = "\\\\?PnP?\\Notification"}, {.szReader = "no"}};
    const DWORD count = feed_byte(&play->feed) % 4;
    for (DWORD i = 0; i < 3; i++)
        states[i].dwCurrentState = feed_long(&play->feed);
    const LONG code = SCardGetStatusChange(context_of(play), feed_byte(&play->feed) % 2, states, count);
    if (code == SCARD_S_SUCCESS)
        for (DWORD i = 0; i < count; i++)
            FUZZ_CHECK(states[i].cbAtr <= sizeof states[i].rgbAtr);
}

static void status(struct play *play) {
    take_room(play);
    DWORD state = 0, protocol = 0;
    DWORD name_size = play->room, atr_size = 0;
    const LONG code =
        SCardStatus(card_of(play), (LPSTR)play->buffer, &name_size, &state, &protocol, NULL, &atr_size);
    check_size(play, code, name_size);
    FUZZ_CHECK(atr_size <= MAX_ATR_SIZE);
}

static void transmit(struct play *play) {
    size_t got = 0;
    SCARD_IO_REQUEST header = {.dwProtocol = feed_byte(&play->feed), .cbPciLength = sizeof header};
    const uint8_t *bytes = feed_bytes(&play->feed, feed_byte(&play->feed), &got);
    take_room(play);
    if (play->room == SCARD_AUTOALLOCATE)
        play->room = 0;
    DWORD size = play->room;
    uint8_t *command = fuzz_copy(bytes, got, got ? 0 : 1);
    const LONG code = SCardTransmit(card_of(play), &header, command, got, &header, play->buffer, &size);
    check_size(play, code, size);
    free(command);
}

static void control(struct play *play) {
    size_t got = 0;
    DWORD size = 0;
    const uint8_t *bytes = feed_bytes(&play->feed, feed_byte(&play->feed), &got);
    take_room(play);
    if (play->room == SCARD_AUTOALLOCATE)
        play->room = 0;
    const DWORD code = feed_byte(&play->feed) & 1 ? 0x42000D48 : feed_long(&play->feed);
    check_size(play, SCardControl(card_of(play), code, bytes, got, play->buffer, play->room, &size), size);
}

static void attribute(struct play *play) {
    static const DWORD known[] = {0x00010100, 0x00090303, 0x7FFF0003, 0x00060150};
    take_room(play);
    DWORD size = play->room;
    const uint8_t which = feed_byte(&play->feed);
    const DWORD id = which & 0x80 ? feed_long(&play->feed) : known[which % 4];
    check_size(play, SCardGetAttrib(card_of(play), id, play->buffer, &size), size);
}

static void step(struct play *play) {
    DWORD protocol = 0;
    const uint8_t code = feed_byte(&play->feed);
    switch (code % 16) {
    case 0:
        open_context(play);
        break;
    case 1:
    case 2:
        open_card(play);
        break;
    case 3:
        list(play);
        break;
    case 4:
        wait_for(play);
        break;
    case 5:
        status(play);
        break;
    case 6:
    case 7:
        transmit(play);
        break;
    case 8:
        control(play);
        break;
    case 9:
        attribute(play);
        break;
    case 10:
        (void)SCardBeginTransaction(card_of(play));
        break;
    case 11:
        (void)SCardEndTransaction(card_of(play), feed_byte(&play->feed) % 5);
        break;
    case 12:
        (void)SCardReconnect(card_of(play), code >> 4 & 3, feed_byte(&play->feed), feed_byte(&play->feed) % 5,
                             &protocol);
        break;
    case 13:
        (void)SCardDisconnect(card_of(play), feed_byte(&play->feed) % 5);
        break;
    case 14:
        (void)SCardCancel(context_of(play));
        break;
    default:
        (void)SCardReleaseContext(context_of(play));
        break;
    }
}

static void *run(void *data) {
    struct play *play = data;
    for (int i = 0; i < STEPS_MAX && play->feed.left; i++)
        step(play);
    free(play->buffer);
    return NULL;
}

/* Waits for others are short: both threads may keep the card. */
static void begin(void) {
    static bool begun;
    if (begun)
        return;
    begun = true;
    (void)setenv("SCARDSSP_TIMEOUT", "2", 1);
    FUZZ_CHECK(manager_choose("sim", NULL, 0) == RM_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const size_t half = size / 2;
    struct play plays[2] = {{.feed = {data, half}}, {.feed = {data + half, size - half}}};
    pthread_t other;
    SCARDCONTEXT context = 0;
    SCARDHANDLE card = 0;
    DWORD protocol = 0;
    begin();
    FUZZ_CHECK(pthread_create(&other, NULL, run, &plays[1]) == 0);
    run(&plays[0]);
    FUZZ_CHECK(pthread_join(other, NULL) == 0);
    for (size_t i = 0; i < NUMBERS; i++)
        (void)SCardReleaseContext(contexts[i]);
    for (size_t i = 0; i < NUMBERS; i++) {
        FUZZ_CHECK(SCardIsValidContext(contexts[i]) == SCARD_E_INVALID_HANDLE);
        FUZZ_CHECK(SCardBeginTransaction(cards[i]) == SCARD_E_INVALID_HANDLE);
    }
    FUZZ_CHECK(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) == SCARD_S_SUCCESS);
    FUZZ_CHECK(SCardConnect(context, READER, SCARD_SHARE_EXCLUSIVE, ANY_PROTOCOL, &card, &protocol) ==
               SCARD_S_SUCCESS);
    FUZZ_CHECK(SCardDisconnect(card, SCARD_RESET_CARD) == SCARD_S_SUCCESS);
    FUZZ_CHECK(SCardReleaseContext(context) == SCARD_S_SUCCESS);
    return 0;
}
