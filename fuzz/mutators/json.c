/* Card images in JSON: see mutators.h. A token is changed for another of its kind, or a whole value moves. */
#include <stdlib.h>

#include "mutators/dice.h"
#include "mutators/mutators.h"

static const char *const words[] = {"\"3F00\"",
                                    "\"always\"",
                                    "\"never\"",
                                    "\"pin 01\"",
                                    "\"key 81\"",
                                    "\"T=0\"",
                                    "\"T=1\"",
                                    "\"df\"",
                                    "\"cyclic\"",
                                    "\"linear-fixed\"",
                                    "\"linear-variable\"",
                                    "\"transparent\"",
                                    "\"00\"",
                                    "\"80\"",
                                    "\"piv\"",
                                    "\"uicc\"",
                                    "\"openpgp\"",
                                    "true",
                                    "false",
                                    "null",
                                    "[]",
                                    "{}",
                                    "0",
                                    "1",
                                    "2",
                                    "16",
                                    "255",
                                    "65536",
                                    "-1",
                                    "1e9",
                                    "\"A0 00 00 01\"",
                                    "\"\"",
                                    "{\"any\": [\"pin 01\", \"key 01\"]}",
                                    "{\"text\": \"x\", \"size\": 9}",
                                    "{\"fill\": \"FF\", \"size\": 3, \"repeat\": 4}"};
static const char *const members[] = {
    "\"pins\": [{\"reference\": \"01\", \"value\": \"1234\"}], ",
    "\"channels\": 3, ",
    "\"gsm\": true, ",
    "\"keys\": [{\"reference\": \"01\", \"value\": \"00112233445566778899AABBCCDDEEFF\"}], ",
    "\"sfi\": 1, ",
    "\"aid\": \"F0 01\", ",
    "\"read\": \"never\", ",
    "\"max\": 8, ",
    "\"min\": 4, ",
    "\"padded\": 8, ",
    "\"select\": \"6F 00\", ",
    "\"deactivated\": true, ",
    "\"space\": 0, ",
    "\"quirks\": [], "};

/* Where a value ends that begins at `at`: a string, a number or word, or all between two brackets. */
static size_t value_end(const uint8_t *text, size_t size, size_t at) {
    size_t depth = 0;
    bool quoted = false;
    for (size_t i = at; i < size; ++i) {
        const uint8_t c = text[i];
        if (quoted) {
            i += c == '\\';
            quoted = c != '"' || c == '\\';
            if (!quoted && !depth)
                return i + 1;
            continue;
        }
        quoted = c == '"';
        depth += c == '{' || c == '[';
        if (c == '}' || c == ']') {
            if (!depth)
                return i;
            if (!--depth)
                return i + 1;
        } else if (!depth && c == ',') {
            return i;
        }
    }
    return size;
}

/* A place behind ':', '[' or ',' by chance, where a value, or a member, begins. */
static size_t value_place(struct dice *dice, const uint8_t *text, size_t size) {
    size_t chosen = size, seen = 0;
    for (size_t i = 0; i < size; ++i)
        if ((text[i] == ':' || text[i] == '[' || text[i] == ',') && dice_roll(dice, ++seen) == 0)
            chosen = i + 1;
    while (chosen < size && text[chosen] == ' ')
        ++chosen;
    return chosen;
}

size_t mutate_json(uint8_t *data, size_t size, size_t room, unsigned seed) {
    struct dice dice = {seed};
    struct dough dough = {data, size, room};
    const size_t at = value_place(&dice, data, size);
    if (at >= size)
        return LLVMFuzzerMutate(data, size, room);
    const size_t end = value_end(data, size, at);
    const char *text = words[dice_roll(&dice, sizeof words / sizeof *words)];
    bool done = false;
    switch (dice_roll(&dice, 4)) {
    case 0: /* a member more, behind an opening brace */
        for (size_t i = at; i < size && !done; ++i)
            if (data[i] == '{') {
                text = members[dice_roll(&dice, sizeof members / sizeof *members)];
                done = dough_replace(&dough, i + 1, 0, text, strlen(text));
            }
        break;
    case 1: /* the value once more */
        done = end > at && end - at < 200 && dough_replace(&dough, at, 0, data + at, end - at) &&
               dough_replace(&dough, at + (end - at), 0, ",", 1);
        break;
    default:
        done = dough_replace(&dough, at, end - at, text, strlen(text));
    }
    return done && dough.size ? dough.size : LLVMFuzzerMutate(data, size, room);
}
