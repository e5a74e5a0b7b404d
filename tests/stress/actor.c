/* What a thread does with the library's objects: see play.h. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#include <cmocka.h>

#include "base/clock.h"
#include "icc/cipher.h"
#include "objects/bytebuffer.h"
#include "objects/card.h"
#include "objects/cmd.h"
#include "objects/database.h"
#include "objects/iso7816cmd.h"
#include "objects/locate.h"
#include "objects/services/manage.h"
#include "objects/typeconv.h"
#include "stress/play.h"
#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/kits/locating.h"

#define BLOCK SIM_CIPHER_BLOCK
#define REPLY (BLOCK + 2u)
#define ANY ((SCARD_PROTOCOLS)(T0 | T1))
#define CALM_MS 20000u /* until a service knows the card again that was put in last */
#define GREETING "Hello from the demo card"

/* G. Marsaglia's xorshift64. */
static uint32_t draw(struct actor *actor, uint32_t below) {
    actor->random ^= actor->random << 13;
    actor->random ^= actor->random >> 7;
    actor->random ^= actor->random << 17;
    return (uint32_t)(actor->random >> 33) % below;
}

/* Only codes of smart cards come out, whatever happens to the card. true: success. */
static bool seen(struct actor *actor, HRESULT hr, const char *call) {
    atomic_fetch_add_explicit(&actor->calls, 1, memory_order_relaxed);
    if (hr == S_OK)
        return true;
    if ((uint32_t)hr >> 16 != 0x8010u || hr == (HRESULT)SCARD_F_UNKNOWN_ERROR)
        print_error("thread %u, %s: 0x%08X\n", actor->number, call, (unsigned)hr);
    assert_int_equal((uint32_t)hr >> 16, 0x8010u);
    atomic_fetch_add_explicit(&actor->faults, 1, memory_order_relaxed);
    return false;
}

#define SEEN(call) seen(actor, (call), #call)

/* The command that nobody else sends and no other follows: thread and count. */
static void number_command(struct actor *actor, uint8_t challenge[BLOCK]) {
    const uint64_t count = ++actor->commands;
    memset(challenge, 0, BLOCK);
    memcpy(challenge, &actor->number, sizeof actor->number);
    memcpy(challenge + 8, &count, sizeof count);
}

