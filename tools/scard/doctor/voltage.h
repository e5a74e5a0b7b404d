/*
 * Voltages of cards and readers: classes A, B and C, 5 V, 3 V and 1.8 V (ISO/IEC 7816-3 §5.1.3). For `scard
 * doctor`.
 */
#ifndef SCARD_VOLTAGE_H
#define SCARD_VOLTAGE_H

#include <stddef.h>
#include <stdint.h>

/* Which a card can be used with, by its ATR (the first TA behind T=15): bits; 0: it does not say. */
unsigned voltage_of_atr(const uint8_t *atr, size_t size);

/* Which the reader of this name can give, by the USB: bits; 0: nobody knows. */
unsigned voltage_of_reader(const char *reader);

/* Bytes of what voltage_text() writes. */
#define VOLTAGE_TEXT_MAX 32

/* "5 V, 3 V" into out; returns it. */
const char *voltage_text(unsigned classes, char out[VOLTAGE_TEXT_MAX]);

#endif
