/* Card images: a file is a sound card, or is refused with a message about it. */
#include <stdlib.h>
#include <string.h>

#include "apdu/atr.h"
#include "base/utf.h"
#include "fuzz.h"
#include "icc/card.h"

#define MESSAGE_ROOM 200

static void check_card(struct sim_card *card) {
    static const uint8_t select_master[] = {0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00};
    uint8_t bytes[SIM_ATR_MAX], again[SIM_ATR_MAX];
    static uint8_t answer[SIM_ANSWER_MAX];
    enum sim_protocol first = 0;
    struct atr atr;
    const unsigned protocols = sim_card_protocols(card, &first);
    FUZZ_CHECK(protocols >= 1 && protocols <= 3 && (protocols & first));
    FUZZ_CHECK(*sim_card_name(card));
    const size_t size = sim_card_power_up(card, bytes);
    FUZZ_CHECK(atr_parse(bytes, size, &atr) == ATR_OK);
    FUZZ_CHECK(atr_offers(&atr, 0) == ((protocols & SIM_T0) != 0));
    FUZZ_CHECK(atr_offers(&atr, 1) == ((protocols & SIM_T1) != 0));
    FUZZ_CHECK(sim_card_reset(card, again) == size && memcmp(bytes, again, size) == 0);
    const bool silent = sim_card_delay(card, select_master, sizeof select_master) == SIM_CARD_NEVER;
    const size_t got =
        sim_card_exchange(card, first, select_master, sizeof select_master, answer, sizeof answer);
    FUZZ_CHECK(silent ? got == 0 : got >= 2);
    sim_card_power_down(card);
    FUZZ_CHECK(sim_card_exchange(card, first, select_master, sizeof select_master, answer, sizeof answer) ==
               0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char message[MESSAGE_ROOM + 1];
    const char *const path = scratch_write("card.json", data, size);
    memset(message, 'x', sizeof message);
    struct sim_card *const card = sim_card_create(path, message, MESSAGE_ROOM, NULL);
    FUZZ_CHECK(message[MESSAGE_ROOM] == 'x');
    if (card) {
        check_card(card);
    } else {
        FUZZ_CHECK(memchr(message, '\0', MESSAGE_ROOM));
        FUZZ_CHECK(strncmp(message, path, strlen(path)) == 0 && message[strlen(path)] == ':');
        FUZZ_CHECK(!sim_card_create(path, NULL, 0, NULL));
    }
    sim_card_destroy(card);
    return 0;
}
