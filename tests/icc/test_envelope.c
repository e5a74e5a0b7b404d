/* T=0 with its TPDUs, GET RESPONSE, ENVELOPE and command chaining. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "apdu/apdu.h"
#include "apdu/exchange.h"
#include "icc/card_script.h"

static const struct step t0_answer_waits[] = {
    {"00A40000 02 2001", "611D"},
    {"00C00000 1D",
     "6F 1B 82 01 38 83 02 20 01 84 04 A0 00 00 01 8A 01 05 8C 04 07 10 10 FF 50 03 4F 6E 65 9000"},
    {"00C00000 1D", "6985"},
    {"00A40000 02 2001", "611D"},
    {"00C00000 00", "6C1D"},
    {"00C00000 20", "6C1D"},
    {"00C00000 05", "6F1B820138 6118"},
    {"00C00000 18", "83 02 20 01 84 04 A0 00 00 01 8A 01 05 8C 04 07 10 10 FF 50 03 4F 6E 65 9000"},
    {"00A40000 02 2001", "611D"},
    {"00200001 00", "63C3"}, /* any other command drops the answer */
    {"00C00000 1D", "6985"},
    {"00A40000 02 2001", "611D"},
    {"00C00100 1D", "6A86"},
    {"80C00000 1D", "...50034F6E65 9000"}, /* whatever the class */
    {"00A4000C 02 3F00", "9000"},
    {"00A40204 02 1007", "611A"},
    {"00C00000 1A", "62 18 80 02 00 01 82 02 01 41 83 02 10 07 88 01 38 8A 01 04 8C 04 07 FF 00 00 "
                    "6283"}, /* the warning comes last */
};
SCRIPT(test_envelope__t0_answer_waits, "small", SIM_T0, t0_answer_waits)

static const struct step t0_wrong_le[] = {
    {"00B08100 00", "6C10"},          {"00B08100 10", "000102030405060708090A0B0C0D0E0F 9000"},
    {"00B08100 11", "6C10"},          {"00B08108 09", "6C08"},
    {"00B08100 02", "0001 9000"},     {"00CA0101 00", "6C03"},
    {"00CA0101 02", "AABB 6101"},     {"00C00000 01", "CC 9000"},
    {"00A4020C 02 1002", "9000"},     {"00B20002 00", "6C04"},
    {"00B20002 04", "01111111 9000"}, /* the command that failed did not move the pointer */
    {"00B20002 04", "02222222 9000"}, {"00B20001 05", "6C04"},
    {"00B20004 04", "02222222 9000"}, {"00700000 00", "6C01"},
    {"00700000 01", "01 9000"}, /* nor was a channel opened */
    {"00840000 00", "...9000"},       {"00840000 08", "???????????????? 9000"},
};
SCRIPT(test_envelope__t0_wrong_le, "small", SIM_T0, t0_wrong_le)

static const struct step t0_lengths[] = {
    {"00A4000C 02 3F00 00", "9000"}, /* a reader may leave the Le of a case 4 APDU where it is */
    {"00A4000C 02 3F00 00 00", "6700"},
    {"00A4000C 03 3F00", "6700"},
    {"00A4000C 00 3F00", "6700"},
    {"00A4000C", "9000"},
    {"00A40000 00", "611B"}, /* P3 is an Lc of 00 here */
    {"00C00000 1B", "6F 19 82 01 38 83 02 3F 00 84 03 A0 00 00 8A 01 05 8C 04 07 00 00 FF 50 02 4D 46 9000"},
    {"00A4", "6700"},
    {"00", "6700"},
    {"00200001 00", "63C3"},
    {"00200001", "63C3"},
    {"00D68100 00", "6700"},
    {"00B08100 01 AA", "6700"},
};
SCRIPT(test_envelope__t0_lengths, "small", SIM_T0, t0_lengths)

static const struct step t0_long_answer[] = {
    {"00B20144 00", "...007F 612C"}, {"00C00000 2C", "...0095 9000"}, {"00CA0103 00", "...007F 6100"},
    {"00C00000 00", "...00FF 6158"}, {"00C00000 00", "6C58"},         {"00C00000 58", "...012B 9000"},
};
SCRIPT(test_envelope__t0_long_answer, "small", SIM_T0, t0_long_answer)

static const struct step t0_blocks[] = {
    {"00C20000 05 00B0810302", "6102"},
    {"00C00000 02", "0304 9000"},
    {"00C20000 00", "6700"}, /* nothing was collected */
    {"00C20000 07 00B08100000004", "6104"},
    {"00C00000 04", "00010203 9000"},
    {"00C20000 03 00B081", "6A80"},
    {"00C20100 03 00B081", "6A86"},
};
SCRIPT(test_envelope__t0_blocks, "small", SIM_T0, t0_blocks)

