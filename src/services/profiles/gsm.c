/*
 * SIMs of GSM (3GPP TS 51.011, GSM 11.11): class A0, one identifier a SELECT, answers that are no data
 * objects, status words of their own.
 */
#include "services/profile.h"

/* TS 51.011 9.4, as ISO/IEC 7816-4 has it. */
static const struct scardssp_profile_word words[] = {
    {0x9F00, 0xFF00, 0x9000}, /* done, an answer waits */
    {0x9200, 0xFFF0, 0x9000}, /* done, after some tries */
    {0x9240, 0xFFFF, 0x6581}, /* memory problem */
    {0x9400, 0xFFFF, 0x6986}, /* no EF selected */
    {0x9402, 0xFFFF, 0x6B00}, /* out of range */
    {0x9404, 0xFFFF, 0x6A82}, /* file not found */
    {0x9408, 0xFFFF, 0x6981}, /* the file is not what the command is for */
    {0x9802, 0xFFFF, 0x6985}, /* no CHV initialised */
    {0x9804, 0xFFFF, 0x6982}, /* access condition not fulfilled */
    {0x9808, 0xFFFF, 0x6985}, /* against the CHV's status */
    {0x9810, 0xFFFF, 0x6985}, /* against the invalidation status */
    {0x9840, 0xFFFF, 0x6983}, /* CHV blocked */
    {0x6700, 0xFF00, 0x6700}, /* P3; the right one may be in SW2 */
    {0x6B00, 0xFF00, 0x6B00}, /* P1 or P2 */
    {0x6D00, 0xFF00, 0x6D00}, /* instruction */
    {0x6E00, 0xFF00, 0x6E00}, /* class */
};

/*
 * The same of CHVs: a wrong one is told by the words that elsewhere say that one has to be shown. There are
 * two; another number is a wrong P2.
 */
static const struct scardssp_profile_word code_words[] = {
    {0x9804, 0xFFFF, 0x6300}, {0x9802, 0xFFFF, 0x6A88}, {0x6B00, 0xFF00, 0x6A88}};

/* TS 51.011 10.7: the directories, and the files in them up to Phase 2+. */
static const struct scardssp_profile_range ranges[] = {
    {0x2F05, 0x2F05}, {0x2FE2, 0x2FE2}, {0x7F10, 0x7F10}, {0x7F20, 0x7F22},
    {0x5F30, 0x5F3C}, {0x6F05, 0x6F07}, {0x6F20, 0x6F20}, {0x6F2C, 0x6F2C},
    {0x6F30, 0x6F54}, {0x6F58, 0x6F58}, {0x6F60, 0x6F62}, {0x6F74, 0x6F74},
    {0x6F78, 0x6F7E}, {0x6FAD, 0x6FAE}, {0x6FB1, 0x6FB7}, {0x6FC5, 0x6FCF}};

/* The class of all other cards is refused. */
static const struct scardssp_profile_sign signs[] = {{.sw = 0x6E00}};

const struct scardssp_profile profile_gsm = {
    .name = "sim",
    .flags =
        SCARDSSP_PROFILE_PLAIN_SELECT | SCARDSSP_PROFILE_EXACT_RECORDS | SCARDSSP_PROFILE_CYCLIC_PREVIOUS,
    PROFILE_ROWS(signs, sign_count, signs),
    .cla = 0xA0,
    PROFILE_ROWS(words, word_count, words),
    PROFILE_ROWS(code_words, code_word_count, code_words),
    PROFILE_ROWS(ranges, range_count, ranges),
    .form = {.size = 8, .pad = 0xFF}, /* 9.3 */
};
