/* SELECT (ISO/IEC 7816-4 §11.2.2), and ACTIVATE and DEACTIVATE FILE (7816-9). */
#include "icc/select.h"

#include <string.h>

#include "icc/access.h"
#include "icc/answer.h"
#include "icc/channel.h"
#include "icc/commands.h"
#include "icc/fci.h"
#include "icc/os.h"

enum { BY_ID = 0, CHILD_DF = 1, CHILD_EF = 2, PARENT = 3, BY_NAME = 4, PATH_FROM_MF = 8, PATH_FROM_DF = 9 };
enum { P2_FIRST = 0, P2_LAST = 1, P2_NEXT = 2, P2_PREVIOUS = 3, P2_OCCURRENCE = 3 };
enum { P2_FCI = 0x00, P2_FCP = 0x04, P2_FMD = 0x08, P2_NOTHING = 0x0C, P2_ANSWER = 0x0C };

static uint16_t number_of(const uint8_t *bytes) {
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* The current application of a UICC, where that is what the identifier means there; else NULL. */
static struct file *application_of(const struct channel *channel, uint16_t id) {
    return id == FILE_APPLICATION_ID ? channel->application : NULL;
}

/* What an identifier alone can mean: the MF, a child, the current DF, its parent, a DF beside it. */
static struct file *find_by_id(const struct sim_card *card, const struct channel *channel, uint16_t id) {
    struct file *df = channel->df;
    struct file *file = id == FILE_MF_ID ? card->mf : application_of(channel, id);
    if (!file)
        file = sim_file_child(df, id);
    if (file)
        return file;
    if (df->id == id)
        return df;
    if (!df->parent)
        return NULL;
    if (df->parent->id == id)
        return df->parent;
    file = sim_file_child(df->parent, id);
    return file && file->kind == FILE_DF ? file : NULL;
}

static struct file *find_by_path(struct file *from, const uint8_t *path, uint32_t size) {
    struct file *file = from;
    for (uint32_t i = 0; file && i < size; i += 2)
        file = file->kind == FILE_DF ? sim_file_child(file, number_of(path + i)) : NULL;
    return file;
}

static struct file *find_from_mf(const struct sim_card *card, const struct channel *channel,
                                 const struct apdu *apdu) {
    struct file *application = application_of(channel, number_of(apdu->data));
    return application ? find_by_path(application, apdu->data + 2, apdu->nc - 2)
                       : find_by_path(card->mf, apdu->data, apdu->nc);
}

static bool name_matches(const struct file *file, const struct apdu *apdu) {
    return file->kind == FILE_DF && file->name_size >= apdu->nc && file->name_size &&
           (!apdu->nc || memcmp(file->name, apdu->data, apdu->nc) == 0);
}

/*
 * DFs whose name begins with the data, in the order of the image; next and previous count from the current
 * DF. No data are the beginning of every name, so that all of them can be found one after the other.
 */
static struct file *find_by_name(const struct sim_card *card, const struct channel *channel,
                                 const struct apdu *apdu) {
    const unsigned occurrence = apdu->p2 & P2_OCCURRENCE;
    struct file *found = NULL;
    bool passed = false; /* the current DF */
    for (struct file *file = card->mf; file; file = sim_file_after(file)) {
        if (file == channel->df) {
            if (occurrence == P2_PREVIOUS)
                return found;
            passed = true;
            if (occurrence == P2_NEXT)
                continue;
        }
        if (!name_matches(file, apdu))
            continue;
        if (occurrence == P2_FIRST || (occurrence == P2_NEXT && passed))
            return file;
        if (occurrence != P2_NEXT)
            found = file;
    }
    return found;
}

/* Whether the data can be what P1 announces. */
static bool data_fits(const struct apdu *apdu) {
    switch (apdu->p1) {
    case BY_ID:
        return apdu->nc == 2 || apdu->nc == 0;
    case CHILD_DF:
    case CHILD_EF:
        return apdu->nc == 2;
    case PARENT:
        return apdu->nc == 0;
    case BY_NAME:
        return apdu->nc <= FILE_NAME_MAX;
    default:
        return apdu->nc >= 2 && apdu->nc % 2 == 0;
    }
}

static struct file *find(const struct sim_card *card, const struct channel *channel,
                         const struct apdu *apdu) {
    struct file *file;
    switch (apdu->p1) {
    case BY_ID:
        return apdu->nc ? find_by_id(card, channel, number_of(apdu->data)) : card->mf;
    case CHILD_DF:
        file = sim_file_child(channel->df, number_of(apdu->data));
        return file && file->kind == FILE_DF ? file : NULL;
    case CHILD_EF:
        file = sim_file_child(channel->df, number_of(apdu->data));
        return file && file->kind != FILE_DF ? file : NULL;
    case PARENT:
        return channel->df->parent;
    case BY_NAME:
        return find_by_name(card, channel, apdu);
    case PATH_FROM_MF:
        return find_from_mf(card, channel, apdu);
    default:
        return find_by_path(channel->df, apdu->data, apdu->nc);
    }
}

uint16_t sim_select_find(const struct sim_card *card, const struct channel *channel, const struct apdu *apdu,
                         struct file **out) {
    if (!data_fits(apdu))
        return SW_NC_AGAINST_P1P2;
    *out = find(card, channel, apdu);
    return *out ? 0 : SW_FILE_NOT_FOUND;
}

uint16_t sim_select_finish(struct sim_card *card, struct command *command, struct file *file,
                           const struct tlv *answer) {
    const uint16_t refusal = sim_command_expect(command, answer->size);
    if (refusal)
        return refusal;
    sim_channel_select(command->channel, file);
    sim_command_append(card, command, answer->bytes, answer->size);
    return file->deactivated ? SW_DEACTIVATED : SW_OK;
}

uint16_t sim_select(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    if ((apdu->p1 > BY_NAME && apdu->p1 != PATH_FROM_MF && apdu->p1 != PATH_FROM_DF) || apdu->p2 & 0xF0 ||
        (apdu->p2 & P2_OCCURRENCE && apdu->p1 != BY_NAME))
        return SW_WRONG_P1P2;
    struct file *file = NULL;
    const uint16_t refusal = sim_select_find(card, command->channel, apdu, &file);
    if (refusal)
        return refusal;
    struct tlv answer = {.size = 0};
    const unsigned wanted = apdu->p2 & P2_ANSWER;
    if (apdu->ne && wanted != P2_NOTHING)
        sim_fci_make(file,
                     wanted == P2_FCI   ? FCI_TEMPLATE
                     : wanted == P2_FCP ? FCP_TEMPLATE
                                        : FMD_TEMPLATE,
                     &answer);
    return sim_select_finish(card, command, file, &answer);
}

/*
 * The state of the current file changes, of the DF where no EF is current, if its condition is fulfilled; it
 * needs no name in the command.
 */
static uint16_t set_state(struct sim_card *card, struct command *command, bool deactivated) {
    const enum file_operation operation = deactivated ? FILE_DEACTIVATE : FILE_ACTIVATE;
    const struct channel *channel = command->channel;
    struct file *file = channel->ef ? channel->ef : channel->df;
    if (command->apdu.p1 || command->apdu.p2)
        return SW_WRONG_P1P2;
    if (command->apdu.nc)
        return SW_WRONG_LENGTH;
    if (file == card->mf) /* is always active */
        return SW_NO_CURRENT_EF;
    if (!sim_access_granted(card, channel, &file->access[operation]))
        return SW_SECURITY;
    file->deactivated = deactivated;
    return SW_OK;
}

uint16_t sim_activate_file(struct sim_card *card, struct command *command) {
    return set_state(card, command, false);
}

uint16_t sim_deactivate_file(struct sim_card *card, struct command *command) {
    return set_state(card, command, true);
}
