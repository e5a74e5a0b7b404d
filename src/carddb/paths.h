/*
 * Where the files of the card database are when nobody says otherwise. Called by whoever opens a database or the
 * ATR list. Only variables that base/env.h trusts are heeded: a set-uid program gets the system's files alone.
 */
#ifndef SCARDSSP_CARDDB_PATHS_H
#define SCARDSSP_CARDDB_PATHS_H

/*
 * The database of the machine: SCARDSSP_DATABASE_SYSTEM, else /var/lib/scardssp/cards.db. The caller frees it with
 * free(). NULL: out of memory.
 */
char *carddb_path_system(void);

/*
 * The database of this user: SCARDSSP_DATABASE_USER, else $XDG_DATA_HOME/scardssp/cards.db, else
 * $HOME/.local/share/scardssp/cards.db. The caller frees it with free(). NULL: the user has no home, or out of
 * memory; a database without a user's part still serves the system's.
 */
char *carddb_path_user(void);

/*
 * The public list of ATRs: SCARDSSP_ATR_LIST, else the first of pcsc-tools' places that holds a file
 * ($XDG_CACHE_HOME or ~/.cache, ~/.smartcard_list.txt, /usr/local/pcsc, /usr/share/pcsc, /usr/local/share/pcsc).
 * The caller frees it with free(). NULL: there is none, or out of memory.
 */
char *carddb_path_atr_list(void);

#endif
