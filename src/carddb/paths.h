/*
 * Where the files of the card database are when nobody says otherwise. Called by whoever opens a database or
 * the ATR list. Only variables that base/env.h trusts are heeded: a set-uid program gets the system's files
 * alone.
 */
#ifndef SCARDSSP_CARDDB_PATHS_H
#define SCARDSSP_CARDDB_PATHS_H

#include <stdbool.h>

/*
 * Each stores a path in *out, which the caller frees with free(), or NULL where there is none. False: out of
 * memory, NULL.
 */

/*
 * The database of the machine: SCARDSSP_DATABASE_SYSTEM, else /var/lib/scardssp/cards.db. There always is
 * one.
 */
bool carddb_path_system(char **out);

/*
 * The database of this user: SCARDSSP_DATABASE_USER, else $XDG_DATA_HOME/scardssp/cards.db, else
 * $HOME/.local/share/scardssp/cards.db. None: the user has no home; a database without a user's part still
 * serves the system's.
 */
bool carddb_path_user(char **out);

/*
 * The public list of ATRs: SCARDSSP_ATR_LIST, else the first of pcsc-tools' places that holds a file that is
 * not empty ($XDG_CACHE_HOME or ~/.cache, ~/.smartcard_list.txt, /usr/local/pcsc, /usr/share/pcsc,
 * /usr/local/share/pcsc); on Windows %APPDATA%\scardssp, unless the process is elevated, and
 * %ProgramData%\scardssp.
 */
bool carddb_path_atr_list(char **out);

/*
 * Where a user may put a list that goes before the others: SCARDSSP_ATR_LIST, else the first of those places,
 * whether or not there is a file. None: the user has no home.
 */
bool carddb_path_own_list(char **out);

/* Those places, for people: "A, B and C". Static text. */
const char *carddb_places_atr_list(void);

#endif
