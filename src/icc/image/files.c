/* The file tree of a card image. Called by image.c. */
#include <stdlib.h>
#include <string.h>

#include "icc/image/jsonfile.h"
#include "icc/os.h"

#define SFI_MAX 30u
#define ANSWER_MAX 128u

static const struct {
    const char *name;
    enum file_kind kind;
} kinds[] = {{"df", FILE_DF},
             {"transparent", FILE_TRANSPARENT},
             {"linear-fixed", FILE_LINEAR_FIXED},
             {"linear-variable", FILE_LINEAR_VARIABLE},
             {"cyclic", FILE_CYCLIC}};

static bool read_kind(struct image_reader *reader, const struct json *node, enum file_kind *kind) {
    const struct json *type = image_field(node, "type");
    if (!type)
        return image_missing(reader, node, "type");
    for (size_t i = 0; json_is(type, JSON_STRING) && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(type->text, kinds[i].name) == 0) {
            *kind = kinds[i].kind;
            return true;
        }
    return image_error(
        reader, type, "must be \"df\", \"transparent\", \"linear-fixed\", \"linear-variable\" or \"cyclic\"");
}

/* The identifier: unlike those of the neighbours and of the directory itself, and none that ISO reserves. */
static bool read_id(struct image_reader *reader, const struct json *node, const struct file *df,
                    uint16_t *id) {
    if (!image_code(reader, node, "id", 2, id))
        return false;
    const struct json *field = image_field(node, "id");
    const bool uicc = reader->card->command_set == COMMANDS_UICC;
    if (sim_file_id_reserved(*id) || (uicc && *id == FILE_APPLICATION_ID))
        return image_error(reader, field, "%04X is reserved", *id);
    if (sim_file_child(df, *id) || df->id == *id)
        return image_error(reader, field, "%04X is used by another file", *id);
    return true;
}

static bool read_sfi(struct image_reader *reader, const struct json *node, struct file *file) {
    uint32_t sfi = 0;
    if (!image_number(reader, node, "sfi", OPTIONAL, 1, SFI_MAX, &sfi))
        return false;
    if (sfi && sim_file_by_sfi(file->parent, (uint8_t)sfi))
        return image_error(reader, image_field(node, "sfi"), "%u is used by another file", (unsigned)sfi);
    file->sfi = (uint8_t)sfi;
    return true;
}

/* The EF.ARR and the number of its record that hold the rule of the file, in a UICC. */
static bool read_rule(struct image_reader *reader, const struct json *node, struct file *file) {
    const struct json *field = image_field(node, "rule");
    size_t size = 0;
    if (!field)
        return true;
    if (reader->card->command_set != COMMANDS_UICC)
        return image_error(reader, field, "wants \"commands\" that are those of a \"uicc\"");
    file->has_rule = true;
    return image_hex(reader, node, "rule", REQUIRED, FILE_RULE_SIZE, FILE_RULE_SIZE, file->rule, &size);
}

static bool read_rules(struct image_reader *reader, const struct json *node, struct file *file) {
    const struct file *df = file->parent;
    for (unsigned i = 0; i < FILE_OPERATIONS; i++)
        file->access[i].never = i != FILE_READ;
    if (!image_condition(reader, node, "read", df, &file->access[FILE_READ]) ||
        !image_condition(reader, node, "update", df, &file->access[FILE_UPDATE]) ||
        !image_condition(reader, node, "write", df, &file->access[FILE_WRITE]) ||
        !image_condition(reader, node, "delete", df, &file->access[FILE_DELETE]))
        return false;
    file->access[FILE_DEACTIVATE] = file->access[FILE_ACTIVATE] = file->access[FILE_UPDATE];
    return image_flag(reader, node, "deactivated", &file->deactivated) && read_rule(reader, node, file);
}

