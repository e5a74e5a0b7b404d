/* T=0 and what goes in pieces. Used by card.c. */
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

#endif
