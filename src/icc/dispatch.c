/*
 * From a command to its handler: class byte, logical channel, command chaining, instruction; and back here
 * for what an ENVELOPE holds, a command inside a command. Cards of other standards have the handlers of
 * ISO/IEC 7816-4, but for those that their set names.
 */
#include "icc/dispatch.h"

#include <string.h>

#include "apdu/iso7816.h"
#include "base/wipe.h"
#include "icc/answer.h"
#include "icc/commands.h"
#include "icc/envelope.h"
#include "icc/gsm/gsm.h"
#include "icc/openpgp/commands.h"
#include "icc/piv/commands.h"
#include "icc/quirk.h"
#include "icc/uicc/commands.h"

#define CLA_CHAINED 0x10

static command_handler run_envelope;

static command_handler *const iso_handlers[256] = {
    [ISO7816_INS_DEACTIVATE_FILE] = sim_deactivate_file,
    [ISO7816_INS_ERASE_BINARY] = sim_erase_binary,
    [ISO7816_INS_ERASE_BINARY | ISO7816_INS_ODD] = sim_erase_binary_object,
    [ISO7816_INS_VERIFY] = sim_verify,
    [ISO7816_INS_CHANGE_REFERENCE_DATA] = sim_change_reference,
    [ISO7816_INS_DISABLE_VERIFICATION] = sim_disable_pin,
    [ISO7816_INS_ENABLE_VERIFICATION] = sim_enable_pin,
    [ISO7816_INS_RESET_RETRY_COUNTER] = sim_reset_retry,
    [ISO7816_INS_ACTIVATE_FILE] = sim_activate_file,
    [ISO7816_INS_MANAGE_CHANNEL] = sim_manage_channel,
    [ISO7816_INS_EXTERNAL_AUTHENTICATE] = sim_external_authenticate,
    [ISO7816_INS_GET_CHALLENGE] = sim_get_challenge,
    [ISO7816_INS_INTERNAL_AUTHENTICATE] = sim_internal_authenticate,
    [ISO7816_INS_SELECT] = sim_select,
    [SIM_INS_LIST_FILES] = sim_list_files,
    [ISO7816_INS_READ_BINARY] = sim_read_binary,
    [ISO7816_INS_READ_BINARY | ISO7816_INS_ODD] = sim_read_binary_object,
    [ISO7816_INS_READ_RECORD] = sim_read_record,
    [ISO7816_INS_GET_RESPONSE] = sim_get_response,
    [ISO7816_INS_ENVELOPE] = run_envelope,
    [ISO7816_INS_GET_DATA] = sim_get_data,
    [ISO7816_INS_WRITE_BINARY] = sim_write_binary,
    [ISO7816_INS_WRITE_BINARY | ISO7816_INS_ODD] = sim_write_binary_object,
    [ISO7816_INS_WRITE_RECORD] = sim_write_record,
    [ISO7816_INS_UPDATE_BINARY] = sim_update_binary,
    [ISO7816_INS_UPDATE_BINARY | ISO7816_INS_ODD] = sim_update_binary_object,
    [ISO7816_INS_PUT_DATA] = sim_put_data,
    [ISO7816_INS_UPDATE_RECORD] = sim_update_record,
    [ISO7816_INS_CREATE_FILE] = sim_create_file,
    [ISO7816_INS_APPEND_RECORD] = sim_append_record,
    [ISO7816_INS_DELETE_FILE] = sim_delete_file,
};

static const struct command_set *const sets[] = {[COMMANDS_ISO] = NULL,
                                                 [COMMANDS_UICC] = &sim_uicc_commands,
                                                 [COMMANDS_PIV] = &sim_piv_commands,
                                                 [COMMANDS_OPENPGP] = &sim_openpgp_commands};

void sim_commands_prepare(struct sim_card *card) {
    const struct command_set *set = sets[card->command_set];
    memcpy(card->handlers, iso_handlers, sizeof card->handlers);
    for (size_t i = 0; set && i < set->count; i++)
        card->handlers[set->rows[i].ins] = set->rows[i].handler;
}

/* Whether the command belongs to the chain begun before: the same header but for the chaining bit. */
static bool chain_goes_on(const struct sim_card *card, const struct apdu *apdu) {
    const uint8_t *header = card->chain_header;
    return card->chaining && header[0] == (apdu->cla & ~CLA_CHAINED) && header[1] == apdu->ins &&
           header[2] == apdu->p1 && header[3] == apdu->p2;
}

