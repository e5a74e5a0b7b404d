/* Loading a card image: where its text comes from, and the fields that concern the card as a whole. */
#include "icc/image/image.h"

#include <stdio.h>
#include <string.h>

#include "base/text/textfile.h"
#include "base/wipe.h"
#include "icc/gsm/milenage.h"
#include "icc/image/builtin.h"
#include "icc/image/jsonfile.h"
#include "icc/os.h"

#define FORMAT "scardssp-card"
#define VERSION 1u
#define TEXT_MAX (8u * 1024 * 1024)
#define NAMES_ROOM 200 /* the names of the images that come with the library */
#define SUMMARY_MAX 100u
#define CHANNELS_DEFAULT 4u
#define SPACE_DEFAULT 65536u
#define CLASS_OF_GSM 0xA0

static bool read_format(struct image_reader *reader) {
    const char *format = "";
    const char *name = "";
    const char *summary = ""; /* for lists of images: the build takes it out of those that come along */
    uint32_t version = 0;
    if (!image_text(reader, reader->root, "format", REQUIRED, 0, 64, &format))
        return false;
    if (strcmp(format, FORMAT) != 0)
        return image_error(reader, image_field(reader->root, "format"), "must be \"" FORMAT "\"");
    if (!image_number(reader, reader->root, "version", REQUIRED, VERSION, VERSION, &version) ||
        !image_text(reader, reader->root, "name", REQUIRED, 1, CARD_NAME_MAX, &name) ||
        !image_text(reader, reader->root, "summary", OPTIONAL, 1, SUMMARY_MAX, &summary))
        return false;
    strcpy(reader->card->name, name);
    return true;
}

static bool read_protocols(struct image_reader *reader) {
    struct atr_plan *atr = &reader->card->atr;
    const struct json *protocols, *node;
    if (!image_array(reader, reader->root, "protocols", &protocols))
        return false;
    if (!protocols)
        return image_missing(reader, reader->root, "protocols");
    JSON_EACH(node, protocols) {
        const char *text = json_is(node, JSON_STRING) ? node->text : "";
        const uint8_t bit = strcmp(text, "T=0") == 0 ? 1 : strcmp(text, "T=1") == 0 ? 2 : 0;
        if (!bit)
            return image_error(reader, node, "must be \"T=0\" or \"T=1\"");
        if (atr->protocols >= bit)
            return image_error(reader, node, "an ATR names each protocol once, T=0 first");
        atr->protocols |= bit;
    }
    return atr->protocols || image_error(reader, protocols, "is empty");
}

static bool read_atr(struct image_reader *reader) {
    struct atr_plan *atr = &reader->card->atr;
    const struct json *whole = image_field(reader->root, "atr");
    uint8_t bytes[ATR_MAX];
    size_t size = 0;
    if (!whole) {
        if (!read_protocols(reader) || !image_hex(reader, reader->root, "historical", OPTIONAL, 0,
                                                  ATR_HISTORICAL_MAX, atr->historical, &size))
            return false;
        atr->historical_size = (uint8_t)size;
        return true;
    }
    const struct json *other = image_field(reader->root, "protocols");
    other = other ? other : image_field(reader->root, "historical");
    if (other)
        return image_error(reader, other, "cannot stand beside \"atr\", which tells it");
    if (!image_hex(reader, reader->root, "atr", REQUIRED, 2, sizeof bytes, bytes, &size))
        return false;
    const char *fault = sim_atr_take(bytes, size, atr);
    return !fault || image_error(reader, whole, "%s", fault);
}

/* Interindustry classes (§5.4.1): 00-1F with channels 0-3, 40-7F with channels 4-19. */
static void allow_interindustry(struct sim_card *card) {
    for (unsigned cla = 0; cla < 0x80; cla++) {
        struct class_info *info = &card->classes[cla];
        const bool further = cla & 0x40;
        if (!further && cla & 0x20)
            continue; /* reserved */
        const bool secured = further ? cla & 0x20 : cla & 0x0C;
        info->kind = secured ? CLASS_SECURED : cla & 0x10 ? CLASS_CHAINED : CLASS_ISO;
        info->channel = (uint8_t)(further ? 4 + (cla & 0x0F) : cla & 0x03);
    }
}

static bool read_class(struct image_reader *reader, const struct json *node) {
    uint8_t cla[2] = {0, 0};
    size_t size = 0;
    if (!json_is(node, JSON_STRING) || strlen(node->text) != 2)
        return image_error(reader, node, "must have 2 hexadecimal digits");
    if (!image_hex_node(reader, node, cla, &size))
        return false;
    if (cla[0] == 0x00)
        allow_interindustry(reader->card);
    else if (cla[0] < 0x80 || cla[0] == 0xFF)
        return image_error(reader, node, "must be 00 (all interindustry classes) or 80 to FE");
    else if (reader->card->classes[cla[0]].kind)
        return image_error(reader, node, "is there twice");
    else
        reader->card->classes[cla[0]].kind = CLASS_ISO;
    return true;
}

static bool read_classes(struct image_reader *reader) {
    struct sim_card *card = reader->card;
    const struct json *classes, *node;
    uint32_t channels = CHANNELS_DEFAULT;
    bool gsm = false;
    if (!image_array(reader, reader->root, "classes", &classes) ||
        !image_flag(reader, reader->root, "gsm", &gsm) ||
        !image_number(reader, reader->root, "channels", OPTIONAL, 1, CARD_CHANNELS_MAX, &channels))
        return false;
    card->channel_count = (uint8_t)channels;
    if (gsm)
        card->classes[CLASS_OF_GSM].kind = CLASS_GSM;
    if (!classes && !gsm)
        allow_interindustry(card);
    JSON_EACH(node, classes) {
        if (!read_class(reader, node))
            return false;
    }
    return true;
}

