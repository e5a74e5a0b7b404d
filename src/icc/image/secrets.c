/* PINs, keys, data objects and access conditions of a card image. Called by files.c for each DF. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apdu/tlv.h"
#include "icc/image/jsonfile.h"
#include "icc/os.h"

#define TRIES_MAX 15u /* what 63Cx can tell */
#define TRIES_DEFAULT 3u
#define PIN_MIN_DEFAULT 4u
#define OBJECT_MAX 65535u

/*
 * References: 01..1F for the whole card, 81..9F inside a DF (P2 of VERIFY and AUTHENTICATE); the PIN of PIV
 * has 80.
 */
static bool read_reference(struct image_reader *reader, const struct json *node, const struct file *df,
                           uint8_t *reference) {
    uint16_t value = 0;
    const unsigned last = df->parent ? PIN_LOCAL | 0x1F : 0x1F;
    const unsigned lowest = reader->card->command_set == COMMANDS_PIV ? 0 : 1;
    const unsigned first = df->parent ? PIN_LOCAL | lowest : 1;
    if (!image_code(reader, node, "reference", 1, &value))
        return false;
    if (value < first || value > last)
        return image_error(reader, image_field(node, "reference"), "must be %02X to %02X here", first, last);
    *reference = (uint8_t)value;
    return true;
}

static bool read_secret(struct image_reader *reader, const struct json *node, const struct pin *pin,
                        uint32_t padded, uint32_t tries, struct secret *secret) {
    const char *value = "";
    if (!image_text(reader, node, "value", REQUIRED, pin->min, pin->max, &value) ||
        !image_number(reader, node, "tries", OPTIONAL, 1, TRIES_MAX, &tries))
        return false;
    secret->size = (uint8_t)(padded ? padded : strlen(value));
    memset(secret->value, 0xFF, sizeof secret->value);
    memcpy(secret->value, value, strlen(value));
    secret->tries = secret->tries_max = (uint8_t)tries;
    return true;
}

static bool read_pin(struct image_reader *reader, const struct json *node, const struct file *df,
                     struct pin *pin, bool *disabled) {
    static const char *const fields[] = {"reference", "value",       "tries",    "puk",   "padded", "min",
                                         "max",       "may_disable", "disabled", "reset", NULL};
    static const char *const puk_fields[] = {"value", "tries", NULL};
    uint32_t padded = 0;
    uint32_t min = PIN_MIN_DEFAULT;
    if (!image_fields(reader, node, fields) || !read_reference(reader, node, df, &pin->reference) ||
        !image_number(reader, node, "padded", OPTIONAL, 1, PIN_SIZE_MAX, &padded))
        return false;
    if (padded && image_field(node, "max"))
        return image_error(reader, image_field(node, "max"),
                           "cannot stand beside \"padded\", which tells it");
    uint32_t max = padded ? padded : PIN_SIZE_MAX;
    if (!image_number(reader, node, "max", OPTIONAL, 1, max, &max) ||
        !image_number(reader, node, "min", OPTIONAL, 1, max, &min) ||
        !image_flag(reader, node, "may_disable", &pin->may_disable) ||
        !image_flag(reader, node, "disabled", disabled))
        return false;
    pin->owner = df;
    pin->min = (uint8_t)(min < max ? min : max);
    pin->max = (uint8_t)max;
    pin->padded = (uint8_t)padded;
    pin->reset.never = true;
    const struct json *puk = image_field(node, "puk");
    return read_secret(reader, node, pin, padded, TRIES_DEFAULT, &pin->code) &&
           (!puk ||
            (image_fields(reader, puk, puk_fields) && read_secret(reader, puk, pin, padded, 10, &pin->puk)));
}

bool image_pins(struct image_reader *reader, const struct json *object, struct file *df) {
    struct sim_card *card = reader->card;
    const struct json *pins, *node;
    if (!image_array(reader, object, "pins", &pins))
        return false;
    JSON_EACH(node, pins) {
        struct pin *pin = &card->pins[card->pin_count];
        bool disabled = false;
        if (card->pin_count == CARD_PINS_MAX)
            return image_error(reader, node, "a card has at most %u PINs", CARD_PINS_MAX);
        if (!read_pin(reader, node, df, pin, &disabled))
            return false;
        for (uint32_t i = 0; i < card->pin_count; i++)
            if (card->pins[i].owner == df && card->pins[i].reference == pin->reference)
                return image_error(reader, image_field(node, "reference"), "is used by another PIN");
        if (disabled)
            card->pins_disabled |= 1u << card->pin_count;
        df->pins |= 1u << card->pin_count++;
    }
    df->reach_pins = df->pins | (df->parent ? df->parent->reach_pins : 0);
    return true;
}

