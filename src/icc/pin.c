/*
 * VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER and the switch for the verification requirement
 * (ISO/IEC 7816-4 §11.5). The counters belong to the card and outlive its power.
 */
#include <string.h>

#include "base/wipe.h"
#include "icc/access.h"
#include "icc/commands.h"
#include "icc/os.h"

#define REFERENCE_RESERVED 0x60
#define P1_FORGET 0xFF /* of VERIFY */
enum { WITH_CODE = 0, WITHOUT_CODE = 1 };
enum reset {
    RESET_CODE_AND_NEW,
    RESET_CODE,
    RESET_NEW,
    RESET_NOTHING,
    RESETS
}; /* P1 of RESET RETRY COUNTER */

/* Those of a directory that was deleted have no owner. */
static int first(const struct sim_card *card) {
    for (uint32_t i = 0; i < card->pin_count; i++)
        if (card->pins[i].owner)
            return (int)i;
    return -1;
}

int sim_pin_find(const struct sim_card *card, const struct channel *channel, uint8_t reference) {
    if (!reference) /* "no information given": the card's first PIN */
        return first(card);
    for (const struct file *df = reference & PIN_LOCAL ? channel->df : card->mf; df; df = df->parent)
        for (uint32_t i = 0; i < card->pin_count; i++)
            if (card->pins[i].owner == df && card->pins[i].reference == reference)
                return (int)i;
    return -1;
}

/* Whether the bytes are the secret, in a time that does not tell where they differ. */
static bool equals(const struct secret *secret, const uint8_t *bytes, uint32_t size) {
    uint8_t shown[PIN_SIZE_MAX];
    uint32_t difference = size ^ secret->size;
    memset(shown, 0xFF, sizeof shown);
    memcpy(shown, bytes, size < sizeof shown ? size : sizeof shown);
    for (size_t i = 0; i < sizeof shown; i++)
        difference |= (uint32_t)(shown[i] ^ secret->value[i]);
    wipe(shown, sizeof shown);
    return !difference;
}

/* One try. The counter goes down before the comparison, so that cutting the power gains nothing. */
static uint16_t present(struct secret *secret, const uint8_t *bytes, uint32_t size) {
    if (!secret->tries)
        return SW_BLOCKED;
    secret->tries--;
    if (!equals(secret, bytes, size))
        return (uint16_t)(SW_TRIES_LEFT | secret->tries);
    secret->tries = secret->tries_max;
    return SW_OK;
}

static bool new_value_fits(const struct pin *pin, uint32_t size) {
    return pin->padded ? size == pin->max : size >= pin->min && size <= pin->max;
}

static void set_value(struct secret *secret, const uint8_t *bytes, uint32_t size) {
    memset(secret->value, 0xFF, sizeof secret->value);
    memcpy(secret->value, bytes, size);
    secret->size = (uint8_t)size;
    secret->tries = secret->tries_max;
}

/* Finds the PIN that P2 means. Returns 0 or the SW. */
static uint16_t locate(struct sim_card *card, const struct command *command, int *place) {
    if (command->apdu.p2 & REFERENCE_RESERVED)
        return SW_WRONG_P1P2;
    *place = sim_pin_find(card, command->channel, command->apdu.p2);
    return *place < 0 ? SW_REFERENCE_NOT_FOUND : 0;
}

static void note(struct channel *channel, int place, bool verified) {
    const uint32_t bit = 1u << place;
    channel->pins = verified ? channel->pins | bit : channel->pins & ~bit;
}

/* A try with the PIN itself, noted in the channel. */
static uint16_t verify(struct sim_card *card, struct channel *channel, int place, const uint8_t *bytes,
                       uint32_t size) {
    const uint16_t sw = present(&card->pins[place].code, bytes, size);
    note(channel, place, sw == SW_OK);
    return sw;
}

/* P1 00 presents a value; FF forgets that one was (2013 edition, §11.5.6). */
uint16_t sim_verify(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    int place = -1;
    if (apdu->p1 && apdu->p1 != P1_FORGET)
        return SW_WRONG_P1P2;
    const uint16_t refusal = locate(card, command, &place);
    if (refusal)
        return refusal;
    if (apdu->p1 == P1_FORGET) {
        if (apdu->nc)
            return SW_NC_AGAINST_P1P2;
        note(command->channel, place, false);
        return SW_OK;
    }
    const struct pin *pin = &card->pins[place];
    if (!apdu->nc) { /* only asks */
        if (command->channel->pins & 1u << place)
            return SW_OK;
        return pin->code.tries ? (uint16_t)(SW_TRIES_LEFT | pin->code.tries) : (uint16_t)SW_BLOCKED;
    }
    if (apdu->nc > PIN_SIZE_MAX || (pin->padded && apdu->nc != pin->max))
        return SW_WRONG_LENGTH;
    return verify(card, command->channel, place, apdu->data, apdu->nc);
}