/* The card's answer to it (INTERNAL AUTHENTICATE with key 01 of the demo card). */
static void expect_answer(struct actor *actor, const uint8_t challenge[BLOCK], const uint8_t *reply,
                          size_t size) {
    static const uint8_t key[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    uint8_t expected[REPLY] = {[BLOCK] = 0x90};
    assert_true(sim_cipher_encrypt(key, sizeof key, challenge, expected));
    assert_int_equal(size, REPLY);
    assert_memory_equal(reply, expected, REPLY);
    atomic_fetch_add_explicit(&actor->replies, 1, memory_order_relaxed);
}

/* The bytes of a buffer, which is released. */
static size_t take_bytes(IByteBuffer *buffer, uint8_t *out, size_t room) {
    LONG got = 0;
    assert_hr(IByteBuffer_Read(buffer, out, (LONG)room, &got), S_OK);
    IByteBuffer_Release(buffer);
    return (size_t)got;
}

/* By a command object that ISCardISO7816 has filled in. */
static bool authenticate(struct actor *actor, ISCard *card) {
    uint8_t challenge[BLOCK], reply[64];
    IByteBuffer *data = NULL;
    number_command(actor, challenge);
    data = buffer_of(challenge, BLOCK);
    assert_hr(ISCardISO7816_InternalAuthenticate(actor->builder, 0, 1, data, BLOCK, &actor->cmd), S_OK);
    IByteBuffer_Release(data);
    if (!SEEN(ISCard_Transaction(card, &actor->cmd)))
        return false;
    assert_hr(ISCardCmd_get_ApduReply(actor->cmd, &data), S_OK);
    expect_answer(actor, challenge, reply, take_bytes(data, reply, sizeof reply));
    return true;
}

/* By an array of bytes. */
static void authenticate_bytes(struct actor *actor, ISCard *card) {
    uint8_t apdu[5 + BLOCK + 1] = {0x00, 0x88, 0x00, 0x01, BLOCK, [5 + BLOCK] = BLOCK};
    ISCardEx *ex = cardex_of(card);
    VARIANT bytes, reply;
    number_command(actor, apdu + 5);
    VariantInit(&reply);
    V_VT(&bytes) = VT_ARRAY | VT_UI1;
    V_ARRAY(&bytes) = SafeArrayCreateVector(VT_UI1, 0, sizeof apdu);
    assert_non_null(V_ARRAY(&bytes));
    memcpy(V_ARRAY(&bytes)->pvData, apdu, sizeof apdu);
    if (SEEN(ISCardEx_TransmitBytes(ex, &bytes, &reply)))
        expect_answer(actor, apdu + 5, V_ARRAY(&reply)->pvData, V_ARRAY(&reply)->rgsabound[0].cElements);
    VariantClear(&bytes);
    VariantClear(&reply);
    ISCardEx_Release(ex);
}

/* Several that belong together. */
static void transact(struct actor *actor, ISCard *card) {
    if (!SEEN(ISCard_LockSCard(card)))
        return;
    for (uint32_t i = draw(actor, 4); i > 0; --i)
        (void)authenticate(actor, card);
    (void)SEEN(ISCard_UnlockSCard(card, draw(actor, 8) ? LEAVE : RESET));
}

static void attach(struct actor *actor, ISCard *card) {
    static const SCARD_PROTOCOLS protocols[] = {T0, T1, T1, (SCARD_PROTOCOLS)(T0 | T1)};
    const SCARD_SHARE_MODES share = draw(actor, 10) ? SHARED : EXCLUSIVE;
    (void)SEEN(ISCard_AttachByReader(card, actor->reader, share, protocols[draw(actor, 4)]));
}

static void reattach(struct actor *actor, ISCard *card) {
    static const SCARD_DISPOSITIONS ways[] = {LEAVE, LEAVE, RESET, UNPOWER};
    if (!SEEN(ISCard_ReAttach(card, SHARED, ways[draw(actor, 4)])))
        attach(actor, card);
}

static void detach(struct actor *actor, ISCard *card) {
    (void)SEEN(ISCard_Detach(card, draw(actor, 4) ? LEAVE : RESET));
    attach(actor, card);
}

static void ask(struct actor *actor, ISCard *card) {
    IByteBuffer *atr = NULL;
    SCARD_STATES state = ABSENT;
    SCARD_PROTOCOLS protocol = T0;
    (void)SEEN(ISCard_get_Status(card, &state));
    (void)SEEN(ISCard_get_Protocol(card, &protocol));
    if (SEEN(ISCard_get_Atr(card, &atr)))
        IByteBuffer_Release(atr);
}

/* The extra interface: waits, lists, names, and calls of others that end. */
static void use_more(struct actor *actor, ISCard *card) {
    ISCardEx *ex = cardex_of(card);
    VARIANT names;
    LONG events = 0;
    VariantInit(&names);
    if (draw(actor, 4) == 0)
        (void)SEEN(ISCardEx_Cancel(ex));
    (void)SEEN(ISCardEx_WaitForChange(ex, (LONG)draw(actor, 5), NULL, &events));
    (void)SEEN(ISCardEx_ListReadersArray(ex, &names));
    VariantClear(&names);
    ISCardEx_Release(ex);
}

/* A card object from its making to its end. */
static void use_another(struct actor *actor, ISCard *unused) {
    ISCard *card = NULL;
    (void)unused;
    if (!SEEN(card_create(actor->play->world->service, WORLD_TIMEOUT_MS, &card)))
        return;
    if (SEEN(ISCard_AttachByReader(card, actor->reader, SHARED, ANY)))
        (void)authenticate(actor, card);
    ISCard_Release(card);
}

/* The first bytes of file 0002, read by a manager's objects. */
static void read_file(struct actor *actor, ISCard *unused) {
    ISCardManage *manage = NULL;
    ISCardFileAccess *files = NULL;
    IByteBuffer *bytes = NULL;
    HSCARD_FILE file = 0;
    LONG count = sizeof GREETING - 1;
    uint8_t read[sizeof GREETING];
    (void)unused;
    if (!SEEN(manage_create(actor->play->world->service, WORLD_TIMEOUT_MS, &manage)))
        return;
    assert_hr(ISCardManage_CreateFileAccess(manage, &files), S_OK);
    BSTR name = SysAllocString(L"/0002");
    if (SEEN(ISCardManage_AttachByIFD(manage, actor->reader, SHARED)) &&
        SEEN(ISCardFileAccess_Open(files, SC_TYPE_BY_ID, name, &file)) &&
        SEEN(ISCardFileAccess_Read(files, file, &count, &bytes, SC_FL_NO_FLAGS))) {
        assert_int_equal(count, sizeof GREETING - 1);
        assert_int_equal(take_bytes(bytes, read, sizeof read), count);
        assert_memory_equal(read, GREETING, sizeof GREETING - 1);
        atomic_fetch_add_explicit(&actor->replies, 1, memory_order_relaxed);
    }
    SysFreeString(name);
    ISCardFileAccess_Release(files);
    ISCardManage_Release(manage);
}

static void use_database(struct actor *actor, ISCard *unused) {
    struct play *play = actor->play;
    ISCardDatabase *database = NULL;
    SAFEARRAY *array = NULL;
    (void)unused;
    assert_hr(database_create(play->world->service, play->types.db, NULL, &database), S_OK);
    if (SEEN(ISCardDatabase_ListReaders(database, 0, &array)))
        SafeArrayDestroy(array);
    array = NULL;
    assert_hr(ISCardDatabase_ListCards(database, NULL, NULL, 0, &array), S_OK);
    assert_int_equal(array->rgsabound[0].cElements, 1);
    assert_int_equal(wcscmp(*(BSTR *)array->pvData, L"Demo card"), 0);
    SafeArrayDestroy(array);
    ISCardDatabase_Release(database);
}

/* A card that is found is taken over and left. */
static void find_card(struct actor *actor, ISCard *unused) {
    struct play *play = actor->play;
    const struct locate_parts parts = {.service = play->world->service,
                                       .db = play->types.db,
                                       .ui = &waiting_ui,
                                       .timeout_ms = WORLD_TIMEOUT_MS,
                                       .limit_ms = draw(actor, 20)};
    ISCardLocate *locate = NULL;
    SCARDINFO *info = NULL;
    (void)unused;
    assert_hr(locate_create(&parts, &locate), S_OK);
    assert_hr(locating_by_name(locate, L"Demo card", NULL, SC_DLG_NO_UI), S_OK);
    if (SEEN(ISCardLocate_FindCard(locate, SHARED, ANY, SC_DLG_NO_UI, &info))) {
        ISCard *card = NULL;
        if (SEEN(card_create(play->world->service, WORLD_TIMEOUT_MS, &card))) {
            /* A connection that has gone in the meantime is an argument that is none. */
            const HRESULT hr = ISCard_AttachByHandle(card, info->hCard);
            if (hr != E_INVALIDARG && SEEN(hr)) {
                (void)authenticate(actor, card);
                (void)SEEN(ISCard_Detach(card, LEAVE));
            }
            ISCard_Release(card);
        }
        CoTaskMemFree(info);
    }
    ISCardLocate_Release(locate);
}

/* Objects that need no card. */
static void convert(struct actor *actor, ISCard *unused) {
    ISCardTypeConv *conv = NULL;
    IByteBuffer *buffer = NULL, *clone = NULL;
    SAFEARRAY *array = NULL;
    uint8_t bytes[BLOCK], back[BLOCK];
    (void)unused;
    number_command(actor, bytes);
    assert_hr(typeconv_create(&conv), S_OK);
    assert_hr(ISCardTypeConv_ConvertByteArrayToByteBuffer(conv, bytes, BLOCK, &buffer), S_OK);
    assert_hr(ISCardTypeConv_ConvertByteBufferToSafeArray(conv, buffer, &array), S_OK);
    assert_memory_equal(array->pvData, bytes, BLOCK);
    assert_hr(IByteBuffer_Clone(buffer, &clone), S_OK);
    assert_hr(IByteBuffer_Seek(clone, 0, 0, NULL), S_OK);
    assert_int_equal(take_bytes(clone, back, sizeof back), BLOCK);
    assert_memory_equal(back, bytes, BLOCK);
    SafeArrayDestroy(array);
    IByteBuffer_Release(buffer);
    ISCardTypeConv_Release(conv);
}

static void command(struct actor *actor, ISCard *card) {
    (void)authenticate(actor, card);
}

void *actor_run(void *argument) {
    static void (*const acts[])(struct actor * actor, ISCard * card) = {
        command,
        command,
        command,
        command,
        command,
        command,
        authenticate_bytes,
        authenticate_bytes,
        transact,
        transact,
        transact,
        ask,
        use_more,
        reattach,
        reattach,
        detach,
        use_another,
        read_file,
        use_database,
        find_card,
        convert,
    };
    struct actor *actor = argument;
    while (!atomic_load(&actor->play->over)) {
        ISCard *card = draw(actor, 3) ? actor->card : actor->play->shared[draw(actor, PLAY_SHARED)];
        acts[draw(actor, sizeof acts / sizeof *acts)](actor, card);
    }
    return NULL;
}

void actor_begin(struct actor *actor, struct play *play, unsigned number, uint64_t seed) {
    *actor = (struct actor){.play = play, .number = number};
    actor->random = (seed + number + 1) * 0x9E3779B97F4A7C15u | 1;
    actor->reader = play->readers[number % 4 == 3 ? 1 : 0];
    actor->card = world_card(play->world);
    assert_hr(cmd_create(&actor->cmd), S_OK);
    assert_hr(iso7816cmd_create(&actor->builder), S_OK);
    (void)ISCard_AttachByReader(actor->card, actor->reader, SHARED, T1);
}

void actor_end(struct actor *actor) {
    ISCardISO7816_Release(actor->builder);
    ISCardCmd_Release(actor->cmd);
    assert_int_equal(ISCard_Release(actor->card), 0);
}

void actor_must_work(struct actor *actor) {
    const uint64_t end = clock_deadline(CALM_MS);
    bool works = false;
    while (!works) {
        (void)ISCard_Detach(actor->card, LEAVE);
        const HRESULT hr = ISCard_AttachByReader(actor->card, actor->reader, SHARED, ANY);
        works = SUCCEEDED(hr) && authenticate(actor, actor->card);
        if (!works && clock_left(end) == 0)
            fail_msg("does not work: 0x%08X", (unsigned)hr);
        if (!works)
            (void)nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
}
