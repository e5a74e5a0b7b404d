/*
 * Calls by name for tests, as a script makes them: names are looked up each time, arguments stand in natural
 * order, and which members have been called with success is remembered, so that none can be left out.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_AUTOMATION_H
#define SCARDSSP_TESTS_SUPPORT_KITS_AUTOMATION_H

#include <stddef.h>
#include <stdint.h>

#include "com/win.h"

/*
 * Arguments by value; what they own goes with the call. arg_object adds a reference that the call gives up.
 */
VARIANT arg_number(int32_t value);
VARIANT arg_long(int64_t value);
VARIANT arg_text(const wchar_t *text);
VARIANT arg_object(void *object);
VARIANT arg_unknown(void *object);
VARIANT arg_empty(void);
VARIANT arg_missing(void);
VARIANT arg_bytes(const void *bytes, size_t size);
/* The same as scripts have it: an array of VARIANTs that hold numbers. */
VARIANT arg_variants(const void *bytes, size_t size);
/* VT_BYREF | VT_VARIANT, as VBScript passes a variable. */
VARIANT arg_ref(VARIANT *variable);
/* VT_BYREF with another type. */
VARIANT arg_typed_ref(VARTYPE type, void *variable);

/*
 * Calls a method or reads a property of `object` by name with `count` VARIANTs. result may be NULL. The test
 * fails when the name is not known. Returns what Invoke returned; what it told about a failure is in `told`.
 */
HRESULT by_name(void *object, const IID *itf, const wchar_t *name, VARIANT *result, unsigned count, ...);

/* Writes a property. */
HRESULT put_by_name(void *object, const IID *itf, const wchar_t *name, VARIANT value);

/* What the last call told: the first texts with ASCII only, "" for none. */
extern struct told {
    char source[64], description[300];
    HRESULT code;
    UINT bad; /* 99: untouched */
} told;

/*
 * Takes the result of a call: the test fails unless it is a number / a byte array / bytes as an array of
 * VARIANTs, one each / an object of this interface.
 */
int64_t take_number(VARIANT *result);
size_t take_bytes(VARIANT *result, uint8_t *bytes, size_t room);
size_t take_indexed_bytes(VARIANT *result, uint8_t *bytes, size_t room);
void *take_object(VARIANT *result, const IID *itf);

/* References of an object. */
ULONG references(void *object);

/*
 * The test fails, and says which, when a member of this interface has not yet been called by name with
 * success.
 */
void assert_all_called(const IID *itf);

#endif
