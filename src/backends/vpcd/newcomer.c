/* The question for the ATR, and the answer as it comes: see newcomer.h. */
#include "backends/vpcd/newcomer.h"

#include "backends/vpcd/cardslot.h"
#include "backends/vpcd/dialog.h"
#include "backends/vpcd/peer.h"
#include "base/clock.h"

#define ANSWER_MS 3000u

bool newcomer_ask(struct newcomer *newcomer, int peer) {
    static const uint8_t question[] = {0, 1, DIALOG_ON, 0, 1, DIALOG_ATR};
    union { /* the same parts receive, elsewhere */
        const uint8_t *in;
        uint8_t *out;
    } bytes = {.in = question};
    const struct peer_part part = {bytes.out, sizeof question};
    /* It fits: nothing has gone this way before. */
    if (peer_send(peer, &part, 1, 0) != (long)sizeof question)
        return false;
    newcomer->peer = peer;
    newcomer->used = 0;
    newcomer->until = clock_deadline(ANSWER_MS);
    newcomer->state = NEWCOMER_ASKED;
    return true;
}

const uint8_t *newcomer_atr(const struct newcomer *newcomer, size_t *size) {
    *size = (size_t)newcomer->bytes[0] << 8 | newcomer->bytes[1];
    return newcomer->bytes + NEWCOMER_HEADER;
}

/* What the bytes so far are: a card, perhaps one, or none. */
static enum newcomer_state judge(const struct newcomer *newcomer) {
    size_t size;
    const uint8_t *atr = newcomer_atr(newcomer, &size);
    if (newcomer->used < NEWCOMER_HEADER)
        return NEWCOMER_ASKED;
    if (size > ATR_MAX)
        return NEWCOMER_LEAVES;
    if (newcomer->used < NEWCOMER_HEADER + size)
        return NEWCOMER_ASKED;
    /* Whoever has more to say was not asked for it. */
    return cardslot_is_atr(atr, size) && peer_peek(newcomer->peer) == 0 ? NEWCOMER_CARD : NEWCOMER_LEAVES;
}

/* Bytes up to the end of the length, then to that of the ATR: no byte of what would come behind. */
static size_t wanted(const struct newcomer *newcomer) {
    size_t size;
    (void)newcomer_atr(newcomer, &size);
    return (newcomer->used < NEWCOMER_HEADER ? NEWCOMER_HEADER : NEWCOMER_HEADER + size) - newcomer->used;
}

enum newcomer_state newcomer_look(struct newcomer *newcomer) {
    uint8_t byte;
    if (newcomer->state == NEWCOMER_CARD && peer_take(newcomer->peer, &byte, 1) != 0)
        newcomer->state = NEWCOMER_LEAVES;
    while (newcomer->state == NEWCOMER_ASKED) {
        const long got = peer_take(newcomer->peer, newcomer->bytes + newcomer->used, wanted(newcomer));
        if (got == 0)
            break;
        newcomer->used += got > 0 ? (size_t)got : 0;
        newcomer->state = got < 0 ? NEWCOMER_LEAVES : judge(newcomer);
    }
    return newcomer->state;
}
