/*
 * Safe arrays whose structure says what is not true, made from the system's own. For tests of whatever takes
 * arrays.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_LIARS_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_LIARS_H

#include "com/win.h"

/* What is done with each of them: `lie` says what is wrong with it, for messages. */
typedef void (*liars_door)(SAFEARRAY *array, const char *lie, void *context);

/*
 * Calls `door` with arrays of three elements of `type` (VT_UI1, VT_BSTR, VT_VARIANT) that lie, one in each
 * way there is. The test fails when an array comes back changed or locked.
 */
void liars_try(VARTYPE type, liars_door door, void *context);

#endif
