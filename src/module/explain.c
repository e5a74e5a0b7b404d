/*
 * What cards say, in words, for programs (scardssp_rm.h): status words and answers to reset. The knowledge
 * is in the apdu room; here it gets its public names.
 */
#include "scardssp_rm.h"

#include <stdio.h>
#include <string.h>

#include "apdu/atr.h"
#include "apdu/sw.h"

/* Room for the longest ATR in words: fifteen protocols, fifteen historical bytes. */
#define ATR_TEXT_MAX 320u

size_t scardssp_sw_text(uint16_t sw, char *text, size_t room) {
    return sw_format(sw, text, room);
}

/* Appends to `text`; what does not fit is cut. */
static void text_add(char *text, const char *before, const char *digits) {
    const size_t used = strlen(text);
    snprintf(text + used, ATR_TEXT_MAX - used, "%s%s", before, digits);
}

static void text_add_protocols(char *text, const struct atr *atr) {
    for (size_t i = 0; i < atr->protocol_count; ++i) {
        char digits[4];
        snprintf(digits, sizeof digits, "%u", (unsigned)(atr->protocols[i] & 0xFu));
        const char *between = i == 0 ? "T=" : i + 1 == atr->protocol_count ? " and T=" : ", T=";
        text_add(text, between, digits);
    }
}

size_t scardssp_atr_text(const uint8_t *atr, size_t size, char *text, size_t room) {
    char words[ATR_TEXT_MAX] = "";
    struct atr parts;
    const enum atr_fault fault = atr_parse(atr, size, &parts);
    if (fault != ATR_OK) {
        text_add(words, "malformed: ", atr_fault_text(fault));
    } else {
        text_add_protocols(words, &parts);
        text_add(words, parts.inverse ? ", inverse convention" : ", direct convention", "");
        text_add(words, parts.specific ? ", specific mode" : "", "");
        text_add(words, parts.historical_size > 0 ? ", historical bytes" : ", no historical bytes", "");
        for (size_t i = 0; i < parts.historical_size; ++i) {
            char digits[3];
            snprintf(digits, sizeof digits, "%02X", (unsigned)parts.historical[i]);
            text_add(words, " ", digits);
        }
    }
    return (size_t)snprintf(text, room, "%s", words);
}
