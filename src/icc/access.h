/*
 * What a channel may do with a file, by the PINs shown and the keys proven on it. Used by the files of the
 * commands.
 */
#ifndef SCARDSSP_SIM_ACCESS_H
#define SCARDSSP_SIM_ACCESS_H

#include "icc/os.h"

/* Whether the channel fulfils the condition. */
static inline bool sim_access_granted(const struct sim_card *card, const struct channel *channel,
                                      const struct condition *condition) {
    const uint32_t pins = condition->pins & (channel->pins | card->pins_disabled);
    const uint32_t keys = condition->keys & channel->keys;
    if (condition->never)
        return false;
    if (condition->any)
        return pins || keys;
    return pins == condition->pins && keys == condition->keys;
}

/* Whether the file and the DFs above it are active and its condition fulfilled: 0, 6982 or 6985. */
uint16_t sim_ef_usable(const struct sim_card *card, const struct channel *channel, const struct file *ef,
                       enum file_operation operation);

#endif
