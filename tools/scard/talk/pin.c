/* A code of a card as the commands of the tool use it. See pin.h. */
#include "talk/pin.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "scardssp_rm.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"

#define UNBLOCK_DIGITS 8u
#define QUESTION_MAX 64

bool pin_parse(const char *code, LONG *out) {
    char *end = NULL;
    const size_t size = strlen(code);
    const unsigned long value = strtoul(code, &end, 16);
    if (size == 0 || size > 2 || *end != '\0' || strspn(code, "0123456789ABCDEFabcdef") != size)
        return false;
    *out = (LONG)value;
    return true;
}

int pin_get(const struct secret_source *source, const char *what, const char *code, struct secret *out) {
    char question[QUESTION_MAX];
    (void)snprintf(question, sizeof question, "%s %s", what, code);
    return secret_get(source, question, out);
}

/* What nobody sees is asked for twice. */
static int get_again(const struct secret_source *source, const char *code, const struct secret *wanted) {
    struct secret again = {.size = 0};
    int result = pin_get(source, "Once more, the new PIN", code, &again);
    if (result == EXIT_GOOD && strcmp(again.text, wanted->text) != 0)
        result = failure_plain("nothing was sent to the card", "the new PINs differ");
    secret_wipe(&again);
    return result;
}

int pin_get_both(const struct secret_source *source, const char *what, const char *code,
                 struct secret *former, struct secret *wanted) {
    int result = pin_get(source, what, code, former);
    *wanted = (struct secret){.size = 0};
    if (result == EXIT_GOOD)
        result = pin_get(source, "New PIN", code, wanted);
    if (result == EXIT_GOOD && secret_is_typed(source))
        result = get_again(source, code, wanted);
    if (result != EXIT_GOOD) {
        secret_wipe(former);
        secret_wipe(wanted);
    }
    return result;
}

static HRESULT enter(ISCardManage *manage, const char *directory) {
    ISCardFileAccess *files = NULL;
    if (directory == NULL)
        return S_OK;
    HRESULT hr = ISCardManage_CreateFileAccess(manage, &files);
    if (SUCCEEDED(hr)) {
        hr = manager_enter(files, directory);
        ISCardFileAccess_Release(files);
    }
    return hr;
}

int pin_open(ISCardManage *manage, const struct pin_place *place, struct pin *out) {
    *out = (struct pin){.place = place};
    HRESULT hr = enter(manage, place->directory);
    if (FAILED(hr))
        return failure(hr, NULL, "cannot go to the directory '%s'", place->directory);
    hr = ISCardManage_CreateCHVerification(manage, &out->verify);
    if (FAILED(hr))
        return failure(hr, NULL, "cannot ask the card for codes");
    return pin_parse(place->code, &out->reference) ? EXIT_GOOD : EXIT_USAGE;
}

void pin_close(struct pin *pin) {
    if (pin->verify)
        ISCardVerify_Release(pin->verify);
    pin->verify = NULL;
}

static int complain_of_question(const struct pin *pin, HRESULT hr) {
    return failure(hr,
                   hr == E_INVALIDARG ? "The card has no such code here; a code of an application wants "
                                        "--directory."
                                      : NULL,
                   "cannot ask about the code %s", pin->place->code);
}

/* Some cards take no VERIFY without a code: SIMs refuse it for its length. */
static bool cannot_be_asked(HRESULT hr) {
    return hr == (HRESULT)SCARD_E_UNSUPPORTED_FEATURE || hr == (HRESULT)SCARD_E_INVALID_CHV;
}

int pin_ask(struct pin *pin, struct pin_state *out) {
    LONG tries = pin->reference;
    const HRESULT hr = ISCardVerify_Verify(pin->verify, NULL, SC_FL_NO_FLAGS, &tries);
    *out = (struct pin_state){.status = hr, .tries = -1};
    if (hr == (HRESULT)SCARD_W_CARD_NOT_AUTHENTICATED) {
        out->tries = (long)tries;
        if (tries == 0)
            out->status = (HRESULT)SCARD_W_CHV_BLOCKED;
    } else if (hr == (HRESULT)SCARD_W_CHV_BLOCKED) {
        out->tries = 0;
    } else if (cannot_be_asked(hr)) {
        out->status = (HRESULT)SCARD_W_CARD_NOT_AUTHENTICATED;
    } else if (FAILED(hr)) {
        return complain_of_question(pin, hr);
    }
    return EXIT_GOOD;
}

