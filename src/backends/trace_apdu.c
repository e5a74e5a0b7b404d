/* The rule for what a trace must not show, and the printing of bytes. */
#include "backends/trace_apdu.h"

#include <stdbool.h>

#include "apdu/apdu.h"
#include "apdu/iso7816.h"

static bool hides_data(uint8_t ins) {
    /* The odd sibling of ENVELOPE carries BER-TLV, and a command in it all the same. */
    return iso7816_carries_secret(ins) || (ins & 0xFEu) == ISO7816_INS_ENVELOPE;
}

void trace_apdu_split(const uint8_t *command, size_t size, size_t *front, size_t *back) {
    struct apdu apdu;
    *front = size;
    *back = 0;
    if (size <= APDU_HEADER || !hides_data(command[1]))
        return;
    if (!apdu_parse(command, size, &apdu)) {
        /* Whoever forgot Lc has the PIN start right behind the header. */
        *front = APDU_HEADER;
    } else if (apdu.nc) {
        *front = (size_t)(apdu.data - command);
        *back = size - *front - apdu.nc;
    }
}

void trace_apdu_command(struct trace_page *page, const char *prefix, const uint8_t *command, size_t size) {
    size_t front, back;
    trace_apdu_split(command, size, &front, &back);
    trace_page_print(page, "%s", prefix);
    trace_page_bytes(page, command, front);
    if (front + back < size)
        trace_page_print(page, " **");
    trace_page_bytes(page, command + size - back, back);
    trace_page_print(page, "\n");
}

void trace_apdu_answer(struct trace_page *page, const char *prefix, const uint8_t *answer, size_t size) {
    trace_page_print(page, "%s", prefix);
    trace_page_bytes(page, answer, size);
    trace_page_print(page, "\n");
}
