/*
 * Status words and what they mean: ISO/IEC 7816-4 §5.6, and the words of the families of cards, which the
 * class of the command tells apart: GSM (class A0), UICC, GlobalPlatform, DESFire (class 90), and readers
 * that speak for storage cards (class FF). Used by the tool, the tracer and the tests; nothing decides by
 * these texts.
 */
#ifndef SCARDSSP_APDU_SW_H
#define SCARDSSP_APDU_SW_H

#include <stddef.h>
#include <stdint.h>

/* Room that sw_format() never exceeds, terminator included. */
#define SW_TEXT_MAX 128u

/*
 * Writes "63C2: verification failed, 2 tries left": the number, what SW1 SW2 means as the answer to a command
 * of `size` bytes, and the parameter where the word has one (00 in 61xx, 6Cxx and 9Fxx counts as 256).
 * Class and instruction decide: 91AE is an authentication error after 90 0A, and a success after 80 F2.
 * command NULL or without a whole header: of a word that the class decides it is told that it does. A status
 * word of a known family but without an entry of its own has the family's meaning; others are "status word
 * without a standard meaning". `room`: bytes of `out`, SW_TEXT_MAX is always enough; a longer text is cut,
 * and terminated unless room is 0. Returns the characters of the whole text.
 */
size_t sw_format(const uint8_t *command, size_t size, uint16_t sw, char *out, size_t room);

#endif
