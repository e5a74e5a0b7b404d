/*
 * Folders and files on disk by their UTF-8 names: the few steps that outfolder.c and infolder.c are made of.
 * Each system has its own half.
 */
#ifndef SCARD_DISK_H
#define SCARD_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether anything has that name. */
bool disk_has(const char *path);

/* Makes a folder; false with errno: it cannot be made, or is there already. */
bool disk_make_folder(const char *path);

/* Writes a new file; false with errno: it cannot be made, is there already, or there is no room. */
bool disk_write(const char *path, const uint8_t *bytes, size_t size);

/* Gives a file or folder another name, which nothing has; false with errno. */
bool disk_rename(const char *from, const char *to);

/* Takes away a file or an empty folder. */
void disk_remove(const char *path);

/* Told of each entry of a folder: its name, and whether it is one itself. False ends it. */
typedef bool disk_entry(void *user, const char *name, bool folder);

/* Tells all entries but "." and "..", in no order; false with errno: it cannot be read, or was ended. */
bool disk_each(const char *path, disk_entry *entry, void *user);

#endif
