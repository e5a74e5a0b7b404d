/*
 * The instructions of ISO/IEC 7816-4 by number and name. Used by the exchange engine, the command builders,
 * the simulated card and the tracer.
 */
#ifndef SCARDSSP_APDU_ISO7816_H
#define SCARDSSP_APDU_ISO7816_H

#include <stdbool.h>
#include <stdint.h>

/* ISO/IEC 7816-4 §5.4.2, table 4; 7816-8 and -9 for the ones said so. */
#define ISO7816_INS_DEACTIVATE_FILE 0x04 /* 7816-9 */
#define ISO7816_INS_ERASE_RECORD 0x0C
#define ISO7816_INS_ERASE_BINARY 0x0E
#define ISO7816_INS_VERIFY 0x20
#define ISO7816_INS_MANAGE_SECURITY_ENVIRONMENT 0x22
#define ISO7816_INS_CHANGE_REFERENCE_DATA 0x24
#define ISO7816_INS_DISABLE_VERIFICATION 0x26
#define ISO7816_INS_ENABLE_VERIFICATION 0x28
#define ISO7816_INS_PERFORM_SECURITY_OPERATION 0x2A /* 7816-8 */
#define ISO7816_INS_RESET_RETRY_COUNTER 0x2C
#define ISO7816_INS_ACTIVATE_FILE 0x44     /* 7816-9 */
#define ISO7816_INS_GENERATE_KEY_PAIR 0x46 /* 7816-8 */
#define ISO7816_INS_MANAGE_CHANNEL 0x70
#define ISO7816_INS_EXTERNAL_AUTHENTICATE 0x82
#define ISO7816_INS_GET_CHALLENGE 0x84
#define ISO7816_INS_GENERAL_AUTHENTICATE 0x86
#define ISO7816_INS_INTERNAL_AUTHENTICATE 0x88
#define ISO7816_INS_SEARCH_BINARY 0xA0
#define ISO7816_INS_SEARCH_RECORD 0xA2
#define ISO7816_INS_SELECT 0xA4
#define ISO7816_INS_READ_BINARY 0xB0
#define ISO7816_INS_READ_RECORD 0xB2
#define ISO7816_INS_GET_RESPONSE 0xC0
#define ISO7816_INS_ENVELOPE 0xC2
#define ISO7816_INS_GET_DATA 0xCA
#define ISO7816_INS_WRITE_BINARY 0xD0
#define ISO7816_INS_WRITE_RECORD 0xD2
#define ISO7816_INS_UPDATE_BINARY 0xD6
#define ISO7816_INS_PUT_DATA 0xDA
#define ISO7816_INS_UPDATE_RECORD 0xDC
#define ISO7816_INS_CREATE_FILE 0xE0 /* 7816-9 */
#define ISO7816_INS_APPEND_RECORD 0xE2
#define ISO7816_INS_DELETE_FILE 0xE4    /* 7816-9 */
#define ISO7816_INS_TERMINATE_DF 0xE6   /* 7816-9 */
#define ISO7816_INS_TERMINATE_EF 0xE8   /* 7816-9 */
#define ISO7816_INS_TERMINATE_CARD 0xFE /* 7816-9 */

/*
 * The command's name as the standard writes it ("READ BINARY"); odd instructions with BER-TLV data (B1, ...)
 * have the name of their even sibling. NULL for a number the standard does not name. Static text.
 */
const char *iso7816_ins_name(uint8_t ins);

#endif
