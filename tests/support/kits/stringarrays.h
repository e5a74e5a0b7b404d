/* Safe arrays of strings, made from text and compared with it. For tests of the objects. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_STRINGARRAYS_H
#define SCARDSSP_TESTS_SUPPORT_KITS_STRINGARRAYS_H

#include "com/win.h"

/* A new array of the strings in "a|b|c", as VT_BSTR or as VT_VARIANT that hold them; NULL: an empty one. */
SAFEARRAY *array_from(const wchar_t *texts, VARTYPE type);

/*
 * The test fails unless the array is one-dimensional, VT_BSTR, counted from 0, and holds "a|b|c". Destroys
 * it.
 */
#define assert_array(array, texts) assert_array_at((array), (texts), __FILE__, __LINE__)
void assert_array_at(SAFEARRAY *array, const wchar_t *texts, const char *file, int line);

#endif
