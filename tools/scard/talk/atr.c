/* ATRs as users give them. Called by `scard atr` and `scard cards`. */
#include "talk/atr.h"

#include <stdlib.h>
#include <string.h>

#include "scardssp.h"
#include "talk/choose.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/options.h"
#include "terminal/text.h"

int atr_from_hex(const struct command *command, const char *what, const char *text, struct atr_bytes *out) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (!text_parse_hex(text, strlen(text), &bytes, &size))
        return options_complain(command, "%s wants bytes in hexadecimal, not '%s'", what, text);
    const bool fits = size > 0 && size <= ATR_ROOM;
    if (fits) {
        memcpy(out->bytes, bytes, size);
        out->size = size;
    }
    free(bytes);
    return fits ? EXIT_GOOD : options_complain(command, "%s wants 1 to %d bytes", what, ATR_ROOM);
}

int atr_from_reader(const char *wanted, struct atr_bytes *out) {
    char *reader = NULL;
    int code = reader_choose(wanted, READER_WITH_CARD, "READER", &reader);
    if (code != EXIT_GOOD)
        return code;
    struct scardssp_reader_state state = {0};
    const int32_t status = scardssp_get_reader_state(reader, &state, 0);
    if (status != S_OK)
        code = failure(status, NULL, "cannot look into '%s'", reader);
    else if (state.atr_size == 0)
        code = failure((HRESULT)SCARD_E_NO_SMARTCARD, NULL, "no ATR in '%s'", reader);
    free(reader);
    if (code == EXIT_GOOD) {
        memcpy(out->bytes, state.atr, state.atr_size);
        out->size = state.atr_size;
    }
    return code;
}

bool atr_is_meant(const char *text) {
    const bool ts = text[0] == '3' && strchr("BbFf", text[1]) != NULL && text[1] != '\0';
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (strpbrk(text, "*?.")) /* a pattern: of a reader's name, or for the ATR of the card in it */
        return false;
    if (!text_parse_hex(text, strlen(text), &bytes, &size))
        return ts;
    free(bytes);
    return ts || size > 1;
}
