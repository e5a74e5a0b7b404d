/*
 * What a tree of a card is on disk: a folder for each directory, a file for each file, named by its
 * identifier: 0002.bin holds bytes, 0003.records a line of hexadecimal for each record. contents.txt tells
 * what there was, also what the card did not give. Used by dump and restore.
 */
#ifndef SCARD_BACKUP_H
#define SCARD_BACKUP_H

#include <stdbool.h>
#include <stddef.h>

#include "transfer/filecopy.h"

#define BACKUP_CONTENTS "contents.txt"

/* A file of a backup. */
struct backup_file {
    char *disk;   /* where it is on disk */
    char *path;   /* on the card: "/DF01/0101" */
    bool records; /* lines of hexadecimal */
};

/* Starts zeroed; ended by backup_free(). */
struct backup {
    struct backup_file *files;
    size_t count, room;
};

/* "DF01/0101.bin", in new memory: what that file is called on disk; NULL: no memory. */
char *backup_name(const char *place, const struct filecopy *copy);

/*
 * Finds all files of a backup, sorted by their paths on the card. Others are passed over. Failures are told:
 * an exit code, and the backup is empty. None at all is a failure, too.
 */
int backup_find(const char *folder, struct backup *out);
void backup_free(struct backup *backup);

#endif
