/*
 * The SIM image tells the truth about itself: each service that EF_SST calls active has its files, the files
 * that a SIM must have are there, and each has the structure, size and access conditions of TS 51.011 §10.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "icc/card_script.h"

#define MASTER 0x3F00
#define TELECOM 0x7F10
#define GSM 0x7F20
#define MANDATORY 0 /* instead of the number of a service */

enum { TRANSPARENT = 0, LINEAR = 1, CYCLIC = 3 };        /* §9.2.1, byte 14 */
enum { ALW = 0, CHV1 = 1, CHV2 = 2, ADM = 4, NEV = 15 }; /* §9.3 */
enum { ADM_OR_NEVER = 0x100, CHV_1_OR_2 = 0x101 };

/*
 * §10.3.7: what a service brings along; §10.1 to §10.5: structure, least size of file or record, steps, READ
 * and UPDATE.
 */
static const struct row {
    unsigned service;
    uint16_t df, id;
    uint8_t structure;
    uint8_t least, step; /* size is `least` and any number of `step` more; 0: just `least` */
    int read, update;
} rows[] = {
    {MANDATORY, MASTER, 0x2FE2, TRANSPARENT, 10, 0, ALW, NEV},
    {MANDATORY, GSM, 0x6F05, TRANSPARENT, 1, 1, ALW, CHV1},
    {MANDATORY, GSM, 0x6F07, TRANSPARENT, 9, 0, CHV1, ADM_OR_NEVER},
    {MANDATORY, GSM, 0x6F20, TRANSPARENT, 9, 0, CHV1, CHV1},
    {MANDATORY, GSM, 0x6F31, TRANSPARENT, 1, 0, CHV1, ADM_OR_NEVER},
    {MANDATORY, GSM, 0x6F38, TRANSPARENT, 2, 1, CHV1, ADM_OR_NEVER},
    {MANDATORY, GSM, 0x6F74, TRANSPARENT, 16, 0, CHV1, CHV1},
    {MANDATORY, GSM, 0x6F78, TRANSPARENT, 2, 0, CHV1, ADM_OR_NEVER},
    {MANDATORY, GSM, 0x6F7B, TRANSPARENT, 12, 0, CHV1, CHV1},
    {MANDATORY, GSM, 0x6F7E, TRANSPARENT, 11, 0, CHV1, CHV1},
    {MANDATORY, GSM, 0x6FAD, TRANSPARENT, 3, 1, ALW, ADM_OR_NEVER},
    {MANDATORY, GSM, 0x6FAE, TRANSPARENT, 1, 0, ALW, ADM_OR_NEVER},
    {2, TELECOM, 0x6F3A, LINEAR, 14, 1, CHV1, CHV1},
    {3, TELECOM, 0x6F3B, LINEAR, 14, 1, CHV1, CHV2},
    {4, TELECOM, 0x6F3C, LINEAR, 176, 0, CHV1, CHV1},
    {4, TELECOM, 0x6F43, TRANSPARENT, 2, 1, CHV1, CHV1},
    {5, GSM, 0x6F39, CYCLIC, 3, 0, CHV1, CHV_1_OR_2},
    {5, GSM, 0x6F37, TRANSPARENT, 3, 0, CHV1, CHV_1_OR_2},
    {5, GSM, 0x6F41, TRANSPARENT, 5, 0, CHV1, CHV_1_OR_2},
    {6, TELECOM, 0x6F3D, LINEAR, 14, 0, CHV1, CHV1},
    {7, GSM, 0x6F30, TRANSPARENT, 24, 3, CHV1, CHV1},
    {9, TELECOM, 0x6F40, LINEAR, 14, 1, CHV1, CHV1},
    {10, TELECOM, 0x6F4A, LINEAR, 13, 0, CHV1, CHV1},
    {11, TELECOM, 0x6F4B, LINEAR, 13, 0, CHV1, CHV2},
    {12, TELECOM, 0x6F42, LINEAR, 28, 1, CHV1, CHV1},
    {13, TELECOM, 0x6F44, CYCLIC, 14, 1, CHV1, CHV1},
    {14, GSM, 0x6F45, TRANSPARENT, 2, 2, CHV1, CHV1},
    {15, GSM, 0x6F3E, TRANSPARENT, 1, 1, CHV1, ADM_OR_NEVER},
    {16, GSM, 0x6F3F, TRANSPARENT, 1, 1, CHV1, ADM_OR_NEVER},
    {17, GSM, 0x6F46, TRANSPARENT, 17, 0, ALW, ADM_OR_NEVER},
    {18, TELECOM, 0x6F49, LINEAR, 14, 1, CHV1, ADM_OR_NEVER},
    {19, TELECOM, 0x6F4C, LINEAR, 13, 0, CHV1, ADM_OR_NEVER},
};
#define ROWS (sizeof rows / sizeof rows[0])
#define SERVICES_KNOWN 19u

