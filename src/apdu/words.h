/*
 * What a command asks for, in words: ISO/IEC 7816-4, -8 and -9, GSM 11.11, TS 102 221, GlobalPlatform,
 * DESFire, and PC/SC part 3. Used, through scardssp_rm.h, by the tool; nothing decides by these texts.
 */
#ifndef SCARDSSP_APDU_WORDS_H
#define SCARDSSP_APDU_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* Room that apdu_format() never exceeds, terminator included. */
#define APDU_TEXT_MAX 160u

/*
 * Writes "SELECT by name A000000308, up to 256 bytes", "READ BINARY of file 3 at 0, 24 bytes", "VERIFY of
 * reference 81, 8 bytes not shown": the instruction's name, what its parameters say where a person would
 * ask, and how much data goes either way. Data that may be secret (secret.h) is counted, never shown; long
 * data is cut. An instruction that is not known has its number; of what is no well-formed APDU that is
 * said, and the name. At most `room` bytes, terminated unless room is 0; a longer text is cut. Returns the
 * characters of the whole text.
 */
size_t apdu_format(const uint8_t *command, size_t size, char *out, size_t room);

#endif
