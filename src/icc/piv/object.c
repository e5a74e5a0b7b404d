/*
 * GET DATA and PUT DATA of a PIV card (SP 800-73-4, part 2, §3.1.2 and §3.3.2): the data name the object by a
 * tag list, and what is stored is the object whole, 53 with its value. In the table of piv.c.
 */
#include <string.h>

#include "apdu/tlv.h"
#include "base/wipe.h"
#include "icc/access.h"
#include "icc/answer.h"
#include "icc/piv/commands.h"

#define P1P2 0x3FFFu /* the current application */
enum { TAG_LIST = 0x5C, TAG_DATA = 0x53, TAG_DISCOVERY = 0x7E, TAG_BIOMETRICS = 0x7F61 };
#define EMPTY_SIZE 2u /* 53 00: there is such a container, and nothing in it */

static bool parameters_known(const struct apdu *apdu) {
    return (apdu->p1 << 8 | apdu->p2) == P1P2;
}

static struct object *find(const struct channel *channel, uint32_t tag) {
    struct object *object = NULL;
    for (const struct file *df = channel->df; df && !object; df = df->parent)
        object = sim_file_object(df, tag);
    return object;
}

/* The tag that a tag list consists of; false: it is none, or has several. */
static bool read_list(const struct tlv_object *list, uint32_t *tag) {
    return list->tag == TAG_LIST && list->length &&
           tlv_tag_read(list->value, list->length, tag) == list->length;
}

uint16_t sim_piv_get_data(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    struct tlv_reader reader = {apdu->data, apdu->nc};
    struct tlv_object list;
    uint32_t tag = 0;
    if (!parameters_known(apdu))
        return SW_WRONG_P1P2;
    if (!apdu->ne)
        return SW_WRONG_LENGTH;
    if (!tlv_next(&reader, &list) || reader.left || !read_list(&list, &tag))
        return SW_WRONG_DATA;
    const struct object *object = find(command->channel, tag);
    if (!object)
        return SW_FILE_NOT_FOUND;
    if (!sim_access_granted(card, command->channel, &object->get))
        return SW_SECURITY;
    if (object->size <= EMPTY_SIZE)
        return SW_FILE_NOT_FOUND;
    sim_command_append(card, command, object->value, object->size);
    return SW_OK;
}

/* What PUT DATA brings: a tag list and the object's value in 53, or an object with a tag of its own. */
static bool read_put(const struct apdu *apdu, uint32_t *tag, struct tlv_object *object) {
    struct tlv_reader reader = {apdu->data, apdu->nc};
    if (!tlv_next(&reader, object))
        return false;
    *tag = object->tag;
    if (object->tag == TAG_LIST)
        return read_list(object, tag) && tlv_next(&reader, object) && object->tag == TAG_DATA && !reader.left;
    return (object->tag == TAG_DISCOVERY || object->tag == TAG_BIOMETRICS) && !reader.left;
}

uint16_t sim_piv_put_data(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    struct tlv_object put;
    uint32_t tag = 0;
    if (!parameters_known(apdu))
        return SW_WRONG_P1P2;
    if (!read_put(apdu, &tag, &put))
        return SW_WRONG_DATA;
    struct object *object = find(command->channel, tag);
    if (!object)
        return SW_FILE_NOT_FOUND;
    if (!sim_access_granted(card, command->channel, &object->put))
        return SW_SECURITY;
    if (put.size > object->max)
        return SW_NO_SPACE;
    wipe(object->value, object->size);
    memcpy(object->value, put.bytes, put.size);
    object->size = (uint32_t)put.size;
    return SW_OK;
}
