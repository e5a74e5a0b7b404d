/* One step of a list of commands: see step.h. */
#include "steps/step.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "scardssp_rm.h"

#define STATUS_SIZE 2

bool step_is_secret(const struct script_step *step) {
    return step->bytes &&
           scardssp_apdu_secret(step->bytes, step->size, NULL, NULL) == SCARDSSP_SECRET_CERTAIN;
}

static HRESULT command_make(const struct script_step *step, ISCardCmd **out) {
    void *object = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCardCmd, NULL, CLSCTX_ALL, &IID_ISCardCmd, &object);
    if (FAILED(hr))
        return hr;
    ISCardCmd *command = object;
    IByteBuffer *apdu = NULL;
    hr = card_buffer(step->bytes, step->size, &apdu);
    if (SUCCEEDED(hr)) {
        hr = ISCardCmd_put_Apdu(command, apdu);
        IByteBuffer_Release(apdu);
    }
    if (FAILED(hr)) {
        ISCardCmd_Release(command);
        return hr;
    }
    *out = command;
    return S_OK;
}

HRESULT step_check(const struct script_step *step, bool raw) {
    if (step->bytes == NULL)
        return S_OK;
    if (raw)
        return step->size > 0 ? S_OK : E_INVALIDARG;
    ISCardCmd *command = NULL;
    const HRESULT hr = command_make(step, &command);
    if (SUCCEEDED(hr))
        ISCardCmd_Release(command);
    return hr;
}

static HRESULT reset_send(ISCard *card, int share, struct step_answer *out) {
    HRESULT hr = ISCard_ReAttach(card, (SCARD_SHARE_MODES)share, RESET);
    struct card_look look;
    if (SUCCEEDED(hr))
        hr = card_look(card, &look);
    if (FAILED(hr))
        return hr;
    out->bytes = malloc(look.atr_size + 1);
    if (out->bytes == NULL)
        return E_OUTOFMEMORY;
    memcpy(out->bytes, look.atr, look.atr_size);
    out->size = look.atr_size;
    out->sw = 0x9000;
    return S_OK;
}

static HRESULT command_send(ISCard *card, const struct step_manner *manner, const struct script_step *step,
                            struct step_answer *out) {
    ISCardCmd *command = NULL;
    HRESULT hr = command_make(step, &command);
    if (FAILED(hr))
        return hr;
    if (manner->class != STEP_NO_CLASS)
        hr = ISCardCmd_put_AlternateClassId(command, (BYTE)manner->class);
    if (SUCCEEDED(hr))
        hr = ISCard_Transaction(card, &command);
    if (SUCCEEDED(hr))
        hr = card_reply(command, &out->bytes, &out->size);
    ISCardCmd_Release(command);
    return hr;
}

HRESULT step_send(ISCard *card, const struct step_manner *manner, const struct script_step *step,
                  struct step_answer *out) {
    *out = (struct step_answer){0};
    if (step->bytes == NULL)
        return reset_send(card, manner->share, out);
    const HRESULT hr = manner->raw ? card_send_raw(card, step->bytes, step->size, &out->bytes, &out->size)
                                   : command_send(card, manner, step, out);
    if (FAILED(hr))
        return hr;
    if (out->size < STATUS_SIZE) {
        step_answer_free(out);
        return (HRESULT)SCARD_F_COMM_ERROR;
    }
    out->sw = (uint16_t)(out->bytes[out->size - 2] << 8 | out->bytes[out->size - 1]);
    return S_OK;
}

size_t step_answer_data_size(const struct step_answer *answer) {
    return answer->size >= STATUS_SIZE ? answer->size - STATUS_SIZE : 0;
}

void step_answer_free(struct step_answer *answer) {
    wipe_free(answer->bytes, answer->size);
    *answer = (struct step_answer){0};
}