static const uint8_t *ask(struct sim_card *card, uint8_t ins, uint8_t p1, uint8_t p2, uint8_t p3,
                          const uint8_t *data, size_t *size) {
    const uint8_t *answer;
    uint8_t tpdu[5 + 255] = {0xA0, ins, p1, p2, p3};
    if (data)
        memcpy(tpdu + 5, data, p3);
    *size = script_exchange(card, SIM_T0, tpdu, data ? 5u + p3 : 5u, &answer);
    assert_true(*size >= 2);
    return answer;
}

static uint16_t status(const uint8_t *answer, size_t size) {
    return (uint16_t)(answer[size - 2] << 8 | answer[size - 1]);
}

/* SELECT and GET RESPONSE; false: there is no such file. */
static bool select_file(struct sim_card *card, uint16_t id, uint8_t out[23]) {
    const uint8_t data[] = {(uint8_t)(id >> 8), (uint8_t)id};
    size_t size;
    const uint8_t *answer = ask(card, 0xA4, 0, 0, 2, data, &size);
    if (status(answer, size) == 0x9404)
        return false;
    assert_int_equal(answer[0], 0x9F);
    const uint8_t waiting = answer[1];
    assert_int_in_range(waiting, 15, 23);
    answer = ask(card, 0xC0, 0, 0, waiting, NULL, &size);
    assert_int_equal(status(answer, size), 0x9000);
    memcpy(out, answer, waiting);
    return true;
}

static bool select_in(struct sim_card *card, uint16_t df, uint16_t id, uint8_t out[23]) {
    assert_true(select_file(card, MASTER, out));
    if (df != MASTER)
        assert_true(select_file(card, df, out));
    return select_file(card, id, out);
}

static void show_chv1(struct sim_card *card) {
    size_t size;
    const uint8_t *answer = ask(card, 0x20, 0, 1, 8, (const uint8_t *)"0000\xFF\xFF\xFF\xFF", &size);
    assert_int_equal(status(answer, size), 0x9000);
}

/* Two bits for each service, four services a byte: allocated, activated. */
static bool is_active(const uint8_t *sst, size_t size, unsigned service) {
    const unsigned place = (service - 1) * 2;
    assert_true(place / 8 < size);
    const unsigned bits = sst[place / 8] >> place % 8 & 3;
    assert_true(bits != 2); /* activated, but not allocated */
    return bits == 3;
}

static size_t read_sst(struct sim_card *card, uint8_t sst[32]) {
    uint8_t response[23];
    size_t size;
    assert_true(select_in(card, GSM, 0x6F38, response));
    const uint8_t *answer = ask(card, 0xB0, 0, 0, response[3], NULL, &size);
    assert_int_equal(status(answer, size), 0x9000);
    assert_int_in_range(size - 2, 2, 32);
    memcpy(sst, answer, size - 2);
    return size - 2;
}

static bool condition_fits(int expected, int nibble) {
    return expected == ADM_OR_NEVER ? nibble >= ADM
           : expected == CHV_1_OR_2 ? nibble == CHV1 || nibble == CHV2
                                    : nibble == expected;
}

