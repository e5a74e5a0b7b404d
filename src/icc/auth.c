/* GET CHALLENGE, INTERNAL and EXTERNAL AUTHENTICATE (ISO/IEC 7816-4 §11.5) with AES. */
#include <string.h>

#include "base/wipe.h"
#include "icc/access.h"
#include "icc/answer.h"
#include "icc/cipher.h"
#include "icc/commands.h"
#include "icc/os.h"

#define BLOCK SIM_CIPHER_BLOCK

/* Those of a directory that was deleted have no owner. */
static int first(const struct sim_card *card) {
    for (uint32_t i = 0; i < card->key_count; i++)
        if (card->keys[i].owner)
            return (int)i;
    return -1;
}

int sim_key_find(const struct sim_card *card, const struct channel *channel, uint8_t reference) {
    if (!reference) /* "no information given": the card's first key */
        return first(card);
    for (const struct file *df = reference & PIN_LOCAL ? channel->df : card->mf; df; df = df->parent)
        for (uint32_t i = 0; i < card->key_count; i++)
            if (card->keys[i].owner == df && card->keys[i].reference == reference)
                return (int)i;
    return -1;
}

/*
 * A challenge that came in an ENVELOPE and waits for GET RESPONSE; it is not kept to be authenticated with.
 */
static uint16_t challenge_in_pieces(struct sim_card *card, struct command *command, uint32_t size) {
    uint8_t piece[256];
    while (size && !command->lost) {
        const uint32_t part = size < sizeof piece ? size : (uint32_t)sizeof piece;
        if (!sim_random_take(&card->random, piece, part))
            return SW_MEMORY_FAILURE;
        sim_command_append(card, command, piece, part);
        size -= part;
    }
    return SW_OK;
}

static SLOW_PATH uint16_t challenge_of_any_size(struct sim_card *card, struct command *command) {
    struct channel *channel = command->channel;
    const uint32_t size = command->apdu.ne;
    if (command->apdu.p1 || command->apdu.p2)
        return SW_WRONG_P1P2;
    if (!size || command->apdu.nc)
        return SW_WRONG_LENGTH;
    channel->challenge_size = 0;
    if (size > command->limit || size > command->room)
        return challenge_in_pieces(card, command, size);
    if (!sim_random_take(&card->random, command->answer, size))
        return SW_MEMORY_FAILURE;
    command->size = size;
    if (size >= CHALLENGE_MIN && size <= CHALLENGE_MAX) {
        channel->challenge_size = (uint8_t)size;
        memcpy(channel->challenge, command->answer, size);
    }
    return SW_OK;
}

uint16_t sim_get_challenge(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    if (apdu->ne != 8 || apdu->p1 || apdu->p2 || apdu->nc || command->limit < 8 || command->room < 8 ||
        !sim_random_take_8(&card->random, command->answer))
        return challenge_of_any_size(card, command);
    command->size = 8;
    command->channel->challenge_size = 8;
    memcpy(command->channel->challenge, command->answer, 8);
    return SW_OK;
}

/* One block in AES, electronic codebook; shorter input is padded with 80 00 .. (ISO/IEC 9797-1, method 2). */
static bool encrypt(const struct key *key, const uint8_t *bytes, uint32_t size, uint8_t out[BLOCK]) {
    uint8_t block[BLOCK] = {0};
    memcpy(block, bytes, size);
    if (size < BLOCK)
        block[size] = 0x80;
    const bool done = sim_cipher_encrypt(key->value, key->size, block, out);
    wipe(block, sizeof block);
    return done;
}

uint16_t sim_internal_authenticate(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    uint8_t answer[BLOCK];
    if (apdu->p1)
        return SW_WRONG_P1P2; /* the algorithm is the key's own */
    if (!apdu->nc || apdu->nc > BLOCK || !apdu->ne)
        return SW_WRONG_LENGTH;
    const int found = sim_key_find(card, command->channel, apdu->p2);
    if (found < 0)
        return SW_REFERENCE_NOT_FOUND;
    const struct key *key = &card->keys[found];
    if (!sim_access_granted(card, command->channel, &key->internal))
        return SW_SECURITY;
    if (!encrypt(key, apdu->data, apdu->nc, answer))
        return SW_MEMORY_FAILURE;
    sim_command_append(card, command, answer, BLOCK);
    return SW_OK;
}

static uint16_t tries_left(const struct key *key) {
    return key->tries_max ? (uint16_t)(SW_TRIES_LEFT | key->tries) : SW_AUTH_FAILED;
}

/* Compares in constant time what came with what the challenge asks for, and keeps the count. */
static uint16_t check(struct sim_card *card, struct channel *channel, int place, const uint8_t *cryptogram) {
    struct key *key = &card->keys[place];
    uint8_t expected[BLOCK];
    uint8_t difference = 0;
    const bool done = encrypt(key, channel->challenge, channel->challenge_size, expected);
    channel->challenge_size = 0; /* used up, whatever comes of it */
    wipe(channel->challenge, sizeof channel->challenge);
    if (!done)
        return SW_MEMORY_FAILURE;
    for (uint32_t i = 0; i < BLOCK; i++)
        difference |= (uint8_t)(expected[i] ^ cryptogram[i]);
    wipe(expected, sizeof expected);
    if (difference) {
        channel->keys &= ~(1u << place);
        if (key->tries_max)
            key->tries--;
        return tries_left(key);
    }
    key->tries = key->tries_max;
    channel->keys |= 1u << place;
    return SW_OK;
}

uint16_t sim_external_authenticate(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    struct channel *channel = command->channel;
    if (apdu->p1)
        return SW_WRONG_P1P2;
    if (apdu->nc && apdu->nc != BLOCK)
        return SW_WRONG_LENGTH;
    const int found = sim_key_find(card, channel, apdu->p2);
    if (found < 0)
        return SW_REFERENCE_NOT_FOUND;
    const struct key *key = &card->keys[found];
    if (!key->external)
        return SW_CONDITIONS;
    if (key->tries_max && !key->tries)
        return SW_BLOCKED;
    if (!apdu->nc) /* only asks */
        return channel->keys & 1u << found ? SW_OK : tries_left(key);
    if (!channel->challenge_size)
        return SW_CONDITIONS;
    return check(card, channel, found, apdu->data);
}