/* Nothing is allowed in a DF that its image does not allow. */
static bool read_df_rules(struct image_reader *reader, const struct json *node, struct file *df) {
    for (unsigned i = 0; i < FILE_OPERATIONS; i++)
        df->access[i].never = true;
    if (!image_condition(reader, node, "create", df, &df->access[FILE_CREATE_EF]) ||
        !image_condition(reader, node, "update", df, &df->access[FILE_ACTIVATE]) ||
        !image_condition(reader, node, "delete", df, &df->access[FILE_DELETE]))
        return false;
    df->access[FILE_CREATE_DF] = df->access[FILE_CREATE_EF];
    df->access[FILE_DEACTIVATE] = df->access[FILE_ACTIVATE];
    return true;
}

static bool read_transparent(struct image_reader *reader, const struct json *node, struct file *file) {
    static const char *const fields[] = {"id",     "type",        "sfi",  "read",    "update", "write",
                                         "delete", "deactivated", "rule", "content", NULL};
    const struct json *content = image_field(node, "content");
    if (!image_fields(reader, node, fields))
        return false;
    if (!content)
        return image_missing(reader, node, "content");
    return image_content(reader, content, false, FILE_TRANSPARENT_MAX, &file->bytes, &file->size);
}

/* One entry of "records"; "repeat" makes it several. */
static bool read_record(struct image_reader *reader, const struct json *node, struct file *file) {
    uint8_t *bytes = NULL;
    uint32_t size = 0;
    uint32_t repeat = 1;
    const uint32_t budget = reader->budget;
    reader->budget += file->record_size; /* the file's capacity has been paid for */
    if (!image_content(reader, node, true, file->record_size, &bytes, &size))
        return false;
    reader->budget = budget;
    bool good = true;
    if (json_is(node, JSON_OBJECT))
        good = image_number(reader, node, "repeat", OPTIONAL, 1, FILE_RECORDS_MAX, &repeat);
    if (good && file->kind != FILE_LINEAR_VARIABLE && size != file->record_size)
        good = image_error(reader, node, "must have record_size (%u) bytes, has %u",
                           (unsigned)file->record_size, (unsigned)size);
    if (good && repeat > file->capacity - file->count)
        good = image_error(reader, node, "is one more than the capacity of %u", (unsigned)file->capacity);
    for (; good && repeat; repeat--) {
        /* The order of the image is the order of the numbers, in cyclic files too. */
        struct record *record = &file->records[file->count++];
        memcpy(record->bytes, bytes, size);
        record->size = size;
    }
    free(bytes);
    return good;
}

static bool read_records(struct image_reader *reader, const struct json *node, struct file *file) {
    static const char *const fields[] = {"id",       "type",   "sfi",         "read",    "update",
                                         "write",    "delete", "deactivated", "records", "record_size",
                                         "capacity", "rule",   NULL};
    const struct json *records, *record;
    uint32_t record_size = 0;
    uint32_t capacity = 0;
    if (!image_fields(reader, node, fields) ||
        !image_number(reader, node, "record_size", REQUIRED, 1, FILE_RECORD_MAX, &record_size) ||
        !image_number(reader, node, "capacity", REQUIRED, 1, FILE_RECORDS_MAX, &capacity) ||
        !image_array(reader, node, "records", &records))
        return false;
    if (capacity * record_size > reader->budget)
        return image_error(reader, node, "the card is larger than %u bytes", (unsigned)IMAGE_CONTENT_MAX);
    reader->budget -= capacity * record_size;
    if (!sim_file_make_records(file, capacity, record_size))
        return image_no_memory(reader);
    JSON_EACH(record, records) {
        if (!read_record(reader, record, file))
            return false;
    }
    return true;
}

static bool read_df(struct image_reader *reader, const struct json *node, struct file *df, unsigned depth);

