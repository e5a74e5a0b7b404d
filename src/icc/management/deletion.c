/*
 * DELETE FILE (ISO/IEC 7816-9): a file and all below it, with the PINs and keys that belong to it. Called by
 * dispatch.c.
 */
#include "base/wipe.h"
#include "icc/access.h"
#include "icc/channel.h"
#include "icc/commands.h"
#include "icc/keypair/keypair.h"
#include "icc/os.h"

#define ID_SIZE 2u

/* What the command means: a child of the current DF by its identifier, or else the current file. */
static struct file *find(const struct channel *channel, const struct apdu *apdu) {
    if (apdu->nc)
        return sim_file_child(channel->df, (uint16_t)(apdu->data[0] << 8 | apdu->data[1]));
    return channel->ef ? channel->ef : channel->df;
}

static bool may_delete(const struct sim_card *card, const struct channel *channel, const struct file *file) {
    return sim_access_granted(card, channel, &file->access[FILE_DELETE]) ||
           sim_access_granted(card, channel, &file->parent->access[FILE_DELETE_CHILD]);
}

static bool is_within(const struct file *file, const struct file *root) {
    while (file && file != root)
        file = file->parent;
    return file != NULL;
}

/* The channel stands in the DF above where what it had selected goes. */
static void leave(struct channel *channel, const struct file *file) {
    if (is_within(channel->application, file))
        channel->application = NULL;
    if (is_within(channel->df, file)) {
        sim_channel_select(channel, file->parent);
    } else if (channel->ef == file) {
        channel->ef = NULL;
        channel->record = 0;
    }
}

/*
 * Ends the PINs and keys of what goes. Their places stay empty: sets of them, in conditions and channels, go
 * by place. No condition that is left names one of these, since they could be named only below their DF.
 */
static void end_secrets(struct sim_card *card, const struct file *file) {
    for (uint32_t i = 0; i < card->pin_count; i++)
        if (is_within(card->pins[i].owner, file)) {
            card->pins_disabled &= ~(1u << i);
            wipe(&card->pins[i], sizeof card->pins[i]);
        }
    for (uint32_t i = 0; i < card->key_count; i++)
        if (is_within(card->keys[i].owner, file)) {
            sim_keypair_free(card->keys[i].pair);
            wipe(&card->keys[i], sizeof card->keys[i]);
        }
}

uint16_t sim_delete_file(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    if (apdu->p1 || apdu->p2)
        return SW_WRONG_P1P2;
    if (apdu->nc && apdu->nc != ID_SIZE)
        return SW_NC_AGAINST_P1P2;
    struct file *file = find(command->channel, apdu);
    if (!file)
        return SW_FILE_NOT_FOUND;
    if (file == card->mf)
        return SW_CONDITIONS;
    if (!may_delete(card, command->channel, file))
        return SW_SECURITY;
    for (unsigned i = 0; i < card->channel_count; i++)
        leave(&card->channels[i], file);
    end_secrets(card, file);
    card->file_count -= sim_file_count(file);
    card->space += sim_file_space(file);
    sim_file_remove(file);
    return SW_OK;
}
