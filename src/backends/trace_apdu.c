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

#ifdef _WIN32
#define putc_unlocked _putc_nolock
#endif

static void put_bytes(FILE *out, const uint8_t *bytes, size_t size) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < size; ++i) {
        putc_unlocked(' ', out);
        putc_unlocked(digits[bytes[i] >> 4], out);
        putc_unlocked(digits[bytes[i] & 0x0F], out);
    }
}

void trace_apdu_command(FILE *out, const char *prefix, const uint8_t *command, size_t size) {
    size_t front, back;
    trace_apdu_split(command, size, &front, &back);
    fputs(prefix, out);
    put_bytes(out, command, front);
    if (front + back < size)
        fputs(" **", out);
    put_bytes(out, command + size - back, back);
    putc_unlocked('\n', out);
}

void trace_apdu_answer(FILE *out, const char *prefix, const uint8_t *answer, size_t size) {
    fputs(prefix, out);
    put_bytes(out, answer, size);
    putc_unlocked('\n', out);
}
