/* Logical channels: MANAGE CHANNEL (ISO/IEC 7816-4 §11.1.2) and what belongs to a channel. */
#include "icc/channel.h"
#include "base/wipe.h"
#include "icc/answer.h"
#include "icc/commands.h"
#include "icc/os.h"

#define P1_OPEN 0x00
#define P1_CLOSE 0x80

void sim_channel_select(struct channel *channel, struct file *file) {
    const bool is_df = file->kind == FILE_DF;
    channel->df = is_df ? file : file->parent;
    channel->ef = is_df ? NULL : file;
    channel->record = 0;
    for (struct file *df = channel->df; df; df = df->parent)
        if (df->application)
            channel->application = df;
    /* What was shown to an application counts until another one is selected (TS 102 221 §9.5.1). */
    const struct file *application = channel->application;
    channel->pins &= channel->df->reach_pins | (application ? application->reach_pins : 0);
    channel->keys &= channel->df->reach_keys | (application ? application->reach_keys : 0);
}

void sim_channel_open(struct sim_card *card, struct channel *channel, struct file *df) {
    channel->open = true;
    sim_channel_select(channel, df ? df : card->mf);
}

void sim_channel_close(struct channel *channel) {
    wipe(channel, sizeof *channel);
}

static uint16_t channel_open(struct sim_card *card, struct command *command) {
    unsigned number = command->apdu.p2;
    const bool card_chooses = !number;
    if (number >= card->channel_count)
        return SW_NOT_SUPPORTED;
    if (card_chooses) {
        for (number = 1; number < card->channel_count && card->channels[number].open;)
            number++;
        if (number >= card->channel_count)
            return SW_NOT_SUPPORTED;
        if (!command->apdu.ne)
            return SW_WRONG_LENGTH;
        const uint16_t refusal = sim_command_expect(command, 1);
        if (refusal)
            return refusal;
    } else if (card->channels[number].open) {
        return SW_CONDITIONS;
    }
    /* A channel opened from another than the basic one starts where that one stands. */
    struct file *df = command->channel == &card->channels[0] ? card->mf : command->channel->df;
    sim_channel_open(card, &card->channels[number], df);
    if (card_chooses) {
        const uint8_t answer = (uint8_t)number;
        sim_command_append(card, command, &answer, 1);
    }
    return SW_OK;
}

static uint16_t channel_close(struct sim_card *card, struct command *command) {
    struct channel *channel = command->channel;
    if (command->apdu.p2) {
        if (command->apdu.p2 >= card->channel_count)
            return SW_WRONG_P1P2;
        channel = &card->channels[command->apdu.p2];
    }
    if (channel == &card->channels[0])
        return SW_WRONG_P1P2; /* the basic channel stays open */
    if (!channel->open)
        return SW_CHANNEL_CLOSED;
    sim_channel_close(channel);
    return SW_OK;
}

uint16_t sim_manage_channel(struct sim_card *card, struct command *command) {
    if (command->apdu.nc)
        return SW_WRONG_LENGTH;
    if (command->apdu.p1 == P1_OPEN)
        return channel_open(card, command);
    if (command->apdu.p1 == P1_CLOSE)
        return channel_close(card, command);
    return SW_WRONG_P1P2;
}
