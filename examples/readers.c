/*
 * readers.c: lists the readers and the ATR of the card in each, in plain C. raw/readers.c does the same over
 * PC/SC's own calls.
 *
 *   readers
 */
#include <stdio.h>

#include "scardssp_card.h"

static int print(void *user, const char *name, const struct scardssp_reader_state *state) {
    (void)user;
    printf("%s:", name);
    for (uint32_t i = 0; i < state->atr_size; ++i)
        printf(" %02X", state->atr[i]);
    printf("%s\n", state->atr_size ? "" : " no card");
    return 1; /* go on */
}

int main(void) {
    const int32_t status = scardssp_each_reader(print, NULL);
    if (status < 0)
        fprintf(stderr, "readers: %s\n", scardssp_status_advice(status));
    return status < 0;
}
