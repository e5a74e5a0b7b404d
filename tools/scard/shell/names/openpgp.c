/* Names of the objects of an OpenPGP card: functional specification 3.4, 4.4.1. */
#include "shell/names.h"

static const struct file_name files[] = {
    {NAMES_TOP, 0x004F, "AID", "name of the application, with the serial number", NAMES_BYTES},
    {NAMES_TOP, 0x005B, "NAME", "the card holder's name", NAMES_TEXT},
    {NAMES_TOP, 0x005E, "LOGIN", "login data", NAMES_TEXT},
    {NAMES_TOP, 0x0065, "CARDHOLDER", "about the card holder", NAMES_OBJECTS},
    {NAMES_TOP, 0x006E, "APPLICATION", "about the application and its keys", NAMES_OBJECTS},
    {NAMES_TOP, 0x007A, "SIGNATURES", "count of signatures", NAMES_OBJECTS},
    {NAMES_TOP, 0x00C4, "PW-STATUS", "state of the passwords", NAMES_BYTES},
    {NAMES_TOP, 0x0101, "PRIVATE-1", "for private use", NAMES_BYTES},
    {NAMES_TOP, 0x0102, "PRIVATE-2", "for private use", NAMES_BYTES},
    {NAMES_TOP, 0x0103, "PRIVATE-3", "for private use", NAMES_BYTES},
    {NAMES_TOP, 0x0104, "PRIVATE-4", "for private use", NAMES_BYTES},
    {NAMES_TOP, 0x5F2D, "LANGUAGE", "languages of the card holder", NAMES_TEXT},
    {NAMES_TOP, 0x5F35, "SEX", "sex of the card holder", NAMES_BYTES},
    {NAMES_TOP, 0x5F50, "URL", "address of the public key", NAMES_TEXT},
    {NAMES_TOP, 0x5F52, "HISTORICAL", "historical bytes", NAMES_BYTES},
    {NAMES_TOP, 0x7F21, "CERTIFICATE", "the card holder's certificate", NAMES_BYTES},
    {NAMES_TOP, 0x7F66, "LENGTHS", "extended lengths", NAMES_OBJECTS},
    {NAMES_TOP, 0x7F74, "FEATURES", "features", NAMES_OBJECTS},
};

const struct application names_openpgp = {.name = "OpenPGP",
                                          .meaning = "keys of OpenPGP (functional specification 3.4)",
                                          .aid = {0xD2, 0x76, 0x00, 0x01, 0x24, 0x01},
                                          .aid_size = 6,
                                          .pin = 0x81,
                                          .files = files,
                                          .count = sizeof files / sizeof files[0]};