static const struct step t1_one_apdu[] = {
    {"00C20000 05 00B0810302 00", "0304 9000"},
    {"00C20000 07 00A4000C023F00", "9000"},
    {"00C20000 05 00B0810302 01", "03 6101"},
    {"00C00000 01", "04 9000"},
    {"00C20000 07 00B08100000004 00", "00010203 9000"},
    {"00C20000 05 00840000FF 00", "...9000"},
    {"00C20100 05 00B0810302 00", "6A86"},
    {"00C20000 03 00B081 00", "6A80"},
    {"00C20000 0A 00C200000500B0810302 00", "6A80"}, /* not in one another */
    {"00C20000 05 10B0810302 00", "6884"},
    {"00C20000 05 A0B0810302 00", "6E00"},
    {"00C20000 05 01B0810302 00", "6881"},
    {"00C20000", "6700"},
    {"00C20000 05 00FF000000", "6D00"},
};
SCRIPT(test_envelope__t1_one_apdu, "small", SIM_T1, t1_one_apdu)

static const struct step chain[] = {
    {"10D68100 02 A0A1", "9000"},   {"10D68100 02 A2A3", "9000"},
    {"00D68100 01 A4", "9000"},     {"00B08100 06", "A0A1A2A3A405 9000"},
    {"10D68100 02 B0B1", "9000"},   {"00B08100 02", "A0A1 9000"}, /* another command ends the chain */
    {"00D68100 01 C0", "9000"},     {"00B08100 02", "C0A1 9000"},
    {"10D68100 01 D0", "9000"},     {"10D68101 01 D1", "9000"}, /* another header begins another chain */
    {"00D68101 01 D2", "9000"},     {"00B08100 03", "C0D1D2 9000"},
    {"10D68100", "9000"},           {"00D68100 01 E0", "9000"},
    {"00B08100 03", "E0D1D2 9000"}, {"11D68100 01 D0", "6881"},
    {"10FF0000 01 00", "9000"},     {"00FF0000 01 00", "6D00"},
    {"10A40000 01 20", "9000"},     {"00A40000 01 01 00", "...4F6E659000"},
    {"10C20000 03 00B081", "9000"}, {"00C20000 02 0102 00", "6982"},
};
SCRIPT(test_envelope__chain, "small", SIM_T1, chain)

/* The same over T=0, where the class byte of the last link makes the command, with every kind of data. */
static const struct step chain_t0[] = {
    {"10D68100 02 A0A1", "9000"},
    {"10D68100 00", "9000"},
    {"00D68100 02 A2A3", "9000"},
    {"00B08100 05", "A0A1A2A304 9000"},
    {"10E20018 02 AABB", "9000"},
    {"00E20018 01 CC", "9000"},
    {"00B2041C 03", "AABBCC 9000"},
    {"10DC0114 01 01", "9000"},
    {"00DC0114 03 A1A2A3", "9000"},
    {"00B20114 04", "01A1A2A3 9000"},
    {"10DA0101 02 1111", "9000"},
    {"00DA0101 02 2222", "9000"},
    {"00CA0101 04", "11112222 9000"},
    {"10200001 02 3132", "9000"},
    {"00200001 02 3334", "9000"},
    {"102C0001 06 393939393939", "9000"},
    {"002C0001 04 35353535", "9000"},
    {"10A40004 01 20", "9000"},
    {"00A40004 01 01", "6118"}, /* the answer to all of it waits */
    {"00C00000 18", "62 16 82 01 38 83 02 20 01 84 04 A0 00 00 01 8A 01 05 8C 04 07 10 10 FF 9000"},
    {"10D68100 02 B0B1", "9000"},
    {"00C00000 01", "6985"}, /* ends the chain */
    {"00D68100 01 C0", "6982"},
};
SCRIPT(test_envelope__chain_t0, "small", SIM_T0, chain_t0)

/* The whole of an extended command through the terminal's own engine, TPDU by TPDU. */
static uint32_t link_transmit(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                              size_t *receive_size) {
    const size_t size = sim_card_exchange(link, SIM_T0, send, send_size, receive, *receive_size);
    if (!size)
        return 99;
    *receive_size = size;
    return 0;
}

static uint32_t link_go_on(void *link) {
    (void)link;
    return 0;
}

