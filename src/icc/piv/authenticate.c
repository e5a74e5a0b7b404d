/*
 * GENERAL AUTHENTICATE of a PIV card (SP 800-73-4, part 2, §3.2.4): what a dynamic authentication template
 * has and what it asks for decide whether the card signs, deciphers, agrees on a key, or proves itself and is
 * proven to. In the table of piv.c.
 */
#include <string.h>

#include "apdu/tlv.h"
#include "base/wipe.h"
#include "icc/access.h"
#include "icc/answer.h"
#include "icc/cipher.h"
#include "icc/commands.h"
#include "icc/keypair/keypair.h"
#include "icc/piv/commands.h"

#define BLOCK SIM_CIPHER_BLOCK
#define HEAD_MAX 4u /* bytes before a value in the template */

/* P1 (SP 800-78-4, table 6-2). */
enum algorithm {
    ALGORITHM_NONE = 0,
    ALGORITHM_RSA_3072 = 0x05,
    ALGORITHM_RSA_1024 = 0x06,
    ALGORITHM_RSA_2048 = 0x07,
    ALGORITHM_AES_128 = 0x08,
    ALGORITHM_AES_192 = 0x0A,
    ALGORITHM_AES_256 = 0x0C,
    ALGORITHM_P256 = 0x11
};

/* Table 7. */
enum { TAG_TEMPLATE = 0x7C, TAG_WITNESS = 0x80, TAG_CHALLENGE, TAG_RESPONSE, TAG_EXPONENTIATION = 0x85 };

/* The parts of the template; without `bytes` it is not there, without a length it is asked for. */
struct request {
    struct tlv_object witness, challenge, response, exponentiation;
};

static enum algorithm algorithm_of(const struct key *key) {
    if (key->pair && sim_keypair_kind(key->pair) == KEYPAIR_EC)
        return ALGORITHM_P256;
    switch (key->pair ? sim_keypair_size(key->pair) : key->size) {
    case 16:
        return ALGORITHM_AES_128;
    case 24:
        return ALGORITHM_AES_192;
    case 32:
        return ALGORITHM_AES_256;
    case 128:
        return ALGORITHM_RSA_1024;
    case 256:
        return ALGORITHM_RSA_2048;
    case 384:
        return ALGORITHM_RSA_3072;
    default:
        return ALGORITHM_NONE;
    }
}

static bool read_request(const struct apdu *apdu, struct request *request) {
    struct tlv_reader reader = {apdu->data, apdu->nc};
    struct tlv_object template, part;
    memset(request, 0, sizeof *request);
    if (!tlv_next(&reader, &template) || template.tag != TAG_TEMPLATE || reader.left)
        return false;
    reader = (struct tlv_reader){template.value, template.length};
    while (tlv_next(&reader, &part)) {
        struct tlv_object *const place = part.tag == TAG_WITNESS          ? &request->witness
                                         : part.tag == TAG_CHALLENGE      ? &request->challenge
                                         : part.tag == TAG_RESPONSE       ? &request->response
                                         : part.tag == TAG_EXPONENTIATION ? &request->exponentiation
                                                                          : NULL;
        if (!place || place->bytes)
            return false;
        *place = part;
    }
    return !reader.left;
}

static bool is_asked(const struct tlv_object *part) {
    return part->bytes && !part->length;
}

static bool is_given(const struct tlv_object *part) {
    return part->bytes && part->length;
}

/* The template with one part in it. */
static void answer(struct sim_card *card, struct command *command, uint8_t tag, const uint8_t *bytes,
                   uint32_t size) {
    uint8_t outer[HEAD_MAX], inner[HEAD_MAX];
    const size_t inner_size = tlv_head_write(inner, sizeof inner, tag, size);
    const size_t outer_size = tlv_head_write(outer, sizeof outer, TAG_TEMPLATE, (uint32_t)inner_size + size);
    sim_command_append(card, command, outer, (uint32_t)outer_size);
    sim_command_append(card, command, inner, (uint32_t)inner_size);
    sim_command_append(card, command, bytes, size);
}

/* The card gives a challenge: as it is, or encrypted, as a witness that only who has the key can read. */
static uint16_t give(struct sim_card *card, struct command *command, int place, bool mutual) {
    const struct key *key = &card->keys[place];
    struct channel *channel = command->channel;
    uint8_t witness[BLOCK];
    channel->challenge_size = 0;
    if (!sim_random_take(&card->random, channel->challenge, BLOCK) ||
        !sim_cipher_encrypt(key->value, key->size, channel->challenge, witness))
        return SW_MEMORY_FAILURE;
    channel->challenge_size = BLOCK;
    channel->proving = place;
    channel->mutual = mutual;
    if (mutual)
        answer(card, command, TAG_WITNESS, witness, BLOCK);
    else
        answer(card, command, TAG_CHALLENGE, channel->challenge, BLOCK);
    wipe(witness, sizeof witness);
    return SW_OK;
}

/* Notes what has come of a proof, and keeps the count. */
static uint16_t conclude(struct sim_card *card, struct channel *channel, int place, bool proven) {
    struct key *key = &card->keys[place];
    if (proven) {
        key->tries = key->tries_max;
        channel->keys |= 1u << place;
        return SW_OK;
    }
    channel->keys &= ~(1u << place);
    if (key->tries_max)
        key->tries--;
    return SW_SECURITY;
}

