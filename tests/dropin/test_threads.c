/* Many threads: on readers of their own, on one handle, in each other's way. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backends/sim/sim.h"
#include "dropin/program.h"

#define THREADS 64
#define EXCHANGES 200

static const uint8_t get_challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};

/* One command; true: the card has answered as it must. */
static bool exchange(SCARDHANDLE card, const SCARD_IO_REQUEST *header) {
    uint8_t answer[258];
    DWORD size = sizeof answer;
    const LONG code = SCardTransmit(card, header, get_challenge, sizeof get_challenge, NULL, answer, &size);
    return code == SCARD_S_SUCCESS && size == 10 && answer[8] == 0x90 && answer[9] == 0x00;
}

static void run(size_t count, void *(*job)(void *data), void *data, size_t step) {
    pthread_t threads[THREADS];
    for (size_t i = 0; i < count; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, job, (char *)data + i * step), 0);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

/* More readers than pcscd had for a long time, each with a program of its own. */
struct own {
    char reader[32];
    int good;
};

static void *use_own(void *data) {
    struct own *own = data;
    SCARDCONTEXT context = 0;
    SCARDHANDLE card = 0;
    DWORD protocol = 0;
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS ||
        SCardConnect(context, own->reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &card, &protocol) !=
            SCARD_S_SUCCESS)
        return NULL;
    for (int i = 0; i < EXCHANGES; i++)
        own->good += exchange(card, SCARD_PCI_T1);
    own->good += SCardReleaseContext(context) == SCARD_S_SUCCESS;
    return NULL;
}

static void test_threads__each_with_a_reader(void **state) {
    static struct own owns[THREADS];
    DWORD size = 0;
    (void)state;
    for (size_t i = 0; i < THREADS; i++) {
        (void)snprintf(owns[i].reader, sizeof owns[i].reader, "Reader %zu", i);
        assert_int_equal(sim_plug(program_simulator(), owns[i].reader, "demo", 0, NULL, 0), RM_OK);
    }
    assert_code(SCardListReaders(program_context, NULL, NULL, &size), SCARD_S_SUCCESS);
    assert_true(size > THREADS * sizeof "Reader 0");
    run(THREADS, use_own, owns, sizeof *owns);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(owns[i].good, EXCHANGES + 1);
        assert_int_equal(sim_unplug(program_simulator(), owns[i].reader), RM_OK);
    }
}

/* One connection: its calls take turns. */
static SCARDHANDLE shared;
static _Atomic int good;

static void *use_shared(void *data) {
    (void)data;
    for (int i = 0; i < EXCHANGES; i++)
        atomic_fetch_add(&good, exchange(shared, SCARD_PCI_T1));
    return NULL;
}

static void test_threads__with_one_connection(void **state) {
    (void)state;
    shared = program_connect(program_context, READER_T1);
    good = 0;
    run(THREADS, use_shared, NULL, 0);
    assert_int_equal(good, THREADS * EXCHANGES);
}

/* One card, a connection each: a transaction keeps the others out. */
static _Atomic int inside, met;

static void *transact(void *data) {
    SCARDCONTEXT context = 0;
    (void)data;
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return NULL;
    SCARDHANDLE card = 0;
    DWORD protocol = 0;
    if (SCardConnect(context, READER_T1, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &card, &protocol) ==
        SCARD_S_SUCCESS)
        for (int i = 0; i < 50; i++) {
            if (SCardBeginTransaction(card) != SCARD_S_SUCCESS)
                break;
            atomic_fetch_add(&met, atomic_fetch_add(&inside, 1) != 0);
            atomic_fetch_add(&good, exchange(card, SCARD_PCI_T1));
            atomic_fetch_sub(&inside, 1);
            (void)SCardEndTransaction(card, SCARD_LEAVE_CARD);
        }
    (void)SCardReleaseContext(context);
    return NULL;
}