/* Runs the command on T=0; the reply must be `size` bytes of data and the SW. */
static void run(struct sim_card *card, const struct apdu *apdu, uint32_t size, uint16_t sw,
                const uint8_t **data) {
    static struct exchange_reply reply;
    static uint8_t receive[65538];
    bool announced = false;
    const struct exchange exchange = {.transmit = link_transmit,
                                      .go_on = link_go_on,
                                      .link = card,
                                      .announced = &announced,
                                      .receive = receive,
                                      .receive_max = sizeof receive,
                                      .protocol = EXCHANGE_T0};
    uint8_t *command = malloc(APDU_COMMAND_MAX);
    assert_non_null(command);
    const size_t command_size = apdu_encode(apdu, command, APDU_COMMAND_MAX);
    assert_true(command_size > 0);
    assert_int_equal(exchange_run(&exchange, command, command_size, &reply), EXCHANGE_OK);
    free(command);
    assert_int_equal(reply.size, size + 2);
    assert_int_equal(reply.bytes[size] << 8 | reply.bytes[size + 1], sw);
    if (data) {
        *data = reply.bytes;
        return;
    }
    exchange_reply_clear(&reply);
}

static void test_envelope__t0_extended(void **state) {
    (void)state;
    /* 245 makes an APDU of 252 bytes, 248 one of 255, 503 one of 510: one, one and two full blocks. */
    static const uint32_t sizes[] = {1, 245, 247, 248, 249, 256, 502, 503, 504, 20000, 32768};
    static uint8_t data[32768];
    struct sim_card *card = script_card("demo");
    const uint8_t select[] = {0x00, 0x01};
    run(card, &(struct apdu){.ins = 0xA4, .p1 = 2, .p2 = 0x0C, .data = select, .nc = 2}, 0, 0x9000, NULL);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const uint8_t *read;
        for (size_t j = 0; j < sizeof data; j++)
            data[j] = (uint8_t)(j * 7 + i);
        const struct apdu update = {.ins = 0xD6, .data = data, .nc = sizes[i], .extended = true};
        run(card, &update, 0, 0x9000, NULL);
        /* A long Ne without data goes as P3 = 00, to which the card gives what one TPDU can hold. */
        for (uint32_t at = 0, size; at < sizes[i]; at += size) {
            const struct apdu rest = {
                .ins = 0xB0, .p1 = (uint8_t)(at >> 8), .ne = sizes[i] - at, .extended = true};
            size = rest.ne < 256 ? rest.ne : 256;
            run(card, &rest, size, 0x9000, &read);
            assert_memory_equal(read, data + at, size);
        }
    }
    const struct apdu challenge = {.ins = 0x84, .ne = 1000, .extended = true};
    run(card, &challenge, 256, 0x9000, NULL);
    sim_card_destroy(card);
}

/* Strings that grow beyond what any command can hold are refused and forgotten. */
static void test_envelope__too_long(void **state) {
    (void)state;
    static uint8_t command[7 + 40000] = {0x10, 0xD6, 0x81, 0x00, 0x00, 40000 >> 8, 40000 & 0xFF};
    static const struct step fresh[] = {{"00D68100 01 AA", "9000"}, {"00B08100 02", "AA01 9000"}};
    uint8_t block[260] = {0x00, 0xC2, 0x00, 0x00, 0xFF};
    const uint8_t *answer;
    struct sim_card *card = script_card("small");
    for (unsigned last = 0; last < 2; last++) {
        command[0] = 0x10;
        assert_int_equal(script_exchange(card, SIM_T1, command, sizeof command, &answer), 2);
        assert_memory_equal(answer, "\x90\x00", 2);
        command[0] = last ? 0x00 : 0x10;
        assert_int_equal(script_exchange(card, SIM_T1, command, sizeof command, &answer), 2);
        assert_memory_equal(answer, "\x67\x00", 2);
        script_run(card, SIM_T1, STEPS(fresh));
    }
    for (unsigned i = 0; i < 257; i++) {
        assert_int_equal(script_exchange(card, SIM_T0, block, sizeof block, &answer), 2);
        assert_memory_equal(answer, "\x90\x00", 2);
    }
    assert_int_equal(script_exchange(card, SIM_T0, block, sizeof block, &answer), 2);
    assert_memory_equal(answer, "\x67\x00", 2);
    script_run(card, SIM_T0, STEPS(fresh));
    sim_card_destroy(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_envelope__t0_answer_waits), cmocka_unit_test(test_envelope__t0_wrong_le),
        cmocka_unit_test(test_envelope__t0_lengths),      cmocka_unit_test(test_envelope__t0_long_answer),
        cmocka_unit_test(test_envelope__t0_blocks),       cmocka_unit_test(test_envelope__t1_one_apdu),
        cmocka_unit_test(test_envelope__chain),           cmocka_unit_test(test_envelope__chain_t0),
        cmocka_unit_test(test_envelope__t0_extended),     cmocka_unit_test(test_envelope__too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
