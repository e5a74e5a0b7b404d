/* The contract test's runner and shorthands; the cases are in the files beside it. */
#include "support/contract/kit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "support/kits/jobs.h"

static const struct rm_contract *in_use;

void kit_use(const struct rm_contract *contract) {
    in_use = contract;
}

void kit_nap(uint32_t ms) {
    const struct timespec pause = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&pause, NULL);
}

/* A service may hold a card for unpowered after a case that switched it off: a cold reset ends that. */
static rm_status revive(struct kit *kit) {
    struct rm_card *card = NULL;
    rm_status status = kit_try(kit, kit->a, RM_SHARE_SHARED, 0, &card);
    if (status == RM_OK)
        return rm_disconnect(card, RM_RESET, RM_WITHIN(2000));
    if (kit_try(kit, kit->a, RM_SHARE_DIRECT, 0, &card) != RM_OK)
        return status;
    status = rm_reconnect(card, RM_SHARE_SHARED, KIT_ANY, RM_UNPOWER, RM_WITHIN(0));
    (void)rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000));
    return status;
}

int kit_setup(void **state) {
    struct kit *kit = calloc(1, sizeof *kit);
    if (!kit)
        return -1;
    kit->contract = in_use;
    *state = kit;
    if (rm_context_open(in_use->service, RM_WITHIN(RM_INFINITE), &kit->a) != RM_OK ||
        rm_context_open(in_use->service, RM_WITHIN(RM_INFINITE), &kit->b) != RM_OK)
        return -1;
    const uint64_t end = clock_deadline(in_use->settle_ms + KIT_PATIENCE);
    rm_status status;
    while ((status = revive(kit)) != RM_OK && clock_left(end))
        kit_nap(20);
    return status == RM_OK ? 0 : -1;
}

int kit_teardown(void **state) {
    struct kit *kit = *state;
    rm_context_close(kit->a);
    rm_context_close(kit->b);
    bool fine = !kit->removed || kit->contract->put_back(kit->contract->user);
    free(kit);
    return fine ? 0 : -1;
}

rm_status kit_try(struct kit *kit, struct rm_context *client, uint32_t share, uint32_t timeout_ms,
                  struct rm_card **out) {
    *out = NULL;
    return rm_connect(client, kit->contract->reader, share, KIT_ANY, RM_WITHIN(timeout_ms), out);
}

struct rm_card *kit_connect(struct kit *kit, struct rm_context *client) {
    struct rm_card *card;
    kit_assert_status(kit_try(kit, client, RM_SHARE_SHARED, KIT_LONG, &card), RM_OK);
    assert_non_null(card);
    return card;
}

rm_status kit_ask(struct rm_card *card, uint32_t timeout_ms) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[258];
    size_t size = sizeof answer;
    rm_status status =
        rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(timeout_ms));
    if (status != RM_OK)
        return size == 0 ? status : RM_F_INTERNAL_ERROR;
    if (size != 10 || answer[8] != 0x90 || answer[9] != 0x00)
        return RM_E_UNEXPECTED;
    return RM_OK;
}

struct rm_reader_state kit_look(struct kit *kit, const char *reader) {
    struct rm_reader_state state = {.reader = reader};
    kit_assert_status(rm_wait(kit->a, &state, 1, RM_WITHIN(0)), RM_OK);
    return state;
}

/* Waits until the reader shows the bit. */
static void await(struct kit *kit, uint32_t bit) {
    const uint64_t end = clock_deadline(kit->contract->settle_ms + KIT_PATIENCE);
    while (!(kit_look(kit, kit->contract->reader).event & bit) && clock_left(end))
        kit_nap(10);
    assert_true(kit_look(kit, kit->contract->reader).event & bit);
}

void kit_remove(struct kit *kit) {
    assert_true(kit->contract->remove(kit->contract->user));
    kit->removed = true;
    await(kit, RM_STATE_EMPTY);
}

void kit_put_back(struct kit *kit) {
    assert_true(kit->contract->put_back(kit->contract->user));
    kit->removed = false;
    await(kit, RM_STATE_PRESENT);
}

static void *job_run(void *argument) {
    struct kit_job *job = argument;
    const uint64_t start = clock_ms();
    job->status = job->call(job);
    job->took_ms = clock_ms() - start;
    return NULL;
}

void kit_start(struct kit_job *job) {
    jobs_count(1);
    assert_int_equal(pthread_create(&job->thread, NULL, job_run, job), 0);
    kit_nap(KIT_SHORT);
}

void kit_join(struct kit_job *job) {
    assert_int_equal(pthread_join(job->thread, NULL), 0);
    jobs_count(-1);
}

rm_status kit_job_begin(struct kit_job *job) {
    return rm_begin(job->card, RM_WITHIN(job->timeout_ms));
}

rm_status kit_job_wait(struct kit_job *job) {
    return rm_wait(job->context, &job->state, 1, RM_WITHIN(job->timeout_ms));
}

int rm_contract_run(const struct rm_contract *contract) {
    const size_t count = kit_sharing_count + kit_recovery_count + kit_world_count;
    struct CMUnitTest *tests = calloc(count, sizeof *tests);
    if (!tests)
        return 1;
    memcpy(tests, kit_sharing_tests, kit_sharing_count * sizeof *tests);
    memcpy(tests + kit_sharing_count, kit_recovery_tests, kit_recovery_count * sizeof *tests);
    memcpy(tests + kit_sharing_count + kit_recovery_count, kit_world_tests, kit_world_count * sizeof *tests);
    kit_use(contract);
    int failures = _cmocka_run_group_tests(contract->name, tests, count, NULL, NULL);
    free(tests);
    return failures;
}
