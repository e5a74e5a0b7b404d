/* Codes of the card holder, as commands: see code.h. */
#include "services/code.h"

#include <stdlib.h>
#include <string.h>

#include "apdu/gsmfile.h"
#include "apdu/iso7816.h"
#include "base/wipe.h"
#include "com/hresult.h"
#include "services/codeform.h"

#define REFERENCE_BITS 0x1Fu
#define REFERENCE_MAX 255

enum { WITH_CODE = 0x00, WITHOUT_CODE = 0x01, NEW_CODE_ALONE = 0x01 };
/* RESET RETRY COUNTER (table 71): the resetting code with a new code, alone, nothing. */
enum { RESETTING_AND_NEW = 0x00, RESETTING_CODE = 0x01, NOTHING = 0x03 };
/* VERIFY (7816-4:2013, table 83): the reference is no longer verified. */
enum { SET_UNVERIFIED = 0xFF };

#define SIM_CHV1 1u
#define SIM_CHV2 2u
/* STATUS of a SIM (3GPP TS 51.011 9.2.2), and as much of the answer as every one has. */
#define SIM_STATUS 0xF2
#define SIM_STATUS_SIZE 22u
#define DIGITS_LEAST 8u
#define DIGITS_MOST 20u

HRESULT code_reference(LONG reference, bool global, bool local, uint8_t *p2_out) {
    *p2_out = 0;
    if ((global && local) || reference < 0 || reference > REFERENCE_MAX)
        return E_INVALIDARG;
    *p2_out = (uint8_t)reference;
    if (global || local)
        *p2_out = (uint8_t)(((unsigned)reference & REFERENCE_BITS) | (local ? CODE_LOCAL : 0));
    return S_OK;
}

static struct apdu command_for(const struct code *code, enum iso7816_ins ins, uint8_t p1) {
    return (struct apdu){.cla = code->cla, .ins = (uint8_t)ins, .p1 = p1, .p2 = code->reference};
}

/* The status word as ISO/IEC 7816-4 has it. */
static HRESULT send_for(struct service_link *link, const struct code *code, const struct apdu *command,
                        uint16_t *sw) {
    struct service_answer answer;
    const HRESULT hr = service_send(link, command, &answer);
    *sw = SUCCEEDED(hr) && code->profile ? profile_code_word(code->profile, answer.sw) : answer.sw;
    return hr;
}

static HRESULT run(struct service_link *link, const struct code *code, const struct apdu *command) {
    uint16_t sw = 0;
    const HRESULT hr = send_for(link, code, command, &sw);
    return FAILED(hr) ? hr : hresult_from_sw(sw, SW_USE_CODE);
}

/*
 * Sends a command that carries one code, or two, one behind the other. A code that is NULL is not there. The
 * copy that is sent is wiped.
 */
static HRESULT run_with(struct service_link *link, const struct code *code, struct apdu *command,
                        const uint8_t *first, size_t first_size, const uint8_t *second, size_t second_size) {
    if ((first && !first_size) || (second && !second_size) || first_size > link->command_max ||
        second_size > link->command_max)
        return E_INVALIDARG;
    if ((first && FAILED(codeform_check(&code->form, first, first_size))) ||
        (second && FAILED(codeform_check(&code->form, second, second_size))))
        return hresult_from_rm(RM_E_INVALID_CHV);
    const size_t one = first ? codeform_size(&code->form, first_size) : 0;
    const size_t other = second ? codeform_size(&code->form, second_size) : 0;
    if (one + other > link->command_max)
        return E_INVALIDARG;
    uint8_t *const data = malloc(one + other ? one + other : 1);
    if (!data)
        return E_OUTOFMEMORY;
    if (first)
        codeform_write(&code->form, first, first_size, data);
    if (second)
        codeform_write(&code->form, second, second_size, data + one);
    command->data = data;
    command->nc = (uint32_t)(one + other);
    const HRESULT hr = run(link, code, command);
    wipe_free(data, one + other);
    return hr;
}

HRESULT code_verify(struct service_link *link, const struct code *code, const uint8_t *bytes, size_t size) {
    struct apdu command = command_for(code, ISO7816_INS_VERIFY, code->way);
    if (!size)
        return E_INVALIDARG;
    return run_with(link, code, &command, bytes, size, NULL, 0);
}

static bool is_sim(const struct code *code) {
    return code->profile && profile_has(code->profile, SCARDSSP_PROFILE_PLAIN_SELECT);
}

/*
 * A SIM takes no VERIFY without a code. It tells of both with its current directory, but not whether one has
 * been shown.
 */
static HRESULT ask_sim(struct service_link *link, const struct code *code, int *tries_out) {
    const struct apdu command = {.cla = code->cla, .ins = SIM_STATUS, .ne = SIM_STATUS_SIZE};
    struct service_answer answer;
    struct gsmfile_code said;
    HRESULT hr = service_send(link, &command, &answer);
    if (SUCCEEDED(hr))
        hr = hresult_from_sw(profile_code_word(code->profile, answer.sw), SW_USE_CODE);
    if (FAILED(hr))
        return hr;
    if (!gsmfile_code(answer.data, answer.size, code->reference, &said))
        return hresult_from_rm(RM_W_CARD_NOT_AUTHENTICATED);
    if (!said.exists)
        return E_INVALIDARG;
    if (said.disabled)
        return S_OK;
    if (!said.tries)
        return hresult_from_rm(RM_W_CHV_BLOCKED);
    *tries_out = said.tries;
    return hresult_from_rm(RM_W_CARD_NOT_AUTHENTICATED);
}

