/* Where the public list of ATRs is, and how to get a newer one. For `scard atr update`. */
#ifndef SCARD_ATRLIST_UPDATE_H
#define SCARD_ATRLIST_UPDATE_H

/* Tells it in words, with what to type. Fetches nothing. Returns an exit code. */
int atrlist_update_print(void);

/* The same as a line of JSON: {"list", "own"}, the paths or null. */
int atrlist_update_write(void);

#endif
