/* After fork(): what was the parent's is invalid in the child, which has its own, and the parent goes on. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/sim/sim.h"
#include "dropin/program.h"

static const uint8_t get_challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};

static LONG exchange(SCARDHANDLE card) {
    uint8_t answer[16];
    DWORD size = sizeof answer;
    return SCardTransmit(card, SCARD_PCI_T1, get_challenge, sizeof get_challenge, NULL, answer, &size);
}

/* How many of the parent's numbers the child can use. */
static int count_usable(SCARDCONTEXT context, SCARDHANDLE card) {
    SCARD_READERSTATE reader = {.szReader = READER_T1};
    SCARDHANDLE made = 0;
    DWORD size = 0;
    const LONG codes[] = {
        SCardIsValidContext(context),
        SCardListReaders(context, NULL, NULL, &size),
        SCardGetStatusChange(context, 0, &reader, 1),
        SCardConnect(context, READER_T1, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, &made, &size),
        exchange(card),
        SCardBeginTransaction(card),
        SCardStatus(card, NULL, NULL, NULL, NULL, NULL, NULL),
        SCardDisconnect(card, SCARD_RESET_CARD),
        SCardCancel(context),
        SCardReleaseContext(context)};
    int usable = 0;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        usable += codes[i] != SCARD_E_INVALID_HANDLE;
    return usable;
}

/* A card of the child's own. 0: it works. */
static int use_own(void) {
    SCARDCONTEXT context = 0;
    SCARDHANDLE card = 0;
    DWORD protocol = 0;
    return SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS ||
           SCardConnect(context, READER_T1, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T1, &card, &protocol) !=
               SCARD_S_SUCCESS ||
           exchange(card) != SCARD_S_SUCCESS || SCardReleaseContext(context) != SCARD_S_SUCCESS;
}

static void in_child(SCARDCONTEXT context, SCARDHANDLE card) {
    int status = -1;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(20);
        _exit(count_usable(context, card) ? 1 : use_own() ? 2 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void test_fork__while_nothing_happens(void **state) {
    const SCARDHANDLE card = program_connect(program_context, READER_T1);
    (void)state;
    assert_code(SCardBeginTransaction(card), SCARD_S_SUCCESS);
    in_child(program_context, card);
    assert_code(exchange(card), SCARD_S_SUCCESS);
    assert_code(SCardEndTransaction(card, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
}

/* Other threads of the parent are in the middle of calls of every kind. */
static _Atomic int stop;

static void *wait_forever(void *data) {
    SCARD_READERSTATE reader = {.szReader = READER_T1, .dwCurrentState = SCARD_STATE_PRESENT};
    (void)data;
    (void)SCardGetStatusChange(program_context, INFINITE, &reader, 1);
    return NULL;
}

static void *exchange_all_the_time(void *card) {
    while (!stop)
        (void)exchange(*(SCARDHANDLE *)card);
    return NULL;
}

static void *open_all_the_time(void *data) {
    (void)data;
    while (!stop) {
        SCARDCONTEXT context = 0;
        (void)SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
        (void)SCardReleaseContext(context);
    }
    return NULL;
}

static void test_fork__while_others_call(void **state) {
    SCARDHANDLE card = program_connect(program_context, READER_T1);
    void *(*const jobs[])(void *) = {wait_forever, exchange_all_the_time, open_all_the_time};
    pthread_t threads[3];
    (void)state;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, jobs[i], &card), 0);
    for (int i = 0; i < 20; i++)
        in_child(program_context, card);
    stop = 1;
    for (size_t i = 1; i < 3; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    /* On a busy machine the wait may begin only now: what begins after a cancellation is not cancelled. */
    do
        assert_code(SCardCancel(program_context), SCARD_S_SUCCESS);
    while (usleep(10000) == 0 && pthread_tryjoin_np(threads[0], NULL) == EBUSY);
}

int main(void) {
#define CASE(name) cmocka_unit_test_setup_teardown(name, program_open, program_close)
    const struct CMUnitTest tests[] = {
        CASE(test_fork__while_nothing_happens),
        CASE(test_fork__while_others_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
