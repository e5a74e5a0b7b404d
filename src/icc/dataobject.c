/* GET DATA and PUT DATA, even instruction: one data object by its tag in P1 P2 (ISO/IEC 7816-4 §11.4). */
#include <string.h>

#include "base/wipe.h"
#include "icc/access.h"
#include "icc/answer.h"
#include "icc/commands.h"
#include "icc/os.h"

/* The object of the current DF; failing that, of the nearest DF above it. */
static struct object *find(const struct channel *channel, const struct apdu *apdu) {
    const uint16_t tag = (uint16_t)(apdu->p1 << 8 | apdu->p2);
    struct object *object = NULL;
    for (const struct file *df = channel->df; df && !object; df = df->parent)
        object = sim_file_object(df, tag);
    return object;
}

uint16_t sim_get_data(struct sim_card *card, struct command *command) {
    if (command->apdu.nc || !command->apdu.ne)
        return SW_WRONG_LENGTH;
    const struct object *object = find(command->channel, &command->apdu);
    if (!object)
        return SW_REFERENCE_NOT_FOUND;
    if (!sim_access_granted(card, command->channel, &object->get))
        return SW_SECURITY;
    sim_command_append(card, command, object->value, object->size);
    return SW_OK;
}

uint16_t sim_put_data(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    if (!apdu->nc)
        return SW_WRONG_LENGTH;
    struct object *object = find(command->channel, apdu);
    if (!object)
        return SW_REFERENCE_NOT_FOUND;
    if (!sim_access_granted(card, command->channel, &object->put))
        return SW_SECURITY;
    if (apdu->nc > object->max)
        return SW_NO_SPACE;
    memcpy(object->value, apdu->data, apdu->nc);
    if (apdu->nc < object->size)
        wipe(object->value + apdu->nc, object->size - apdu->nc);
    object->size = apdu->nc;
    return SW_OK;
}
