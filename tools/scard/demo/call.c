/* How a step of the guided tour shows a call and checks what it returned. Called by demo/steps.c. */
#include "demo/demo.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scardssp_rm.h"
#include "talk/show.h"
#include "terminal/failure.h"
#include "terminal/text.h"

#define CALL_WIDTH 44

bool demo_expect(const char *call, HRESULT got, HRESULT wanted) {
    printf("    %-*s -> %s\n", CALL_WIDTH, call, failure_name(got));
    if (got == wanted)
        return true;
    failure(got, NULL, "%s must return %s", call, failure_name(wanted));
    return false;
}

bool demo_check(const char *what, bool holds) {
    printf("    %s: %s\n", what, holds ? "yes" : "NO");
    if (!holds)
        failure_plain(NULL, "%s: this must hold", what);
    return holds;
}

static HRESULT show_command(ISCardCmd *command) {
    IByteBuffer *apdu = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;
    HRESULT hr = ISCardCmd_get_Apdu(command, &apdu);
    if (FAILED(hr))
        return hr;
    hr = card_buffer_bytes(apdu, &bytes, &size);
    IByteBuffer_Release(apdu);
    if (FAILED(hr))
        return hr;
    show_apdu(bytes, size, 6);
    free(bytes);
    return S_OK;
}

/* Data and status word of the reply, shown and checked. */
static bool show_reply(ISCardCmd *command, uint16_t wanted_sw, struct demo_answer *out) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    const HRESULT hr = card_reply(command, &bytes, &size);
    if (FAILED(hr) || size < 2 || size - 2 > sizeof out->data) {
        free(FAILED(hr) ? NULL : bytes);
        failure(FAILED(hr) ? hr : (HRESULT)SCARD_F_COMM_ERROR, NULL, "the reply cannot be had");
        return false;
    }
    const uint16_t sw = (uint16_t)(bytes[size - 2] << 8 | bytes[size - 1]);
    char words[CARD_WORDS_MAX];
    card_words(command, sw, words);
    printf("      < ");
    text_print_hex(stdout, bytes, size - 2, " ");
    printf("%s[%s]\n", size > 2 ? " " : "", words);
    out->size = size - 2;
    memcpy(out->data, bytes, out->size);
    free(bytes);
    if (sw != wanted_sw)
        failure_plain(NULL, "the card must answer %04" PRIX16 ", not %04" PRIX16, wanted_sw, sw);
    return sw == wanted_sw;
}

bool demo_send(ISCard *card, ISCardCmd **command, HRESULT wanted, uint16_t wanted_sw,
               struct demo_answer *out) {
    bool good = false;
    HRESULT hr = show_command(*command);
    if (FAILED(hr)) {
        failure(hr, NULL, "the command cannot be shown");
    } else {
        hr = ISCard_Transaction(card, command);
        good = demo_expect("ISCard::Transaction", hr, wanted);
        if (good && wanted == S_OK)
            good = show_reply(*command, wanted_sw, out);
    }
    ISCardCmd_Release(*command);
    *command = NULL;
    return good;
}
