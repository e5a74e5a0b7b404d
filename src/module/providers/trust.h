/*
 * Whether only root and the user of this program can have written a file or a directory, and can put another
 * one in its place. Called before a .provider file is read and before a library is loaded.
 */
#ifndef SCARDSSP_MODULE_PROVIDERS_TRUST_H
#define SCARDSSP_MODULE_PROVIDERS_TRUST_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* Bytes that the reason for a refusal takes at most. */
#define PROVIDERTRUST_WHY_SIZE (PATH_MAX + NAME_MAX + 512)

/* What a path was found to be. */
enum providertrust {
    PROVIDERTRUST_GOOD,
    PROVIDERTRUST_ABSENT, /* there is no such file */
    PROVIDERTRUST_REFUSED
};

/* A path without symbolic links, and the reason why it is not one to trust, "PATH: what is wrong". */
struct providertrust_result {
    char real[PATH_MAX];
    char why[PROVIDERTRUST_WHY_SIZE];
    bool passing; /* refused for want of memory or descriptors: asking again later is worth while */
};

/*
 * Follows an absolute path from the root. Every directory and every symbolic link on the way has to belong to
 * root or to the effective user; the directories may be writable by others only where the sticky bit keeps
 * them from each other's entries. "Others" are all users, and groups that are neither root's nor the process'
 * own.
 *
 * providertrust_file() wants a regular file at the end and opens it for reading, *fd (close() it; may be
 * NULL: it is closed); owner and mode are those of the opened file. providertrust_directory() wants a
 * directory.
 */
enum providertrust providertrust_file(const char *path, struct providertrust_result *out, int *fd);
enum providertrust providertrust_directory(const char *path, struct providertrust_result *out);

/* Whether an error number tells of a shortage that may be over the next time. */
bool providertrust_passing(int error);

#endif
