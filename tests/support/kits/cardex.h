/* What the tests of ISCardEx share: the interface of a card object, and bytes in VARIANTs. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_CARDEX_H
#define SCARDSSP_TESTS_SUPPORT_KITS_CARDEX_H

#include "com/win.h"

/* The second interface of the object, with a reference of its own. */
ISCardEx *cardex_of(ISCard *card);

/* "00 A4 ..." as VT_ARRAY | VT_UI1 / as an array of VARIANTs with whole numbers of all types in turn. */
VARIANT variant_from_hex(const char *hex);
VARIANT variants_from_hex(const char *hex);

/* The bytes of a VT_ARRAY | VT_UI1, which is cleared, as "48 65 90 00" (the last two texts stay valid). */
const char *variant_take_hex(VARIANT *value);

/* Sends `apdu` by TransmitBytes; the test fails unless it succeeds with exactly `reply`. */
#define assert_bytes(ex, apdu, reply) assert_bytes_at((ex), (apdu), (reply), __FILE__, __LINE__)
void assert_bytes_at(ISCardEx *ex, const char *apdu, const char *reply, const char *file, int line);

#endif
