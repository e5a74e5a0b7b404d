/*
 * Authentication of application and card: GET CHALLENGE, EXTERNAL and INTERNAL AUTHENTICATE (ISO/IEC
 * 7816-4:2005 §7.5), or GENERAL AUTHENTICATE alone where the card has all in that (dynamicauth.h). Whoever
 * calls has the keys: what goes to the card is the finished answer, what comes from it is for the caller
 * to check. Used by ISCardAuth. Status words become codes as hresult_from_sw() has it for
 * SW_USE_AUTHENTICATION.
 */
#ifndef SCARDSSP_SERVICES_AUTHENTICATION_H
#define SCARDSSP_SERVICES_AUTHENTICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "services/filesystem.h"
#include "services/link.h"

/* What a command of authentication names, P1 and P2, and the card's way. */
struct authentication {
    uint8_t cla;
    bool templates;    /* GENERAL AUTHENTICATE, with what goes and comes in templates */
    uint8_t algorithm; /* P1; 0: known to the card */
    uint8_t usual;     /* P1 instead of 0 where the profile knows it; not of GET CHALLENGE */
    uint8_t secret;    /* P2: reference of the secret (table 65); 0: the card knows which */
};

/*
 * Notes in *authentication the card's way, once, by the profile that holds in the current directory: its
 * class, whether it has templates; and what its key is called and which algorithm it has, where the profile
 * says so of the secret that the program asks for.
 */
void authentication_note(const struct filesystem *files, struct authentication *authentication);

/*
 * EXTERNAL AUTHENTICATE, or a template with the response: the application's answer to the last challenge.
 * E_INVALIDARG: none, or more than a command can carry, which is not sent. SCARD_W_SECURITY_VIOLATION: it
 * is wrong; SCARD_W_CHV_BLOCKED.
 */
HRESULT authentication_of_application(struct service_link *link, const struct authentication *authentication,
                                      const uint8_t *bytes, size_t size);

/*
 * GET CHALLENGE: `wanted` bytes, 0 for as many as the card gives. The secret's reference is not sent, P2
 * is 00; a template is for one secret, whose reference is. *answer_out: the challenge, the link's until
 * its next command; at most `wanted` bytes where that is not 0. SCARD_E_UNEXPECTED: the card gave none.
 * E_INVALIDARG: more than an answer can bring.
 */
HRESULT authentication_challenge(struct service_link *link, const struct authentication *authentication,
                                 uint32_t wanted, struct service_answer *answer_out);

/*
 * INTERNAL AUTHENTICATE, or a template with the challenge: gives the card one of the caller's; *answer_out
 * is the card's answer, as above with `wanted`. E_INVALIDARG: no bytes, or too many.
 */
HRESULT authentication_of_card(struct service_link *link, const struct authentication *authentication,
                               const uint8_t *bytes, size_t size, uint32_t wanted,
                               struct service_answer *answer_out);

#endif
