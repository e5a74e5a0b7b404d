/*
 * The .provider files of this machine and this user, as they are found in their directories. Called by
 * providers.c, which keeps what was found until a directory changes.
 */
#ifndef SCARDSSP_MODULE_PROVIDERS_SCAN_H
#define SCARDSSP_MODULE_PROVIDERS_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#include "base/refcount.h"
#include "module/providers/file.h"

/* Directories, and files in one of them, that are read at most. */
#define PROVIDERSCAN_DIRECTORIES_MAX 16u
#define PROVIDERSCAN_FILES_MAX 256u

/* What tells that a directory has changed. */
struct providerscan_mark {
    bool there;
    dev_t device;
    ino_t inode;
    struct timespec modified, changed;
};

struct providerscan_directories {
    char *paths[PROVIDERSCAN_DIRECTORIES_MAX];
    struct providerscan_mark marks[PROVIDERSCAN_DIRECTORIES_MAX];
    size_t count;
};

/* One file, or a directory that is refused. */
struct provider_entry {
    char *source;             /* its path */
    char *why;                /* why it is refused, with the line where there is one; NULL: it is good */
    struct providerfile file; /* if it is good, or names something of this library */
};

/* What was found; it does not change any more. */
struct provider_set {
    struct refcount refs;
    struct providerscan_directories directories;
    /*
     * To be read again: a directory changed so shortly before that its time may hide a later change, or
     * something was refused for want of memory or descriptors.
     */
    bool fresh;
    struct provider_entry *entries;
    size_t count;
};

/*
 * The directories, those that count more behind: /usr/share and /etc, then the user's own; or
 * SCARDSSP_PROVIDER_PATH, a list with ':' between, instead of all. A program with more rights than its caller
 * gets the first two. Marks are taken. False: out of memory. End it with providerscan_directories_free().
 */
bool providerscan_directories(struct providerscan_directories *out);
void providerscan_directories_free(struct providerscan_directories *directories);

/* Whether these are the same directories, unchanged. */
bool providerscan_same(const struct providerscan_directories *a, const struct providerscan_directories *b);

/*
 * Reads all files: by directory, there by name. The directories become the set's. The set has one reference;
 * give it up with providerscan_release(). NULL: out of memory, the directories are freed.
 */
struct provider_set *providerscan_read(struct providerscan_directories *directories);

/* Gives up a reference; the last one frees the set. NULL is fine. */
void providerscan_release(struct provider_set *set);

#endif
