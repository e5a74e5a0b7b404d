/*
 * Plays a table of scenarios (clients/scenarios.h) on the simulated readers behind the registered library,
 * whose cards are in them from the start: nobody has hands there.
 */
#include "clients/stage.h"

#include "clients/scenarios.h"
#include "readers.h"
#include "registering.h"

static const wchar_t *const names[STAGE_CARDS] = {
    [STAGE_DEMO] = DEMO_READER,
    [STAGE_GSM] = SIM_READER,
    [STAGE_GSM_TO_BLOCK] = OTHER_SIM_READER,
    [STAGE_CLASS_90] = CLASS_90_READER,
    [STAGE_CLASS_80] = CLASS_80_READER,
};

const wchar_t *stage_take(enum stage_card card) {
    return names[card];
}

size_t stage_readers(const struct stage_reader **readers_out) {
    static struct stage_reader readers[STAGE_CARDS];
    for (int card = 0; card < STAGE_CARDS; ++card)
        readers[card] = (struct stage_reader){names[card], stage_atr((enum stage_card)card)};
    *readers_out = readers;
    return STAGE_CARDS;
}

int stage_leave(void **state) {
    (void)state;
    registering_expect_loaded();
    return 0;
}

int main(void) {
    return _cmocka_run_group_tests("mingw-w64's header", scenarios, scenarios_count, registering_begin,
                                   registering_end);
}
