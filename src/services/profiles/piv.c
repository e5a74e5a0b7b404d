/*
 * PIV cards (NIST SP 800-73-4, part 1, table 3): the containers by their identifiers, which stand for the
 * objects of part 1, table 3, that GET DATA knows.
 */
#include "services/profile.h"

static const struct scardssp_profile_object objects[] = {
    {0xDB00, 0x5FC107}, /* card capability container */
    {0x3000, 0x5FC102}, /* card holder unique identifier */
    {0x0101, 0x5FC105}, /* certificate for PIV authentication */
    {0x6010, 0x5FC103}, /* fingerprints */
    {0x9000, 0x5FC106}, /* security object */
    {0x6030, 0x5FC108}, /* facial image */
    {0x0500, 0x5FC101}, /* certificate for card authentication */
    {0x0100, 0x5FC10A}, /* certificate for digital signature */
    {0x0102, 0x5FC10B}, /* certificate for key management */
    {0x3001, 0x5FC109}, /* printed information */
    {0x6050, 0x7E},     /* discovery object */
    {0x6060, 0x5FC10C}, /* key history */
    {0x1001, 0x5FC10D}, /* retired certificates for key management, 1 to 20 */
    {0x1002, 0x5FC10E}, {0x1003, 0x5FC10F}, {0x1004, 0x5FC110}, {0x1005, 0x5FC111},
    {0x1006, 0x5FC112}, {0x1007, 0x5FC113}, {0x1008, 0x5FC114}, {0x1009, 0x5FC115},
    {0x100A, 0x5FC116}, {0x100B, 0x5FC117}, {0x100C, 0x5FC118}, {0x100D, 0x5FC119},
    {0x100E, 0x5FC11A}, {0x100F, 0x5FC11B}, {0x1010, 0x5FC11C}, {0x1011, 0x5FC11D},
    {0x1012, 0x5FC11E}, {0x1013, 0x5FC11F}, {0x1014, 0x5FC120}, {0x1015, 0x5FC121}, /* iris images */
    {0x1016, 0x7F61},   /* biometric information templates */
    {0x1017, 0x5FC122}, /* certificate of the signer for secure messaging */
    {0x1018, 0x5FC123}, /* pairing code reference */
};

/* Part 1, 2.2: any version of the application. */
static const struct scardssp_profile_aid aids[] = {
    {.size = 9, .bytes = {0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00}}};

const struct scardssp_profile profile_piv = {
    .name = "piv",
    .flags = SCARDSSP_PROFILE_LISTED_OBJECTS | SCARDSSP_PROFILE_TEMPLATES, /* part 2, 3.1.2 and 3.2.4 */
    PROFILE_ROWS(aids, aid_count, aids),
    .get = 0xCB,
    .put = 0xDB,
    PROFILE_ROWS(objects, object_count, objects),
    .form = {.size = 8, .pad = 0xFF}, /* part 2, 2.4.3 */
};
