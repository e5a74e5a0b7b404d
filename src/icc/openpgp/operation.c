/*
 * What the keys of an OpenPGP card do: COMPUTE DIGITAL SIGNATURE, DECIPHER (§7.2.10, §7.2.11), INTERNAL
 * AUTHENTICATE (§7.2.13), and GENERATE ASYMMETRIC KEY PAIR (§7.2.14), of which this card has the half that
 * tells the public key. In the table of openpgp.c.
 */
#include <string.h>

#include "apdu/tlv.h"
#include "base/wipe.h"
#include "icc/access.h"
#include "icc/answer.h"
#include "icc/commands.h"
#include "icc/keypair/keypair.h"
#include "icc/openpgp/commands.h"

#define OPERATION_SIGN 0x9E9Au /* P1 P2 */
#define OPERATION_DECIPHER 0x8086u
#define READ_PUBLIC_KEY 0x8100u
#define PADDING_RSA 0x00 /* before a cryptogram */
#define PADDING_LEAST 8u /* PKCS #1, §7.2.1 and §8.2.1 (version 1.5) */
#define SIGNATURE_SIZE (2 * KEYPAIR_P256)
enum {
    TAG_PUBLIC_KEY = 0x7F49,
    TAG_MODULUS = 0x81,
    TAG_EXPONENT = 0x82,
    TAG_POINT = 0x86,
    DER_SEQUENCE = 0x30
};

/* A key that this command may use. 0, or the SW. */
static uint16_t take_key(const struct sim_card *card, const struct command *command, uint8_t reference,
                         const struct key **out) {
    const int place = sim_key_find(card, command->channel, reference);
    if (place < 0 || !card->keys[place].pair)
        return SW_REFERENCE_NOT_FOUND;
    if (!sim_access_granted(card, command->channel, &card->keys[place].internal))
        return SW_SECURITY;
    if (!command->apdu.nc || !command->apdu.ne)
        return SW_WRONG_LENGTH;
    *out = &card->keys[place];
    return 0;
}

/* EMSA-PKCS1-v1_5 around the bytes, which may have two fifths of the modulus, and the private exponent. */
static size_t sign_rsa(const struct keypair *pair, const struct apdu *apdu, uint8_t out[KEYPAIR_RSA_MAX]) {
    const size_t size = sim_keypair_size(pair);
    uint8_t block[KEYPAIR_RSA_MAX];
    if (apdu->nc > size * 2 / 5 || apdu->nc + PADDING_LEAST + 3 > size)
        return 0;
    memset(block, 0xFF, size);
    block[0] = 0x00;
    block[1] = 0x01;
    block[size - apdu->nc - 1] = 0x00;
    memcpy(block + size - apdu->nc, apdu->data, apdu->nc);
    return sim_keypair_power(pair, block, out) ? size : 0;
}

/* A number of DER in as many bytes as a coordinate has. */
static bool place_number(struct tlv_reader *reader, uint8_t *out) {
    struct tlv_object number;
    if (!tlv_next(reader, &number))
        return false;
    while (number.length > KEYPAIR_P256 && !*number.value) {
        number.value++;
        number.length--;
    }
    if (number.length > KEYPAIR_P256)
        return false;
    memset(out, 0, KEYPAIR_P256 - number.length);
    memcpy(out + KEYPAIR_P256 - number.length, number.value, number.length);
    return true;
}

/* The two numbers of the signature, bare. */
static size_t sign_ec(const struct keypair *pair, const struct apdu *apdu, uint8_t out[SIGNATURE_SIZE]) {
    uint8_t der[KEYPAIR_SIGNATURE_MAX];
    struct tlv_object sequence;
    const size_t size = sim_keypair_sign(pair, apdu->data, apdu->nc, der);
    struct tlv_reader reader = {der, size};
    if (!tlv_next(&reader, &sequence) || sequence.tag != DER_SEQUENCE)
        return 0;
    reader = (struct tlv_reader){sequence.value, sequence.length};
    return place_number(&reader, out) && place_number(&reader, out + KEYPAIR_P256) ? SIGNATURE_SIZE : 0;
}

static uint16_t sign(struct sim_card *card, struct command *command, const struct key *key) {
    uint8_t out[KEYPAIR_RSA_MAX];
    const size_t size = sim_keypair_kind(key->pair) == KEYPAIR_RSA ? sign_rsa(key->pair, &command->apdu, out)
                                                                   : sign_ec(key->pair, &command->apdu, out);
    if (!size)
        return SW_WRONG_LENGTH;
    sim_command_append(card, command, out, (uint32_t)size);
    return SW_OK;
}

/* One signature more (§4.3.3.1: the counter); and PW1 may have counted for this one alone. */
static void note_signature(const struct sim_card *card, struct channel *channel) {
    struct object *counter = sim_openpgp_object(channel, OBJECT_COUNTER);
    const struct object *status = sim_openpgp_object(channel, OBJECT_PASSWORD_STATUS);
    const int pw1 = sim_pin_find(card, channel, PASSWORD_SIGN);
    for (uint32_t i = counter ? counter->size : 0; i-- > 0;)
        if (++counter->value[i])
            break;
    if (pw1 >= 0 && status && status->size && !status->value[0])
        channel->pins &= ~(1u << pw1);
}

