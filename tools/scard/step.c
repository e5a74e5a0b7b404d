/* One step of `scard apdu`: checks, sends and prints. */
#include "step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scardssp_rm.h"
#include "text.h"

#define SW_TEXT_MAX 128

/* Instructions whose data field is a PIN (ISO/IEC 7816-4 §7.5.6 to §7.5.10; the GSM ones are a subset). */
static const uint8_t secret_instructions[] = {0x20, 0x21, 0x24, 0x25, 0x26, 0x28, 0x2C, 0x2D};

/* Where the command data stands; false: there is none. Case 3 and 4, short and extended (§5.1). */
static bool data_find(const struct script_step *step, size_t *start, size_t *size) {
    if (step->size <= 5)
        return false;
    const uint8_t *bytes = step->bytes;
    *start = 5;
    *size = bytes[4];
    if (bytes[4] == 0) {
        if (step->size <= 7)
            return false;
        *start = 7;
        *size = (size_t)bytes[5] << 8 | bytes[6];
    }
    if (*size > step->size - *start)
        *size = step->size - *start;
    return true;
}

bool step_is_secret(const struct script_step *step) {
    size_t start = 0, size = 0;
    return step->bytes && data_find(step, &start, &size) &&
           memchr(secret_instructions, step->bytes[1], sizeof secret_instructions) != NULL;
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

HRESULT step_check(const struct script_step *step) {
    if (step->bytes == NULL)
        return S_OK;
    ISCardCmd *command = NULL;
    const HRESULT hr = command_make(step, &command);
    if (SUCCEEDED(hr))
        ISCardCmd_Release(command);
    return hr;
}

static void print_command(const struct script_step *step) {
    size_t start = step->size, size = 0;
    if (step_is_secret(step))
        data_find(step, &start, &size);
    fputc('>', stdout);
    for (size_t i = 0; i < step->size; ++i) {
        if (i >= start && i < start + size)
            fputs(" **", stdout);
        else
            printf(" %02X", step->bytes[i]);
    }
    fputc('\n', stdout);
}

static HRESULT print_reply(ISCardCmd *command, uint16_t *sw_out) {
    uint8_t *reply = NULL;
    size_t size = 0;
    const HRESULT hr = card_reply(command, &reply, &size);
    if (FAILED(hr))
        return hr;
    fputc('<', stdout);
    if (size >= 2) {
        *sw_out = (uint16_t)(reply[size - 2] << 8 | reply[size - 1]);
        char words[SW_TEXT_MAX];
        scardssp_sw_text(*sw_out, words, sizeof words);
        for (size_t i = 0; i + 2 < size; ++i)
            printf(" %02X", reply[i]);
        printf(" [%s]", words);
    }
    fputc('\n', stdout);
    text_wipe(reply, size);
    free(reply);
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

HRESULT step_run(ISCard *card, int share, const struct script_step *step, uint16_t *sw_out) {
    *sw_out = 0x9000;
    if (step->bytes == NULL)
        return reset_run(card, share);
    ISCardCmd *command = NULL;
    HRESULT hr = command_make(step, &command);
    if (FAILED(hr))
        return hr;
    print_command(step);
    fflush(stdout);
    hr = ISCard_Transaction(card, &command);
    if (SUCCEEDED(hr))
        hr = print_reply(command, sw_out);
    ISCardCmd_Release(command);
    fflush(stdout);
    return hr;
}
