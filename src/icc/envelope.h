/* T=0 and what goes in pieces. Used by card.c and dispatch.c. */
#ifndef SCARDSSP_SIM_ENVELOPE_H
#define SCARDSSP_SIM_ENVELOPE_H

#include "icc/os.h"

/*
 * Reads a TPDU of T=0 (header, P3, data; ISO/IEC 7816-3 §12.2) into the command's apdu, limit, exact and t0.
 * One byte behind the data is let pass. false: sizes disagree.
 */
bool sim_tpdu_parse(const uint8_t *tpdu, size_t size, struct command *command);

/* 61xx (or 9Fxx): `left` bytes wait; xx is 00 from 256 on. */
uint16_t sim_more_sw(uint8_t sw1, uint32_t left);

/*
 * Takes an ENVELOPE's piece of the command that is enveloped. With the last one *envelope, empty before, is
 * the whole of it, the caller's to wipe_free(), and its size is not 0 unless nothing was sent. Returns the
 * status word unless there is something in it.
 */
uint16_t sim_envelope_collect(struct sim_card *card, struct command *command, struct collector *envelope);

/* Makes the command *inner of what an envelope held; 9000, or the status word of one that holds none. */
uint16_t sim_envelope_open(const struct sim_card *card, const struct command *command,
                           const struct collector *envelope, struct command *inner);

/* Gives the answer of the enveloped command to the ENVELOPE. */
void sim_envelope_close(struct sim_card *card, struct command *command, const struct command *inner);

#endif