int pin_guard(struct pin *pin, bool last_try) {
    struct pin_state state;
    const int code = pin_ask(pin, &state);
    if (code != EXIT_GOOD)
        return code;
    if (state.status == (HRESULT)SCARD_W_CHV_BLOCKED) {
        failure(state.status, "Unblock it first: 'scard pin unblock' takes the resetting code (PUK).",
                "the code %s is of no use", pin->place->code);
        return EXIT_CODE;
    }
    if (state.tries == 1 && !last_try) {
        failure_plain("--last-try risks it", "one try is left for the code %s, and a wrong one blocks it",
                      pin->place->code);
        return EXIT_CODE;
    }
    return EXIT_GOOD;
}

/* Zeros go over the bytes before the buffer is given back. */
static void buffer_end(IByteBuffer *buffer, size_t size) {
    static const BYTE zeros[SECRET_MAX];
    if (buffer == NULL)
        return;
    IByteBuffer_Seek(buffer, 0, STREAM_SEEK_SET, NULL);
    IByteBuffer_Write(buffer, (BYTE *)(uintptr_t)zeros, (LONG)size, NULL);
    IByteBuffer_Release(buffer);
}

static HRESULT buffer_make(const struct secret *secret, IByteBuffer **out) {
    return card_buffer((const uint8_t *)secret->text, secret->size, out);
}

HRESULT pin_show(struct pin *pin, const struct secret *code) {
    IByteBuffer *buffer = NULL;
    LONG reference = pin->reference;
    HRESULT hr = buffer_make(code, &buffer);
    if (SUCCEEDED(hr))
        hr = ISCardVerify_Verify(pin->verify, buffer, SC_FL_NO_FLAGS, &reference);
    buffer_end(buffer, code->size);
    return hr;
}

HRESULT pin_show_again(ISCardManage *manage, const struct pin_place *place, const struct secret *code) {
    struct pin pin = {.place = place};
    HRESULT hr = pin_parse(place->code, &pin.reference) ? enter(manage, place->directory) : E_INVALIDARG;
    if (SUCCEEDED(hr))
        hr = ISCardManage_CreateCHVerification(manage, &pin.verify);
    if (FAILED(hr))
        return hr;
    LONG tries = pin.reference;
    hr = ISCardVerify_Verify(pin.verify, NULL, SC_FL_NO_FLAGS, &tries);
    const bool asked = hr == (HRESULT)SCARD_W_CARD_NOT_AUTHENTICATED && tries != 0 && tries != 1;
    if (asked || cannot_be_asked(hr))
        hr = pin_show(&pin, code);
    pin_close(&pin);
    return hr;
}

HRESULT pin_change(struct pin *pin, const struct secret *former, const struct secret *wanted) {
    IByteBuffer *old = NULL, *fresh = NULL;
    HRESULT hr = buffer_make(former, &old);
    if (SUCCEEDED(hr))
        hr = buffer_make(wanted, &fresh);
    if (SUCCEEDED(hr))
        hr = ISCardVerify_ChangeCode(pin->verify, old, fresh, SC_FL_NO_FLAGS, pin->reference);
    buffer_end(old, former->size);
    buffer_end(fresh, wanted->size);
    return hr;
}

HRESULT pin_unblock(struct pin *pin, const struct secret *resetting) {
    const size_t size = resetting->size;
    const bool fits = size == UNBLOCK_DIGITS || (size == UNBLOCK_DIGITS + 1 && resetting->text[0] != '0');
    if (!fits || strspn(resetting->text, "0123456789") != size)
        return (HRESULT)SCARD_E_INVALID_CHV;
    LONG number = (LONG)strtoul(resetting->text, NULL, 10);
    const HRESULT hr = number > 0 ? ISCardVerify_Unblock(pin->verify, number, SC_FL_NO_FLAGS, pin->reference)
                                  : (HRESULT)SCARD_E_INVALID_CHV; /* 0 would present nothing */
    wipe(&number, sizeof number);
    return hr;
}

