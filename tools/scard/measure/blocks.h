/* Whether the user's terminal shows block elements. For `scard bench`. */
#ifndef SCARD_BLOCKS_H
#define SCARD_BLOCKS_H

#include <stdbool.h>

/* By the user's locale (LC_ALL, LC_CTYPE, LANG), which says whether text is UTF-8; on Windows always. */
bool blocks_are_shown(void);

#endif
