/*
 * The simulated card under a stream of commands, resets, power losses and changes of protocol. The input:
 * which card, then steps: a length and so many bytes of a command, or one of the codes below.
 */
#include <stdlib.h>
#include <string.h>

#include "apdu/apdu.h"
#include "fuzz.h"
#include "icc/card.h"

enum { STEP_DOWN = 0xF0, STEP_UP, STEP_RESET, STEP_T0, STEP_T1, STEP_RAW, STEP_SMALL, STEP_OFFER, STEP_LONG };

struct play {
    struct feed feed;
    struct sim_card *card;
    enum sim_protocol protocol;
    bool powered;
    size_t room;
    uint8_t atr[SIM_ATR_MAX];
    size_t atr_size;
};

static void start(struct play *play, bool warm) {
    uint8_t atr[SIM_ATR_MAX];
    const size_t size = warm ? sim_card_reset(play->card, atr) : sim_card_power_up(play->card, atr);
    FUZZ_CHECK(size <= sizeof atr);
    if (size && play->atr_size)
        FUZZ_CHECK(size == play->atr_size && memcmp(atr, play->atr, size) == 0);
    memcpy(play->atr, atr, size);
    play->atr_size = size ? size : play->atr_size;
    play->powered = size != 0;
}

static void offer_only(struct play *play) {
    enum sim_protocol first = 0;
    if (!sim_card_offer_only(play->card, play->protocol))
        return;
    FUZZ_CHECK(sim_card_protocols(play->card, &first) == (unsigned)play->protocol && first == play->protocol);
    play->atr_size = 0;
}

static void exchange(struct play *play, const uint8_t *bytes, size_t size) {
    static uint8_t large[SIM_ANSWER_MAX];
    struct apdu apdu;
    uint8_t *const command = fuzz_copy(bytes, size, 0);
    uint8_t *const answer = play->room == SIM_ANSWER_MAX ? large : fuzz_alloc(play->room);
    const size_t got = sim_card_exchange(play->card, play->protocol, command, size, answer, play->room);
    FUZZ_CHECK(got != 1 && got <= play->room);
    FUZZ_CHECK(play->powered || got == 0);
    if (got) {
        const uint8_t high = answer[got - 2] & 0xF0;
        FUZZ_CHECK(high == 0x60 || high == 0x90);
        /* Only what is asked for, and nothing where it says that something is wrong. */
        if (play->protocol != SIM_T0 && got > 2)
            FUZZ_CHECK(apdu_parse(command, size, &apdu) && got - 2 <= apdu.ne);
    } else if (play->powered && play->room == SIM_ANSWER_MAX) {
        enum sim_protocol first = 0;
        FUZZ_CHECK(play->protocol != SIM_RAW && !(sim_card_protocols(play->card, &first) & play->protocol));
    }
    if (answer != large)
        free(answer);
    free(command);
}

static void step(struct play *play) {
    size_t size = 0;
    const uint8_t *bytes;
    const uint8_t code = feed_byte(&play->feed);
    switch (code) {
    case STEP_DOWN:
        sim_card_power_down(play->card);
        play->powered = false;
        break;
    case STEP_UP:
    case STEP_RESET:
        start(play, code == STEP_RESET);
        break;
    case STEP_T0:
    case STEP_T1:
    case STEP_RAW:
        play->protocol = (enum sim_protocol)(code - STEP_T0 + SIM_T0);
        break;
    case STEP_SMALL:
        play->room = feed_byte(&play->feed);
        play->room = play->room == 0xFF ? SIM_ANSWER_MAX : play->room;
        break;
    case STEP_OFFER:
        offer_only(play);
        break;
    default:
        bytes = feed_bytes(&play->feed, code >= STEP_LONG ? feed_word(&play->feed) : code, &size);
        exchange(play, bytes, size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const images[] = {"demo", "gsm", "app", "usim", "piv", "openpgp"};
    struct play play = {.feed = {data, size}, .room = SIM_ANSWER_MAX};
    play.card =
        sim_card_create(images[feed_byte(&play.feed) % (sizeof images / sizeof *images)], NULL, 0, NULL);
    FUZZ_CHECK(play.card);
    (void)sim_card_protocols(play.card, &play.protocol);
    start(&play, false);
    while (play.feed.left)
        step(&play);
    FUZZ_CHECK(*sim_card_name(play.card));
    sim_card_destroy(play.card);
    return 0;
}
