/*
 * What cards say, in words: the public form of apdu/sw.h, atr.h and atrmeaning.h, for the tool and other
 * programs.
 */
#include "scardssp_rm.h"

#include <stdarg.h>
#include <stdio.h>

#include "apdu/atr.h"
#include "apdu/atrmeaning.h"
#include "apdu/secret.h"
#include "apdu/sw.h"
#include "apdu/words.h"
#include "com/win.h"

/* A text that grows in a caller's buffer and knows how long it would be with enough room. */
struct text {
    char *out;
    size_t room;
    size_t length;
};

static void text_add(struct text *text, const char *format, ...) __attribute__((format(__printf__, 2, 3)));

static void text_add(struct text *text, const char *format, ...) {
    size_t left = text->length < text->room ? text->room - text->length : 0;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(left ? text->out + text->length : NULL, left, format, arguments);
    va_end(arguments);
    if (length > 0)
        text->length += (size_t)length;
}

size_t scardssp_sw_text(uint16_t sw, char *text, size_t room) {
    return sw_format(NULL, 0, sw, text, room);
}

size_t scardssp_sw_text_after(const uint8_t *command, size_t size, uint16_t sw, char *text, size_t room) {
    return sw_format(command, size, sw, text, room);
}

size_t scardssp_apdu_text(const uint8_t *command, size_t size, char *text, size_t room) {
    return apdu_format(command, command ? size : 0, text, room);
}

uint32_t scardssp_apdu_secret(const uint8_t *command, size_t size, size_t *start, size_t *count) {
    size_t front = size, back = 0;
    const enum secret found = command ? secret_find(command, size, &front, &back) : SECRET_NONE;
    if (start)
        *start = front;
    if (count)
        *count = size - front - back;
    return found == SECRET_CERTAIN   ? SCARDSSP_SECRET_CERTAIN
           : found == SECRET_PERHAPS ? SCARDSSP_SECRET_PERHAPS
                                     : SCARDSSP_SECRET_NONE;
}

size_t scardssp_atr_text(const uint8_t *atr, size_t size, char *text, size_t room) {
    struct text out = {.out = text, .room = room};
    struct atr parsed;
    enum atr_fault fault = atr ? atr_parse(atr, size, &parsed) : ATR_TOO_SHORT;
    if (fault != ATR_OK) {
        text_add(&out, "malformed: %s", atr_fault_text(fault));
        return out.length;
    }
    for (size_t i = 0; i < parsed.protocol_count; ++i)
        text_add(&out, "%sT=%u",
                 i == 0                           ? ""
                 : i + 1 == parsed.protocol_count ? " and "
                                                  : ", ",
                 parsed.protocols[i]);
    text_add(&out, ", %s convention", parsed.inverse ? "inverse" : "direct");
    if (parsed.specific)
        text_add(&out, ", specific mode T=%u", parsed.specific_protocol);
    text_add(&out, parsed.historical_size ? ", historical bytes" : ", no historical bytes");
    for (size_t i = 0; i < parsed.historical_size; ++i)
        text_add(&out, " %02X", parsed.historical[i]);
    return out.length;
}

int32_t scardssp_atr_explain(const uint8_t *atr, size_t size, scardssp_part_visitor visitor, void *user) {
    if (!atr || !visitor)
        return E_POINTER;
    const struct meaning_visitor meaning = {.visit = visitor, .user = user};
    return atrmeaning_visit(&meaning, atr, size) == ATR_OK ? S_OK : E_INVALIDARG;
}
