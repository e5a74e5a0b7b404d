/* Folders of the system and the small text files in them. */
#ifndef SCARDSSP_BACKENDS_IFD_FOLDER_H
#define SCARDSSP_BACKENDS_IFD_FOLDER_H

#include <stddef.h>

#define IFD_TEXT_MAX (4u * 1024u * 1024u)

/*
 * The file FOLDER/NAME (folder NULL: NAME alone), with a NUL behind it, to be freed. *size (may be NULL): its
 * bytes. NULL: it cannot be read, or has more than IFD_TEXT_MAX bytes.
 */
char *ifd_text_read(const char *folder, const char *name, size_t *size);

/* The path FOLDER/NAME, to be freed; NULL: out of memory. */
char *ifd_path_join(const char *folder, const char *name);

/*
 * The names in a folder but those that begin with a dot, sorted, NULL behind the last; NULL: no such folder,
 * or out of memory.
 */
char **ifd_folder_read(const char *folder);

/* Frees them. NULL: does nothing. */
void ifd_folder_free(char **names);

#endif
