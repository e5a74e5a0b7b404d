/*
 * GET DATA and PUT DATA of an OpenPGP card (§7.2.6, §7.2.8). Some objects consist of others; the status of
 * the passwords is told as it is; and of some the parts are put one by one (§4.4.1). In the table of
 * openpgp.c.
 */
#include <string.h>

#include "apdu/tlv.h"
#include "base/wipe.h"
#include "icc/access.h"
#include "icc/answer.h"
#include "icc/commands.h"
#include "icc/openpgp/commands.h"

#define OBJECT_RESETTING_CODE 0xD3u
#define OBJECT_CERTIFICATE 0x7F21u
#define CERTIFICATES 3u /* of the keys, the one for authentication first; this card has that one alone */
#define STATUS_SIZE 7u
#define MEMBERS_MAX 9u

/* What an object consists of; the members end with 0. */
static const struct composite {
    uint16_t tag;
    uint16_t members[MEMBERS_MAX];
} composites[] = {
    {0x65, {0x5B, 0x5F2D, 0x5F35}},
    {0x6E, {0x4F, 0x5F52, 0x7F66, 0x73}},
    {0x73, {0xC0, 0xC1, 0xC2, 0xC3, OBJECT_PASSWORD_STATUS, 0xC5, 0xC6, 0xCD}},
    {0x7A, {OBJECT_COUNTER}},
};

/* Fingerprints of the keys and of those that certify them, and when the keys were made: for each key. */
static const struct part {
    uint8_t tag, whole, size, place;
} parts[] = {
    {0xC7, 0xC5, 20, 0}, {0xC8, 0xC5, 20, 1}, {0xC9, 0xC5, 20, 2}, {0xCA, 0xC6, 20, 0}, {0xCB, 0xC6, 20, 1},
    {0xCC, 0xC6, 20, 2}, {0xCE, 0xCD, 4, 0},  {0xCF, 0xCD, 4, 1},  {0xD0, 0xCD, 4, 2},
};

static uint32_t tag_of(const struct apdu *apdu) {
    return (uint32_t)apdu->p1 << 8 | apdu->p2;
}

struct object *sim_openpgp_object(const struct channel *channel, uint32_t tag) {
    return sim_file_object(channel->df, tag);
}

static const struct composite *find_composite(uint32_t tag) {
    for (size_t i = 0; i < sizeof composites / sizeof *composites; i++)
        if (composites[i].tag == tag)
            return &composites[i];
    return NULL;
}

/* Whether PW1 counts for one signature alone, the longest values, the tries left of PW1, its reset, PW3. */
static void make_status(const struct sim_card *card, const struct channel *channel, const struct object *kept,
                        uint8_t out[STATUS_SIZE]) {
    const int pw1 = sim_pin_find(card, channel, PASSWORD_SIGN);
    const int pw3 = sim_pin_find(card, channel, PASSWORD_ADMIN);
    memset(out, 0, STATUS_SIZE);
    out[0] = kept->size ? kept->value[0] : 0;
    if (pw1 >= 0) {
        out[1] = card->pins[pw1].max;
        out[2] = PIN_SIZE_MAX;
        out[4] = card->pins[pw1].code.tries;
        out[5] = card->pins[pw1].puk.size ? card->pins[pw1].puk.tries : 0;
    }
    if (pw3 >= 0) {
        out[3] = card->pins[pw3].max;
        out[6] = card->pins[pw3].code.tries;
    }
}

static bool add(struct collector *out, uint16_t tag, const uint8_t *value, uint32_t size) {
    uint8_t head[TLV_HEAD_MAX];
    const size_t used = tlv_head_write(head, sizeof head, tag, size);
    return sim_collector_add(out, head, (uint32_t)used, APDU_NE_MAX) &&
           sim_collector_add(out, value, size, APDU_NE_MAX);
}

/*
 * Adds the member if the card has it and lets it be read. One that is composite itself is made by the caller,
 * so that this has no need to call itself.
 */
static bool add_member(const struct sim_card *card, const struct channel *channel, uint16_t tag,
                       struct collector *out) {
    const struct object *object = sim_openpgp_object(channel, tag);
    uint8_t status[STATUS_SIZE];
    if (!object || !sim_access_granted(card, channel, &object->get))
        return true;
    if (tag != OBJECT_PASSWORD_STATUS)
        return add(out, tag, object->value, object->size);
    make_status(card, channel, object, status);
    return add(out, tag, status, sizeof status);
}

/* All members but composite ones. */
static bool add_members(const struct sim_card *card, const struct channel *channel,
                        const struct composite *composite, struct collector *out) {
    bool added = true;
    for (size_t i = 0; added && i < MEMBERS_MAX && composite->members[i]; i++) {
        const struct composite *inner = find_composite(composite->members[i]);
        struct collector value = {0};
        if (!inner) {
            added = add_member(card, channel, composite->members[i], out);
            continue;
        }
        for (size_t j = 0; added && j < MEMBERS_MAX && inner->members[j]; j++)
            added = add_member(card, channel, inner->members[j], &value);
        added = added && add(out, inner->tag, value.bytes, value.size);
        wipe_free(value.bytes, value.size);
    }
    return added;
}

