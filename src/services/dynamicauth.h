/*
 * GENERAL AUTHENTICATE with dynamic authentication templates (ISO/IEC 7816-4:2005 §7.5.5; NIST SP 800-73-4
 * part 2, 3.2.4): one command gives a challenge, proves, signs and deciphers, by what its template 7C has and
 * what it asks for. Used by authentication with cards that have that one alone.
 */
#ifndef SCARDSSP_SERVICES_DYNAMICAUTH_H
#define SCARDSSP_SERVICES_DYNAMICAUTH_H

#include <stddef.h>
#include <stdint.h>

#include "services/link.h"

/* What a template can have in it; DYNAMICAUTH_NONE: it has not. */
enum dynamicauth_part { DYNAMICAUTH_NONE = 0, DYNAMICAUTH_CHALLENGE = 0x81, DYNAMICAUTH_RESPONSE = 0x82 };

struct dynamicauth {
    uint8_t cla;
    uint8_t algorithm;            /* P1 (SP 800-78-4, table 6-2) */
    uint8_t secret;               /* P2: reference of the key */
    enum dynamicauth_part wanted; /* stands empty in the template: the card fills it */
    enum dynamicauth_part given;  /* has these bytes, the caller's */
    const uint8_t *bytes;
    size_t size;
};

/*
 * Sends the template, chained where it is long. Where a part is wanted, *answer_out is that one, the link's
 * until its next command; on failure, or where none is wanted, it has no bytes. Status words become codes for
 * SW_USE_AUTHENTICATION. SCARD_E_UNEXPECTED: the card's answer is no template with that part, which would be
 * within the answer and not empty. E_INVALIDARG: the template would be longer than any command; nothing is
 * sent. E_OUTOFMEMORY.
 */
HRESULT dynamicauth_send(struct service_link *link, const struct dynamicauth *request,
                         struct service_answer *answer_out);

#endif
