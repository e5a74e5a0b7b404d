/*
 * OpenPGP cards (Functional Specification of the OpenPGP application 3.4, 4.4): objects under their own tags.
 */
#include "services/profile.h"

static const struct scardssp_profile_object objects[] = {
    {0x004F, 0x4F},   /* application identifier */
    {0x005B, 0x5B},   /* name */
    {0x005E, 0x5E},   /* login data */
    {0x0065, 0x65},   /* card holder */
    {0x006E, 0x6E},   /* application */
    {0x007A, 0x7A},   /* security support: the count of signatures */
    {0x00C4, 0xC4},   /* status of the passwords */
    {0x0101, 0x0101}, /* for private use, 1 to 4 */
    {0x0102, 0x0102}, {0x0103, 0x0103}, {0x0104, 0x0104}, {0x5F2D, 0x5F2D}, /* language */
    {0x5F35, 0x5F35},                                                       /* sex */
    {0x5F50, 0x5F50},                                                       /* address of the public key */
    {0x5F52, 0x5F52},                                                       /* historical bytes */
    {0x7F21, 0x7F21},                                                       /* certificate */
    {0x7F66, 0x7F66},                                                       /* extended lengths */
    {0x7F74, 0x7F74},                                                       /* features */
};

/* 4.2.1: of any version, manufacturer and number. */
static const struct scardssp_profile_aid aids[] = {
    {.size = 6, .bytes = {0xD2, 0x76, 0x00, 0x01, 0x24, 0x01}}};

const struct scardssp_profile profile_openpgp = {
    .name = "openpgp",
    PROFILE_ROWS(aids, aid_count, aids),
    .get = 0xCA,
    .put = 0xDA,
    PROFILE_ROWS(objects, object_count, objects),
};
