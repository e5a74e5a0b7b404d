/*
 * A folder on disk that is there whole or not at all: made under another name beside its own, which it gets
 * when all is in it. Used by the command that brings trees of cards to disk.
 */
#ifndef SCARD_OUTFOLDER_H
#define SCARD_OUTFOLDER_H

#include <stddef.h>
#include <stdint.h>

struct outfolder {
    const char *path;
    char *part;  /* its name until then */
    char **made; /* all that is in it, in the order in which it was made */
    size_t count, room;
};

/*
 * Begins a folder of that path (kept by the caller), which must not be there. Failures are told, here and
 * below: an exit code. On EXIT_GOOD ended by outfolder_commit() or outfolder_abandon().
 */
int outfolder_begin(const char *path, struct outfolder *out);

/* Makes a folder in it; relative: "DF01/DF11", whose upper folders are there. */
int outfolder_add_folder(struct outfolder *folder, const char *relative);

/* Puts a file into it. */
int outfolder_add_file(struct outfolder *folder, const char *relative, const uint8_t *bytes, size_t size);

/* Gives it its name. What fails abandons it. */
int outfolder_commit(struct outfolder *folder);

/* Takes all of it away again; a zeroed one, or one that is ended, is fine. */
void outfolder_abandon(struct outfolder *folder);

#endif
