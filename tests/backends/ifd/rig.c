/* A service over the driver that obeys. */
#include "rig.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backends/ifd/setup.h"
#include "base/clock.h"

struct rig rig_open(struct fake_ifd *fake) {
    struct rig rig = {.fake = fake};
    char spec[512], why[400] = "";
    /* The process, too: another one may have something else at the same place. */
    (void)snprintf(spec, sizeof spec, FAKE_IFD ":fake:%p:%ld", (void *)fake, (long)getpid());
    const rm_status status = ifd_service_create(spec, &rig.service, why, sizeof why);
    if (status != RM_OK)
        print_error("%s\n", why);
    assert_int_equal(status, RM_OK);
    assert_int_equal(rm_context_open(rig.service, RM_WITHIN(RM_INFINITE), &rig.context), RM_OK);
    return rig;
}

void rig_close(struct rig *rig) {
    rm_context_close(rig->context);
    rm_service_release(rig->service);
}

struct rm_card *rig_connect(struct rig *rig, const char *reader, uint32_t share) {
    struct rm_card *card = NULL;
    assert_int_equal(rm_connect(rig->context, reader, share, RIG_ANY, RM_WITHIN(RIG_SOON), &card), RM_OK);
    return card;
}

bool rig_await(struct rig *rig, const char *reader, uint32_t bit) {
    const uint64_t end = clock_deadline(RIG_SOON);
    struct rm_reader_state state = {.reader = reader};
    while (clock_left(end)) {
        const rm_status status = rm_wait(rig->context, &state, 1, RM_WITHIN(clock_left(end)));
        if (status != RM_OK)
            return status == RM_E_UNKNOWN_READER && bit == RM_STATE_UNAVAILABLE;
        if (state.event & bit)
            return true;
        state.current = state.event & ~(uint32_t)RM_STATE_CHANGED;
    }
    return false;
}

rm_status rig_ask(struct rm_card *card) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[258];
    size_t size = sizeof answer;
    const rm_status status =
        rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(RIG_SOON));
    if (status != RM_OK)
        return size ? RM_F_INTERNAL_ERROR : status;
    return size == 10 && answer[0] == 0x55 && answer[8] == 0x90 ? RM_OK : RM_E_UNEXPECTED;
}

void rig_nap(uint32_t ms) {
    const struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000};
    (void)nanosleep(&time, NULL);
}
