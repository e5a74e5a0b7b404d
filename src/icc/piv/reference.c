/*
 * VERIFY, CHANGE REFERENCE DATA and RESET RETRY COUNTER of a PIV card (SP 800-73-4, part 2, §3.2): values of
 * 6 to 8 digits, FF behind them up to 8; the PUK has reference 81. In the table of piv.c.
 */
#include "icc/commands.h"
#include "icc/piv/commands.h"

#define PIN 0x80
#define PUK 0x81
#define VALUE_SIZE 8u
#define DIGITS_MIN 6u

/* Digits, as many as a value must have, and then FF. */
static bool is_value(const uint8_t *bytes) {
    unsigned digits = 0;
    while (digits < VALUE_SIZE && bytes[digits] >= '0' && bytes[digits] <= '9')
        digits++;
    for (unsigned i = digits; i < VALUE_SIZE; i++)
        if (bytes[i] != 0xFF)
            return false;
    return digits >= DIGITS_MIN;
}

/* Whether the data are an old value and a new one, which a card must look at before it uses up a try. */
static uint16_t check_new(const struct apdu *apdu) {
    if (apdu->p1)
        return SW_WRONG_P1P2;
    if (apdu->nc != 2 * VALUE_SIZE)
        return SW_WRONG_LENGTH;
    return is_value(apdu->data + VALUE_SIZE) ? SW_OK : SW_WRONG_DATA;
}

uint16_t sim_piv_verify(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    if (apdu->nc == VALUE_SIZE && !apdu->p1 && !is_value(apdu->data))
        return SW_WRONG_DATA;
    const uint16_t sw = sim_verify(card, command);
    if (apdu->nc || sw != SW_OK)
        command->channel->pin_fresh = sw == SW_OK;
    return sw;
}

uint16_t sim_piv_change_reference(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    const uint16_t sw = check_new(apdu);
    if (sw != SW_OK)
        return sw;
    if (apdu->p2 != PUK)
        return sim_change_reference(card, command);
    const int place = sim_pin_find(card, command->channel, PIN);
    return place < 0 ? SW_REFERENCE_NOT_FOUND : sim_puk_change(&card->pins[place], apdu->data, apdu->nc);
}

uint16_t sim_piv_reset_retry(struct sim_card *card, struct command *command) {
    const uint16_t sw = check_new(&command->apdu);
    return sw == SW_OK ? sim_reset_retry(card, command) : sw;
}
