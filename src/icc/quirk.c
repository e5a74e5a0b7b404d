/* What a card with quirks answers. Called by card.c and dispatch.c. */
#include "icc/quirk.h"

#include <stdlib.h>

#include "base/wipe.h"
#include "icc/answer.h"

static bool fits(const struct quirk *quirk, const uint8_t *bytes, size_t size) {
    if (size < quirk->pattern_size)
        return false;
    for (size_t i = 0; i < quirk->pattern_size; i++)
        if ((bytes[i] ^ quirk->pattern[i]) & quirk->mask[i])
            return false;
    return true;
}

const struct quirk *sim_quirk_find(const struct sim_card *card, const uint8_t *bytes, size_t size) {
    for (uint32_t i = 0; i < card->quirk_count; i++) {
        const struct quirk *quirk = &card->quirks[i];
        if ((quirk->state < 0 || quirk->state == card->quirk_state) && fits(quirk, bytes, size))
            return quirk;
    }
    return NULL;
}

/* Whether the command's Le is not the one that the data wants. Case 4 of T=0 has none to be wrong. */
static bool length_differs(const struct quirk *quirk, const struct command *command) {
    return (!command->t0 || command->limit) && command->apdu.ne != quirk->size;
}

bool sim_quirk_answer(struct sim_card *card, const struct quirk *quirk, struct command *command,
                      uint16_t *sw) {
    if (quirk->next >= 0)
        card->quirk_state = (uint16_t)quirk->next;
    if (!quirk->answers)
        return false;
    if (!quirk->keeps)
        sim_card_settle(card);
    command->channel = &card->channels[card->classes[command->apdu.cla].channel];
    *sw = quirk->sw;
    if (quirk->give == QUIRK_EXACT && length_differs(quirk, command)) {
        *sw = (uint16_t)(SW_WRONG_LE | (quirk->size & 0xFF));
        return true;
    }
    if (quirk->give == QUIRK_ALL || quirk->give == QUIRK_ANNOUNCED) {
        command->limit = quirk->give == QUIRK_ALL ? UINT32_MAX : 0;
        command->exact = false;
    }
    if (quirk->size)
        sim_command_append(card, command, quirk->data, quirk->size);
    return true;
}

void sim_quirk_free(struct sim_card *card) {
    for (uint32_t i = 0; i < card->quirk_count; i++)
        wipe_free(card->quirks[i].data, card->quirks[i].size);
    free(card->quirks);
}