static bool read_file(struct image_reader *reader, const struct json *node, struct file *df, unsigned depth) {
    enum file_kind kind = FILE_DF;
    uint16_t id = 0;
    if (!json_is(node, JSON_OBJECT))
        return image_error(reader, node, "must be an object");
    if (++reader->card->file_count > CARD_FILES_MAX)
        return image_error(reader, node, "a card has at most %u files", CARD_FILES_MAX);
    if (!read_kind(reader, node, &kind) || !read_id(reader, node, df, &id))
        return false;
    struct file *file = sim_file_add(df, kind, id);
    if (!file)
        return image_no_memory(reader);
    if (kind == FILE_DF)
        return read_df(reader, node, file, depth + 1);
    return read_sfi(reader, node, file) && read_rules(reader, node, file) &&
           (kind == FILE_TRANSPARENT ? read_transparent(reader, node, file)
                                     : read_records(reader, node, file));
}

/* The name: with it SELECT finds the directory from anywhere, so it is there once in a card. */
static bool read_name(struct image_reader *reader, const struct json *node, struct file *df) {
    size_t size = 0;
    const char *label = "";
    uint8_t name[FILE_NAME_MAX];
    if (!image_text(reader, node, "label", OPTIONAL, 1, FILE_LABEL_MAX, &label) ||
        !image_hex(reader, node, "aid", OPTIONAL, 1, FILE_NAME_MAX, name, &size))
        return false;
    strcpy(df->label, label);
    for (const struct file *other = reader->card->mf; size && other; other = sim_file_after(other))
        if (other->name_size == size && memcmp(other->name, name, size) == 0)
            return image_error(reader, image_field(node, "aid"), "is used by another directory");
    memcpy(df->name, name, size);
    df->name_size = (uint8_t)size;
    df->application = size && df->parent && reader->card->command_set == COMMANDS_UICC;
    return read_rule(reader, node, df);
}

/* What SELECT by P2 00 answers, byte by byte. */
static bool read_answer(struct image_reader *reader, const struct json *node, struct file *df) {
    uint8_t bytes[ANSWER_MAX];
    size_t size = 0;
    if (!image_hex(reader, node, "select", OPTIONAL, 1, sizeof bytes, bytes, &size))
        return false;
    if (!size)
        return true;
    df->answer = malloc(size);
    if (!df->answer)
        return image_no_memory(reader);
    memcpy(df->answer, bytes, size);
    df->answer_size = (uint32_t)size;
    return true;
}

/* What the MF and other DFs have in common. */
static bool read_content(struct image_reader *reader, const struct json *node, struct file *df,
                         unsigned depth) {
    const struct json *files, *file;
    if (!read_name(reader, node, df) || !image_pins(reader, node, df) || !image_keys(reader, node, df) ||
        !image_pin_rules(reader, node, df) || !read_df_rules(reader, node, df) ||
        !image_objects(reader, node, df) || !image_array(reader, node, "files", &files))
        return false;
    if (files && depth > FILE_DEPTH_MAX)
        return image_error(reader, files, "directories are nested more than %u deep", FILE_DEPTH_MAX);
    JSON_EACH(file, files) {
        if (!read_file(reader, file, df, depth))
            return false;
    }
    return true;
}

static bool read_df(struct image_reader *reader, const struct json *node, struct file *df, unsigned depth) {
    static const char *const fields[] = {"id",     "type", "aid",     "label",  "deactivated",
                                         "select", "rule", "create",  "update", "delete",
                                         "pins",   "keys", "objects", "files",  NULL};
    return image_fields(reader, node, fields) && image_flag(reader, node, "deactivated", &df->deactivated) &&
           read_answer(reader, node, df) && read_content(reader, node, df, depth);
}

bool image_files(struct image_reader *reader) {
    static const char *const fields[] = {"aid",  "label",   "rule",  "create", "pins",
                                         "keys", "objects", "files", NULL};
    const struct json *node = image_field(reader->root, "mf");
    if (!node)
        return image_missing(reader, reader->root, "mf");
    reader->card->mf = sim_file_add(NULL, FILE_DF, FILE_MF_ID);
    if (!reader->card->mf)
        return image_no_memory(reader);
    return image_fields(reader, node, fields) && read_content(reader, node, reader->card->mf, 1);
}
