/*
 * The card database port: types of cards that have been introduced (name, ATR pattern, provider, interfaces)
 * and groups of readers. The database object, the locate object and the tool ask through it; behind it are
 * SQLite files on Linux and the system's own smart-card database on Windows. Text is UTF-8, codes are the
 * port's (rm/status.h).
 *
 * A database may be used from any thread at once. What a call has acknowledged survives a kill at any moment.
 *
 * Names of types and groups are the same when they differ only in the case of ASCII letters, as for WinSCard;
 * they are shown as they were introduced last. Names of readers compare exactly, as everywhere below the
 * objects.
 */
#ifndef SCARDSSP_CARDDB_H
#define SCARDSSP_CARDDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rm/names.h"
#include "rm/status.h"

#define CARDDB_ATR_MAX 36
#define CARDDB_NAME_MAX 255 /* bytes of a card type's, group's or reader's name, without the terminator */
#define CARDDB_INTERFACES_MAX 256

/* A 128-bit identifier, laid out as a GUID in memory. */
struct carddb_guid {
    uint32_t data1;
    uint16_t data2;
    uint16_t data3;
    uint8_t data4[8];
};

/* A type of cards. */
struct carddb_type {
    const char *name;
    uint8_t atr[CARDDB_ATR_MAX];
    uint8_t mask[CARDDB_ATR_MAX]; /* a card matches where (its ATR & mask) == (atr & mask), sizes equal */
    size_t atr_size;              /* 1..CARDDB_ATR_MAX */
    bool has_provider;
    struct carddb_guid provider;          /* primary provider */
    const struct carddb_guid *interfaces; /* in the order they were introduced in */
    size_t interface_count;               /* 0..CARDDB_INTERFACES_MAX */
};

/* Where a change goes. */
enum carddb_scope { CARDDB_USER = 0, CARDDB_SYSTEM = 1 };

struct carddb;

/*
 * Every member is set. From each may come RM_E_NO_MEMORY; RM_F_INTERNAL_ERROR: the database is damaged,
 * foreign, of a newer version or cannot be written, and is left as it is; RM_E_SERVER_TOO_BUSY: other
 * programs kept it locked for half a minute; RM_E_NO_ACCESS: no right to read or write there;
 * RM_E_NO_SERVICE: the system has no database that could be changed (Windows). `explain` then says which file
 * and what to do.
 */
struct carddb_ops {
    void (*close)(struct carddb *db);

    /*
     * One sentence about the last failure of these kinds in this thread on this database; "" when there was
     * none. Valid until the thread's next call.
     */
    const char *(*explain)(struct carddb *db);

    /*
     * Introduces or replaces a card type. The old one is there until its successor is, and stays where that
     * is refused. RM_E_INVALID_VALUE: name empty, too long or with control characters, sizes out of range.
     */
    rm_status (*introduce)(struct carddb *db, enum carddb_scope scope, const struct carddb_type *type);

    /* RM_E_UNKNOWN_CARD: no type of that name in that scope. */
    rm_status (*forget)(struct carddb *db, enum carddb_scope scope, const char *name);

    /*
     * Names of the introduced types that match `atr` (NULL: any) and support all `interfaces` (count 0: any),
     * in the order of their names. None: RM_OK and an empty list. A user's type hides the system's of the
     * same name. What *out held is freed; on failure it is as it was.
     */
    rm_status (*list)(struct carddb *db, const uint8_t *atr, size_t atr_size,
                      const struct carddb_guid *interfaces, size_t count, struct names *out);

    /* Everything about one type, in one block that the caller frees with free(). RM_E_UNKNOWN_CARD. */
    rm_status (*get)(struct carddb *db, const char *name, struct carddb_type **out);

    /*
     * Reader groups beside the ones that always exist (names that start with "SCard$" are theirs:
     * RM_E_INVALID_VALUE, as for names that are none). A group is there while it has a reader. Lists are in
     * the order of the names, from the user's and the system's part together; *out as above.
     * RM_E_DUPLICATE_READER / RM_E_UNKNOWN_READER for membership that is there already / is not there,
     * RM_E_UNKNOWN_READER also for forgetting a group without one.
     */
    rm_status (*group_list)(struct carddb *db, struct names *out);
    rm_status (*group_readers)(struct carddb *db, const char *group, struct names *out);
    rm_status (*group_add)(struct carddb *db, enum carddb_scope scope, const char *group, const char *reader);
    rm_status (*group_remove)(struct carddb *db, enum carddb_scope scope, const char *group,
                              const char *reader);
    rm_status (*group_forget)(struct carddb *db, enum carddb_scope scope, const char *group);
};

struct carddb {
    const struct carddb_ops *ops;
};

#endif
