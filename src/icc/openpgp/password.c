/*
 * VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER of an OpenPGP card (§7.2.2 to §7.2.4). PW1 is one
 * value with two references, each with a security status of its own: an image has it twice, and what a
 * command does to one of them is done to the other. In the table of openpgp.c.
 */
#include <string.h>

#include "base/wipe.h"
#include "icc/commands.h"
#include "icc/openpgp/commands.h"

#define RESETTING_CODE_MIN 8u

/* PW1 under its other reference has the value and the tries that it has under this one. */
static void share(struct sim_card *card, const struct channel *channel, uint8_t reference) {
    const uint8_t other = reference == PASSWORD_SIGN ? PASSWORD_OTHER : PASSWORD_SIGN;
    const int from = sim_pin_find(card, channel, reference);
    const int to = reference == PASSWORD_ADMIN ? -1 : sim_pin_find(card, channel, other);
    if (from >= 0 && to >= 0)
        card->pins[to].code = card->pins[from].code;
}

uint16_t sim_openpgp_verify(struct sim_card *card, struct command *command) {
    const uint16_t sw = sim_verify(card, command);
    share(card, command->channel, command->apdu.p2);
    return sw;
}

/* With the old value alone: P1 01 is not known here. */
uint16_t sim_openpgp_change_reference(struct sim_card *card, struct command *command) {
    if (command->apdu.p1 || command->apdu.p2 == PASSWORD_OTHER)
        return SW_WRONG_P1P2;
    const uint16_t sw = sim_change_reference(card, command);
    share(card, command->channel, command->apdu.p2);
    return sw;
}

/* With the resetting code and a new value, or, after PW3, with a new value. */
uint16_t sim_openpgp_reset_retry(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    if ((apdu->p1 && apdu->p1 != 2) || apdu->p2 != PASSWORD_SIGN)
        return SW_WRONG_P1P2;
    const uint16_t sw = sim_reset_retry(card, command);
    share(card, command->channel, PASSWORD_SIGN);
    return sw;
}

uint16_t sim_openpgp_set_resetting_code(struct sim_card *card, struct channel *channel, const uint8_t *bytes,
                                        uint32_t size) {
    const int place = sim_pin_find(card, channel, PASSWORD_SIGN);
    struct secret code = {.tries = 3, .tries_max = 3, .size = (uint8_t)size};
    if (place < 0)
        return SW_REFERENCE_NOT_FOUND;
    if ((size && size < RESETTING_CODE_MIN) || size > sizeof code.value)
        return SW_WRONG_LENGTH;
    memset(code.value, 0xFF, sizeof code.value);
    if (size)
        memcpy(code.value, bytes, size);
    else
        code.tries = code.tries_max = 0;
    card->pins[place].puk = code;
    wipe(&code, sizeof code);
    return SW_OK;
}
