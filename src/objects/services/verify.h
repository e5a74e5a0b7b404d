/* Codes of the card holder: ISCardVerify. Made by the manager. */
#ifndef SCARDSSP_OBJECTS_SERVICES_VERIFY_H
#define SCARDSSP_OBJECTS_SERVICES_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "com/win.h"

struct cardservice;
struct pinpad;

/* A new object with one reference, which takes one to the service. E_OUTOFMEMORY. */
HRESULT verify_create(struct cardservice *service, ISCardVerify **out);

/*
 * What the reader's PIN pad takes (services/padcode.h), and lets it ask for a code: to show it or, change,
 * to replace it; flags and reference as for Verify. The codes of padcode_find() and padcode_run().
 */
HRESULT verify_find_pad(ISCardVerify *iface, struct pinpad *out);
HRESULT verify_on_pad(ISCardVerify *iface, bool change, SCARD_FLAGS flags, LONG reference);

/* Whether an object was made by verify_create(): not a proxy, nor somebody else's. */
bool verify_is_ours(const ISCardVerify *verify);

/*
 * Gives a code a new value by its resetting code; flags and reference as for Unblock, which has no place
 * for a new value. E_INVALIDARG: one of both is empty. The codes of ISCardVerify::Unblock.
 */
HRESULT verify_renew(ISCardVerify *iface, const uint8_t *resetting, size_t resetting_size,
                     const uint8_t *wanted, size_t wanted_size, SCARD_FLAGS flags, LONG reference);

#endif
