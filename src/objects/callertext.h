/*
 * Text from callers, in UTF-8: a BSTR or, as C++ programs have always passed it, a plain wide string up to
 * its first NUL. Used by card.c, cardex.c, database.c, searchrequest.c and services/.
 */
#ifndef SCARDSSP_OBJECTS_CALLERTEXT_H
#define SCARDSSP_OBJECTS_CALLERTEXT_H

#include <wchar.h>

#include "com/win.h"

/* All: *out is the caller's to free(), untouched on failure. E_INVALIDARG: not valid text; E_OUTOFMEMORY. */

/*
 * The name of a reader, whose bytes need not be UTF-8 (base/utf.h). E_INVALIDARG, too: NULL, empty, or longer
 * than any reader's.
 */
HRESULT callertext_reader(const wchar_t *text, char **out);

/*
 * The name of a type of cards. E_INVALIDARG, too: NULL or empty; SCARD_E_UNKNOWN_CARD: longer than any such
 * name.
 */
HRESULT callertext_card(const wchar_t *text, char **out);

/* A file on a card. E_INVALIDARG, too: NULL, empty, or longer than any place on a card. */
HRESULT callertext_path(const wchar_t *text, char **out);

/* The title of a window; NULL: an empty one. E_INVALIDARG, too: longer than a title may be. */
HRESULT callertext_title(const wchar_t *text, char **out);

#endif
