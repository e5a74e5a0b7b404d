/* AUTHENTICATE of a USIM (3GPP TS 31.102 §7.1) with Milenage. In the table of uicc.c. */
#include <string.h>

#include "base/wipe.h"
#include "icc/answer.h"
#include "icc/commands.h"
#include "icc/gsm/milenage.h"
#include "icc/uicc/commands.h"

#define CONTEXT_GSM 0x80 /* P2: specific reference data, and the context in the last bits */
#define CONTEXT_3G 0x81
#define PIN_APPLICATION 0x01
#define TAG_GOOD 0xDB
#define TAG_OUT_OF_STEP 0xDC
#define SW_WRONG_MAC 0x9862

/* AUTN: the sequence number under the anonymity key, AMF, MAC (TS 33.102 §6.3). */
enum { AUTN_SQN = 0, AUTN_AMF = 6, AUTN_MAC = 8, AUTN_SIZE = 16 };
#define RAND_SIZE MILENAGE_BLOCK
#define AUTS_SIZE (MILENAGE_SQN + MILENAGE_MAC)

static uint64_t number_of(const uint8_t *bytes) {
    uint64_t number = 0;
    for (unsigned i = 0; i < MILENAGE_SQN; i++)
        number = number << 8 | bytes[i];
    return number;
}

/*
 * Whether the sequence number is news to the card (TS 33.102 C.2.2): its last five bits name a place, and the
 * rest must be greater than what was there last. It takes the number's place then.
 */
static bool is_fresh(struct sim_card *card, uint64_t sqn) {
    uint64_t *const last = &card->usim_sequence[sqn % USIM_SEQUENCES];
    if (sqn / USIM_SEQUENCES <= *last / USIM_SEQUENCES)
        return false;
    *last = sqn;
    return true;
}

static uint64_t highest(const struct sim_card *card) {
    uint64_t found = 0;
    for (unsigned i = 0; i < USIM_SEQUENCES; i++)
        found = card->usim_sequence[i] > found ? card->usim_sequence[i] : found;
    return found;
}

/* Adds one part of an answer: its length, then its bytes. */
static void add(uint8_t *out, uint32_t *size, const uint8_t *bytes, uint8_t count) {
    out[(*size)++] = count;
    memcpy(out + *size, bytes, count);
    *size += count;
}

/* The network counts differently: it is told where the card stands, so that only it can read that. */
static uint16_t resynchronise(struct sim_card *card, struct command *command, const uint8_t *rand,
                              const struct milenage_answer *made) {
    static const uint8_t amf[MILENAGE_AMF] = {0}; /* TS 33.102 §6.3.3 */
    const uint64_t sqn = highest(card);
    uint8_t plain[MILENAGE_SQN], mac[MILENAGE_MAC], auts[AUTS_SIZE], answer[2 + AUTS_SIZE];
    uint32_t size = 0;
    for (unsigned i = 0; i < MILENAGE_SQN; i++) {
        plain[i] = (uint8_t)(sqn >> 8 * (MILENAGE_SQN - 1 - i));
        auts[i] = plain[i] ^ made->resync_ak[i];
    }
    if (!sim_milenage_mac(card->milenage_k, card->milenage_opc, rand, plain, amf, mac, auts + MILENAGE_SQN))
        return SW_MEMORY_FAILURE;
    answer[size++] = TAG_OUT_OF_STEP;
    add(answer, &size, auts, sizeof auts);
    sim_command_append(card, command, answer, size);
    return SW_OK;
}

/* RES, CK, IK, and the key of GSM made of them (service 27). */
static void agree(struct sim_card *card, struct command *command, const struct milenage_answer *made) {
    uint8_t sres[MILENAGE_SRES], kc[MILENAGE_KC];
    uint8_t answer[1 + 4 + MILENAGE_RES + 2 * MILENAGE_BLOCK + MILENAGE_KC];
    uint32_t size = 0;
    sim_milenage_for_gsm(made, sres, kc);
    answer[size++] = TAG_GOOD;
    add(answer, &size, made->res, MILENAGE_RES);
    add(answer, &size, made->ck, MILENAGE_BLOCK);
    add(answer, &size, made->ik, MILENAGE_BLOCK);
    add(answer, &size, kc, MILENAGE_KC);
    sim_command_append(card, command, answer, size);
    wipe(answer, sizeof answer);
    wipe(kc, sizeof kc);
}

static uint16_t in_3g(struct sim_card *card, struct command *command) {
    const uint8_t *rand = command->apdu.data + 1;
    const uint8_t *autn = rand + RAND_SIZE + 1;
    struct milenage_answer made;
    uint8_t sqn[MILENAGE_SQN], mac[MILENAGE_MAC], resync_mac[MILENAGE_MAC];
    uint16_t sw = SW_OK;
    if (!sim_milenage_answer(card->milenage_k, card->milenage_opc, rand, &made))
        return SW_MEMORY_FAILURE;
    for (unsigned i = 0; i < MILENAGE_SQN; i++)
        sqn[i] = autn[AUTN_SQN + i] ^ made.ak[i];
    if (!sim_milenage_mac(card->milenage_k, card->milenage_opc, rand, sqn, autn + AUTN_AMF, mac, resync_mac))
        sw = SW_MEMORY_FAILURE;
    else if (memcmp(mac, autn + AUTN_MAC, sizeof mac) != 0)
        sw = SW_WRONG_MAC;
    else if (!is_fresh(card, number_of(sqn)))
        sw = resynchronise(card, command, rand, &made);
    else
        agree(card, command, &made);
    wipe(&made, sizeof made);
    wipe(mac, sizeof mac);
    return sw;
}

static uint16_t in_gsm(struct sim_card *card, struct command *command) {
    uint8_t sres[MILENAGE_SRES], kc[MILENAGE_KC], answer[2 + MILENAGE_SRES + MILENAGE_KC];
    uint32_t size = 0;
    if (!sim_milenage_gsm(card->milenage_k, card->milenage_opc, command->apdu.data + 1, sres, kc))
        return SW_MEMORY_FAILURE;
    add(answer, &size, sres, MILENAGE_SRES);
    add(answer, &size, kc, MILENAGE_KC);
    sim_command_append(card, command, answer, size);
    wipe(answer, sizeof answer);
    wipe(kc, sizeof kc);
    return SW_OK;
}

static bool pin_shown(const struct sim_card *card, const struct channel *channel) {
    const int place = sim_pin_find(card, channel, PIN_APPLICATION);
    return place < 0 || (channel->pins | card->pins_disabled) & 1u << place;
}

uint16_t sim_usim_authenticate(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    const bool gsm = apdu->p2 == CONTEXT_GSM;
    if (!card->has_milenage)
        return SW_WRONG_INS;
    if (apdu->p1 || (!gsm && apdu->p2 != CONTEXT_3G))
        return SW_WRONG_P1P2;
    if (!apdu->ne || apdu->nc != 1 + RAND_SIZE + (gsm ? 0 : 1 + AUTN_SIZE))
        return SW_WRONG_LENGTH;
    if (apdu->data[0] != RAND_SIZE || (!gsm && apdu->data[1 + RAND_SIZE] != AUTN_SIZE))
        return SW_WRONG_DATA;
    if (!command->channel->application)
        return SW_CONDITIONS;
    if (!pin_shown(card, command->channel))
        return SW_SECURITY;
    if (!sim_milenage_ready(card->milenage_k, card->milenage_opc, &card->milenage_is_op))
        return SW_MEMORY_FAILURE;
    return gsm ? in_gsm(card, command) : in_3g(card, command);
}
