/* The calls of scardssp_sim.h, the hand at simulated readers and cards: what tests of programs do. */
#include <stddef.h>

#include "scardssp_card.h"
#include "scardssp_sim.h"

#include "calls.h"

#define READER "Reader of the examples"

static void image(void) {
    const char *summary = NULL;
    uint32_t count = 0;
    while (scardssp_sim_image(count, &summary))
        ++count;
    EXPECT(count > 0 && summary != NULL);
}

static void plug(void) {
    char message[256];
    EXPECT(scardssp_sim_plug(READER, NULL, SCARDSSP_SIM_EJECTOR, message, sizeof message) == S_OK);
    EXPECT(scardssp_sim_insert(READER, "demo", message, sizeof message) == S_OK);
}

/* The card that goes is the card that comes back, with all it holds. */
static void put_back(void) {
    EXPECT(scardssp_sim_remove(READER) == S_OK);
    EXPECT(scardssp_sim_remove(READER) == SCARD_E_NO_SMARTCARD);
    EXPECT(scardssp_sim_put_back(READER) == S_OK);
}

/* A bad contact: the next exchange fails, the one after it does not. */
static void fault(void) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    struct scardssp_card *card = NULL;
    uint8_t reply[10];
    size_t size = sizeof reply;
    EXPECT(scardssp_open(READER, &card) == S_OK);
    EXPECT(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_TRANSPORT, 1) == S_OK);
    EXPECT(scardssp_transmit(card, challenge, sizeof challenge, reply, &size) < 0);
    size = sizeof reply;
    (void)scardssp_reattach(card, SCARDSSP_KEEP);
    EXPECT(scardssp_transmit(card, challenge, sizeof challenge, reply, &size) == S_OK && size == 10);
    scardssp_close(card);
}

static void unplug(void) {
    EXPECT(scardssp_sim_unplug(READER) == S_OK);
    EXPECT(scardssp_sim_unplug(READER) == SCARD_E_UNKNOWN_READER);
}

static void clear(void) {
    char message[256];
    scardssp_sim_clear();
    EXPECT(scardssp_sim_plug("Simulated Reader 00", "demo", 0, message, sizeof message) == S_OK);
}

const struct call simulator_calls[] = {{"scardssp_sim_image", image},
                                       {"scardssp_sim_plug", plug},
                                       {"scardssp_sim_put_back", put_back},
                                       {"scardssp_sim_fault", fault},
                                       {"scardssp_sim_unplug", unplug},
                                       {"scardssp_sim_clear", clear},
                                       {NULL, NULL}};
