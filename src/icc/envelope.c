/*
 * GET RESPONSE and ENVELOPE, which carry answers and commands that one exchange could not hold
 * (ISO/IEC 7816-4 §11.7), and the TPDUs of T=0, which need both (7816-3 §12.2).
 */
#include "icc/envelope.h"

#include "apdu/iso7816.h"
#include "icc/answer.h"
#include "icc/commands.h"

#define BLOCK_FULL 255u /* an ENVELOPE TPDU of this size says that more follows */

bool sim_tpdu_parse(const uint8_t *tpdu, size_t size, struct command *command) {
    struct apdu *apdu = &command->apdu;
    if (size < APDU_HEADER)
        return false;
    const uint8_t p3 = size > APDU_HEADER ? tpdu[4] : 0;
    *apdu = (struct apdu){.cla = tpdu[0], .ins = tpdu[1], .p1 = tpdu[2], .p2 = tpdu[3]};
    command->t0 = true;
    if (size > APDU_HEADER + 1) {
        /* A reader that was handed a whole case 4 APDU puts its Le no further than this. */
        if (!p3 || (size != APDU_HEADER + 1u + p3 && size != APDU_HEADER + 2u + p3))
            return false;
        apdu->data = tpdu + APDU_HEADER + 1;
        apdu->nc = p3;
        apdu->ne = APDU_NE_MAX;
        command->limit = 0;
    } else if (apdu->ins == ISO7816_INS_SELECT && !p3) {
        /* SELECT takes data in, so P3 is an Lc of zero and the answer has to be fetched. */
        apdu->ne = APDU_NE_MAX;
        command->limit = 0;
    } else if (size > APDU_HEADER) {
        apdu->ne = p3 ? p3 : APDU_SHORT_NE_MAX;
        command->limit = apdu->ne;
        command->exact = command->special = true;
    }
    return true;
}

uint16_t sim_more_sw(uint8_t sw1, uint32_t left) {
    return (uint16_t)((uint32_t)sw1 << 8 | (left < 256 ? left : 0));
}

uint16_t sim_get_response(struct sim_card *card, struct command *command) {
    const uint32_t left = card->pending.size - card->pending_at;
    if (command->apdu.p1 || command->apdu.p2)
        return SW_WRONG_P1P2;
    if (command->apdu.nc || !command->apdu.ne)
        return SW_WRONG_LENGTH;
    if (!card->pending.size)
        return SW_CONDITIONS;
    const uint16_t refusal = sim_command_expect(command, left);
    if (refusal)
        return refusal;
    const uint32_t size = command->apdu.ne < left ? command->apdu.ne : left;
    sim_command_append(card, command, card->pending.bytes + card->pending_at, size);
    card->pending_at += size;
    if (size < left)
        return sim_more_sw(0x61, left - size);
    const uint16_t sw = card->pending_sw;
    sim_card_settle(card);
    return sw;
}

uint16_t sim_envelope_open(const struct sim_card *card, const struct command *command,
                           const struct collector *envelope, struct command *inner) {
    *inner = *command;
    inner->exact = false;
    if (!apdu_parse(envelope->bytes, envelope->size, &inner->apdu) || inner->apdu.ins == ISO7816_INS_ENVELOPE)
        return SW_WRONG_DATA;
    if (card->classes[inner->apdu.cla].kind == CLASS_CHAINED)
        return SW_CHAINING_UNSUPPORTED;
    if (inner->t0)
        inner->limit = 0;
    else
        inner->limit = inner->apdu.ne < command->apdu.ne ? inner->apdu.ne : command->apdu.ne;
    return SW_OK;
}

void sim_envelope_close(struct sim_card *card, struct command *command, const struct command *inner) {
    card->pending_channel = command->channel; /* the terminal goes on in the class of its ENVELOPE */
    command->limit = inner->limit;
    command->size = inner->size;
    command->lost = inner->lost;
    command->special = inner->special;
    command->more_sw1 = inner->more_sw1;
}

uint16_t sim_envelope_collect(struct sim_card *card, struct command *command, struct collector *envelope) {
    const struct apdu *apdu = &command->apdu;
    command->exact = false; /* P3 of the last, empty TPDU is no Le */
    if (apdu->p1 || apdu->p2) {
        sim_card_settle(card);
        return SW_WRONG_P1P2;
    }
    if (!sim_collector_add(&card->envelope, apdu->data, apdu->nc, APDU_COMMAND_MAX)) {
        sim_card_settle(card);
        return SW_WRONG_LENGTH;
    }
    if (command->t0 && apdu->nc == BLOCK_FULL) {
        card->enveloping = card->busy = true;
        return SW_OK;
    }
    *envelope = card->envelope;
    card->envelope = (struct collector){0};
    card->enveloping = false;
    return SW_WRONG_LENGTH;
}
