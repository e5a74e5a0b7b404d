/* The commands of an OpenPGP card (§7.1), as far as they are not ISO/IEC 7816-4's. */
#include "apdu/iso7816.h"
#include "icc/openpgp/commands.h"

static const struct command_row rows[] = {
    {ISO7816_INS_VERIFY, sim_openpgp_verify},
    {ISO7816_INS_CHANGE_REFERENCE_DATA, sim_openpgp_change_reference},
    {ISO7816_INS_RESET_RETRY_COUNTER, sim_openpgp_reset_retry},
    {ISO7816_INS_PERFORM_SECURITY_OPERATION, sim_openpgp_perform},
    {ISO7816_INS_INTERNAL_AUTHENTICATE, sim_openpgp_authenticate},
    {ISO7816_INS_GENERATE_KEY_PAIR | ISO7816_INS_ODD, sim_openpgp_public_key},
    {ISO7816_INS_GET_DATA, sim_openpgp_get_data},
    {ISO7816_INS_PUT_DATA, sim_openpgp_put_data},
    {OPENPGP_INS_SELECT_DATA, sim_openpgp_select_data},
    /* What an OpenPGP card does not have: it has no files. */
    {ISO7816_INS_EXTERNAL_AUTHENTICATE, NULL},
    {ISO7816_INS_DISABLE_VERIFICATION, NULL},
    {ISO7816_INS_ENABLE_VERIFICATION, NULL},
    {ISO7816_INS_READ_BINARY, NULL},
    {ISO7816_INS_UPDATE_BINARY, NULL},
    {ISO7816_INS_READ_RECORD, NULL},
    {ISO7816_INS_UPDATE_RECORD, NULL},
    {ISO7816_INS_CREATE_FILE, NULL},
    {ISO7816_INS_DELETE_FILE, NULL},
};

const struct command_set sim_openpgp_commands = {rows, sizeof rows / sizeof *rows};
