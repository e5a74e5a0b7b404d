/* Which profile a card has. Called with each answer to a SELECT. */
#include "services/profile.h"

#include "apdu/tlv.h"

#define SW_NO_CLASS 0x6E00u
#define TAG_PIN_STATUS 0xC6u /* in what a UICC says of each directory (ETSI TS 102 221 11.1.1.4) */

static bool is_uicc(const uint8_t *bytes, size_t size) {
    const uint8_t *content = NULL;
    size_t content_size = 0;
    struct tlv_object object;
    return fcp_content(bytes, size, &content, &content_size) &&
           tlv_find(content, content_size, TAG_PIN_STATUS, &object);
}

const struct profile *profile_learn(const struct profile *now, uint16_t sw, const uint8_t *bytes,
                                    size_t size) {
    if (now == &profile_iso && sw == SW_NO_CLASS)
        return &profile_gsm;
    return now == &profile_iso && is_uicc(bytes, size) ? &profile_uicc : now;
}
