/*
 * The commands of a SIM in class A0 (GSM 11.11 §8 and §9). They work on the same files and PINs as those of
 * ISO/IEC 7816-4 and differ in how files are found, how answers are fetched (9Fxx) and in the status words.
 */
#include "icc/gsm/gsm.h"
#include "icc/answer.h"
#include "icc/channel.h"
#include "icc/commands.h"
#include "icc/gsm/commands.h"
#include "icc/gsm/response.h"
#include "icc/record.h"

/* What an identifier can mean (§6.5): MF, a child, the current DF, its parent, a DF beside it. */
static struct file *find(const struct sim_card *card, const struct channel *channel, uint16_t id) {
    struct file *df = channel->df;
    struct file *file = id == FILE_MF_ID ? card->mf : sim_file_child(df, id);
    if (!file && df->id == id)
        file = df;
    if (!file && df->parent) {
        file = df->parent->id == id ? df->parent : sim_file_child(df->parent, id);
        if (file && file->kind != FILE_DF)
            file = NULL;
    }
    return file;
}

static uint16_t gsm_select(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    uint8_t answer[GSM_RESPONSE_MAX];
    if (apdu->p1 || apdu->p2)
        return SW_WRONG_OFFSET;
    if (apdu->nc != 2)
        return SW_WRONG_LENGTH | 2;
    struct file *file = find(card, command->channel, (uint16_t)(apdu->data[0] << 8 | apdu->data[1]));
    if (!file)
        return GSM_NOT_FOUND;
    sim_channel_select(command->channel, file);
    if (file->kind == FILE_CYCLIC && file->count)
        command->channel->record = 1; /* §6.4.3: the one written last */
    sim_gsm_announce(card, command, answer, sim_gsm_response(card, file, answer));
    return SW_OK;
}

static uint16_t gsm_status(struct sim_card *card, struct command *command) {
    uint8_t answer[GSM_RESPONSE_MAX];
    if (command->apdu.p1 || command->apdu.p2)
        return SW_WRONG_OFFSET;
    const uint32_t size = sim_gsm_response(card, command->channel->df, answer);
    if (!command->apdu.ne)
        return (uint16_t)(SW_WRONG_LENGTH | size);
    sim_command_append(card, command, answer, size < command->apdu.ne ? size : command->apdu.ne);
    return SW_OK;
}

/* What is left after a shorter Le than announced is gone, as on a SIM. */
static uint16_t gsm_get_response(struct sim_card *card, struct command *command) {
    const uint32_t left = card->pending.size;
    if (command->apdu.p1 || command->apdu.p2)
        return SW_WRONG_OFFSET;
    if (!left)
        return 0x6F00;
    if (command->apdu.ne > left)
        return (uint16_t)(SW_WRONG_LENGTH | left);
    sim_command_append(card, command, card->pending.bytes, command->apdu.ne);
    sim_card_settle(card);
    return SW_OK;
}

/* The short file identifiers of ISO are nothing a SIM knows. */
static uint16_t gsm_read_binary(struct sim_card *card, struct command *command) {
    return command->apdu.p1 & 0x80 ? (uint16_t)GSM_OUT_OF_RANGE : sim_read_binary(card, command);
}

static uint16_t gsm_update_binary(struct sim_card *card, struct command *command) {
    return command->apdu.p1 & 0x80 ? (uint16_t)GSM_OUT_OF_RANGE : sim_update_binary(card, command);
}

static bool mode_known(const struct apdu *apdu) {
    return apdu->p2 >= RECORD_NEXT && apdu->p2 <= RECORD_NUMBER;
}

static uint16_t gsm_read_record(struct sim_card *card, struct command *command) {
    struct channel *channel = command->channel;
    struct apdu *apdu = &command->apdu;
    const struct file *ef = channel->ef;
    if (!mode_known(apdu))
        return SW_WRONG_OFFSET;
    if (apdu->p2 != RECORD_NUMBER)
        apdu->p1 = 0;
    if (ef && ef->record_size && apdu->ne != ef->record_size)
        return (uint16_t)(SW_WRONG_LENGTH | (ef->record_size & 0xFF)); /* before the pointer moves */
    if (ef && ef->kind == FILE_CYCLIC && apdu->p2 != RECORD_NUMBER &&
        !sim_record_seek(channel, ef, (enum record_mode)apdu->p2, 0))
        channel->record = 0; /* §8.5: a cyclic file has no end */
    return sim_read_record(card, command);
}

static uint16_t gsm_update_record(struct sim_card *card, struct command *command) {
    struct apdu *apdu = &command->apdu;
    const struct file *ef = command->channel->ef;
    if (!mode_known(apdu))
        return SW_WRONG_OFFSET;
    if (apdu->p2 != RECORD_NUMBER)
        apdu->p1 = 0;
    if (ef && ef->kind == FILE_CYCLIC && apdu->p2 != RECORD_PREVIOUS)
        return GSM_WRONG_FILE;
    if (ef && ef->record_size && apdu->nc != ef->record_size)
        return (uint16_t)(SW_WRONG_LENGTH | (ef->record_size & 0xFF));
    return sim_update_record(card, command);
}

