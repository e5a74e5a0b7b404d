/* The card as its reader sees it: contacts, ATR, exchanges. Called by the reader (rm) and by serve.c. */
#include "icc/card.h"

#include <stdlib.h>
#include <string.h>

#include "base/vault.h"
#include "icc/answer.h"
#include "icc/channel.h"
#include "icc/dispatch.h"
#include "icc/envelope.h"
#include "icc/image/image.h"
#include "icc/image/jsonfile.h"
#include "icc/keypair/keypair.h"
#include "icc/os.h"
#include "icc/quirk.h"

_Static_assert(QUIRK_SILENT == SIM_CARD_NEVER, "a quirk's delay is the card's");

struct sim_card *sim_card_create_from(struct image_reader *image) {
    struct sim_card *card = vault_alloc(sizeof *card);
    if (!card) {
        image_no_memory(image);
        return NULL;
    }
    if (!sim_image_read(image, card)) {
        sim_card_destroy(card);
        return NULL;
    }
    card->offer = card->atr.protocols;
    sim_commands_prepare(card);
    return card;
}

struct sim_card *sim_card_create(const char *image, char *message, size_t message_size, bool *no_memory) {
    struct image_reader reader = {.file = image, .message = message, .message_size = message_size};
    struct sim_card *card = sim_image_open(&reader) ? sim_card_create_from(&reader) : NULL;
    sim_image_close(&reader);
    if (no_memory)
        *no_memory = reader.no_memory;
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
    sim_quirk_free(card);
    for (size_t i = 0; i < CARD_KEYS_MAX; i++)
        sim_keypair_free(card->keys[i].pair);
    vault_free(card, sizeof *card);
}

const char *sim_card_name(const struct sim_card *card) {
    return card->name;
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
    card->power = card->quirk_count ? CARD_QUIRKY : CARD_ON;
    sim_channel_open(card, &card->channels[0], card->mf);
    return sim_atr_build(&card->atr, card->offer, atr);
}

void sim_card_power_down(struct sim_card *card) {
    sim_card_settle(card);
    for (unsigned i = 0; i < CARD_CHANNELS_MAX; i++)
        sim_channel_close(&card->channels[i]);
    card->power = CARD_OFF;
    card->quirk_state = 0;
}

size_t sim_card_reset(struct sim_card *card, uint8_t atr[SIM_ATR_MAX]) {
    return card->power ? sim_card_power_up(card, atr) : 0;
}

/* An answer that is not simply data and SW: what waits or does not fit turns into 61xx or 6Cxx. */
static SLOW_PATH size_t conclude(struct sim_card *card, const struct command *command, uint16_t sw) {
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

/* Takes the unit of the protocol apart. false: sizes disagree. */
static inline bool parse(enum sim_protocol protocol, const uint8_t *send, size_t send_size,
                         struct command *command) {
    if (protocol == SIM_T0)
        return sim_tpdu_parse(send, send_size, command);
    bool sound = true;
    if (send_size == APDU_HEADER + 1) /* case 2S, the most frequent one */
        command->apdu = (struct apdu){.cla = send[0],
                                      .ins = send[1],
                                      .p1 = send[2],
                                      .p2 = send[3],
                                      .ne = send[4] ? send[4] : APDU_SHORT_NE_MAX};
    else
        sound = apdu_parse(send, send_size, &command->apdu);
    command->limit = command->apdu.ne;
    return sound;
}

static inline uint16_t run(struct sim_card *card, bool sound, struct command *command) {
    if (sound)
        return sim_command_run(card, command);
    sim_card_settle(card);
    return SW_WRONG_LENGTH;
}

static inline void begin(struct command *command, uint8_t *answer, size_t room) {
    command->answer = answer;
    command->room = room - 2;
    command->limit = 0;
    command->size = 0;
    command->more_sw1 = 0x61;
    command->exact = command->t0 = command->lost = command->special = false;
}

/* A card with quirks: those that the image gives for this command come before the card's own commands. */
static SLOW_PATH size_t exchange_quirky(struct sim_card *card, enum sim_protocol protocol,
                                        const uint8_t *send, size_t send_size, uint8_t *answer, size_t room) {
    struct command command;
    uint16_t sw = 0;
    if (!card->power || room < 2)
        return 0;
    begin(&command, answer, room);
    const bool sound = parse(protocol, send, send_size, &command);
    const struct quirk *quirk = sim_quirk_find(card, send, send_size);
    if (quirk && !sound) { /* such a card may answer what is no APDU at all */
        command.apdu = (struct apdu){.cla = send_size ? send[0] : 0};
        command.limit = 0;
    }
    if (quirk && quirk->delay_ms == QUIRK_SILENT) {
        sim_card_settle(card);
        return 0;
    }
    if (!quirk || !sim_quirk_answer(card, quirk, &command, &sw))
        sw = run(card, sound, &command);
    return conclude(card, &command, sw);
}

size_t sim_card_exchange(struct sim_card *card, enum sim_protocol protocol, const uint8_t *send,
                         size_t send_size, uint8_t *answer, size_t room) {
    if (card->power != CARD_ON || room < 2)
        return exchange_quirky(card, protocol, send, send_size, answer, room);
    struct command command;
    begin(&command, answer, room);
    const uint16_t sw = run(card, parse(protocol, send, send_size, &command), &command);
    if (command.special)
        return conclude(card, &command, sw);
    answer[command.size] = (uint8_t)(sw >> 8);
    answer[command.size + 1] = (uint8_t)sw;
    return command.size + 2;
}

uint32_t sim_card_delay(const struct sim_card *card, const uint8_t *send, size_t send_size) {
    const struct quirk *quirk = sim_quirk_find(card, send, send_size);
    return quirk ? quirk->delay_ms : 0;
}

bool sim_card_delays(const struct sim_card *card) {
    for (uint32_t i = 0; i < card->quirk_count; i++)
        if (card->quirks[i].delay_ms)
            return true;
    return false;
}
