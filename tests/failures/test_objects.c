/*
 * The objects of a card in each world, each failure point in turn: ISCard, ISCardEx, and commands on their
 * way to the card. What is usable after a fault is the object itself, by ReAttach. Arguments as in
 * test_port.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "failures/program.h"
#include "objects/card.h"
#include "support/kits/apdus.h"
#include "support/kits/cardex.h"

#define ATR_STRING 0x00090303
#define READER_FEATURES 0x00313520

static struct world *world;

static struct {
    ISCard *card;
    ISCardEx *ex;
    ISCardCmd *cmd;
    BSTR reader;
} at_hand;

static uint32_t cleared(HRESULT hr, VARIANT *value) {
    assert_true(SUCCEEDED(hr) == (V_VT(value) != VT_EMPTY));
    VariantClear(value);
    return (uint32_t)hr;
}

/* What a reader does not have is as good an answer. */
static uint32_t unless_unsupported(uint32_t code) {
    return code == RM_E_UNSUPPORTED_FEATURE ? 0 : code;
}

static HRESULT attach_card(ISCard *card) {
    return ISCard_AttachByReader(card, at_hand.reader, SHARED, T1);
}

static uint32_t attach(void) {
    return (uint32_t)attach_card(at_hand.card);
}

/* Another object, from its making to its end. */
static uint32_t attach_another(void) {
    ISCard *card = NULL;
    HRESULT hr = card_create(world->service, WORLD_TIMEOUT_MS, &card);
    assert_true(SUCCEEDED(hr) == (card != NULL));
    if (SUCCEEDED(hr))
        hr = attach_card(card);
    if (SUCCEEDED(hr))
        hr = ISCard_Detach(card, RESET);
    if (card)
        ISCard_Release(card);
    return (uint32_t)hr;
}

static uint32_t reattach_leave(void) {
    return (uint32_t)ISCard_ReAttach(at_hand.card, SHARED, LEAVE);
}

static uint32_t reattach_reset(void) {
    return (uint32_t)ISCard_ReAttach(at_hand.card, SHARED, RESET);
}

static uint32_t reattach_unpower(void) {
    return (uint32_t)ISCard_ReAttach(at_hand.card, SHARED, UNPOWER);
}

static uint32_t lock_and_unlock(void) {
    HRESULT hr = ISCard_LockSCard(at_hand.card);
    if (SUCCEEDED(hr))
        hr = ISCard_UnlockSCard(at_hand.card, LEAVE);
    return (uint32_t)hr;
}

static uint32_t read_atr(void) {
    IByteBuffer *atr = NULL;
    const HRESULT hr = ISCard_get_Atr(at_hand.card, &atr);
    return program_release(hr, atr);
}

static uint32_t read_status(void) {
    SCARD_STATES state = ABSENT;
    return (uint32_t)ISCard_get_Status(at_hand.card, &state);
}

static uint32_t read_numbers(void) {
    HSCARD card = 0;
    HSCARDCONTEXT context = 0;
    SCARD_PROTOCOLS protocol = T0;
    HRESULT hr = ISCard_get_CardHandle(at_hand.card, &card);
    if (SUCCEEDED(hr))
        hr = ISCard_get_Context(at_hand.card, &context);
    if (SUCCEEDED(hr))
        hr = ISCard_get_Protocol(at_hand.card, &protocol);
    return (uint32_t)hr;
}

/* The reply is whole, or there is none. */
static uint32_t transact(void) {
    LONG size = -1;
    const HRESULT hr = ISCard_Transaction(at_hand.card, &at_hand.cmd);
    assert_hr(ISCardCmd_get_ApduReplyLength(at_hand.cmd, &size), S_OK);
    assert_int_equal(size, SUCCEEDED(hr) ? 10 : 0);
    return (uint32_t)hr;
}

/* A connection of the first is taken over by a second object, and left to it. */
static uint32_t attach_by_handle(void) {
    ISCard *card = NULL;
    HSCARD number = 0;
    HRESULT hr = ISCard_get_CardHandle(at_hand.card, &number);
    if (SUCCEEDED(hr))
        hr = card_create(world->service, WORLD_TIMEOUT_MS, &card);
    if (SUCCEEDED(hr))
        hr = ISCard_AttachByHandle(card, number);
    if (card)
        ISCard_Release(card);
    if (hr == E_INVALIDARG) /* what the service does not know is no argument */
        hr = (HRESULT)SCARD_E_INVALID_HANDLE;
    return unless_unsupported((uint32_t)hr);
}

