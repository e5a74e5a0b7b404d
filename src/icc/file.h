/*
 * The card's file tree: a master file, dedicated files and elementary files (ISO/IEC 7816-4 §7.2), with
 * their contents, data objects and access conditions. Made by the image loader, used by the commands.
 */
#ifndef SCARDSSP_SIM_FILE_H
#define SCARDSSP_SIM_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILE_MF_ID 0x3F00u
#define FILE_APPLICATION_ID 0x7FFFu /* in a UICC the current application, TS 102 221 §8.3 */
#define FILE_RULE_SIZE 3u
#define FILE_NAME_MAX 16u
#define FILE_LABEL_MAX 32u
#define FILE_RECORDS_MAX 254u
#define FILE_RECORD_MAX 1024u /* bytes */
#define FILE_TRANSPARENT_MAX (1024u * 1024)
#define FILE_DEPTH_MAX 8u /* DFs above a file, the MF counted */
#define FILE_CODING 0x41  /* data coding byte: WRITE is an OR; the data unit is one byte (table 87) */

/* The numbers are the file descriptor byte (ISO/IEC 7816-4 table 14). */
enum file_kind {
    FILE_TRANSPARENT = 0x01,
    FILE_LINEAR_FIXED = 0x02,
    FILE_LINEAR_VARIABLE = 0x04,
    FILE_CYCLIC = 0x06,
    FILE_DF = 0x38
};

/*
 * What an access condition guards, by the bits of the access mode byte of the compact format (ISO/IEC 7816-4
 * table 23 for EFs; in DFs the three lowest mean something else).
 */
enum file_operation {
    FILE_READ,   /* READ */
    FILE_UPDATE, /* UPDATE, ERASE */
    FILE_WRITE,  /* WRITE, APPEND */
    FILE_DEACTIVATE,
    FILE_ACTIVATE,
    FILE_TERMINATE, /* this card has no command for it */
    FILE_DELETE,
    FILE_OPERATIONS,
    FILE_DELETE_CHILD = FILE_READ, /* DFs: DELETE FILE of what is in it */
    FILE_CREATE_EF = FILE_UPDATE,  /* CREATE FILE in it */
    FILE_CREATE_DF = FILE_WRITE
};

/* Who may: sets of PINs and keys by their place in the card's tables. Zeroed it means "always". */
struct condition {
    bool never;
    bool any; /* one of the sets is enough; else all of it */
    uint32_t pins, keys;
};

struct record {
    uint8_t *bytes; /* room for the file's record_size */
    uint32_t size;
};

/* A data object of GET DATA and PUT DATA. */
struct object {
    struct object *next;
    uint32_t tag;   /* P1 P2; in a PIV card a BER tag */
    uint8_t *value; /* room for max */
    uint32_t size, max;
    struct condition get, put;
};

struct file {
    enum file_kind kind;
    uint16_t id;
    uint8_t sfi;      /* 1..30, 0: none */
    uint8_t coding;   /* data coding byte */
    bool deactivated; /* life cycle state: operational but deactivated */
    struct file *parent, *child, *next;
    struct condition access[FILE_OPERATIONS];
    bool has_rule; /* UICC: what the FCP refer to, an EF.ARR and its record */
    uint8_t rule[FILE_RULE_SIZE];

    uint8_t *bytes; /* transparent: the content */
    uint32_t size;

    struct record *records; /* record EFs: `capacity` of them, `count` in use */
    uint32_t count, capacity, record_size;
    uint32_t newest; /* cyclic: place of record 1 */

    uint8_t name[FILE_NAME_MAX]; /* DF: AID or other name */
    uint8_t name_size;
    char label[FILE_LABEL_MAX + 1];
    bool application; /* DF of a UICC: an ADF, selected it becomes the current application */
    uint8_t *answer;  /* DF: what SELECT says instead of file control information; NULL: nothing */
    uint32_t answer_size;
    struct object *objects;
    uint32_t pins, keys;             /* DF: those that belong to it */
    uint32_t reach_pins, reach_keys; /* DF: its own and those of the DFs above it */
};

/*
 * A new, empty file at the end of `parent`'s children (NULL: a root); the tree owns it. NULL: out of memory.
 */
struct file *sim_file_add(struct file *parent, enum file_kind kind, uint16_t id);

/* Frees the file and all below it, content wiped. It must be a root. NULL: does nothing. */
void sim_file_free(struct file *root);

/* Takes a file that is no root out of the tree and frees it as sim_file_free() does. */
void sim_file_remove(struct file *file);

/* Whether no file may have that identifier, because it is the MF's or means something else to SELECT. */
bool sim_file_id_reserved(uint16_t id);

/* Whether neither the file nor a directory above it is deactivated. */
bool sim_file_is_active(const struct file *file);

/* How many directories lead to what is in `df`: 1 for the MF. */
unsigned sim_file_depth(const struct file *df);

/* How many files there are, `file` and those below it, and how many bytes of content they have room for. */
uint32_t sim_file_count(const struct file *file);
uint32_t sim_file_space(const struct file *file);

/* Changes bytes in the way that the file's data coding byte gives WRITE: OR, or AND. */
void sim_file_write(const struct file *file, uint8_t *bytes, const uint8_t *with, uint32_t size);

/* The child of `df` with that identifier; NULL: none. */
struct file *sim_file_child(const struct file *df, uint16_t id);

/* The child EF of `df` with that short identifier (1..30); NULL: none. */
struct file *sim_file_by_sfi(const struct file *df, uint8_t sfi);

/* The next file of the tree in the order of the image (parents first); NULL after the last one. */
struct file *sim_file_after(const struct file *file);

/* The data object of `df` itself with that tag; NULL: none. */
struct object *sim_file_object(const struct file *df, uint32_t tag);

/* Gives a record EF its records, all unused. false: out of memory. */
bool sim_file_make_records(struct file *file, uint32_t capacity, uint32_t record_size);

/* Record `number` (1 is the first; in a cyclic file the newest); NULL: there is none. */
struct record *sim_file_record(const struct file *file, uint32_t number);

/*
 * Adds a record: linear files at the end, cyclic ones as number 1, over the oldest when all are in use.
 * `size` is at most record_size. Returns its number, 0: the file is full.
 */
uint32_t sim_file_append(struct file *file, const uint8_t *bytes, uint32_t size);

#endif
