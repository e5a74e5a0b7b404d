/*
 * Identifiers as text in registry form, {8-4-4-4-12}. Used by this room and by the class table (Linux only).
 */
#ifndef SCARDSSP_COMPAT_GUIDTEXT_H
#define SCARDSSP_COMPAT_GUIDTEXT_H

#include <stdbool.h>

#include "scardssp.h"

/* Characters of registry form, without the NUL. */
#define GUID_TEXT_LENGTH 38

/*
 * Reads registry form, hexadecimal digits in either case and nothing after it. false: anything else; *guid is
 * untouched.
 */
bool guid_from_text(const wchar_t *text, GUID *guid);

#endif
