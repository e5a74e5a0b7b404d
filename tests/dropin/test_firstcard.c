/* SCARDSSP_CARD_TIMEOUT: the first context of a process waits for a card. Each case is a process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "backends/sim/sim.h"
#include "base/clock.h"
#include "dropin/program.h"
#include "module/manager.h"
#include "scardssp_sim.h"
#include "support/kits/child.h"

#define COMES_MS 100u

static char first[] = READER;

static void insert(void *reader) {
    (void)sim_insert(program_simulator(), reader, "demo", NULL, 0);
}

static void plug(void *reader) {
    (void)sim_plug(program_simulator(), reader, "demo", 0, NULL, 0);
}

/* Whether a new context is there, and after how many ms. */
static bool establish(uint64_t *took_ms) {
    const uint64_t begun = clock_ms();
    const LONG code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &program_context);
    *took_ms = clock_ms() - begun;
    return code == SCARD_S_SUCCESS;
}

static bool has_card(void) {
    SCARD_READERSTATE reader = {.szReader = READER};
    return SCardGetStatusChange(program_context, 0, &reader, 1) == SCARD_S_SUCCESS &&
           reader.dwEventState & SCARD_STATE_PRESENT;
}

/* An empty reader, and how long a process is to wait for a card; NULL: it is told nothing. */
static bool begin(const char *timeout_ms) {
    return (!timeout_ms || setenv("SCARDSSP_CARD_TIMEOUT", timeout_ms, 1) == 0) &&
           manager_choose("sim:", NULL, 0) == RM_OK &&
           sim_plug(program_simulator(), READER, NULL, 0, NULL, 0) == RM_OK;
}

static int untold(void *argument) {
    uint64_t took = 0;
    (void)argument;
    CHILD_CLAIM(begin(NULL));
    CHILD_CLAIM(establish(&took) && took < COMES_MS);
    CHILD_CLAIM(!has_card());
    return 0;
}

static int there_already(void *argument) {
    uint64_t took = 0;
    (void)argument;
    CHILD_CLAIM(begin("30000"));
    insert(first);
    CHILD_CLAIM(establish(&took) && took < 10000);
    CHILD_CLAIM(has_card());
    return 0;
}

static int comes(void *argument) {
    uint64_t took = 0;
    (void)argument;
    CHILD_CLAIM(begin("30000"));
    struct program_thread *hand = program_later(COMES_MS, insert, first);
    CHILD_CLAIM(establish(&took) && took >= COMES_MS && took < 10000);
    CHILD_CLAIM(has_card());
    program_join(hand);
    return 0;
}

static int comes_with_its_reader(void *argument) {
    uint64_t took = 0;
    (void)argument;
    CHILD_CLAIM(begin("30000"));
    CHILD_CLAIM(sim_unplug(program_simulator(), READER) == RM_OK);
    struct program_thread *hand = program_later(COMES_MS, plug, first);
    CHILD_CLAIM(establish(&took) && took >= COMES_MS && took < 10000);
    CHILD_CLAIM(has_card());
    program_join(hand);
    return 0;
}

/* A card without an answer is none that a program could use. The second context waits for nothing. */
static int never_comes(void *argument) {
    uint64_t took = 0;
    (void)argument;
    CHILD_CLAIM(begin("150"));
    insert(first);
    CHILD_CLAIM(sim_fault(program_simulator(), READER, SCARDSSP_SIM_FAULT_MUTE, 1) == RM_OK);
    CHILD_CLAIM(establish(&took) && took >= 150 && took < 10000);
    CHILD_CLAIM(establish(&took) && took < 100);
    return 0;
}

static void test_first_card(void **state) {
    int (*const *child)(void *) = *state;
    child_run(*child, NULL);
}

#define CASE(run)                                                                                            \
    {                                                                                                        \
        "test_first_card__" #run, test_first_card, NULL, NULL, (int (*[])(void *)) {                         \
            run                                                                                              \
        }                                                                                                    \
    }

int main(void) {
    const struct CMUnitTest tests[] = {CASE(untold), CASE(there_already), CASE(comes),
                                       CASE(comes_with_its_reader), CASE(never_comes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
