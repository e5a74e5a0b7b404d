/*
 * Connections that are left to the program, over the real service: who ends them as his own leaves neither a
 * descriptor in this process nor a client in the service, which has room for 200.
 */
#include <dirent.h>

#include "support/services/pcsc_live.h"

#define ROUNDS 250

static unsigned descriptors(void) {
    DIR *const folder = opendir("/proc/self/fd");
    unsigned count = 0;

    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

/* Connects for itself alone and hands the connection out. */
static void hand_out(struct live *live, SCARDCONTEXT *context, SCARDHANDLE *handle) {
    struct rm_context *hand = NULL;
    struct rm_card *card = NULL;
    uint64_t number = 0;

    assert_int_equal(rm_context_open(live->service, RM_WITHIN(RM_INFINITE), &hand), RM_OK);
    assert_int_equal(
        rm_connect(hand, pcscd_reader(0), RM_SHARE_EXCLUSIVE, LIVE_ANY, RM_WITHIN(LIVE_LONG), &card), RM_OK);
    *handle = (SCARDHANDLE)rm_card_handle(card);
    assert_int_equal(rm_hand_out(card, &number), RM_OK);
    *context = (SCARDCONTEXT)number;
    assert_true(rm_context_handle(hand) != number);
    rm_context_close(hand);
    assert_int_equal(SCardIsValidContext(*context), SCARD_S_SUCCESS);
}

static void release(struct live *live, SCARDCONTEXT context, SCARDHANDLE handle) {
    (void)live, (void)handle;
    assert_int_equal(SCardReleaseContext(context), SCARD_S_SUCCESS);
}

static void disconnect_and_release(struct live *live, SCARDCONTEXT context, SCARDHANDLE handle) {
    (void)live;
    assert_int_equal(SCardDisconnect(handle, SCARD_LEAVE_CARD), SCARD_S_SUCCESS);
    assert_int_equal(SCardReleaseContext(context), SCARD_S_SUCCESS);
}

static void adopt_and_take_back(struct live *live, SCARDCONTEXT context, SCARDHANDLE handle) {
    struct rm_card *card = NULL;

    assert_int_equal(rm_adopt(live->a, (uint64_t)handle, RM_WITHIN(LIVE_LONG), &card), RM_OK);
    assert_int_equal(live_ask(card, LIVE_LONG), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(LIVE_LONG)), RM_OK);
    rm_take_back(live->service, (uint64_t)context);
    assert_int_equal(SCardIsValidContext(context), SCARD_E_INVALID_HANDLE);
    rm_take_back(live->service, (uint64_t)context); /* ended already */
}

static void assert_nothing_left(struct live *live,
                                void (*end)(struct live *live, SCARDCONTEXT context, SCARDHANDLE handle)) {
    const unsigned before = descriptors();

    for (int i = 0; i < ROUNDS; i++) {
        SCARDCONTEXT context = 0;
        SCARDHANDLE handle = 0;
        hand_out(live, &context, &handle);
        end(live, context, handle);
    }
    /* One more may be there: by it a busy daemon is asked whether it answers (backends/pcsc/pulse.h). */
    assert_int_in_range(descriptors(), before, before + 1);
    assert_int_equal(rm_disconnect(live_connect(live), RM_LEAVE, RM_WITHIN(LIVE_LONG)),
                     RM_OK); /* it is free */
}

static void test_hand_out__released(void **state) {
    assert_nothing_left(*state, release);
}

static void test_hand_out__disconnected_and_released(void **state) {
    assert_nothing_left(*state, disconnect_and_release);
}

static void test_hand_out__taken_back(void **state) {
    assert_nothing_left(*state, adopt_and_take_back);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        LIVE_CASE(test_hand_out__released),
        LIVE_CASE(test_hand_out__disconnected_and_released),
        LIVE_CASE(test_hand_out__taken_back),
    };
    return live_run("pcsc_handout", tests, sizeof tests / sizeof *tests);
}