HRESULT pin_renew(struct pin *pin, const struct secret *resetting, const struct secret *wanted) {
    return scardssp_verify_renew(pin->verify, (const uint8_t *)resetting->text, resetting->size,
                                 (const uint8_t *)wanted->text, wanted->size, SC_FL_NO_FLAGS,
                                 (int32_t)pin->reference);
}

bool pin_wants_pad(struct pin *pin, const struct secret_source *source, bool change) {
    uint32_t pad = 0;
    return secret_is_typed(source) && source->askpass == NULL &&
           scardssp_pin_pad(pin->verify, &pad) == S_OK &&
           pad & (change ? SCARDSSP_PIN_PAD_CHANGE : SCARDSSP_PIN_PAD_VERIFY);
}

HRESULT pin_show_on_pad(struct pin *pin) {
    fprintf(stderr, "Type PIN %s at the reader.\n", pin->place->code);
    return scardssp_pin_pad_verify(pin->verify, SC_FL_NO_FLAGS, (int32_t)pin->reference);
}

HRESULT pin_change_on_pad(struct pin *pin) {
    fprintf(stderr, "Type PIN %s at the reader, then the new one twice.\n", pin->place->code);
    return scardssp_pin_pad_change(pin->verify, SC_FL_NO_FLAGS, (int32_t)pin->reference);
}

/* Tells that a code was wrong, and how many tries the card allows still. */
static int complain_of_wrong(struct pin *pin, HRESULT hr, struct pin_state *state) {
    const char *code = pin->place->code;
    struct pin_state now;
    if (pin_ask(pin, &now) == EXIT_GOOD)
        state->tries = now.tries;
    if (state->tries < 0)
        failure(hr, "The card does not say how many tries are left.", "the code %s was not accepted", code);
    else if (state->tries == 0)
        failure((HRESULT)SCARD_W_CHV_BLOCKED, NULL, "the code %s was not accepted", code);
    else
        failure_plain(state->tries == 1 ? "the next wrong one blocks it" : "be sure before you try again",
                      "the code %s was not accepted, tries left: %ld", code, state->tries);
    return EXIT_CODE;
}

int pin_complain(struct pin *pin, HRESULT hr, struct pin_state *state) {
    const char *code = pin->place->code;
    *state = (struct pin_state){.status = hr, .tries = -1};
    if (hr == (HRESULT)SCARD_W_WRONG_CHV)
        return complain_of_wrong(pin, hr, state);
    if (hr == (HRESULT)SCARD_W_CHV_BLOCKED) {
        state->tries = 0;
        failure(hr, NULL, "the code %s was not accepted", code);
        return EXIT_CODE;
    }
    if (hr == (HRESULT)SCARD_W_CANCELLED_BY_USER || hr == (HRESULT)SCARD_E_TIMEOUT)
        return failure(hr, "Nothing was shown to the card; --keyboard asks here instead.",
                       "no PIN was typed at the reader");
    return failure(hr, hr == E_INVALIDARG ? "The card has no such code here, or does not allow this." : NULL,
                   "the code %s was not accepted", code);
}

int pin_complain_of_resetting(struct pin *pin, HRESULT hr) {
    const char *code = pin->place->code;
    if (hr == (HRESULT)SCARD_E_INVALID_CHV)
        return failure(
            hr,
            "A resetting code has 8 digits, or 9 without a zero in front; another one, and a card that "
            "wants a new PIN with it, need --new, and a new PIN that the card takes.",
            "the code %s is not unblocked", code);
    if (hr != (HRESULT)SCARD_W_WRONG_CHV && hr != (HRESULT)SCARD_W_CHV_BLOCKED)
        return failure(
            hr,
            hr == E_INVALIDARG
                ? "The card has no such code here, no resetting code for it, or wants a new PIN (--new)."
                : NULL,
            "the code %s is not unblocked", code);
    failure(hr,
            hr == (HRESULT)SCARD_W_WRONG_CHV ? "The resetting code was wrong: cards count its tries, too."
                                             : "The resetting code is blocked, too: its issuer may help.",
            "the code %s is not unblocked", code);
    return EXIT_CODE;
}
