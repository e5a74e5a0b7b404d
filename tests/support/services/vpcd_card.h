/*
 * The smallest card for the virtual reader driver: it knows a handful of commands with which tests of the
 * service provoke what a well-behaved card never does (long work, silence, being pulled in mid-command).
 */
#ifndef SCARDSSP_TESTS_SUPPORT_SERVICES_VPCD_CARD_H
#define SCARDSSP_TESTS_SUPPORT_SERVICES_VPCD_CARD_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Commands: 80 10 P1 P2: answers 9000 after P1P2 milliseconds. 80 12: the card is pulled instead of an
 * answer. 80 14 P1 P2 Le: the number of power-ups and resets so far (P1 00), or P1P2 bytes of AA (P1P2 not
 * zero). 80 16 P1: sets a flag that any reset or power-up clears; 80 18: answers the flag. 80 1A: never
 * answers. 80 30 P1: an answer that means no good, by its number (rude_answer.h). 00 84: 8 bytes and 9000.
 * Others: 6D00.
 */
struct vpcd_card {
    uint8_t atr[33];
    size_t atr_size;
    _Atomic unsigned starts; /* power-ups and resets */
    _Atomic uint8_t flag;
    _Atomic uint32_t stall_ms; /* before it answers any command; UINT32_MAX: it never does */
};

/* A card with an ATR that offers T=1 (protocol 2) or T=0 (protocol 1) and one historical byte `mark`. */
void vpcd_card_init(struct vpcd_card *card, unsigned protocol, uint8_t mark);

/* The pcscd_serve (support/services/pcscd.h) for such a card. */
int vpcd_card_serve(const void *card, uint16_t port, int stop_fd, void (*connected)(void *user), void *user);

#endif
