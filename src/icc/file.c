/* The card's file tree: storage and look-up, no access rules. Used by the image loader and the commands. */
#include "icc/file.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

#define CODING_WRITE 0x60 /* bits of the data coding byte (table 87) */
#define CODING_WRITE_AND 0x60

struct file *sim_file_add(struct file *parent, enum file_kind kind, uint16_t id) {
    struct file *file = calloc(1, sizeof *file);
    if (!file)
        return NULL;
    file->kind = kind;
    file->id = id;
    file->coding = FILE_CODING;
    file->parent = parent;
    if (parent) {
        struct file **end = &parent->child;
        while (*end)
            end = &(*end)->next;
        *end = file;
    }
    return file;
}

/* Frees one file, whose children are gone. */
static void release(struct file *file) {
    for (uint32_t i = 0; file->records && i < file->capacity; i++)
        wipe_free(file->records[i].bytes, file->record_size);
    free(file->records);
    wipe_free(file->bytes, file->size);
    free(file->answer);
    while (file->objects) {
        struct object *object = file->objects;
        file->objects = object->next;
        wipe_free(object->value, object->max);
        free(object);
    }
    free(file);
}

void sim_file_free(struct file *root) {
    struct file *file = root;
    while (file) {
        if (file->child) {
            struct file *child = file->child;
            file->child = child->next;
            file = child;
        } else {
            struct file *parent = file == root ? NULL : file->parent;
            release(file);
            file = parent;
        }
    }
}

void sim_file_remove(struct file *file) {
    struct file **link = &file->parent->child;
    while (*link != file)
        link = &(*link)->next;
    *link = file->next;
    sim_file_free(file);
}

bool sim_file_id_reserved(uint16_t id) {
    return id == 0 || id == FILE_MF_ID || id == 0x3FFF || id == 0xFFFF;
}

bool sim_file_is_active(const struct file *file) {
    while (file && !file->deactivated)
        file = file->parent;
    return !file;
}

unsigned sim_file_depth(const struct file *df) {
    unsigned depth = 0;
    for (; df; df = df->parent)
        depth++;
    return depth;
}

/* The first file behind `root` and all below it in the order of the tree; NULL: none. */
static const struct file *behind(const struct file *root) {
    while (root && !root->next)
        root = root->parent;
    return root ? root->next : NULL;
}

uint32_t sim_file_count(const struct file *file) {
    const struct file *end = behind(file);
    uint32_t count = 0;
    for (; file != end; file = sim_file_after(file))
        count++;
    return count;
}

uint32_t sim_file_space(const struct file *file) {
    const struct file *end = behind(file);
    uint32_t space = 0;
    for (; file != end; file = sim_file_after(file))
        space += file->size + file->capacity * file->record_size;
    return space;
}

void sim_file_write(const struct file *file, uint8_t *bytes, const uint8_t *with, uint32_t size) {
    const bool is_and = (file->coding & CODING_WRITE) == CODING_WRITE_AND;
    for (uint32_t i = 0; i < size; i++)
        bytes[i] = is_and ? bytes[i] & with[i] : bytes[i] | with[i];
}

struct file *sim_file_child(const struct file *df, uint16_t id) {
    struct file *file = df->child;
    while (file && file->id != id)
        file = file->next;
    return file;
}

struct file *sim_file_by_sfi(const struct file *df, uint8_t sfi) {
    struct file *file = df->child;
    while (file && file->sfi != sfi)
        file = file->next;
    return file;
}

struct file *sim_file_after(const struct file *file) {
    if (file->child)
        return file->child;
    while (file && !file->next)
        file = file->parent;
    return file ? file->next : NULL;
}

struct object *sim_file_object(const struct file *df, uint32_t tag) {
    struct object *object = df->objects;
    while (object && object->tag != tag)
        object = object->next;
    return object;
}

bool sim_file_make_records(struct file *file, uint32_t capacity, uint32_t record_size) {
    file->records = calloc(capacity, sizeof *file->records);
    if (!file->records)
        return false;
    file->capacity = capacity;
    file->record_size = record_size;
    for (uint32_t i = 0; i < capacity; i++) {
        file->records[i].bytes = calloc(1, record_size);
        if (!file->records[i].bytes)
            return false;
    }
    return true;
}

struct record *sim_file_record(const struct file *file, uint32_t number) {
    if (!number || number > file->count)
        return NULL;
    if (file->kind != FILE_CYCLIC)
        return &file->records[number - 1];
    return &file->records[(file->newest + number - 1) % file->capacity];
}

uint32_t sim_file_append(struct file *file, const uint8_t *bytes, uint32_t size) {
    struct record *record;
    uint32_t number;
    if (file->kind == FILE_CYCLIC) {
        file->newest = (file->newest + file->capacity - 1) % file->capacity;
        if (file->count < file->capacity)
            file->count++;
        record = &file->records[file->newest];
        number = 1;
    } else {
        if (file->count == file->capacity)
            return 0;
        record = &file->records[file->count];
        number = ++file->count;
    }
    memcpy(record->bytes, bytes, size);
    record->size = size;
    return number;
}