static void check(struct sim_card *card, const struct row *row) {
    uint8_t response[23];
    size_t got;
    if (!select_in(card, row->df, row->id, response))
        fail_msg("%04X of service %u is not there", row->id, row->service);
    const unsigned whole = response[2] * 256u + response[3];
    const unsigned size = row->structure == TRANSPARENT ? whole : response[14];
    if (response[6] != 4 || response[13] != row->structure)
        fail_msg("%04X: type %02X, structure %02X", row->id, response[6], response[13]);
    if (size < row->least || (row->step ? (size - row->least) % row->step : size != row->least))
        fail_msg("%04X: %u bytes", row->id, size);
    if (!condition_fits(row->read, response[8] >> 4) || !condition_fits(row->update, response[8] & 15))
        fail_msg("%04X: read and update %02X", row->id, response[8]);
    /* INCREASE is told of where its condition lets somebody do it (§9.2.1, byte 8). */
    assert_int_equal(response[7], row->structure == CYCLIC && response[9] >> 4 != NEV ? 0x40 : 0);
    assert_int_equal(whole % size, 0);
    const uint8_t *answer = row->structure == TRANSPARENT ? ask(card, 0xB0, 0, 0, (uint8_t)size, NULL, &got)
                                                          : ask(card, 0xB2, 1, 4, (uint8_t)size, NULL, &got);
    if (status(answer, got) != 0x9000 || got != size + 2)
        fail_msg("%04X cannot be read: %04X", row->id, status(answer, got));
}

static void test_gsm__active_services_have_their_files(void **state) {
    (void)state;
    struct sim_card *card = script_card("gsm");
    uint8_t sst[32], response[23];
    show_chv1(card);
    const size_t size = read_sst(card, sst);
    for (unsigned service = SERVICES_KNOWN + 1; service <= size * 4; service++)
        if (is_active(sst, size, service))
            fail_msg("service %u is active; the table here ends before it", service);
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].service == MANDATORY || is_active(sst, size, rows[i].service))
            check(card, &rows[i]);
        else if (select_in(card, rows[i].df, rows[i].id, response))
            fail_msg("%04X is there, its service %u is not", rows[i].id, rows[i].service);
    }
    sim_card_destroy(card);
}

/*
 * Each service of the table that the image has is one that a program may ask for: those below are what it
 * always had.
 */
static void test_gsm__services(void **state) {
    (void)state;
    struct sim_card *card = script_card("gsm");
    uint8_t sst[32];
    show_chv1(card);
    const size_t size = read_sst(card, sst);
    for (unsigned service = 1; service <= SERVICES_KNOWN; service++)
        assert_int_equal(is_active(sst, size, service), service != 8);
    sim_card_destroy(card);
}

/* Names with a number: alpha identifier, length and TON of a BCD number, capability, extension (§10.5.1). */
static void test_gsm__dialling_numbers(void **state) {
    (void)state;
    static const uint16_t ids[] = {0x6F3A, 0x6F3B, 0x6F40, 0x6F49, 0x6F44};
    struct sim_card *card = script_card("gsm");
    show_chv1(card);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        uint8_t response[23];
        assert_true(select_in(card, TELECOM, ids[i], response));
        const uint8_t size = response[14];
        for (unsigned number = 1; number * size <= response[2] * 256u + response[3]; number++) {
            size_t got;
            const uint8_t *record = ask(card, 0xB2, (uint8_t)number, 4, size, NULL, &got);
            assert_int_equal(got, size + 2u);
            const uint8_t *bcd = record + size - 14;
            if (record[0] == 0xFF) {
                assert_int_equal(bcd[0], 0xFF);
                continue;
            }
            assert_int_in_range(bcd[0], 2, 11);
            assert_true(bcd[1] == 0x81 || bcd[1] == 0x91);
            assert_true(bcd[bcd[0]] != 0xFF && bcd[bcd[0] + 1] == 0xFF);
        }
    }
    sim_card_destroy(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gsm__active_services_have_their_files),
        cmocka_unit_test(test_gsm__services),
        cmocka_unit_test(test_gsm__dialling_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
