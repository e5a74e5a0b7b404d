/* The answer of a command: what goes out at once, and what waits. See answer.h. */
#include "icc/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

bool sim_collector_add(struct collector *collector, const uint8_t *bytes, uint32_t size, uint32_t most) {
    if (size > most - collector->size)
        return false;
    if (collector->size + size > collector->room) {
        /* realloc() could leave a copy of a PIN behind. */
        const uint32_t room = collector->size + size < most / 8 ? most / 8 : most;
        uint8_t *bigger = malloc(room);
        if (!bigger)
            return false;
        if (collector->size)
            memcpy(bigger, collector->bytes, collector->size);
        wipe_free(collector->bytes, collector->size);
        collector->bytes = bigger;
        collector->room = room;
    }
    if (size)
        memcpy(collector->bytes + collector->size, bytes, size);
    collector->size += size;
    return true;
}

void sim_command_append(struct sim_card *card, struct command *command, const uint8_t *bytes, uint32_t size) {
    const uint32_t free_now = command->size < command->limit ? command->limit - command->size : 0;
    const uint32_t direct = size < free_now ? size : free_now;
    if (command->size + direct > command->room && direct) {
        command->lost = command->special = true;
        return;
    }
    if (direct)
        memcpy(command->answer + command->size, bytes, direct);
    if (size > direct) {
        if (!sim_collector_add(&card->pending, bytes + direct, size - direct, APDU_NE_MAX)) {
            command->lost = command->special = true;
            return;
        }
        card->pending_at = 0;
        card->pending_channel = command->channel;
        card->busy = command->special = true;
    }
    command->size += size;
}

uint16_t sim_command_expect(const struct command *command, uint32_t size) {
    if (command->exact && size && size < command->apdu.ne)
        return (uint16_t)(SW_WRONG_LE | (size & 0xFF));
    return 0;
}

void sim_collector_drop(struct collector *collector) {
    wipe(collector->bytes, collector->size);
    collector->size = 0;
}

void sim_card_settle(struct sim_card *card) {
    sim_collector_drop(&card->pending);
    sim_collector_drop(&card->chain);
    sim_collector_drop(&card->envelope);
    card->chaining = card->enveloping = card->busy = false;
}