static uint32_t transmit_bytes(void) {
    static const BYTE command[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    VARIANT bytes, reply;
    VariantInit(&reply);
    V_VT(&bytes) = VT_ARRAY | VT_UI1;
    V_ARRAY(&bytes) = SafeArrayCreateVector(VT_UI1, 0, sizeof command);
    if (!V_ARRAY(&bytes))
        return (uint32_t)E_OUTOFMEMORY;
    memcpy(V_ARRAY(&bytes)->pvData, command, sizeof command);
    const HRESULT hr = ISCardEx_TransmitBytes(at_hand.ex, &bytes, &reply);
    VariantClear(&bytes);
    return cleared(hr, &reply);
}

static uint32_t read_attribute(void) {
    VARIANT value;
    VariantInit(&value);
    return cleared(ISCardEx_GetAttrib(at_hand.ex, ATR_STRING, &value), &value);
}

static uint32_t control(void) {
    VARIANT data, reply;
    VariantInit(&data);
    VariantInit(&reply);
    const uint32_t code = cleared(ISCardEx_Control(at_hand.ex, READER_FEATURES, &data, &reply), &reply);
    return unless_unsupported(code);
}

static uint32_t read_name(void) {
    BSTR text = NULL;
    const HRESULT hr = ISCardEx_get_ReaderName(at_hand.ex, &text);
    assert_true(SUCCEEDED(hr) == (text != NULL));
    SysFreeString(text);
    return (uint32_t)hr;
}

static uint32_t read_vendor(void) {
    BSTR text = NULL;
    const HRESULT hr = ISCardEx_get_VendorName(at_hand.ex, &text);
    assert_true(SUCCEEDED(hr) == (text != NULL));
    SysFreeString(text);
    return unless_unsupported((uint32_t)hr);
}

static uint32_t list_readers(void) {
    VARIANT value;
    VariantInit(&value);
    return cleared(ISCardEx_ListReadersArray(at_hand.ex, &value), &value);
}

static uint32_t wait_a_moment(void) {
    LONG events = 0;
    const HRESULT hr = ISCardEx_WaitForChange(at_hand.ex, 0, NULL, &events);
    return hr == (HRESULT)SCARD_E_TIMEOUT ? 0 : (uint32_t)hr;
}

static const struct sweep_row rows[] = {
    SWEEP_ROW(attach),         SWEEP_ROW(attach_another),   SWEEP_ROW(reattach_leave),
    SWEEP_ROW(reattach_reset), SWEEP_ROW(reattach_unpower), SWEEP_ROW(lock_and_unlock),
    SWEEP_ROW(read_atr),       SWEEP_ROW(read_status),      SWEEP_ROW(read_numbers),
    SWEEP_ROW(transact),       SWEEP_ROW(attach_by_handle), SWEEP_ROW(transmit_bytes),
    SWEEP_ROW(read_attribute), SWEEP_ROW(control),          SWEEP_ROW(read_name),
    SWEEP_ROW(read_vendor),    SWEEP_ROW(list_readers),     SWEEP_ROW(wait_a_moment),
};

static bool attach_anew(void) {
    return SUCCEEDED(ISCard_ReAttach(at_hand.card, SHARED, RESET)) || SUCCEEDED(attach_card(at_hand.card));
}

/*
 * What a program does after every fault: one call. Where the attaching itself had failed, it attaches; where
 * the card has gone, it is put in again.
 */
static bool reattach(void) {
    for (int i = 0; i < 2; ++i) {
        if (program_finds_card(world, attach_anew))
            return true;
        world_tidy(world);
    }
    return SUCCEEDED(ISCard_ReAttach(at_hand.card, SHARED, RESET));
}

/*
 * Of a card that hangs on a connection: that has ended. Readers elsewhere are used under a name that nobody
 * guesses, or not at all.
 */
static const uint32_t losses[] = {RM_W_UNRESPONSIVE_CARD, RM_W_REMOVED_CARD, RM_E_NO_SMARTCARD,
                                  RM_F_INTERNAL_ERROR, 0};

static const struct sweep_plan plan = {.no_memory = (uint32_t)E_OUTOFMEMORY,
                                       .mend = reattach,
                                       .losses = losses,
                                       .rows = rows,
                                       .count = sizeof rows / sizeof *rows};

static int set_up(void **state) {
    (void)state;
    at_hand.card = world_attached(world, SHARED);
    at_hand.ex = cardex_of(at_hand.card);
    at_hand.cmd = cmd_from_hex("00 84 00 00 08");
    at_hand.reader = SysAllocString(world->reader);
    return at_hand.reader ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    assert_works(at_hand.card);
    SysFreeString(at_hand.reader);
    ISCardCmd_Release(at_hand.cmd);
    ISCardEx_Release(at_hand.ex);
    return ISCard_Release(at_hand.card) == 0 ? 0 : -1;
}

int main(int argc, char **argv) {
    static const struct program program = {
        .plan = &plan, .world = &world, .set_up = set_up, .tear_down = tear_down};
    return program_run(&program, argc, argv);
}
