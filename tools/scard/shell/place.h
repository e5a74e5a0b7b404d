/*
 * Places on a card, as the shell's user writes them and as ISCardFileAccess takes them (SC_TYPE_BY_ANY):
 * identifiers, names by the tables of names.h, applications. Used by session.c and the commands.
 */
#ifndef SCARD_SHELL_PLACE_H
#define SCARD_SHELL_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shell/names.h"

/*
 * Bytes of a place with its NUL: deeper ones are none. "/", "/7F20/6F07", "/"A0000000871002FF49FF0589"/6F07":
 * from the master file, or from an application.
 */
#define PLACE_MAX 128

/* The name (AID) of the application that a name in a path means, in digits; false: there is none. */
typedef bool place_finder(void *user, const struct application *application, char out[PLACE_MAX]);

/*
 * Where `path` leads from the directory `from`. Its parts have '/' between: identifiers of four digits, names
 * ("EF.IMSI", "imsi"), "..", an application by its name ("PIV") or AID. A word that is none of these and
 * stands alone is passed on: the card's profile may know it. find: asked for applications; user is passed on.
 * false: it leads nowhere.
 */
bool place_resolve(const char *from, const char *path, place_finder *find, void *user, char out[PLACE_MAX]);

/* The directory that a place is in, with the last part in *last_out (may be NULL); of "/" itself, "". */
void place_parent(const char *place, char out[PLACE_MAX], const char **last_out);

/* `name`, an identifier or an AID in digits, below a directory. false: it is too deep. */
bool place_below(const char *directory, const char *name, char out[PLACE_MAX]);

/* The application that a place is in: NULL: the card itself, or one that nobody knows. */
const struct application *place_application(const char *place);

/* The name of the file or directory there; NULL: nobody has named it, or it is an application or "/". */
const struct file_name *place_name(const char *place);

/* The place with names in it, as people write it: "/DF.GSM/EF.IMSI", "/USIM/EF.IMSI". */
void place_text(const char *place, char out[PLACE_MAX]);

/* Whether a name is an identifier: four hexadecimal digits; *out (may be NULL) gets its number. */
bool place_is_id(const char *name, size_t size, uint16_t *out);

#endif