/* Compares the proof with the witness itself, or with the challenge encrypted, in constant time. */
static uint16_t check(struct sim_card *card, struct channel *channel, int place, bool mutual,
                      const struct tlv_object *proof) {
    const struct key *key = &card->keys[place];
    uint8_t expected[BLOCK], difference = 0;
    if (proof->length != BLOCK)
        return SW_WRONG_DATA;
    if (!channel->challenge_size || channel->proving != place || channel->mutual != mutual)
        return SW_CONDITIONS;
    memcpy(expected, channel->challenge, BLOCK);
    channel->challenge_size = 0; /* used up, whatever comes of it */
    wipe(channel->challenge, sizeof channel->challenge);
    if (!mutual && !sim_cipher_encrypt(key->value, key->size, expected, expected))
        return SW_MEMORY_FAILURE;
    for (uint32_t i = 0; i < BLOCK; i++)
        difference |= (uint8_t)(expected[i] ^ proof->value[i]);
    wipe(expected, sizeof expected);
    return conclude(card, channel, place, !difference);
}

/* The card's own proof. */
static uint16_t encrypt(struct sim_card *card, struct command *command, const struct key *key,
                        const struct tlv_object *challenge) {
    uint8_t block[BLOCK];
    if (challenge->length != BLOCK)
        return SW_WRONG_DATA;
    if (!sim_cipher_encrypt(key->value, key->size, challenge->value, block))
        return SW_MEMORY_FAILURE;
    answer(card, command, TAG_RESPONSE, block, BLOCK);
    return SW_OK;
}

static uint16_t with_symmetric(struct sim_card *card, struct command *command, int place,
                               const struct request *request) {
    struct channel *channel = command->channel;
    const struct key *key = &card->keys[place];
    const bool outside = is_asked(&request->witness) || is_asked(&request->challenge) ||
                         is_given(&request->witness) ||
                         (is_given(&request->response) && !request->challenge.bytes);
    if (outside && !key->external)
        return SW_CONDITIONS;
    if (outside && key->tries_max && !key->tries)
        return SW_BLOCKED;
    if (is_asked(&request->witness) && !request->challenge.bytes)
        return give(card, command, place, true);
    if (is_asked(&request->challenge) && !request->response.bytes)
        return give(card, command, place, false);
    if (is_given(&request->response) && !request->challenge.bytes && !request->witness.bytes)
        return check(card, channel, place, false, &request->response);
    if (is_given(&request->witness) && is_given(&request->challenge)) {
        if (request->challenge.length != BLOCK)
            return SW_WRONG_DATA;
        const uint16_t sw = check(card, channel, place, true, &request->witness);
        return sw == SW_OK ? encrypt(card, command, key, &request->challenge) : sw;
    }
    if (!is_given(&request->challenge) || !is_asked(&request->response) || request->witness.bytes)
        return SW_WRONG_DATA;
    if (!sim_access_granted(card, channel, &key->internal))
        return SW_SECURITY;
    return encrypt(card, command, key, &request->challenge);
}

/* Signs or deciphers, with RSA the same: what surrounds a hash or a key is the terminal's business. */
static uint16_t compute(struct sim_card *card, struct command *command, const struct key *key,
                        const struct tlv_object *challenge) {
    uint8_t out[KEYPAIR_RSA_MAX];
    size_t size = sim_keypair_size(key->pair);
    if (sim_keypair_kind(key->pair) == KEYPAIR_EC)
        size = sim_keypair_sign(key->pair, challenge->value, challenge->length, out);
    else if (challenge->length != size || !sim_keypair_power(key->pair, challenge->value, out))
        size = 0;
    if (!size)
        return SW_WRONG_DATA;
    answer(card, command, TAG_RESPONSE, out, (uint32_t)size);
    wipe(out, sizeof out);
    return SW_OK;
}

static uint16_t agree(struct sim_card *card, struct command *command, const struct key *key,
                      const struct tlv_object *point) {
    uint8_t shared[KEYPAIR_P256];
    const enum keypair_result result =
        point->length == KEYPAIR_POINT ? sim_keypair_agree(key->pair, point->value, shared) : KEYPAIR_REFUSED;
    if (result != KEYPAIR_DONE)
        return result == KEYPAIR_MISSING ? SW_NOT_SUPPORTED : SW_WRONG_DATA;
    answer(card, command, TAG_RESPONSE, shared, sizeof shared);
    wipe(shared, sizeof shared);
    return SW_OK;
}

static uint16_t with_pair(struct sim_card *card, struct command *command, const struct key *key,
                          const struct request *request) {
    struct channel *channel = command->channel;
    const bool fresh = channel->pin_fresh;
    if (!sim_access_granted(card, channel, &key->internal) || (key->pin_always && !fresh))
        return SW_SECURITY;
    if (!is_asked(&request->response) || request->witness.bytes ||
        is_given(&request->challenge) == is_given(&request->exponentiation))
        return SW_WRONG_DATA;
    channel->pin_fresh = false;
    return is_given(&request->challenge) ? compute(card, command, key, &request->challenge)
                                         : agree(card, command, key, &request->exponentiation);
}

uint16_t sim_piv_authenticate(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    struct request request;
    const int place = apdu->p2 ? sim_key_find(card, command->channel, apdu->p2) : -1;
    if (place < 0 || !apdu->p1 || apdu->p1 != (uint8_t)algorithm_of(&card->keys[place]))
        return SW_WRONG_P1P2;
    if (!read_request(apdu, &request))
        return SW_WRONG_DATA;
    return card->keys[place].pair ? with_pair(card, command, &card->keys[place], &request)
                                  : with_symmetric(card, command, place, &request);
}