/* One more link of a chain that is not the last. */
static uint16_t chain_add(struct sim_card *card, const struct apdu *apdu) {
    if (!sim_collector_add(&card->chain, apdu->data, apdu->nc, APDU_NC_MAX)) {
        sim_card_settle(card);
        return SW_WRONG_LENGTH;
    }
    card->chain_header[0] = (uint8_t)(apdu->cla & ~CLA_CHAINED);
    card->chain_header[1] = apdu->ins;
    card->chain_header[2] = apdu->p1;
    card->chain_header[3] = apdu->p2;
    card->chaining = card->busy = true;
    return SW_OK;
}

/* The last link: the handler sees the data of the whole chain. */
static uint16_t chain_end(struct sim_card *card, struct command *command, command_handler *handler) {
    if (!sim_collector_add(&card->chain, command->apdu.data, command->apdu.nc, APDU_NC_MAX)) {
        sim_card_settle(card);
        return SW_WRONG_LENGTH;
    }
    struct collector chain = card->chain; /* out of reach of whatever the handler settles */
    card->chain = (struct collector){0};
    card->chaining = false;
    command->apdu.data = chain.size ? chain.bytes : NULL;
    command->apdu.nc = chain.size;
    const uint16_t sw = handler ? handler(card, command) : SW_WRONG_INS;
    wipe_free(chain.bytes, chain.size);
    command->apdu.data = NULL;
    return sw;
}

/* What waits from earlier commands outlives only the commands made for it. */
static SLOW_PATH void drop_stale(struct sim_card *card, const struct apdu *apdu) {
    /* One channel may have been shown what another must not see. */
    const struct channel *channel = &card->channels[card->classes[apdu->cla].channel];
    if (apdu->ins != ISO7816_INS_GET_RESPONSE || channel != card->pending_channel)
        sim_collector_drop(&card->pending);
    if (apdu->ins != ISO7816_INS_ENVELOPE) {
        sim_collector_drop(&card->envelope);
        card->enveloping = false;
    }
    if (!chain_goes_on(card, apdu)) {
        sim_collector_drop(&card->chain);
        card->chaining = false;
    }
    card->busy = card->pending.size || card->enveloping || card->chaining;
}

/* Everything but a plain command while nothing waits. */
static SLOW_PATH uint16_t run_special(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    const struct class_info *info = &card->classes[apdu->cla];
    drop_stale(card, apdu);
    if (info->kind == CLASS_NONE)
        return SW_WRONG_CLASS;
    if (info->kind == CLASS_SECURED)
        return SW_NO_SECURE_MESSAGING;
    command->channel = &card->channels[info->channel];
    if (!command->channel->open)
        return SW_NO_CHANNEL;
    if (info->kind == CLASS_GSM)
        return sim_gsm_run(card, command);
    if (info->kind == CLASS_CHAINED)
        return chain_add(card, apdu);
    command_handler *handler = card->handlers[apdu->ins];
    if (card->chaining)
        return chain_end(card, command, handler);
    return handler ? handler(card, command) : SW_WRONG_INS;
}

uint16_t sim_command_run(struct sim_card *card, struct command *command) {
    const struct class_info info = card->classes[command->apdu.cla];
    command_handler *handler = card->handlers[command->apdu.ins];
    struct channel *channel = &card->channels[info.channel];
    if (card->busy || info.kind != CLASS_ISO || !channel->open || !handler)
        return run_special(card, command);
    command->channel = channel;
    return handler(card, command);
}

static uint16_t run_envelope(struct sim_card *card, struct command *command) {
    struct collector envelope = {0};
    struct command inner;
    uint16_t sw = sim_envelope_collect(card, command, &envelope);
    if (envelope.size)
        sw = sim_envelope_open(card, command, &envelope, &inner);
    if (envelope.size && sw == SW_OK) {
        const struct quirk *quirk = sim_quirk_find(card, envelope.bytes, envelope.size);
        if (!quirk || !sim_quirk_answer(card, quirk, &inner, &sw))
            sw = sim_command_run(card, &inner);
        sim_envelope_close(card, command, &inner);
    }
    wipe_free(envelope.bytes, envelope.size);
    return sw;
}
