/* What the tests of COM code include: cmocka with what it wants before it, and the COM types. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_COM_H
#define SCARDSSP_TESTS_SUPPORT_KITS_COM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Windows' headers want telling that vtables are constant. */
#ifndef CONST_VTABLE
#define CONST_VTABLE
#endif
#ifndef COBJMACROS
#define COBJMACROS
#endif
#include "scardssp.h"

/* HRESULTs compared with sign and width alike, so that a failure prints both. */
#define assert_hr(expected, actual) assert_int_equal((uint32_t)(expected), (uint32_t)(actual))

#endif