/* §8.9-8.13: the reference is 1 or 2, the values are 8 bytes, padded; a disabled CHV cannot be shown. */
static uint16_t gsm_chv(struct sim_card *card, struct command *command, command_handler *handler) {
    const struct apdu *apdu = &command->apdu;
    if (apdu->p1 || apdu->p2 < 1 || apdu->p2 > 2)
        return SW_WRONG_OFFSET;
    const int place = sim_pin_find(card, command->channel, apdu->p2);
    if (place < 0)
        return GSM_NO_CHV;
    if (!apdu->nc)
        return SW_WRONG_LENGTH | 8;
    if (!card->pins[place].code.tries && handler != sim_reset_retry)
        return GSM_BLOCKED;
    if (card->pins_disabled & 1u << place && (handler == sim_verify || handler == sim_change_reference))
        return GSM_CHV_STATUS;
    return handler(card, command);
}

static uint16_t gsm_verify(struct sim_card *card, struct command *command) {
    return gsm_chv(card, command, sim_verify);
}

static uint16_t gsm_change(struct sim_card *card, struct command *command) {
    return gsm_chv(card, command, sim_change_reference);
}

static uint16_t gsm_disable(struct sim_card *card, struct command *command) {
    return command->apdu.p2 == 1 ? gsm_chv(card, command, sim_disable_pin) : (uint16_t)SW_WRONG_OFFSET;
}

static uint16_t gsm_enable(struct sim_card *card, struct command *command) {
    return command->apdu.p2 == 1 ? gsm_chv(card, command, sim_enable_pin) : (uint16_t)SW_WRONG_OFFSET;
}

/* UNBLOCK CHV calls CHV1 by the number 0. */
static uint16_t gsm_unblock(struct sim_card *card, struct command *command) {
    if (command->apdu.p2 == 1)
        return SW_WRONG_OFFSET;
    if (command->apdu.p2 == 0)
        command->apdu.p2 = 1;
    return gsm_chv(card, command, sim_reset_retry);
}

/* Of an EF only (§8.14). */
static uint16_t gsm_invalidate(struct sim_card *card, struct command *command) {
    return command->channel->ef ? sim_deactivate_file(card, command) : (uint16_t)SW_NO_CURRENT_EF;
}

static uint16_t gsm_rehabilitate(struct sim_card *card, struct command *command) {
    return command->channel->ef ? sim_activate_file(card, command) : (uint16_t)SW_NO_CURRENT_EF;
}

static command_handler *const gsm_handlers[256] = {
    [GSM_INS_INVALIDATE] = gsm_invalidate,
    [GSM_INS_VERIFY_CHV] = gsm_verify,
    [GSM_INS_CHANGE_CHV] = gsm_change,
    [GSM_INS_DISABLE_CHV] = gsm_disable,
    [GSM_INS_ENABLE_CHV] = gsm_enable,
    [GSM_INS_UNBLOCK_CHV] = gsm_unblock,
    [GSM_INS_INCREASE] = sim_gsm_increase,
    [GSM_INS_REHABILITATE] = gsm_rehabilitate,
    [GSM_INS_RUN_ALGORITHM] = sim_gsm_algorithm,
    [GSM_INS_SEEK] = sim_gsm_seek,
    [GSM_INS_SELECT] = gsm_select,
    [GSM_INS_READ_BINARY] = gsm_read_binary,
    [GSM_INS_READ_RECORD] = gsm_read_record,
    [GSM_INS_GET_RESPONSE] = gsm_get_response,
    [GSM_INS_UPDATE_BINARY] = gsm_update_binary,
    [GSM_INS_UPDATE_RECORD] = gsm_update_record,
    [GSM_INS_STATUS] = gsm_status,
    [GSM_INS_SLEEP] = sim_gsm_sleep,
};

/* The same meaning in the other language. */
static uint16_t translate(uint16_t sw, uint8_t ins) {
    if ((sw & 0xFFF0) == SW_TRIES_LEFT)
        return sw & 0x0F ? GSM_ACCESS : GSM_BLOCKED;
    switch (sw) {
    case SW_MEMORY_FAILURE:
        return GSM_MEMORY_FAILURE;
    case SW_NO_CURRENT_EF:
        return GSM_NO_EF;
    case SW_FILE_NOT_FOUND:
        return GSM_NOT_FOUND;
    case SW_RECORD_NOT_FOUND:
    case SW_NO_SPACE:
        return GSM_OUT_OF_RANGE;
    case SW_WRONG_FILE_KIND:
        return GSM_WRONG_FILE;
    case SW_SECURITY:
        return GSM_ACCESS;
    case SW_BLOCKED:
        return GSM_BLOCKED;
    case SW_REFERENCE_NOT_FOUND:
        return GSM_NO_CHV;
    case SW_CONDITIONS:
        return ins == GSM_INS_DISABLE_CHV || ins == GSM_INS_ENABLE_CHV ? GSM_CHV_STATUS : GSM_INVALIDATED;
    default:
        return sw;
    }
}

uint16_t sim_gsm_run(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    const uint8_t ins = apdu->ins;
    command_handler *handler = gsm_handlers[ins];
    if (!handler)
        return SW_WRONG_INS;
    uint16_t sw = handler(card, command);
    if (sw == SW_WRONG_OFFSET && (handler == gsm_read_binary || handler == gsm_update_binary))
        return GSM_OUT_OF_RANGE; /* there it speaks of the offset, elsewhere of P1 and P2 */
    if (command->limit && command->size && command->size < apdu->ne) {
        /* A SIM gives exactly P3 bytes or says how many there are. */
        sw = (uint16_t)(SW_WRONG_LENGTH | (command->size & 0xFF));
        command->size = 0;
        return sw;
    }
    return translate(sw, ins);
}
