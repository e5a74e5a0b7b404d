/* What the tests on the real service share. */
#include "support/services/pcsc_live.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backends/system.h"
#include "base/clock.h"

static struct pcscd *running;
static struct vpcd_card
    the_card; /* stays in slot 0 from case to case: the service takes its time to see it */

int live_run(const char *name, const struct CMUnitTest *tests, size_t count) {
    char why[256] = "";

    running = pcscd_start(why, sizeof why);
    if (!running) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    const int failures = _cmocka_run_group_tests(name, tests, count, NULL, NULL);
    pcscd_stop(running);
    return failures;
}

static bool card_present(SCARDCONTEXT context) {
    SCARD_READERSTATE state = {.szReader = pcscd_reader(0)};

    return SCardGetStatusChange(context, 0, &state, 1) == SCARD_S_SUCCESS &&
           state.dwEventState & SCARD_STATE_PRESENT;
}

int live_setup(void **state) {
    struct live *const live = calloc(1, sizeof *live);

    if (!live)
        return -1;
    *state = live;
    live->pcscd = running;
    live->card = &the_card;
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &live->raw) != SCARD_S_SUCCESS)
        return -1;
    if (!card_present(live->raw)) {
        vpcd_card_init(&the_card, 2, 0x42);
        if (!pcscd_insert(running, 0, vpcd_card_serve, &the_card))
            return -1;
    }
    if (system_service_create(&live->service) != RM_OK ||
        rm_context_open(live->service, RM_WITHIN(RM_INFINITE), &live->a) != RM_OK ||
        rm_context_open(live->service, RM_WITHIN(RM_INFINITE), &live->b) != RM_OK)
        return -1;
    return 0;
}

int live_teardown(void **state) {
    struct live *const live = *state;

    if (live->other)
        SCardDisconnect(live->other, SCARD_LEAVE_CARD);
    SCardReleaseContext(live->raw);
    rm_context_close(live->a);
    rm_context_close(live->b);
    rm_service_release(live->service);
    free(live);
    return 0;
}

struct rm_card *live_connect(struct live *live) {
    struct rm_card *card = NULL;

    assert_int_equal(
        rm_connect(live->a, pcscd_reader(0), RM_SHARE_SHARED, LIVE_ANY, RM_WITHIN(LIVE_LONG), &card), RM_OK);
    return card;
}

rm_status live_flag(struct rm_card *card, uint32_t timeout_ms, uint8_t *flag) {
    static const uint8_t command[] = {0x80, 0x18, 0, 0, 1};
    uint8_t answer[16];
    size_t size = sizeof answer;
    const rm_status status =
        rm_transmit(card, 0, command, sizeof command, answer, &size, RM_WITHIN(timeout_ms));

    if (status != RM_OK) {
        assert_int_equal(size, 0);
        return status;
    }
    assert_int_equal(size, 3);
    assert_int_equal(answer[1], 0x90);
    *flag = answer[0];
    return RM_OK;
}

void live_set_flag(struct rm_card *card, uint8_t flag) {
    const uint8_t command[] = {0x80, 0x16, flag, 0};
    uint8_t answer[16];
    size_t size = sizeof answer;

    assert_int_equal(rm_transmit(card, 0, command, sizeof command, answer, &size, RM_WITHIN(LIVE_LONG)),
                     RM_OK);
}

rm_status live_ask(struct rm_card *card, uint32_t timeout_ms) {
    uint8_t flag;

    return live_flag(card, timeout_ms, &flag);
}

void live_other_connects(struct live *live, DWORD share) {
    DWORD protocol;

    assert_int_equal(
        SCardConnect(live->raw, pcscd_reader(0), share, SCARD_PROTOCOL_ANY, &live->other, &protocol),
        SCARD_S_SUCCESS);
}

void live_other_locks(struct live *live) {
    live_other_connects(live, SCARD_SHARE_SHARED);
    assert_int_equal(SCardBeginTransaction(live->other), SCARD_S_SUCCESS);
}

void live_other_unlocks(struct live *live) {
    assert_int_equal(SCardEndTransaction(live->other, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
}

void live_other_leaves(struct live *live, DWORD disposition) {
    assert_int_equal(SCardDisconnect(live->other, disposition), SCARD_S_SUCCESS);
    live->other = 0;
}

void live_remove(struct live *live) {
    assert_true(pcscd_remove(live->pcscd, 0));
}

void live_insert(struct live *live, uint8_t mark) {
    pcscd_pull(live->pcscd, 0);
    vpcd_card_init(&the_card, 2, mark);
    assert_true(pcscd_insert(live->pcscd, 0, vpcd_card_serve, &the_card));
}

static void *run_later(void *argument) {
    struct live_later *const later = argument;

    live_pause(later->delay_ms);
    later->action(later->user);
    return NULL;
}

void live_start(struct live_later *later) {
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, run_later, later), 0);
    later->thread = (unsigned long)thread;
}

void live_join(struct live_later *later) {
    assert_int_equal(pthread_join((pthread_t)later->thread, NULL), 0);
}

uint64_t live_now(void) {
    return clock_ms();
}

void live_pause(uint32_t ms) {
    const struct timespec time = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}