static uint16_t give_composite(struct sim_card *card, struct command *command,
                               const struct composite *composite) {
    struct collector value = {0};
    const bool added = add_members(card, command->channel, composite, &value);
    if (added)
        sim_command_append(card, command, value.bytes, value.size);
    wipe_free(value.bytes, value.size);
    return added ? SW_OK : SW_MEMORY_FAILURE;
}

uint16_t sim_openpgp_get_data(struct sim_card *card, struct command *command) {
    const uint32_t tag = tag_of(&command->apdu);
    const struct composite *composite = find_composite(tag);
    const struct object *status = sim_openpgp_object(command->channel, OBJECT_PASSWORD_STATUS);
    uint8_t bytes[STATUS_SIZE];
    if (command->apdu.nc || !command->apdu.ne)
        return SW_WRONG_LENGTH;
    if (tag == OBJECT_CERTIFICATE && command->channel->certificate)
        return SW_OK;        /* there is none */
    if (composite && status) /* in the application */
        return give_composite(card, command, composite);
    if (tag != OBJECT_PASSWORD_STATUS || !status)
        return sim_get_data(card, command);
    make_status(card, command->channel, status, bytes);
    sim_command_append(card, command, bytes, sizeof bytes);
    return SW_OK;
}

/* The bytes that are there from `at` on become these. */
static void replace(struct object *object, uint32_t at, const uint8_t *bytes, uint32_t size) {
    if (size)
        memcpy(object->value + at, bytes, size);
}

static uint16_t put_part(const struct sim_card *card, const struct channel *channel, const struct part *part,
                         const struct apdu *apdu) {
    struct object *whole = sim_openpgp_object(channel, part->whole);
    const uint32_t at = (uint32_t)part->size * part->place;
    if (!whole || whole->size < at + part->size)
        return SW_REFERENCE_NOT_FOUND;
    if (!sim_access_granted(card, channel, &whole->put))
        return SW_SECURITY;
    if (apdu->nc != part->size)
        return SW_WRONG_LENGTH;
    replace(whole, at, apdu->data, part->size);
    return SW_OK;
}

/* An object may be put without a value: then it has none. */
static uint16_t put_whole(const struct sim_card *card, const struct channel *channel, struct object *object,
                          const struct apdu *apdu) {
    if (!sim_access_granted(card, channel, &object->put))
        return SW_SECURITY;
    if (apdu->nc > object->max)
        return SW_NO_SPACE;
    wipe(object->value, object->size);
    replace(object, 0, apdu->data, apdu->nc);
    object->size = apdu->nc;
    return SW_OK;
}

/* Whoever may give PW1 a new value may give it a resetting code. */
static uint16_t put_resetting_code(struct sim_card *card, struct channel *channel, const struct apdu *apdu) {
    const int place = sim_pin_find(card, channel, PASSWORD_SIGN);
    if (place < 0)
        return SW_REFERENCE_NOT_FOUND;
    if (!sim_access_granted(card, channel, &card->pins[place].reset))
        return SW_SECURITY;
    return sim_openpgp_set_resetting_code(card, channel, apdu->data, apdu->nc);
}

uint16_t sim_openpgp_put_data(struct sim_card *card, struct command *command) {
    const uint32_t tag = tag_of(&command->apdu);
    struct object *object = sim_openpgp_object(command->channel, tag);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].tag == tag)
            return put_part(card, command->channel, &parts[i], &command->apdu);
    if (tag == OBJECT_CERTIFICATE && command->channel->certificate)
        return SW_NO_SPACE;
    if (tag == OBJECT_RESETTING_CODE)
        return put_resetting_code(card, command->channel, &command->apdu);
    return object ? put_whole(card, command->channel, object, &command->apdu) : SW_REFERENCE_NOT_FOUND;
}

/* §7.2.5: P1 counts from 0, the data name certificates; nothing else is there more than once. */
uint16_t sim_openpgp_select_data(struct sim_card *card, struct command *command) {
    static const uint8_t certificates[] = {
        0x60, 0x04, 0x5C, 0x02, OBJECT_CERTIFICATE >> 8, OBJECT_CERTIFICATE & 0xFF};
    const struct apdu *apdu = &command->apdu;
    (void)card;
    if (apdu->p1 >= CERTIFICATES || apdu->p2 != 0x04)
        return SW_WRONG_P1P2;
    if (apdu->nc != sizeof certificates || memcmp(apdu->data, certificates, sizeof certificates) != 0)
        return SW_WRONG_DATA;
    command->channel->certificate = apdu->p1;
    return SW_OK;
}
