/* The quirks of a card image. Called by image.c. */
#include <stdlib.h>
#include <string.h>

#include "icc/image/jsonfile.h"
#include "icc/quirk.h"

#define DATA_MAX APDU_NE_MAX

static bool read_pattern(struct image_reader *reader, const struct json *node, struct quirk *quirk) {
    size_t size = 0;
    if (!image_hex(reader, node, "to", OPTIONAL, 0, QUIRK_PATTERN_MAX, quirk->pattern, &size))
        return false;
    quirk->pattern_size = (uint8_t)size;
    memset(quirk->mask, 0xFF, sizeof quirk->mask);
    return image_hex(reader, node, "mask", OPTIONAL, size, size, quirk->mask, &size);
}

/* A state, -1 where the field is not there. */
static bool read_state(struct image_reader *reader, const struct json *node, const char *name,
                       int32_t *state) {
    uint32_t number = 0;
    *state = -1;
    if (!image_field(node, name))
        return true;
    if (!image_number(reader, node, name, REQUIRED, 0, QUIRK_STATE_MAX, &number))
        return false;
    *state = (int32_t)number;
    return true;
}

static bool read_delay(struct image_reader *reader, const struct json *node, struct quirk *quirk) {
    bool never = false;
    if (!image_number(reader, node, "delay", OPTIONAL, 1, QUIRK_DELAY_MAX, &quirk->delay_ms) ||
        !image_flag(reader, node, "silent", &never))
        return false;
    if (never)
        quirk->delay_ms = QUIRK_SILENT;
    return true;
}

static bool read_give(struct image_reader *reader, const struct json *node, enum quirk_give *give) {
    static const char *const names[] = {"asked", "all", "announced", "exact"};
    const char *name = names[QUIRK_AS_ASKED];
    if (!image_text(reader, node, "give", OPTIONAL, 0, 16, &name))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0) {
            *give = (enum quirk_give)i;
            return true;
        }
    return image_error(reader, image_field(node, "give"),
                       "must be \"asked\", \"all\", \"announced\" or \"exact\"");
}

/* What stands there only beside something else, or never beside it. */
static bool check_company(struct image_reader *reader, const struct json *node, const struct quirk *quirk) {
    static const char *const of_an_answer[] = {"data", "give", "keep"};
    const struct json *data = image_field(node, "data");
    for (size_t i = 0; i < sizeof of_an_answer / sizeof *of_an_answer; i++)
        if (!quirk->answers && image_field(node, of_an_answer[i]))
            return image_error(reader, image_field(node, of_an_answer[i]), "needs \"sw\" beside it");
    if (image_field(node, "give") && !data)
        return image_error(reader, image_field(node, "give"), "needs \"data\" beside it");
    if (quirk->keeps && data)
        return image_error(reader, image_field(node, "keep"), "cannot stand beside \"data\"");
    if (quirk->delay_ms != QUIRK_SILENT)
        return true;
    const struct json *other = image_field(node, "sw");
    other = other ? other : image_field(node, "delay");
    return !other || image_error(reader, other, "cannot stand beside \"silent\"");
}

static bool read_data(struct image_reader *reader, const struct json *node, struct quirk *quirk) {
    const struct json *data = image_field(node, "data");
    if (!data)
        return true;
    if (!image_content(reader, data, false, DATA_MAX, &quirk->data, &quirk->size))
        return false;
    if (quirk->give == QUIRK_EXACT && quirk->size > APDU_SHORT_NE_MAX)
        return image_error(reader, data, "6Cxx can tell 1 to 256 bytes, not %u", (unsigned)quirk->size);
    return true;
}

static bool read_quirk(struct image_reader *reader, const struct json *node, struct quirk *quirk) {
    static const char *const fields[] = {"to",   "mask", "state", "next",   "sw", "data",
                                         "give", "keep", "delay", "silent", NULL};
    if (!image_fields(reader, node, fields))
        return false;
    quirk->answers = image_field(node, "sw") != NULL;
    if (quirk->answers && !image_code(reader, node, "sw", 2, &quirk->sw))
        return false;
    return read_pattern(reader, node, quirk) && read_state(reader, node, "state", &quirk->state) &&
           read_state(reader, node, "next", &quirk->next) && read_delay(reader, node, quirk) &&
           image_flag(reader, node, "keep", &quirk->keeps) && read_give(reader, node, &quirk->give) &&
           check_company(reader, node, quirk) && read_data(reader, node, quirk);
}

bool image_quirks(struct image_reader *reader) {
    struct sim_card *card = reader->card;
    const struct json *quirks, *node;
    if (!image_array(reader, reader->root, "quirks", &quirks))
        return false;
    if (!quirks || !quirks->child)
        return true;
    if (json_count(quirks) > QUIRKS_MAX)
        return image_error(reader, quirks, "a card has at most %u quirks", QUIRKS_MAX);
    card->quirks = calloc(json_count(quirks), sizeof *card->quirks);
    if (!card->quirks)
        return image_no_memory(reader);
    JSON_EACH(node, quirks) {
        if (!read_quirk(reader, node, &card->quirks[card->quirk_count++]))
            return false;
    }
    return true;
}
