/* Names of instructions, for people. */
#include "apdu/iso7816.h"

#include <stddef.h>

static const char *even_name(unsigned ins) {
    switch (ins) {
    case ISO7816_INS_DEACTIVATE_FILE:
        return "DEACTIVATE FILE";
    case ISO7816_INS_ERASE_RECORD:
        return "ERASE RECORD";
    case ISO7816_INS_ERASE_BINARY:
        return "ERASE BINARY";
    case ISO7816_INS_VERIFY:
        return "VERIFY";
    case ISO7816_INS_MANAGE_SECURITY_ENVIRONMENT:
        return "MANAGE SECURITY ENVIRONMENT";
    case ISO7816_INS_CHANGE_REFERENCE_DATA:
        return "CHANGE REFERENCE DATA";
    case ISO7816_INS_DISABLE_VERIFICATION:
        return "DISABLE VERIFICATION REQUIREMENT";
    case ISO7816_INS_ENABLE_VERIFICATION:
        return "ENABLE VERIFICATION REQUIREMENT";
    case ISO7816_INS_PERFORM_SECURITY_OPERATION:
        return "PERFORM SECURITY OPERATION";
    case ISO7816_INS_RESET_RETRY_COUNTER:
        return "RESET RETRY COUNTER";
    case ISO7816_INS_ACTIVATE_FILE:
        return "ACTIVATE FILE";
    case ISO7816_INS_GENERATE_KEY_PAIR:
        return "GENERATE ASYMMETRIC KEY PAIR";
    case ISO7816_INS_MANAGE_CHANNEL:
        return "MANAGE CHANNEL";
    case ISO7816_INS_EXTERNAL_AUTHENTICATE:
        return "EXTERNAL AUTHENTICATE";
    case ISO7816_INS_GET_CHALLENGE:
        return "GET CHALLENGE";
    case ISO7816_INS_GENERAL_AUTHENTICATE:
        return "GENERAL AUTHENTICATE";
    case ISO7816_INS_INTERNAL_AUTHENTICATE:
        return "INTERNAL AUTHENTICATE";
    case ISO7816_INS_SEARCH_BINARY:
        return "SEARCH BINARY";
    case ISO7816_INS_SEARCH_RECORD:
        return "SEARCH RECORD";
    case ISO7816_INS_SELECT:
        return "SELECT";
    case ISO7816_INS_READ_BINARY:
        return "READ BINARY";
    case ISO7816_INS_READ_RECORD:
        return "READ RECORD";
    case ISO7816_INS_GET_RESPONSE:
        return "GET RESPONSE";
    case ISO7816_INS_ENVELOPE:
        return "ENVELOPE";
    case ISO7816_INS_GET_DATA:
        return "GET DATA";
    case ISO7816_INS_WRITE_BINARY:
        return "WRITE BINARY";
    case ISO7816_INS_WRITE_RECORD:
        return "WRITE RECORD";
    case ISO7816_INS_UPDATE_BINARY:
        return "UPDATE BINARY";
    case ISO7816_INS_PUT_DATA:
        return "PUT DATA";
    case ISO7816_INS_UPDATE_RECORD:
        return "UPDATE RECORD";
    case ISO7816_INS_CREATE_FILE:
        return "CREATE FILE";
    case ISO7816_INS_APPEND_RECORD:
        return "APPEND RECORD";
    case ISO7816_INS_DELETE_FILE:
        return "DELETE FILE";
    case ISO7816_INS_TERMINATE_DF:
        return "TERMINATE DF";
    case ISO7816_INS_TERMINATE_EF:
        return "TERMINATE EF";
    case ISO7816_INS_TERMINATE_CARD:
        return "TERMINATE CARD USAGE";
    default:
        return NULL;
    }
}

/* The odd instructions that §5.4.2 table 4 lists; other odd numbers name nothing. */
static bool odd_is_defined(uint8_t ins) {
    static const uint8_t defined[] = {0x0F, 0x21, 0x25, 0x2B, 0x47, 0x87, 0xA1, 0xB1,
                                      0xB3, 0xC3, 0xCB, 0xD1, 0xD7, 0xDB, 0xDD};
    for (size_t i = 0; i < sizeof defined; ++i)
        if (defined[i] == ins)
            return true;
    return false;
}

const char *iso7816_ins_name(uint8_t ins) {
    if ((ins & 1) != 0 && !odd_is_defined(ins))
        return NULL;
    return even_name(ins & 0xFEu);
}