static uint16_t compute_signature(struct sim_card *card, struct command *command) {
    const struct key *key = NULL;
    uint16_t sw = take_key(card, command, KEY_SIGN, &key);
    if (sw)
        return sw;
    sw = sign(card, command, key);
    if (sw == SW_OK)
        note_signature(card, command->channel);
    return sw;
}

/* The message between the paddings of EME-PKCS1-v1_5; NULL: there is none. */
static const uint8_t *find_message(const uint8_t *block, size_t size, size_t *message_size) {
    size_t at = 2;
    while (at < size && block[at])
        at++;
    if (block[0] || block[1] != 0x02 || at < 2 + PADDING_LEAST || at + 1 >= size)
        return NULL;
    *message_size = size - at - 1;
    return block + at + 1;
}

static uint16_t decipher(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    const struct key *key = NULL;
    uint8_t block[KEYPAIR_RSA_MAX];
    size_t message_size = 0;
    const uint16_t refusal = take_key(card, command, KEY_DECIPHER, &key);
    if (refusal)
        return refusal;
    if (sim_keypair_kind(key->pair) != KEYPAIR_RSA)
        return SW_NOT_SUPPORTED;
    const size_t size = sim_keypair_size(key->pair);
    if (apdu->nc != 1 + size || apdu->data[0] != PADDING_RSA ||
        !sim_keypair_power(key->pair, apdu->data + 1, block))
        return SW_WRONG_DATA;
    const uint8_t *message = find_message(block, size, &message_size);
    if (message)
        sim_command_append(card, command, message, (uint32_t)message_size);
    wipe(block, sizeof block);
    return message ? SW_OK : SW_WRONG_DATA;
}

uint16_t sim_openpgp_perform(struct sim_card *card, struct command *command) {
    switch (command->apdu.p1 << 8 | command->apdu.p2) {
    case OPERATION_SIGN:
        return compute_signature(card, command);
    case OPERATION_DECIPHER:
        return decipher(card, command);
    default:
        return SW_WRONG_P1P2;
    }
}

uint16_t sim_openpgp_authenticate(struct sim_card *card, struct command *command) {
    const struct key *key = NULL;
    if (command->apdu.p1 || command->apdu.p2)
        return SW_WRONG_P1P2;
    const uint16_t refusal = take_key(card, command, KEY_AUTHENTICATE, &key);
    return refusal ? refusal : sign(card, command, key);
}

/* The key that a control reference template means (§7.2.14); 0: none. */
static uint8_t key_of_template(const struct apdu *apdu) {
    struct tlv_reader reader = {apdu->data, apdu->nc};
    struct tlv_object template;
    if (!tlv_next(&reader, &template) || reader.left)
        return 0;
    return template.tag == 0xB6   ? KEY_SIGN
           : template.tag == 0xB8 ? KEY_DECIPHER
           : template.tag == 0xA4 ? KEY_AUTHENTICATE
                                  : 0;
}

static void add_object(uint8_t *out, size_t *used, uint32_t tag, const uint8_t *value, size_t size) {
    *used += tlv_head_write(out + *used, TLV_HEAD_MAX, tag, (uint32_t)size);
    memcpy(out + *used, value, size);
    *used += size;
}

uint16_t sim_openpgp_public_key(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    uint8_t inner[KEYPAIR_RSA_MAX + KEYPAIR_EXPONENT_MAX + 2 * TLV_HEAD_MAX], head[TLV_HEAD_MAX];
    struct keypair_public public;
    size_t size = 0;
    if ((apdu->p1 << 8 | apdu->p2) == 0x8000)
        return SW_NOT_SUPPORTED; /* the keys are the image's */
    if ((apdu->p1 << 8 | apdu->p2) != READ_PUBLIC_KEY)
        return SW_WRONG_P1P2;
    if (!apdu->ne)
        return SW_WRONG_LENGTH;
    const uint8_t reference = key_of_template(apdu);
    if (!reference)
        return SW_WRONG_DATA;
    const int place = sim_key_find(card, command->channel, reference);
    if (place < 0 || !card->keys[place].pair || !sim_keypair_public(card->keys[place].pair, &public))
        return SW_REFERENCE_NOT_FOUND;
    add_object(inner, &size, public.exponent_size ? TAG_MODULUS : TAG_POINT, public.bytes, public.size);
    if (public.exponent_size)
        add_object(inner, &size, TAG_EXPONENT, public.exponent, public.exponent_size);
    const size_t head_size = tlv_head_write(head, sizeof head, TAG_PUBLIC_KEY, (uint32_t)size);
    sim_command_append(card, command, head, (uint32_t)head_size);
    sim_command_append(card, command, inner, (uint32_t)size);
    return SW_OK;
}
