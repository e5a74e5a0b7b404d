/* The commands of a UICC (ETSI TS 102 221, 3GPP TS 31.102), as far as they are not ISO/IEC 7816-4's. */
#include "apdu/iso7816.h"
#include "icc/uicc/commands.h"

/* §11.2.1, §11.1.19: the terminal tells what it can do. This card would not do anything with it. */
static uint16_t take_note(struct sim_card *card, struct command *command) {
    (void)card;
    if (command->apdu.p1 || command->apdu.p2)
        return SW_WRONG_P1P2;
    return command->apdu.nc ? SW_OK : SW_WRONG_LENGTH;
}

static const struct command_row rows[] = {
    {UICC_INS_TERMINAL_PROFILE, take_note},
    {UICC_INS_TERMINAL_CAPABILITY, take_note},
    {UICC_INS_STATUS, sim_uicc_status},
    {ISO7816_INS_SELECT, sim_uicc_select},
    {ISO7816_INS_INTERNAL_AUTHENTICATE, sim_usim_authenticate},
    /* What TS 102 221 does not have. */
    {ISO7816_INS_EXTERNAL_AUTHENTICATE, NULL},
    {ISO7816_INS_READ_BINARY | ISO7816_INS_ODD, NULL},
    {ISO7816_INS_WRITE_BINARY, NULL},
    {ISO7816_INS_WRITE_BINARY | ISO7816_INS_ODD, NULL},
    {ISO7816_INS_UPDATE_BINARY | ISO7816_INS_ODD, NULL},
    {ISO7816_INS_WRITE_RECORD, NULL},
    {ISO7816_INS_ERASE_BINARY, NULL},
    {ISO7816_INS_ERASE_BINARY | ISO7816_INS_ODD, NULL},
    {ISO7816_INS_APPEND_RECORD, NULL},
    {ISO7816_INS_GET_DATA, NULL},
    {ISO7816_INS_PUT_DATA, NULL},
};

const struct command_set sim_uicc_commands = {rows, sizeof rows / sizeof *rows};
