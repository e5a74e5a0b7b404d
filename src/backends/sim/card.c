/* The card as its reader sees it: contacts, ATR, exchanges. Called by the reader (rm) and by serve.c. */
#include "backends/sim/card.h"

#include <stdlib.h>
#include <string.h>

#include "backends/sim/envelope.h"
#include "backends/sim/image.h"
#include "base/wipe.h"

struct sim_card *sim_card_create(const char *image, char *message, size_t message_size) {
    struct sim_card *card = calloc(1, sizeof *card);
    if (!card) {
        sim_image_no_memory(image, message, message_size);
        return NULL;
    }
    if (!sim_image_load(card, image, message, message_size)) {
        sim_card_destroy(card);
        return NULL;
    }
    card->offer = card->atr.protocols;
    return card;
}

void sim_card_destroy(struct sim_card *card) {
    if (!card)
        return;
    sim_card_settle(card);
    free(card->pending.bytes);
    free(card->chain.bytes);
    free(card->envelope.bytes);
    sim_file_free(card->mf);
    wipe_free(card, sizeof *card);
}

unsigned sim_card_protocols(const struct sim_card *card, enum sim_protocol *first) {
    if (first)
        *first = card->offer & 1 ? SIM_T0 : SIM_T1;
    return card->offer;
}

bool sim_card_offer_only(struct sim_card *card, enum sim_protocol protocol) {
    const unsigned bit = protocol == SIM_T0 ? 1 : protocol == SIM_T1 ? 2 : 0;
    if (!(card->offer & bit))
        return false;
    card->offer = (uint8_t)bit;
    return true;
}

size_t sim_card_power_up(struct sim_card *card, uint8_t atr[SIM_ATR_MAX]) {
    sim_card_power_down(card);
    card->powered = true;
    sim_channel_open(card, &card->channels[0], card->mf);
    return sim_atr_build(&card->atr, card->offer, atr);
}

void sim_card_power_down(struct sim_card *card) {
    sim_card_settle(card);
    for (unsigned i = 0; i < CARD_CHANNELS_MAX; i++)
        sim_channel_close(&card->channels[i]);
    card->powered = false;
}

size_t sim_card_reset(struct sim_card *card, uint8_t atr[SIM_ATR_MAX]) {
    return card->powered ? sim_card_power_up(card, atr) : 0;
}

/* Makes the answer's end: what waits or does not fit turns into 61xx or 6Cxx. Returns the answer's size. */
static size_t finish(struct sim_card *card, const struct command *command, uint16_t sw) {
    uint32_t size = command->size;
    if (command->lost) {
        sim_card_settle(card);
        return 0;
    }
    if (size > command->limit) {
        card->pending_sw = sw;
        sw = sim_more_sw(command->more_sw1, size - command->limit);
        size = command->limit;
    } else if (command->exact && size && size < command->apdu.ne) {
        sw = (uint16_t)(SW_WRONG_LE | size);
        size = 0;
    }
    command->answer[size] = (uint8_t)(sw >> 8);
    command->answer[size + 1] = (uint8_t)sw;
    return size + 2;
}

size_t sim_card_exchange(struct sim_card *card, enum sim_protocol protocol, const uint8_t *send,
                         size_t send_size, uint8_t *answer, size_t room) {
    if (!card->powered || room < 2)
        return 0;
    struct command command = {.answer = answer, .more_sw1 = 0x61};
    command.room = room < SIM_ANSWER_MAX ? (uint32_t)room - 2 : SIM_ANSWER_MAX - 2;
    bool sound;
    if (protocol == SIM_T0) {
        sound = sim_tpdu_parse(send, send_size, &command);
    } else {
        sound = apdu_parse(send, send_size, &command.apdu);
        command.limit = command.apdu.ne;
    }
    if (!sound)
        sim_card_settle(card);
    return finish(card, &command, sound ? sim_command_run(card, &command) : SW_WRONG_LENGTH);
}