/* P1 00: the old value, then the new one; 01: the new one, the old one having been verified. */
uint16_t sim_change_reference(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    int place = -1;
    if (apdu->p1 > WITHOUT_CODE)
        return SW_WRONG_P1P2;
    const uint16_t refusal = locate(card, command, &place);
    if (refusal)
        return refusal;
    struct pin *pin = &card->pins[place];
    const uint32_t old = apdu->p1 == WITH_CODE ? pin->code.size : 0;
    if (apdu->nc <= old || !new_value_fits(pin, apdu->nc - old))
        return SW_WRONG_LENGTH;
    if (!old && !(command->channel->pins & 1u << place))
        return SW_SECURITY;
    const uint16_t sw = old ? verify(card, command->channel, place, apdu->data, old) : (uint16_t)SW_OK;
    if (sw == SW_OK)
        set_value(&pin->code, apdu->data + old, apdu->nc - old);
    return sw;
}

uint16_t sim_puk_change(struct pin *pin, const uint8_t *bytes, uint32_t size) {
    const uint32_t old = pin->puk.size;
    if (!old)
        return SW_REFERENCE_NOT_FOUND;
    if (size <= old || !new_value_fits(pin, size - old))
        return SW_WRONG_LENGTH;
    const uint16_t sw = present(&pin->puk, bytes, old);
    if (sw == SW_OK)
        set_value(&pin->puk, bytes + old, size - old);
    return sw;
}

/*
 * Who may: whoever presents the PUK, or, without one, whoever fulfils the PIN's condition. Returns 0 or the
 * SW.
 */
static uint16_t allow_reset(struct sim_card *card, const struct command *command, struct pin *pin,
                            bool by_puk) {
    if (!by_puk)
        return sim_access_granted(card, command->channel, &pin->reset) ? 0 : SW_SECURITY;
    const uint16_t sw = present(&pin->puk, command->apdu.data, pin->puk.size);
    return sw == SW_OK ? 0 : sw;
}

/*
 * The PUK and a new value (P1 00), the PUK (01), a new value (02), or nothing (03). A new value counts as
 * shown where the PUK came with it, and as not shown where somebody else has given it.
 */
uint16_t sim_reset_retry(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    int place = -1;
    if (apdu->p1 >= RESETS)
        return SW_WRONG_P1P2;
    uint16_t refusal = locate(card, command, &place);
    if (refusal)
        return refusal;
    struct pin *pin = &card->pins[place];
    const bool by_puk = apdu->p1 == RESET_CODE_AND_NEW || apdu->p1 == RESET_CODE;
    const bool renewed = apdu->p1 == RESET_CODE_AND_NEW || apdu->p1 == RESET_NEW;
    const uint32_t puk = by_puk ? pin->puk.size : 0;
    if (by_puk && !puk)
        return SW_REFERENCE_NOT_FOUND;
    if (apdu->nc < puk || (renewed ? !new_value_fits(pin, apdu->nc - puk) : apdu->nc != puk))
        return SW_WRONG_LENGTH;
    refusal = allow_reset(card, command, pin, by_puk);
    if (refusal)
        return refusal;
    pin->code.tries = pin->code.tries_max;
    if (renewed) {
        set_value(&pin->code, apdu->data + puk, apdu->nc - puk);
        note(command->channel, place, by_puk);
    }
    return SW_OK;
}

static uint16_t set_required(struct sim_card *card, struct command *command, bool required) {
    const struct apdu *apdu = &command->apdu;
    int place = -1;
    if (apdu->p1 > WITHOUT_CODE)
        return SW_WRONG_P1P2;
    const uint16_t refusal = locate(card, command, &place);
    if (refusal)
        return refusal;
    const struct pin *pin = &card->pins[place];
    const uint32_t bit = 1u << place;
    if (!pin->may_disable || required == !(card->pins_disabled & bit))
        return SW_CONDITIONS;
    if (apdu->p1 == WITHOUT_CODE) {
        if (!(command->channel->pins & bit))
            return SW_SECURITY;
    } else {
        if (!apdu->nc || apdu->nc > PIN_SIZE_MAX || (pin->padded && apdu->nc != pin->max))
            return SW_WRONG_LENGTH;
        const uint16_t sw = verify(card, command->channel, place, apdu->data, apdu->nc);
        if (sw != SW_OK)
            return sw;
    }
    card->pins_disabled = required ? card->pins_disabled & ~bit : card->pins_disabled | bit;
    return SW_OK;
}

uint16_t sim_disable_pin(struct sim_card *card, struct command *command) {
    return set_required(card, command, false);
}

uint16_t sim_enable_pin(struct sim_card *card, struct command *command) {
    return set_required(card, command, true);
}