/* Whose commands the card has beside those of ISO/IEC 7816-4. */
static bool read_commands(struct image_reader *reader) {
    static const char *const names[] = {[COMMANDS_ISO] = "iso",
                                        [COMMANDS_UICC] = "uicc",
                                        [COMMANDS_PIV] = "piv",
                                        [COMMANDS_OPENPGP] = "openpgp"};
    const struct json *node = image_field(reader->root, "commands");
    if (!node)
        return true;
    for (size_t i = 0; json_is(node, JSON_STRING) && i < sizeof names / sizeof *names; i++)
        if (strcmp(node->text, names[i]) == 0) {
            reader->card->command_set = (enum command_set_kind)i;
            return true;
        }
    return image_error(reader, node, "must be \"iso\", \"uicc\", \"piv\" or \"openpgp\"");
}

/*
 * What RUN GSM ALGORITHM and AUTHENTICATE go by: the subscriber's key, and the operator's OP or what it makes
 * with the key.
 */
static bool read_milenage(struct image_reader *reader) {
    static const char *const fields[] = {"k", "op", "opc", NULL};
    struct sim_card *card = reader->card;
    const struct json *node = image_field(reader->root, "milenage");
    size_t size = 0;
    if (!node)
        return true;
    if (card->classes[CLASS_OF_GSM].kind != CLASS_GSM && card->command_set != COMMANDS_UICC)
        return image_error(reader, node, "needs \"gsm\", or \"commands\" that are those of a \"uicc\"");
    if (!image_fields(reader, node, fields))
        return false;
    if (image_field(node, "op") && image_field(node, "opc"))
        return image_error(reader, node, "has both \"op\" and \"opc\"");
    const bool is_op = image_field(node, "op") != NULL;
    if (!image_hex(reader, node, "k", REQUIRED, MILENAGE_BLOCK, MILENAGE_BLOCK, card->milenage_k, &size) ||
        !image_hex(reader, node, is_op ? "op" : "opc", REQUIRED, MILENAGE_BLOCK, MILENAGE_BLOCK,
                   card->milenage_opc, &size))
        return false;
    card->milenage_is_op = is_op;
    return card->has_milenage = true;
}

/* What CREATE FILE may give to files that the image does not have. */
static bool read_space(struct image_reader *reader) {
    reader->card->space = SPACE_DEFAULT;
    return image_number(reader, reader->root, "space", OPTIONAL, 0, IMAGE_CONTENT_MAX, &reader->card->space);
}

static bool read_card(struct image_reader *reader) {
    static const char *const fields[] = {
        "format",   "version", "name",     "summary",  "protocols", "historical", "atr", "classes",
        "commands", "gsm",     "milenage", "channels", "space",     "quirks",     "mf",  NULL};
    return image_fields(reader, reader->root, fields) && read_format(reader) && read_atr(reader) &&
           read_classes(reader) && read_commands(reader) && read_space(reader) && read_milenage(reader) &&
           image_quirks(reader) && image_files(reader);
}

/* The message ends with the names that would have done. */
static bool no_file(struct image_reader *reader, const char *what) {
    char names[NAMES_ROOM] = "";
    for (const struct builtin_image *image = sim_builtin_images; image->name; image++) {
        const size_t used = strlen(names);
        (void)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", image->name);
    }
    return image_error(reader, NULL, "%s (neither a readable file nor one of %s)", what, names);
}

/* The whole file, NUL-terminated. */
static bool read_file(struct image_reader *reader) {
    switch (textfile_read(reader->file, TEXT_MAX - 1, &reader->own_text, &reader->size)) {
    case TEXTFILE_OK:
        reader->text = reader->own_text;
        return true;
    case TEXTFILE_ABSENT:
        return no_file(reader, "no such card image");
    case TEXTFILE_BROKEN:
        return no_file(reader, "cannot be read");
    case TEXTFILE_TOO_LARGE:
        return image_error(reader, NULL, "is larger than 8 MiB");
    default:
        return image_no_memory(reader);
    }
}

static const struct builtin_image *find_builtin(const char *name) {
    const struct builtin_image *builtin = sim_builtin_images;
    while (builtin->name && strcmp(builtin->name, name) != 0)
        builtin++;
    return builtin->name ? builtin : NULL;
}

bool sim_image_is_builtin(const char *name) {
    return find_builtin(name) != NULL;
}

bool sim_image_open(struct image_reader *reader) {
    const struct builtin_image *builtin = find_builtin(reader->file);
    if (builtin) {
        reader->text = builtin->text;
        reader->size = builtin->size;
    }
    return (builtin || read_file(reader)) && image_parse(reader);
}

void sim_image_close(struct image_reader *reader) {
    json_free((struct json *)(uintptr_t)reader->root);
    wipe_free(reader->own_text, reader->size);
    reader->root = NULL;
    reader->text = reader->own_text = NULL;
}

bool sim_image_read(struct image_reader *reader, struct sim_card *card) {
    reader->card = card;
    reader->budget = IMAGE_CONTENT_MAX;
    return read_card(reader);
}
