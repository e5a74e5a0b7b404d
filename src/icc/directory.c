/*
 * The list of a directory's files, by the command of cards that have one (TCOS, SetCOS): class 8X or 9X, INS
 * AA. The standard knows none. Called by dispatch.c.
 */
#include "icc/answer.h"
#include "icc/commands.h"
#include "icc/os.h"

#define PROPRIETARY 0x80
enum { ALL_FILES = 0, DIRECTORIES = 1, ELEMENTARY_FILES = 2 }; /* P1 */

static bool is_listed(const struct file *file, unsigned which) {
    return which == ALL_FILES || (file->kind == FILE_DF) == (which == DIRECTORIES);
}

uint16_t sim_list_files(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    const struct file *df = command->channel->df;
    uint32_t count = 0;
    if (!(apdu->cla & PROPRIETARY))
        return SW_WRONG_INS;
    if (apdu->p1 > ELEMENTARY_FILES || apdu->p2)
        return SW_WRONG_P1P2;
    if (apdu->nc || !apdu->ne)
        return SW_WRONG_LENGTH;
    for (const struct file *file = df->child; file; file = file->next)
        count += is_listed(file, apdu->p1);
    if (!count)
        return SW_FILE_NOT_FOUND;
    const uint16_t refusal = sim_command_expect(command, 2 * count);
    if (refusal)
        return refusal;
    for (const struct file *file = df->child; file; file = file->next) {
        const uint8_t id[] = {(uint8_t)(file->id >> 8), (uint8_t)file->id};
        if (is_listed(file, apdu->p1))
            sim_command_append(card, command, id, sizeof id);
    }
    return SW_OK;
}