HRESULT code_ask(struct service_link *link, const struct code *code, int *tries_out) {
    const struct apdu command = command_for(code, ISO7816_INS_VERIFY, 0);
    uint16_t sw = 0;
    *tries_out = -1;
    if (is_sim(code) && (code->reference == SIM_CHV1 || code->reference == SIM_CHV2))
        return ask_sim(link, code, tries_out);
    HRESULT hr = send_for(link, code, &command, &sw);
    if (FAILED(hr))
        return hr;
    hr = hresult_from_sw(sw, SW_USE_CODE);
    if (hr != hresult_from_rm(RM_W_WRONG_CHV))
        return hr;
    /* Nothing was shown that could be wrong. 6300 has no number. */
    if (sw & 0x00FF)
        *tries_out = sw & 0x000F;
    return hresult_from_rm(RM_W_CARD_NOT_AUTHENTICATED);
}

HRESULT code_change(struct service_link *link, const struct code *code, const uint8_t *former,
                    size_t former_size, const uint8_t *wanted, size_t wanted_size) {
    struct apdu command = command_for(code, ISO7816_INS_CHANGE_REFERENCE_DATA, WITH_CODE);
    if (!wanted)
        return E_INVALIDARG;
    if (!former)
        command.p1 = NEW_CODE_ALONE;
    return run_with(link, code, &command, former, former_size, wanted, wanted_size);
}

HRESULT code_require(struct service_link *link, const struct code *code, bool required, const uint8_t *bytes,
                     size_t size) {
    struct apdu command =
        command_for(code, required ? ISO7816_INS_ENABLE_VERIFICATION : ISO7816_INS_DISABLE_VERIFICATION,
                    bytes ? WITH_CODE : WITHOUT_CODE);
    return run_with(link, code, &command, bytes, size, NULL, 0);
}

/* The number in decimal digits; returns where they begin in `out`. */
static const uint8_t *digits_of(uint64_t number, uint8_t out[DIGITS_MOST], size_t *size) {
    size_t at = DIGITS_MOST;
    for (; number || DIGITS_MOST - at < DIGITS_LEAST; number /= 10)
        out[--at] = (uint8_t)('0' + number % 10);
    *size = DIGITS_MOST - at;
    return out + at;
}

HRESULT code_unblock(struct service_link *link, const struct code *code, LONG number) {
    struct apdu command =
        command_for(code, ISO7816_INS_RESET_RETRY_COUNTER, number ? RESETTING_CODE : NOTHING);
    uint8_t digits[DIGITS_MOST];
    size_t size = 0;
    if (number < 0)
        return E_INVALIDARG;
    if (!number)
        return run(link, code, &command);
    const uint8_t *const first = digits_of((uint64_t)number, digits, &size);
    struct code resetting = *code;
    resetting.form.least = resetting.form.most = 0; /* the bounds are those of the code that it resets */
    const HRESULT hr = run_with(link, &resetting, &command, first, size, NULL, 0);
    wipe(digits, sizeof digits);
    return hr;
}

/* UNBLOCK CHV has a number of its own for the first code of a SIM. */
static uint8_t renewed_reference(const struct code *code) {
    return is_sim(code) && code->reference == SIM_CHV1 ? 0 : code->reference;
}

HRESULT code_renew(struct service_link *link, const struct code *code, const uint8_t *resetting,
                   size_t resetting_size, const uint8_t *wanted, size_t wanted_size) {
    struct code renewed = *code;
    if (!resetting_size || !wanted_size)
        return E_INVALIDARG;
    if (FAILED(codeform_check(&code->form, wanted, wanted_size)))
        return hresult_from_rm(RM_E_INVALID_CHV);
    renewed.reference = renewed_reference(code);
    renewed.form.least = renewed.form.most = 0; /* the bounds are not those of the resetting code */
    struct apdu command = command_for(&renewed, ISO7816_INS_RESET_RETRY_COUNTER, RESETTING_AND_NEW);
    return run_with(link, &renewed, &command, resetting, resetting_size, wanted, wanted_size);
}

HRESULT code_forget(struct service_link *link, uint8_t cla, struct code_shown *shown) {
    HRESULT hr = S_OK;
    bool refused = false;
    for (unsigned reference = 0; reference <= REFERENCE_MAX && SUCCEEDED(hr) && !refused; ++reference) {
        const struct code code = {.cla = cla, .reference = (uint8_t)reference};
        const struct apdu command = command_for(&code, ISO7816_INS_VERIFY, SET_UNVERIFIED);
        struct service_answer answer = {0};
        if (!(shown->bits[reference / 32] & (uint32_t)1 << reference % 32))
            continue;
        hr = service_send(link, &command, &answer);
        /* Whatever a card means by another answer, the code may still count: only a reset is certain. */
        refused = SUCCEEDED(hr) && FAILED(hresult_from_sw(answer.sw, SW_USE_CODE));
    }
    if (refused)
        hr = service_reset(link);
    if (SUCCEEDED(hr))
        memset(shown, 0, sizeof *shown);
    return hr;
}