bool image_pin_rules(struct image_reader *reader, const struct json *object, struct file *df) {
    struct sim_card *card = reader->card;
    const struct json *pins, *node;
    uint32_t place = 0;
    if (!image_array(reader, object, "pins", &pins))
        return false;
    JSON_EACH(node, pins) {
        while (card->pins[place].owner != df)
            place++;
        if (!image_condition(reader, node, "reset", df, &card->pins[place++].reset))
            return false;
    }
    return true;
}

static bool read_symmetric(struct image_reader *reader, const struct json *node, struct key *key) {
    uint32_t tries = 0;
    size_t size = 0;
    key->external = true;
    if (!image_hex(reader, node, "value", REQUIRED, 16, KEY_SIZE_MAX, key->value, &size) ||
        !image_number(reader, node, "tries", OPTIONAL, 1, TRIES_MAX, &tries) ||
        !image_flag(reader, node, "external", &key->external))
        return false;
    if (size % 8)
        return image_error(reader, image_field(node, "value"), "an AES key has 16, 24 or 32 bytes, not %zu",
                           size);
    key->size = (uint8_t)size;
    key->tries = key->tries_max = (uint8_t)tries;
    return true;
}

static bool read_key(struct image_reader *reader, const struct json *node, const struct file *df,
                     struct key *key) {
    static const char *const of_pairs[] = {"reference", "private", "internal", "pin_always", NULL};
    static const char *const of_symmetric[] = {"reference", "value", "tries", "internal", "external", NULL};
    const struct json *pair = json_is(node, JSON_OBJECT) ? image_field(node, "private") : NULL;
    key->owner = df;
    if (!image_fields(reader, node, pair ? of_pairs : of_symmetric) ||
        !read_reference(reader, node, df, &key->reference) ||
        !image_condition(reader, node, "internal", df, &key->internal))
        return false;
    if (!pair)
        return read_symmetric(reader, node, key);
    return image_flag(reader, node, "pin_always", &key->pin_always) && image_private_key(reader, pair, key);
}

bool image_keys(struct image_reader *reader, const struct json *object, struct file *df) {
    struct sim_card *card = reader->card;
    const struct json *keys, *node;
    if (!image_array(reader, object, "keys", &keys))
        return false;
    df->reach_keys = df->parent ? df->parent->reach_keys : 0;
    JSON_EACH(node, keys) {
        struct key *key = &card->keys[card->key_count];
        if (card->key_count == CARD_KEYS_MAX)
            return image_error(reader, node, "a card has at most %u keys", CARD_KEYS_MAX);
        if (!read_key(reader, node, df, key))
            return false;
        for (uint32_t i = 0; i < card->key_count; i++)
            if (card->keys[i].owner == df && card->keys[i].reference == key->reference)
                return image_error(reader, image_field(node, "reference"), "is used by another key");
        df->keys |= 1u << card->key_count;
        df->reach_keys |= 1u << card->key_count++;
    }
    return true;
}

/* The two bytes of P1 P2, or a tag of BER where commands bring it in their data. */
static bool read_tag(struct image_reader *reader, const struct json *node, uint32_t *tag) {
    uint8_t bytes[TLV_TAG_MAX];
    uint16_t code = 0;
    size_t size = 0;
    if (reader->card->command_set != COMMANDS_PIV) {
        if (!image_code(reader, node, "tag", 2, &code))
            return false;
        *tag = code;
        return true;
    }
    if (!image_hex(reader, node, "tag", REQUIRED, 1, sizeof bytes, bytes, &size))
        return false;
    return tlv_tag_read(bytes, size, tag) == size ||
           image_error(reader, image_field(node, "tag"), "is no tag of ISO/IEC 7816-4 §5.2.2.1");
}

