/* RUN GSM ALGORITHM of a SIM (GSM 11.11 §8.16) and SLEEP (§8.17). Called by gsm.c. */
#include "base/wipe.h"
#include "icc/commands.h"
#include "icc/gsm/commands.h"
#include "icc/gsm/milenage.h"
#include "icc/gsm/response.h"

#define DF_GSM 0x7F20
#define CHV1 0x01

/* Whether DF_GSM or a directory below it is the current one. */
static bool within_gsm(const struct file *df) {
    while (df && df->id != DF_GSM)
        df = df->parent;
    return df != NULL;
}

static bool chv1_shown(const struct sim_card *card, const struct channel *channel) {
    const int place = sim_pin_find(card, channel, CHV1);
    return place < 0 || (channel->pins | card->pins_disabled) & 1u << place;
}

uint16_t sim_gsm_algorithm(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    uint8_t answer[MILENAGE_SRES + MILENAGE_KC];
    if (!card->has_milenage)
        return SW_WRONG_INS;
    if (apdu->p1 || apdu->p2)
        return SW_WRONG_OFFSET;
    if (apdu->nc != MILENAGE_BLOCK)
        return SW_WRONG_LENGTH | MILENAGE_BLOCK;
    if (!within_gsm(command->channel->df) || !chv1_shown(card, command->channel))
        return SW_SECURITY;
    if (!sim_milenage_ready(card->milenage_k, card->milenage_opc, &card->milenage_is_op) ||
        !sim_milenage_gsm(card->milenage_k, card->milenage_opc, apdu->data, answer, answer + MILENAGE_SRES))
        return SW_MEMORY_FAILURE;
    sim_gsm_announce(card, command, answer, sizeof answer);
    wipe(answer, sizeof answer);
    return SW_OK;
}

/* A command of the first phase, which later SIMs take and do nothing about. */
uint16_t sim_gsm_sleep(struct sim_card *card, struct command *command) {
    (void)card;
    return command->apdu.p1 || command->apdu.p2 ? (uint16_t)SW_WRONG_OFFSET
           : command->apdu.nc                   ? (uint16_t)SW_WRONG_LENGTH
                                                : (uint16_t)SW_OK;
}
