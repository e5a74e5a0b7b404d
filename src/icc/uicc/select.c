/*
 * SELECT and STATUS of a UICC (ETSI TS 102 221 §11.1.1, §11.1.2): a file or an application becomes the
 * current one, and its parameters are told. In the table of uicc.c.
 */
#include "icc/select.h"
#include "icc/answer.h"
#include "icc/channel.h"
#include "icc/uicc/commands.h"
#include "icc/uicc/fcp.h"

enum { BY_ID = 0, CHILD_DF = 1, PARENT = 3, BY_NAME = 4, PATH_FROM_MF = 8, PATH_FROM_DF = 9 };
enum {
    P2_OCCURRENCE = 0x03,
    P2_ANSWER = 0x1C,
    P2_UNSAID = 0x00, /* a reader of cards of any kind: answered like the next */
    P2_FCP = 0x04,
    P2_NOTHING = 0x0C,
    P2_SESSION = 0xE0,
    P2_TERMINATE = 0x40 /* the application's session, §11.1.1.2 */
};
enum { STATUS_FCP = 0x00, STATUS_NAME = 0x01, STATUS_NOTHING = 0x0C };
#define STATUS_P1_MAX 2u /* no indication; the terminal has begun with the application; it is about to end */
#define TAG_NAME 0x84

static bool parameters_known(const struct apdu *apdu) {
    const unsigned answer = apdu->p2 & P2_ANSWER;
    if (answer != P2_UNSAID && answer != P2_FCP && answer != P2_NOTHING)
        return false;
    switch (apdu->p1) {
    case BY_NAME:
        return !(apdu->p2 & P2_SESSION) || (apdu->p2 & P2_SESSION) == P2_TERMINATE;
    case BY_ID:
    case CHILD_DF:
    case PARENT:
    case PATH_FROM_MF:
    case PATH_FROM_DF:
        return !(apdu->p2 & (P2_SESSION | P2_OCCURRENCE));
    default:
        return false;
    }
}

/* The named application is no longer the current one of this channel; what was shown to it is forgotten. */
static uint16_t terminate(struct sim_card *card, struct channel *channel, const struct file *file) {
    if (channel->application != file)
        return SW_CONDITIONS;
    channel->application = NULL;
    sim_channel_select(channel, card->mf);
    return SW_OK;
}

uint16_t sim_uicc_select(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    struct file *file = NULL;
    struct tlv answer = {.size = 0};
    if (!parameters_known(apdu))
        return SW_WRONG_P1P2;
    const uint16_t refusal = sim_select_find(card, command->channel, apdu, &file);
    if (refusal)
        return refusal;
    if (apdu->p2 & P2_SESSION)
        return terminate(card, command->channel, file);
    if (apdu->ne && (apdu->p2 & P2_ANSWER) != P2_NOTHING)
        sim_uicc_fcp(card, file, &answer);
    return sim_select_finish(card, command, file, &answer);
}

uint16_t sim_uicc_status(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    const struct channel *channel = command->channel;
    struct tlv answer = {.size = 0};
    if (apdu->p1 > STATUS_P1_MAX ||
        (apdu->p2 != STATUS_FCP && apdu->p2 != STATUS_NAME && apdu->p2 != STATUS_NOTHING))
        return SW_WRONG_P1P2;
    if (apdu->nc || (!apdu->ne && apdu->p2 != STATUS_NOTHING))
        return SW_WRONG_LENGTH;
    if (apdu->p2 == STATUS_NAME && !channel->application)
        return SW_REFERENCE_NOT_FOUND;
    if (apdu->p2 == STATUS_NAME)
        sim_tlv_add(&answer, TAG_NAME, channel->application->name, channel->application->name_size);
    else if (apdu->p2 == STATUS_FCP)
        sim_uicc_fcp(card, channel->df, &answer);
    const uint16_t refusal = sim_command_expect(command, answer.size);
    if (refusal)
        return refusal;
    sim_command_append(card, command, answer.bytes, answer.size);
    return SW_OK;
}
