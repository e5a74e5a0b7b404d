/* SCardGetStatusChange: what is news, what ends a wait, and what programs pass. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "backends/sim/sim.h"
#include "base/clock.h"
#include "dropin/program.h"

#define PNP "\\\\?PnP?\\Notification"
#define STATE_BITS 0xFFFFu

/* What the hand does in threads of its own is told by these. */
static char first[] = READER;
static char passing[] = "passing";
static char fourth[] = "fourth";

static LONG wait_for(SCARD_READERSTATE *state, DWORD timeout) {
    return SCardGetStatusChange(program_context, timeout, state, 1);
}

static void insert(void *reader) {
    (void)sim_insert(program_simulator(), reader, "demo", NULL, 0);
}

static void take_out(void *reader) {
    (void)sim_remove(program_simulator(), reader);
}

static void plug(void *reader) {
    (void)sim_plug(program_simulator(), reader, NULL, 0, NULL, 0);
}

static void unplug(void *reader) {
    (void)sim_unplug(program_simulator(), reader);
}

static void cancel(void *context) {
    assert_code(SCardCancel(*(SCARDCONTEXT *)context), SCARD_S_SUCCESS);
}

static void test_unaware__tells_at_once(void **state) {
    static const uint8_t atr[] = {0x3B, 0x08, 0x47, 0x53, 0x4D, 0x31, 0x31, 0x2E, 0x31, 0x31};
    SCARD_READERSTATE reader = {.szReader = READER_T0};
    (void)state;
    assert_code(wait_for(&reader, INFINITE), SCARD_S_SUCCESS);
    assert_int_equal(reader.dwEventState & STATE_BITS, SCARD_STATE_CHANGED | SCARD_STATE_PRESENT);
    assert_true(reader.dwEventState >> 16);
    assert_int_equal(reader.cbAtr, sizeof atr);
    assert_memory_equal(reader.rgbAtr, atr, sizeof atr);
}

static void test_known__times_out_and_tells(void **state) {
    SCARD_READERSTATE reader = {.szReader = READER, .dwCurrentState = SCARD_STATE_PRESENT, .cbAtr = 77};
    (void)state;
    const uint64_t begun = clock_ms();
    assert_code(wait_for(&reader, 50), SCARD_E_TIMEOUT);
    assert_true(clock_ms() - begun >= 50);
    assert_int_equal(reader.dwEventState & STATE_BITS, SCARD_STATE_PRESENT);
    assert_int_equal(reader.cbAtr, 19);
    assert_code(wait_for(&reader, 0), SCARD_E_TIMEOUT);
}

static void test_card_goes_and_comes(void **state) {
    SCARD_READERSTATE reader = {.szReader = READER};
    (void)state;
    assert_code(wait_for(&reader, 0), SCARD_S_SUCCESS);
    const DWORD count = reader.dwEventState >> 16;
    reader.dwCurrentState = reader.dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
    struct program_thread *hand = program_later(30, take_out, first);
    assert_code(wait_for(&reader, (DWORD)-1), SCARD_S_SUCCESS);
    program_join(hand);
    assert_int_equal(reader.dwEventState, (count + 1) << 16 | SCARD_STATE_CHANGED | SCARD_STATE_EMPTY);
    assert_int_equal(reader.cbAtr, 0);
    reader.dwCurrentState = reader.dwEventState;
    hand = program_later(30, insert, first);
    assert_code(wait_for(&reader, 5000), SCARD_S_SUCCESS);
    program_join(hand);
    assert_int_equal(reader.dwEventState, (count + 2) << 16 | SCARD_STATE_CHANGED | SCARD_STATE_PRESENT);
}

/* Out and in again between two calls: the count of events tells. */
static void test_count__tells_what_was_missed(void **state) {
    SCARD_READERSTATE reader = {.szReader = READER};
    (void)state;
    assert_code(wait_for(&reader, 0), SCARD_S_SUCCESS);
    reader.dwCurrentState = reader.dwEventState;
    take_out(first);
    insert(first);
    assert_code(wait_for(&reader, 0), SCARD_S_SUCCESS);
    reader.dwCurrentState = SCARD_STATE_PRESENT; /* without a count: nothing was missed */
    assert_code(wait_for(&reader, 0), SCARD_E_TIMEOUT);
}

