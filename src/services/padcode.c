/* Codes that are typed at the reader's PIN pad: see padcode.h. */
#include "services/padcode.h"

#include <string.h>

#include "apdu/iso7816.h"
#include "com/hresult.h"

#define ANSWER_ROOM 258u
#define CODE_LEAST 4u
#define CODE_MOST 16u

/* What a control brought; its size is that of a status word at least where `sw` is wanted. */
static HRESULT ask(struct service_link *link, uint32_t code, const uint8_t *send, size_t size,
                   uint8_t *answer, size_t *answer_size) {
    *answer_size = ANSWER_ROOM;
    return link->ops->control ? link->ops->control(link, code, send, size, answer, answer_size)
                              : hresult_from_rm(RM_E_UNSUPPORTED_FEATURE);
}

HRESULT padcode_find(struct service_link *link, struct pinpad *out) {
    uint8_t answer[ANSWER_ROOM];
    size_t size = 0;
    *out = (struct pinpad){0};
    const HRESULT hr = ask(link, PINPAD_GET_FEATURES, NULL, 0, answer, &size);
    if (hr == hresult_from_rm(RM_E_UNSUPPORTED_FEATURE))
        return S_OK;
    if (FAILED(hr))
        return hr;
    return pinpad_parse(answer, size, out) ? S_OK : hresult_from_rm(RM_F_COMM_ERROR);
}

static enum pinpad_encoding encoding_of(const struct scardssp_profile_form *form) {
    return form->encoding == SCARDSSP_PROFILE_CODE_BCD     ? PINPAD_BCD
           : form->encoding == SCARDSSP_PROFILE_CODE_BLOCK ? PINPAD_BLOCK
                                                           : PINPAD_ASCII;
}

/* As many characters as the form takes. */
static uint8_t most_of(const struct scardssp_profile_form *form) {
    const unsigned room = form->encoding == SCARDSSP_PROFILE_CODE_BCD ? 2u * form->size : form->size;
    return form->most ? form->most : form->size && room < CODE_MOST ? (uint8_t)room : CODE_MOST;
}

static struct pinpad_request request_for(const struct code *code, bool change) {
    const struct scardssp_profile_form *form = &code->form;
    const bool block = form->encoding == SCARDSSP_PROFILE_CODE_BLOCK;
    return (struct pinpad_request){
        .encoding = encoding_of(form),
        .size = block ? 8 : form->size,
        .pad = block ? 0xFF : form->pad,
        .least = form->most ? form->least : CODE_LEAST,
        .most = block ? 12 : most_of(form),
        .header = {code->cla, (uint8_t)(change ? ISO7816_INS_CHANGE_REFERENCE_DATA : ISO7816_INS_VERIFY), 0,
                   code->reference}};
}

/* Status words of the reader; what it passes on is the card's. */
static HRESULT judge(const struct code *code, uint16_t sw) {
    switch (sw) {
    case PINPAD_SW_TIMEOUT:
        return hresult_from_rm(RM_E_TIMEOUT);
    case PINPAD_SW_CANCELLED:
        return hresult_from_rm(RM_W_CANCELLED_BY_USER);
    case PINPAD_SW_DIFFERENT:
    case PINPAD_SW_LENGTH:
        return hresult_from_rm(RM_E_INVALID_CHV);
    case PINPAD_SW_PARAMETER:
        return hresult_from_rm(RM_E_UNSUPPORTED_FEATURE);
    default:
        return hresult_from_sw(code->profile ? profile_code_word(code->profile, sw) : sw, SW_USE_CODE);
    }
}

HRESULT padcode_run(struct service_link *link, const struct code *code, bool change) {
    const struct pinpad_request request = request_for(code, change);
    uint8_t structure[PINPAD_STRUCTURE_MAX], answer[ANSWER_ROOM];
    struct pinpad pad;
    size_t answer_size = 0;
    HRESULT hr = padcode_find(link, &pad);
    if (FAILED(hr))
        return hr;
    const uint32_t control = change ? pad.modify : pad.verify;
    const size_t size =
        change ? pinpad_write_modify(&request, structure) : pinpad_write_verify(&request, structure);
    if (!control || !size)
        return hresult_from_rm(RM_E_UNSUPPORTED_FEATURE);
    hr = ask(link, control, structure, size, answer, &answer_size);
    if (FAILED(hr))
        return hr;
    if (answer_size < 2)
        return hresult_from_rm(RM_F_COMM_ERROR);
    return judge(code, (uint16_t)(answer[answer_size - 2] << 8 | answer[answer_size - 1]));
}