static bool read_object(struct image_reader *reader, const struct json *node, const struct file *df,
                        struct object *object) {
    static const char *const fields[] = {"tag", "value", "max", "get", "put", NULL};
    uint32_t tag = 0;
    object->put.never = true;
    if (!image_fields(reader, node, fields) || !read_tag(reader, node, &tag))
        return false;
    if (sim_file_object(df, tag))
        return image_error(reader, image_field(node, "tag"), "is used by another data object");
    object->tag = tag;
    const struct json *value = image_field(node, "value");
    if (!value)
        return image_missing(reader, node, "value");
    if (!image_content(reader, value, false, OBJECT_MAX, &object->value, &object->size))
        return false;
    object->max = object->size;
    if (!image_number(reader, node, "max", OPTIONAL, object->size, OBJECT_MAX, &object->max) ||
        !image_condition(reader, node, "get", df, &object->get) ||
        !image_condition(reader, node, "put", df, &object->put))
        return false;
    if (object->max - object->size > reader->budget)
        return image_error(reader, node, "the card is larger than %u bytes", (unsigned)IMAGE_CONTENT_MAX);
    reader->budget -= object->max - object->size;
    uint8_t *room = realloc(object->value, object->max);
    if (!room)
        return image_no_memory(reader);
    object->value = room;
    return true;
}

bool image_objects(struct image_reader *reader, const struct json *object, struct file *df) {
    const struct json *objects, *node;
    if (!image_array(reader, object, "objects", &objects))
        return false;
    JSON_EACH(node, objects) {
        struct object *made = calloc(1, sizeof *made);
        if (!made)
            return image_no_memory(reader);
        if (!read_object(reader, node, df, made)) {
            free(made->value);
            free(made);
            return false;
        }
        made->next = df->objects;
        df->objects = made;
    }
    return true;
}

/* "pin 01" or "key 81": adds the bit of the nearest one with that reference. */
static bool read_term(struct image_reader *reader, const struct json *node, const struct file *df,
                      struct condition *condition) {
    const struct sim_card *card = reader->card;
    const char *text = json_is(node, JSON_STRING) ? node->text : "";
    const bool is_key = strncmp(text, "key ", 4) == 0;
    const bool sound = (is_key || strncmp(text, "pin ", 4) == 0) && strlen(text) == 6;
    if (!sound || strspn(text + 4, "0123456789ABCDEFabcdef") != 2)
        return image_error(reader, node, "must be \"pin XX\" or \"key XX\" with a reference in hexadecimal");
    const unsigned long reference = strtoul(text + 4, NULL, 16);
    for (; df; df = df->parent) {
        for (uint32_t i = 0; !is_key && i < card->pin_count; i++)
            if (card->pins[i].owner == df && card->pins[i].reference == reference) {
                condition->pins |= 1u << i;
                return true;
            }
        for (uint32_t i = 0; is_key && i < card->key_count; i++)
            if (card->keys[i].owner == df && card->keys[i].reference == reference) {
                condition->keys |= 1u << i;
                return true;
            }
    }
    return image_error(reader, node, "there is no %s %02lX here or in the directories above",
                       is_key ? "key" : "PIN", reference);
}

static bool read_terms(struct image_reader *reader, const struct json *node, const struct file *df,
                       struct condition *condition) {
    static const char *const fields[] = {"all", "any", NULL};
    const struct json *terms, *term;
    if (!image_fields(reader, node, fields))
        return false;
    if (json_count(node) != 1)
        return image_error(reader, node, "must have either \"all\" or \"any\"");
    condition->any = strcmp(node->child->name, "any") == 0;
    if (!image_array(reader, node, node->child->name, &terms))
        return false;
    if (!terms->child)
        return image_error(reader, terms, "is empty");
    JSON_EACH(term, terms) {
        if (!read_term(reader, term, df, condition))
            return false;
    }
    return true;
}

bool image_condition(struct image_reader *reader, const struct json *object, const char *name,
                     const struct file *df, struct condition *condition) {
    const struct json *node = image_field(object, name);
    if (!node)
        return true;
    *condition = (struct condition){.never = false};
    if (json_is(node, JSON_OBJECT))
        return read_terms(reader, node, df, condition);
    if (json_is(node, JSON_STRING) && strcmp(node->text, "always") == 0)
        return true;
    if (json_is(node, JSON_STRING) && strcmp(node->text, "never") == 0) {
        condition->never = true;
        return true;
    }
    return read_term(reader, node, df, condition);
}