static void test_use__as_pcsc_lite_tells_it(void **state) {
    SCARD_READERSTATE reader = {.szReader = READER};
    SCARDHANDLE card = program_connect(program_context, READER);
    DWORD protocol = 0;
    (void)state;
    assert_code(wait_for(&reader, 0), SCARD_S_SUCCESS);
    assert_int_equal(reader.dwEventState & STATE_BITS,
                     SCARD_STATE_CHANGED | SCARD_STATE_PRESENT | SCARD_STATE_INUSE);
    assert_code(SCardReconnect(card, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_ANY, SCARD_LEAVE_CARD, &protocol),
                SCARD_S_SUCCESS);
    reader.dwCurrentState = SCARD_STATE_PRESENT | SCARD_STATE_INUSE;
    assert_code(wait_for(&reader, 0), SCARD_S_SUCCESS);
    assert_int_equal(reader.dwEventState & STATE_BITS,
                     SCARD_STATE_CHANGED | SCARD_STATE_PRESENT | SCARD_STATE_EXCLUSIVE);
    reader.dwCurrentState = reader.dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
    assert_code(wait_for(&reader, 0), SCARD_E_TIMEOUT);
    assert_code(SCardDisconnect(card, SCARD_UNPOWER_CARD), SCARD_S_SUCCESS);
    assert_code(wait_for(&reader, 0), SCARD_S_SUCCESS);
    assert_int_equal(reader.dwEventState & STATE_BITS, SCARD_STATE_CHANGED | SCARD_STATE_PRESENT);
}

static void test_nothing_to_wait_for(void **state) {
    SCARD_READERSTATE readers[2] = {
        {.szReader = READER, .dwCurrentState = SCARD_STATE_IGNORE, .dwEventState = 5},
        {.szReader = "no such reader", .dwCurrentState = SCARD_STATE_IGNORE}};
    (void)state;
    assert_code(SCardGetStatusChange(program_context, INFINITE, readers, 2), SCARD_S_SUCCESS);
    assert_int_equal(readers[0].dwEventState, 5);
    assert_code(SCardGetStatusChange(program_context, INFINITE, NULL, 0), SCARD_S_SUCCESS);
    assert_code(SCardGetStatusChange(program_context, INFINITE, readers, 0), SCARD_S_SUCCESS);
}

static void test_ignored__beside_others(void **state) {
    SCARD_READERSTATE readers[2] = {
        {.szReader = READER, .dwCurrentState = SCARD_STATE_IGNORE, .dwEventState = 5},
        {.szReader = READER_T1}};
    (void)state;
    assert_code(SCardGetStatusChange(program_context, INFINITE, readers, 2), SCARD_S_SUCCESS);
    assert_int_equal(readers[0].dwEventState, 0);
    assert_int_equal(readers[1].dwEventState & STATE_BITS, SCARD_STATE_CHANGED | SCARD_STATE_PRESENT);
}

static void test_refused(void **state) {
    SCARD_READERSTATE reader = {.szReader = NULL};
    (void)state;
    assert_code(SCardGetStatusChange(program_context, 0, NULL, 1), SCARD_E_INVALID_PARAMETER);
    assert_code(wait_for(&reader, 0), SCARD_E_INVALID_VALUE);
    reader.szReader = READER;
    assert_code(SCardGetStatusChange(program_context, 0, &reader, (DWORD)LONG_MAX), SCARD_E_INVALID_VALUE);
    assert_code(SCardGetStatusChange(0, 0, &reader, 1), SCARD_E_INVALID_HANDLE);
}

static void test_unknown_reader(void **state) {
    SCARD_READERSTATE reader = {.szReader = "no such reader", .dwEventState = 3};
    (void)state;
    assert_code(wait_for(&reader, INFINITE), SCARD_E_UNKNOWN_READER);
    assert_int_equal(reader.dwEventState, 3);
}

static void test_reader_goes_meanwhile(void **state) {
    SCARD_READERSTATE reader = {.szReader = passing, .dwCurrentState = SCARD_STATE_EMPTY};
    (void)state;
    plug(passing);
    struct program_thread *hand = program_later(30, unplug, passing);
    assert_code(wait_for(&reader, 5000), SCARD_S_SUCCESS);
    program_join(hand);
    assert_int_equal(reader.dwEventState & STATE_BITS,
                     SCARD_STATE_CHANGED | SCARD_STATE_UNKNOWN | SCARD_STATE_UNAVAILABLE);
}

/* A program that has not counted readers is told of the next one, not of those there are. */
static void test_pnp__tells_of_the_next_reader(void **state) {
    SCARD_READERSTATE pseudo = {.szReader = PNP};
    (void)state;
    assert_code(wait_for(&pseudo, 20), SCARD_E_TIMEOUT);
    assert_int_equal(pseudo.dwEventState, 3 << 16);
    struct program_thread *hand = program_later(30, plug, fourth);
    assert_code(wait_for(&pseudo, 5000), SCARD_S_SUCCESS);
    program_join(hand);
    assert_int_equal(pseudo.dwEventState, 4 << 16 | SCARD_STATE_CHANGED);
    unplug(fourth);
    pseudo.dwCurrentState = pseudo.dwEventState; /* counted: what was missed is told */
    assert_code(wait_for(&pseudo, INFINITE), SCARD_S_SUCCESS);
    assert_int_equal(pseudo.dwEventState, 3 << 16 | SCARD_STATE_CHANGED);
}

