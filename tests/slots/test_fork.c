/* A child made by fork() while a call is in the slot: it has the card, and nothing of the call. */
#include <pthread.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "rig.h"

static void *ask_run(void *card) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[10];
    size_t size = sizeof answer;
    const rm_status status =
        rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(SOON));
    return status == RM_OK ? card : NULL;
}

/* The card that is taken out there is nobody's any more: the call's reference was given back. */
static bool ends_with_the_card(struct rig *rig) {
    _Atomic bool released = false;
    rig->slow->released = &released;
    const bool removed = slots_remove(rig->reader);
    slot_drop(&rig->slow->slot);
    return removed && released;
}

static void test_fork__in_the_middle_of_an_exchange(void **state) {
    struct rig *rig = *state;
    struct rm_card *card = connect(rig->a);
    const uint64_t end = clock_deadline(SOON);
    void *answered = NULL;
    int status = -1;
    pthread_t thread;
    rig->slow->held = true;
    assert_int_equal(pthread_create(&thread, NULL, ask_run, card), 0);
    while (!rig->slow->inside && clock_left(end)) {
        const struct timespec pause = {0, 1000000};
        nanosleep(&pause, NULL);
    }
    assert_int_equal(rig->slow->inside, 1);
    const pid_t child = fork();
    if (child == 0)
        _exit(ends_with_the_card(rig) ? 0 : 1);
    rig->slow->held = false;
    assert_int_equal(pthread_join(thread, &answered), 0);
    assert_ptr_equal(answered, card); /* the parent's goes on */
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_fork__in_the_middle_of_an_exchange, rig_setup, rig_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