static void test_threads__in_transactions(void **state) {
    (void)state;
    good = 0;
    run(16, transact, NULL, 0);
    assert_int_equal(good, 16 * 50);
    assert_int_equal(met, 0);
}

/*
 * Everybody uses and ends everybody's contexts and connections: whatever a number stands for at that moment,
 * a call is refused or it works.
 */
static _Atomic SCARDCONTEXT contexts[4];
static _Atomic SCARDHANDLE cards[4];
static _Atomic unsigned seeds;
static _Atomic int wrong;

static bool is_plausible(LONG code) {
    switch (code) {
    case SCARD_S_SUCCESS:
    case SCARD_E_INVALID_HANDLE:
    case SCARD_E_SHARING_VIOLATION:
    case SCARD_E_NOT_TRANSACTED:
    case SCARD_E_CANCELLED:
    case SCARD_E_TIMEOUT:
    case SCARD_W_RESET_CARD:
    case SCARD_E_PROTO_MISMATCH: /* another has started the card for the other protocol */
        return true;
    default:
        return false;
    }
}

static LONG something(unsigned kind, SCARDCONTEXT context, SCARDHANDLE card, size_t place) {
    SCARD_READERSTATE reader = {.szReader = READER_T1, .dwCurrentState = SCARD_STATE_PRESENT};
    uint8_t answer[258];
    DWORD size = sizeof answer;
    SCARDCONTEXT fresh = 0;
    SCARDHANDLE made = 0;
    LONG code;
    switch (kind) {
    case 0:
        code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &fresh);
        (void)SCardReleaseContext(atomic_exchange(&contexts[place], fresh));
        return code;
    case 1:
        return SCardReleaseContext(context);
    case 2:
    case 3:
        code = SCardConnect(context, READER_T1, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, &made, &size);
        atomic_store(&cards[place], made);
        return code;
    case 4:
        return SCardDisconnect(card, SCARD_LEAVE_CARD);
    case 5:
        return SCardGetStatusChange(context, 2, &reader, 1);
    case 6:
        return SCardCancel(context);
    case 7:
        return SCardReconnect(card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, SCARD_RESET_CARD, &size);
    case 8:
        code = SCardBeginTransaction(card);
        if (code == SCARD_S_SUCCESS)
            (void)SCardEndTransaction(card, SCARD_LEAVE_CARD);
        return code;
    case 9:
        return SCardStatus(card, NULL, NULL, NULL, NULL, answer, &size);
    default:
        return SCardTransmit(card, SCARD_PCI_T1, get_challenge, sizeof get_challenge, NULL, answer, &size);
    }
}

static void *meddle(void *data) {
    uint32_t random = atomic_fetch_add(&seeds, 1) * 2654435761u + 1;
    (void)data;
    for (int i = 0; i < 3000; i++) {
        random = random * 1664525u + 1013904223u;
        const size_t place = random >> 8 & 3;
        const LONG code = something((random >> 16) % 14, atomic_load(&contexts[place]),
                                    atomic_load(&cards[random >> 10 & 3]), place);
        if (!is_plausible(code)) {
            (void)fprintf(stderr, "call %u: %08lX\n", (random >> 16) % 14, (unsigned long)code);
            atomic_fetch_add(&wrong, 1);
        }
    }
    return NULL;
}

static void test_threads__in_each_others_way(void **state) {
    (void)state;
    run(8, meddle, NULL, 0);
    assert_int_equal(wrong, 0);
    for (size_t i = 0; i < 4; i++)
        (void)SCardReleaseContext(contexts[i]);
    /* nothing is left */
    SCARDHANDLE card = 0;
    DWORD protocol = 0;
    assert_code(
        SCardConnect(program_context, READER_T1, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_ANY, &card, &protocol),
        SCARD_S_SUCCESS);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, program_open, program_close)
    const struct CMUnitTest tests[] = {
        CASE(test_threads__each_with_a_reader),
        CASE(test_threads__with_one_connection),
        CASE(test_threads__in_transactions),
        CASE(test_threads__in_each_others_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