static void test_pnp__in_any_case(void **state) {
    SCARD_READERSTATE readers[2] = {{.szReader = "\\\\?pnp?\\notification"},
                                    {.szReader = READER, .dwCurrentState = SCARD_STATE_PRESENT}};
    (void)state;
    assert_code(SCardGetStatusChange(program_context, 1, readers, 2), SCARD_E_TIMEOUT);
}

static void test_cancel__ends_the_waits_of_its_context(void **state) {
    SCARD_READERSTATE reader = {.szReader = READER, .dwCurrentState = SCARD_STATE_PRESENT};
    (void)state;
    struct program_thread *canceller = program_later(30, cancel, &program_context);
    assert_code(wait_for(&reader, INFINITE), SCARD_E_CANCELLED);
    program_join(canceller);
    assert_code(wait_for(&reader, 1), SCARD_E_TIMEOUT); /* the next one is another */
}

/* However soon it comes after the wait has begun. */
static void test_cancel__is_never_missed(void **state) {
    (void)state;
    for (int i = 0; i < 300; i++) {
        SCARD_READERSTATE reader = {.szReader = READER, .dwCurrentState = SCARD_STATE_PRESENT};
        struct program_thread *canceller = program_later((uint32_t)i % 3, cancel, &program_context);
        const LONG code = wait_for(&reader, 40);
        assert_true(code == SCARD_E_CANCELLED || code == SCARD_E_TIMEOUT);
        program_join(canceller);
    }
}

static void cancel_other(void *context) {
    for (int i = 0; i < 20; i++)
        (void)SCardCancel(*(SCARDCONTEXT *)context);
}

static void test_cancel__of_another_context(void **state) {
    SCARD_READERSTATE reader = {.szReader = READER, .dwCurrentState = SCARD_STATE_PRESENT};
    SCARDCONTEXT other = 0;
    (void)state;
    assert_code(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &other), SCARD_S_SUCCESS);
    struct program_thread *canceller = program_later(10, cancel_other, &other);
    assert_code(wait_for(&reader, 60), SCARD_E_TIMEOUT);
    program_join(canceller);
    assert_code(SCardReleaseContext(other), SCARD_S_SUCCESS);
}

static void release(void *context) {
    assert_code(SCardReleaseContext(*(SCARDCONTEXT *)context), SCARD_S_SUCCESS);
}

static void test_release__ends_waits(void **state) {
    SCARD_READERSTATE reader = {.szReader = READER, .dwCurrentState = SCARD_STATE_PRESENT};
    (void)state;
    struct program_thread *releaser = program_later(30, release, &program_context);
    assert_code(wait_for(&reader, INFINITE), SCARD_E_CANCELLED);
    program_join(releaser);
    assert_code(wait_for(&reader, INFINITE), SCARD_E_INVALID_HANDLE);
}

/* Other calls of the context go on meanwhile. */
struct lister {
    LONG code;
    uint64_t at;
};

static void list(void *data) {
    struct lister *lister = data;
    DWORD size = 0;
    lister->code = SCardListReaders(program_context, NULL, NULL, &size);
    lister->at = clock_ms();
}

static void test_wait__leaves_the_context_free(void **state) {
    SCARD_READERSTATE reader = {.szReader = READER, .dwCurrentState = SCARD_STATE_PRESENT};
    struct lister lister = {.code = -1};
    (void)state;
    struct program_thread *other = program_later(10, list, &lister);
    const uint64_t begun = clock_ms();
    assert_code(wait_for(&reader, 400), SCARD_E_TIMEOUT);
    program_join(other);
    assert_code(lister.code, SCARD_S_SUCCESS);
    assert_true(lister.at - begun < 300);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, program_open, program_close)
    const struct CMUnitTest tests[] = {
        CASE(test_unaware__tells_at_once),
        CASE(test_known__times_out_and_tells),
        CASE(test_card_goes_and_comes),
        CASE(test_count__tells_what_was_missed),
        CASE(test_use__as_pcsc_lite_tells_it),
        CASE(test_nothing_to_wait_for),
        CASE(test_ignored__beside_others),
        CASE(test_refused),
        CASE(test_unknown_reader),
        CASE(test_reader_goes_meanwhile),
        CASE(test_pnp__tells_of_the_next_reader),
        CASE(test_pnp__in_any_case),
        CASE(test_cancel__ends_the_waits_of_its_context),
        CASE(test_cancel__is_never_missed),
        CASE(test_cancel__of_another_context),
        CASE(test_release__ends_waits),
        CASE(test_wait__leaves_the_context_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
