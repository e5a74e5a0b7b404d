/*
 * The command APDU codec: ISO/IEC 7816-4 §5.1 (cases 1, 2S-4S, 2E-4E). Bytes only; nothing is sent here.
 * Used by the command objects above and by the simulated card below.
 */
#ifndef SCARDSSP_APDU_APDU_H
#define SCARDSSP_APDU_APDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define APDU_HEADER 4u
#define APDU_NC_MAX 65535u
#define APDU_NE_MAX 65536u
#define APDU_SHORT_NC_MAX 255u
#define APDU_SHORT_NE_MAX 256u
/* The largest command: header, 3 bytes of Lc, data, 2 bytes of Le. */
#define APDU_COMMAND_MAX (APDU_HEADER + 3u + APDU_NC_MAX + 2u)
/* The largest reply: data, SW1, SW2. */
#define APDU_REPLY_MAX (APDU_NE_MAX + 2u)

/* A command APDU taken apart. `data` points into the bytes it was parsed from (or to the caller's). */
struct apdu {
    uint8_t cla, ins, p1, p2;
    bool extended;       /* lengths are coded in three / two bytes (2E, 3E, 4E) */
    const uint8_t *data; /* command data, NULL when nc is 0 */
    uint32_t nc;         /* bytes of command data, 0..65535; 0: no Lc field */
    uint32_t ne;         /* bytes expected at most, 0..65536; 0: no Le field */
};

/* ISO case 1..4 of the command: 1 neither, 2 Le only, 3 data only, 4 both. */
unsigned apdu_case(const struct apdu *apdu);

/*
 * Takes `size` bytes apart. false when they are no well-formed command APDU (then *out is untouched): fewer
 * than four bytes, lengths that disagree with the size, an Lc of zero.
 */
bool apdu_parse(const uint8_t *bytes, size_t size, struct apdu *out);

/*
 * Bytes that apdu_encode() will write; 0 when the command cannot be coded: nc or ne out of range, data NULL
 * with nc not 0. nc above 255 or ne above 256 code as extended even if `extended` is false.
 */
size_t apdu_size(const struct apdu *apdu);

/*
 * Writes the command; returns its size, 0 when it cannot be coded or is larger than `room` bytes. data may
 * lie inside out.
 */
size_t apdu_encode(const struct apdu *apdu, uint8_t *out, size_t room);

#endif
