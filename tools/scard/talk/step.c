/* One step of `scard apdu`: checks, sends and prints. */
#include "talk/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "scardssp_rm.h"
#include "talk/show.h"
#include "terminal/text.h"

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

/* Shows a reply, wipes and frees it. */
static HRESULT print_reply(const struct script_step *step, uint8_t *reply, size_t size, uint16_t *sw_out) {
    fputc('<', stdout);
    if (size >= 2) {
        *sw_out = (uint16_t)(reply[size - 2] << 8 | reply[size - 1]);
        char words[CARD_WORDS_MAX];
        scardssp_sw_text_after(step->bytes, step->size, *sw_out, words, sizeof words);
        for (size_t i = 0; i + 2 < size; ++i)
            printf(" %02X", reply[i]);
        printf(" [%s]", words);
    }
    fputc('\n', stdout);
    wipe_free(reply, size);
    return size >= 2 ? S_OK : (HRESULT)SCARD_F_COMM_ERROR;
}

static HRESULT reset_run(ISCard *card, int share) {
    printf("> reset\n");
    fflush(stdout);
    HRESULT hr = ISCard_ReAttach(card, (SCARD_SHARE_MODES)share, RESET);
    if (FAILED(hr))
        return hr;
    struct card_look look;
    hr = card_look(card, &look);
    if (FAILED(hr))
        return hr;
    printf("< ATR ");
    text_print_hex(stdout, look.atr, look.atr_size, " ");
    fputc('\n', stdout);
    return S_OK;
}

static HRESULT command_run(ISCard *card, const struct script_step *step, uint16_t *sw_out) {
    ISCardCmd *command = NULL;
    uint8_t *reply = NULL;
    size_t size = 0;
    HRESULT hr = command_make(step, &command);
    if (FAILED(hr))
        return hr;
    show_apdu(step->bytes, step->size, 0);
    fflush(stdout);
    hr = ISCard_Transaction(card, &command);
    if (SUCCEEDED(hr))
        hr = card_reply(command, &reply, &size);
    if (SUCCEEDED(hr))
        hr = print_reply(step, reply, size, sw_out);
    ISCardCmd_Release(command);
    return hr;
}

static HRESULT bytes_run(ISCard *card, const struct script_step *step, uint16_t *sw_out) {
    uint8_t *reply = NULL;
    size_t size = 0;
    show_apdu(step->bytes, step->size, 0);
    fflush(stdout);
    const HRESULT hr = card_send_raw(card, step->bytes, step->size, &reply, &size);
    return SUCCEEDED(hr) ? print_reply(step, reply, size, sw_out) : hr;
}

HRESULT step_run(ISCard *card, const struct step_manner *manner, const struct script_step *step,
                 uint16_t *sw_out) {
    *sw_out = 0x9000;
    if (step->bytes == NULL)
        return reset_run(card, manner->share);
    const HRESULT hr = manner->raw ? bytes_run(card, step, sw_out) : command_run(card, step, sw_out);
    fflush(stdout);
    return hr;
}
