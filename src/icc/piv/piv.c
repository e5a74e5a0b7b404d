/* The commands of a PIV card (NIST SP 800-73-4, part 2, table 2), as far as they are not ISO/IEC 7816-4's. */
#include "apdu/iso7816.h"
#include "icc/piv/commands.h"

#define ODD 0x01 /* of the instruction: the data field is BER-TLV */

static const struct command_row rows[] = {
    {ISO7816_INS_VERIFY, sim_piv_verify},
    {ISO7816_INS_CHANGE_REFERENCE_DATA, sim_piv_change_reference},
    {ISO7816_INS_RESET_RETRY_COUNTER, sim_piv_reset_retry},
    {ISO7816_INS_GENERAL_AUTHENTICATE | ODD, sim_piv_authenticate},
    {ISO7816_INS_GET_DATA | ODD, sim_piv_get_data},
    {ISO7816_INS_PUT_DATA | ODD, sim_piv_put_data},
    /* What a PIV card does not have: its challenges come with GENERAL AUTHENTICATE. */
    {ISO7816_INS_GET_DATA, NULL},
    {ISO7816_INS_PUT_DATA, NULL},
    {ISO7816_INS_GET_CHALLENGE, NULL},
    {ISO7816_INS_INTERNAL_AUTHENTICATE, NULL},
    {ISO7816_INS_EXTERNAL_AUTHENTICATE, NULL},
    {ISO7816_INS_DISABLE_VERIFICATION, NULL},
    {ISO7816_INS_ENABLE_VERIFICATION, NULL},
};

const struct command_set sim_piv_commands = {rows, sizeof rows / sizeof *rows};
