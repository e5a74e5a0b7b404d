/* GENERAL AUTHENTICATE: see dynamicauth.h. */
#include "services/dynamicauth.h"

#include "apdu/iso7816.h"
#include "apdu/tlv.h"
#include "com/hresult.h"
#include "services/chaining.h"
#include "services/content.h"

#define TAG_TEMPLATE 0x7Cu

/* 7C { wanted {} given { bytes } }, of which the caller clears *out. */
static HRESULT make_template(const struct dynamicauth *request, struct content *out) {
    const size_t asking = request->wanted ? tlv_head_write(NULL, TLV_HEAD_MAX, request->wanted, 0) : 0;
    if (request->size > APDU_NC_MAX - asking - 2 * TLV_HEAD_MAX)
        return E_INVALIDARG;
    const uint32_t size = (uint32_t)request->size;
    const size_t giving =
        request->given ? tlv_head_write(NULL, TLV_HEAD_MAX, request->given, size) + size : 0;
    HRESULT hr = content_add_head(out, TAG_TEMPLATE, asking + giving);
    if (SUCCEEDED(hr) && asking)
        hr = content_add_head(out, request->wanted, 0);
    if (SUCCEEDED(hr) && giving)
        hr = content_add_object(out, request->given, request->bytes, size);
    return hr;
}

/* The part that was wanted, in the place of the whole answer. */
static HRESULT take_part(const struct service_answer *answer, enum dynamicauth_part wanted,
                         struct service_answer *out) {
    struct tlv_object template, part;
    if (!tlv_find(answer->data, answer->size, TAG_TEMPLATE, &template) ||
        !tlv_find(template.value, template.length, wanted, &part) || !part.length)
        return hresult_from_rm(RM_E_UNEXPECTED);
    *out = (struct service_answer){.data = part.value, .size = part.length, .sw = answer->sw};
    return S_OK;
}

HRESULT dynamicauth_send(struct service_link *link, const struct dynamicauth *request,
                         struct service_answer *answer_out) {
    const struct apdu command = {.cla = request->cla,
                                 .ins = ISO7816_INS_GENERAL_AUTHENTICATE | ISO7816_INS_ODD,
                                 .p1 = request->algorithm,
                                 .p2 = request->secret,
                                 .ne = request->wanted ? APDU_SHORT_NE_MAX : 0};
    struct content template = {0};
    struct service_answer answer = {0};
    *answer_out = answer;
    HRESULT hr = make_template(request, &template);
    if (SUCCEEDED(hr))
        hr = chaining_send(link, &command, template.bytes, template.size, SW_USE_AUTHENTICATION, &answer);
    if (SUCCEEDED(hr) && request->wanted)
        hr = take_part(&answer, request->wanted, answer_out);
    content_clear(&template);
    return hr;
}
