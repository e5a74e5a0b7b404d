/*
 * The calls of scardssp_faults.h: what tests of programs let happen. main.c has begun with an empty script,
 * so that others can be played later.
 */
#include "scardssp_card.h"
#include "scardssp_faults.h"

#include "calls.h"

/* A script is read only: what is wrong with it is said with line and column. */
static void faults_check(void) {
    char message[256] = "";
    EXPECT(scardssp_faults_check("after 3: remove for 200 ms", message, sizeof message) == S_OK);
    EXPECT(scardssp_faults_check("after x: remove", message, sizeof message) == E_INVALIDARG && message[0]);
}

/* The next command meets a card that somebody has reset; ReAttach, and it works again. */
static void faults_struck(void) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    struct scardssp_card *card = NULL;
    uint8_t reply[10];
    size_t size = sizeof reply;
    EXPECT(scardssp_open("Simulated Reader 00", &card) == S_OK);
    EXPECT(scardssp_faults("times 1: reset", NULL, 0) == S_OK && scardssp_faults_struck() == 0);
    EXPECT(scardssp_transmit(card, challenge, sizeof challenge, reply, &size) == SCARD_W_RESET_CARD);
    EXPECT(scardssp_faults_struck() == 1);
    EXPECT(scardssp_reattach(card, SCARDSSP_KEEP) == S_OK);
    size = sizeof reply;
    EXPECT(scardssp_transmit(card, challenge, sizeof challenge, reply, &size) == S_OK && size == 10);
    EXPECT(scardssp_faults("", NULL, 0) == S_OK); /* nothing more is to happen */
    scardssp_close(card);
}

const struct call fault_calls[] = {
    {"scardssp_faults_check", faults_check}, {"scardssp_faults_struck", faults_struck}, {NULL, NULL}};
