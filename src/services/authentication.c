/* Authentication of application and card, as commands: see authentication.h. */
#include "services/authentication.h"

#include "apdu/iso7816.h"
#include "com/hresult.h"
#include "services/dynamicauth.h"

/* SW1 of a success with more bytes than were wanted (7816-4:2005 table 5). */
#define SW_MORE 0x6100u

static uint8_t algorithm_of(const struct authentication *authentication) {
    return authentication->algorithm ? authentication->algorithm : authentication->usual;
}

static struct apdu command_for(const struct authentication *authentication, enum iso7816_ins ins) {
    return (struct apdu){.cla = authentication->cla,
                         .ins = (uint8_t)ins,
                         .p1 = algorithm_of(authentication),
                         .p2 = authentication->secret};
}

/* Sends it; *answer_out is what came, empty where nothing did. */
static HRESULT run(struct service_link *link, const struct apdu *command, struct service_answer *answer_out) {
    *answer_out = (struct service_answer){0};
    const HRESULT hr = service_send(link, command, answer_out);
    return SUCCEEDED(hr) ? hresult_from_sw(answer_out->sw, SW_USE_AUTHENTICATION) : hr;
}

/*
 * The same for a command whose purpose is its answer. A card may give more than was asked for, or have more.
 */
static HRESULT fetch(struct service_link *link, struct apdu *command, uint32_t wanted,
                     struct service_answer *answer_out) {
    struct service_answer answer = {0};
    *answer_out = answer;
    if (wanted > link->answer_max)
        return E_INVALIDARG;
    command->ne = wanted ? wanted : APDU_SHORT_NE_MAX;
    HRESULT hr = run(link, command, &answer);
    if (wanted && answer.size >= wanted) {
        answer.size = wanted;
        if ((answer.sw & 0xFF00) == SW_MORE)
            hr = S_OK;
    }
    if (FAILED(hr))
        return hr;
    *answer_out = answer;
    return answer.size ? S_OK : hresult_from_rm(RM_E_UNEXPECTED);
}

/* The way of templates */

static struct dynamicauth request_for(const struct authentication *authentication) {
    return (struct dynamicauth){.cla = authentication->cla,
                                .algorithm = algorithm_of(authentication),
                                .secret = authentication->secret};
}

/* What the template brings; no more of it than is wanted. The card is not told how much that is. */
static HRESULT fetch_part(struct service_link *link, const struct dynamicauth *request, uint32_t wanted,
                          struct service_answer *answer_out) {
    const HRESULT hr = dynamicauth_send(link, request, answer_out);
    if (wanted && answer_out->size > wanted)
        answer_out->size = wanted;
    return hr;
}

static HRESULT respond(struct service_link *link, const struct authentication *authentication,
                       const uint8_t *bytes, size_t size) {
    struct dynamicauth request = request_for(authentication);
    struct service_answer answer;
    request.given = DYNAMICAUTH_RESPONSE;
    request.bytes = bytes;
    request.size = size;
    return dynamicauth_send(link, &request, &answer);
}

static HRESULT ask_challenge(struct service_link *link, const struct authentication *authentication,
                             uint32_t wanted, struct service_answer *answer_out) {
    struct dynamicauth request = request_for(authentication);
    request.wanted = DYNAMICAUTH_CHALLENGE;
    return fetch_part(link, &request, wanted, answer_out);
}

static HRESULT ask_response(struct service_link *link, const struct authentication *authentication,
                            const uint8_t *bytes, size_t size, uint32_t wanted,
                            struct service_answer *answer_out) {
    struct dynamicauth request = request_for(authentication);
    request.wanted = DYNAMICAUTH_RESPONSE;
    request.given = DYNAMICAUTH_CHALLENGE;
    request.bytes = bytes;
    request.size = size;
    return fetch_part(link, &request, wanted, answer_out);
}

/* Either way */

void authentication_note(const struct filesystem *files, struct authentication *authentication) {
    const struct scardssp_profile *const profile = filesystem_profile(files, &files->directory);
    const struct scardssp_profile_key *const key = profile_key(profile, authentication->secret);
    authentication->cla = profile->cla;
    authentication->templates = profile_has(profile, SCARDSSP_PROFILE_TEMPLATES);
    if (!key)
        return;
    authentication->secret = key->reference;
    authentication->templates = authentication->templates || key->flags & SCARDSSP_PROFILE_KEY_TEMPLATES;
    authentication->usual = key->algorithm;
}

HRESULT authentication_of_application(struct service_link *link, const struct authentication *authentication,
                                      const uint8_t *bytes, size_t size) {
    struct apdu command = command_for(authentication, ISO7816_INS_EXTERNAL_AUTHENTICATE);
    struct service_answer answer;
    if (authentication->templates && size)
        return respond(link, authentication, bytes, size);
    if (!size || size > link->command_max)
        return E_INVALIDARG;
    command.data = bytes;
    command.nc = (uint32_t)size;
    return run(link, &command, &answer);
}

HRESULT authentication_challenge(struct service_link *link, const struct authentication *authentication,
                                 uint32_t wanted, struct service_answer *answer_out) {
    struct apdu command = command_for(authentication, ISO7816_INS_GET_CHALLENGE);
    if (authentication->templates)
        return ask_challenge(link, authentication, wanted, answer_out);
    command.p1 = authentication->algorithm;
    command.p2 = 0;
    return fetch(link, &command, wanted, answer_out);
}

HRESULT authentication_of_card(struct service_link *link, const struct authentication *authentication,
                               const uint8_t *bytes, size_t size, uint32_t wanted,
                               struct service_answer *answer_out) {
    struct apdu command = command_for(authentication, ISO7816_INS_INTERNAL_AUTHENTICATE);
    *answer_out = (struct service_answer){0};
    if (authentication->templates && size)
        return ask_response(link, authentication, bytes, size, wanted, answer_out);
    if (!size || size > link->command_max)
        return E_INVALIDARG;
    command.data = bytes;
    command.nc = (uint32_t)size;
    return fetch(link, &command, wanted, answer_out);
}
