/*
 * The card from its reader's side: power, ATR, protocols, small buffers, and any bytes at all as a command.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "icc/card_script.h"

static void test_card__answers_only_with_power(void **state) {
    (void)state;
    const uint8_t ask[5] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t atr[SIM_ATR_MAX];
    uint8_t again[SIM_ATR_MAX];
    uint8_t answer[16];
    struct sim_card *card = sim_card_create("demo", NULL, 0, NULL);
    assert_non_null(card);
    assert_int_equal(sim_card_exchange(card, SIM_T1, ask, 5, answer, sizeof answer), 0);
    assert_int_equal(sim_card_reset(card, atr), 0);
    const size_t size = sim_card_power_up(card, atr);
    assert_int_equal(size, 19);
    assert_int_equal(atr[0], 0x3B);
    assert_int_equal(sim_card_exchange(card, SIM_T1, ask, 5, answer, sizeof answer), 10);
    assert_int_equal(sim_card_reset(card, again), size);
    assert_memory_equal(atr, again, size);
    sim_card_power_down(card);
    assert_int_equal(sim_card_exchange(card, SIM_T1, ask, 5, answer, sizeof answer), 0);
    sim_card_destroy(card);
    sim_card_destroy(NULL);
}

static void test_card__tells_its_name(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"demo", "Demo card"}, {"gsm", "GSM SIM"}, {"app", "Application card"}};
    for (size_t i = 0; i < 3; i++) {
        struct sim_card *card = script_card(rows[i][0]);
        assert_string_equal(sim_card_name(card), rows[i][1]);
        sim_card_destroy(card);
    }
}

static void test_card__protocols(void **state) {
    (void)state;
    enum sim_protocol first = SIM_RAW;
    uint8_t atr[SIM_ATR_MAX];
    struct sim_card *card = script_card("small");
    assert_int_equal(sim_card_protocols(card, &first), 3);
    assert_int_equal(first, SIM_T0);
    assert_false(sim_card_offer_only(card, SIM_RAW));
    assert_true(sim_card_offer_only(card, SIM_T1));
    assert_int_equal(sim_card_protocols(card, &first), 2);
    assert_int_equal(first, SIM_T1);
    assert_int_equal(sim_card_power_up(card, atr), 9);
    assert_int_equal(atr[2], 0x81);
    assert_false(sim_card_offer_only(card, SIM_T0));
    sim_card_destroy(card);

    card = script_card("small");
    assert_true(sim_card_offer_only(card, SIM_T0));
    assert_int_equal(sim_card_power_up(card, atr), 4);
    assert_memory_equal(atr, "\x3B\x02SM", 4);
    sim_card_destroy(card);

    card = script_card("gsm");
    assert_int_equal(sim_card_protocols(card, NULL), 1);
    assert_false(sim_card_offer_only(card, SIM_T1));
    sim_card_destroy(card);
}

static void test_card__small_buffers(void **state) {
    (void)state;
    const uint8_t ask[5] = {0x00, 0x84, 0x00, 0x00, 0x08};
    const uint8_t read[5] = {0x00, 0xB0, 0x81, 0x00, 0x08};
    const uint8_t bad[1] = {0x00};
    struct sim_card *card = script_card("small");
    for (size_t room = 0; room <= 10; room++) {
        uint8_t *answer = malloc(room ? room : 1);
        assert_non_null(answer);
        const size_t expected = room == 10 ? 10 : 0;
        assert_int_equal(sim_card_exchange(card, SIM_T1, ask, 5, answer, room), expected);
        assert_int_equal(sim_card_exchange(card, SIM_T1, read, 5, answer, room), expected);
        assert_int_equal(sim_card_exchange(card, SIM_RAW, bad, 1, answer, room), room >= 2 ? 2 : 0);
        free(answer);
    }
    sim_card_destroy(card);
}

static void test_card__reset_forgets(void **state) {
    (void)state;
    static const struct step steps[] = {
        {"00A4040C 04 A0000001", "9000"}, {"00200081 04 30303030", "9000"}, {"00CA0103 02", "0000 6100"},
        {"10D68100 01 AA", "9000"},       {"reset", "3B828031FE45534D96"},  {"00C00000 01", "6985"},
        {"00D68100 01 BB", "9000"}, /* of the MF's file, and not the end of a chain */
        {"00B08100 02", "BB01 9000"},     {"00A4040C 04 A0000001", "9000"}, {"00200081", "63C3"},
    };
    script_once("small", SIM_T1, STEPS(steps));
}

/* A generator of its own, so that every run on every machine sees the same commands. */
static uint32_t seed;

static uint32_t draw(uint32_t below) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % below;
}

static const char *const corpus[] = {
    "00A40400 03 A00000 00",
    "00A40000 02 1002 00",
    "00A4080C 04 20011001",
    "00B08100 10",
    "00B00000 00 0000",
    "00D68100 03 010203",
    "00D00000 02 FFFF",
    "000E0000 02 0004",
    "00B20105 00",
    "00B20002 00",
    "00DC0003 02 0909",
    "00E20020 02 0808",
    "00D20114 04 01020304",
    "00200001 04 31323334",
    "00240001 08 3132333431323334",
    "002C0001 0A 39393939393931323334",
    "00260001 04 31323334",
    "00280001 04 31323334",
    "00840000 08",
    "00840000 00 0000",
    "00880001 10 00112233445566778899AABBCCDDEEFF 00",
    "00820002 10 00112233445566778899AABBCCDDEEFF",
    "00CA0103 00",
    "00DA0101 02 0102",
    "00700000 01",
    "00708001",
    "00C00000 00",
    "00C20000 05 00B0810010 00",
    "10D68100 03 010203",
    "00040000",
    "00440000",
    "A0A40000 02 3F00",
    "A0B20104 20",
    "A0200001 08 30303030FFFFFFFF",
    "A0320000 03 000001",
    "A0A20010 01 FF",
    "A0F20000 17",
    "A0C00000 17",
};

static size_t parse(const char *hex, uint8_t *out) {
    size_t size = 0;
    for (; *hex; hex++) {
        if (*hex == ' ')
            continue;
        const char pair[3] = {hex[0], hex[1], 0};
        out[size++] = (uint8_t)strtoul(pair, NULL, 16);
        hex++;
    }
    return size;
}

/* A command from the corpus with some of its bytes, or its length, changed; now and then only noise. */
static size_t make_command(uint8_t *out) {
    if (draw(8) == 0) {
        const size_t size = draw(4) ? draw(12) : draw(600);
        for (size_t i = 0; i < size; i++)
            out[i] = (uint8_t)draw(256);
        return size;
    }
    size_t size = parse(corpus[draw(sizeof corpus / sizeof *corpus)], out);
    for (uint32_t changes = draw(4); changes; changes--)
        out[draw((uint32_t)size)] = (uint8_t)(draw(2) ? draw(256) : draw(8));
    if (draw(6) == 0)
        size = draw((uint32_t)size + 1);
    if (draw(6) == 0)
        for (uint32_t more = draw(300); more; more--)
            out[size++] = (uint8_t)draw(256);
    return size;
}

/* Any byte string gets an SW, and never more bytes than there is room for. */
static void bombard(const char *image, enum sim_protocol protocol, uint32_t start) {
    struct sim_card *card = script_card(image);
    uint8_t atr[SIM_ATR_MAX];
    seed = start;
    for (int i = 0; i < 30000; i++) {
        uint8_t bytes[1024];
        const size_t size = make_command(bytes);
        uint8_t *exact = malloc(size ? size : 1); /* so that the sanitizer sees a read past the end */
        assert_non_null(exact);
        memcpy(exact, bytes, size);
        const size_t room = draw(20) ? SIM_ANSWER_MAX : draw(300);
        uint8_t *answer = malloc(room ? room : 1);
        assert_non_null(answer);
        const size_t got = sim_card_exchange(card, protocol, exact, size, answer, room);
        assert_true(got <= room);
        if (room == SIM_ANSWER_MAX) {
            assert_true(got >= 2);
            const uint8_t sw1 = answer[got - 2];
            assert_true((sw1 & 0xF0) == 0x60 || (sw1 & 0xF0) == 0x90);
            assert_true(sw1 != 0x60);
        } else {
            assert_true(got == 0 || got >= 2);
        }
        free(answer);
        free(exact);
        if (draw(500) == 0)
            assert_true(sim_card_reset(card, atr) > 1);
    }
    sim_card_destroy(card);
}

static void test_card__any_bytes_t1(void **state) {
    (void)state;
    bombard("small", SIM_T1, 0x12345678);
    bombard("app", SIM_RAW, 0x2468ACE0);
}

static void test_card__any_bytes_t0(void **state) {
    (void)state;
    bombard("small", SIM_T0, 0x9E3779B9);
    bombard("gsm", SIM_T0, 0x0BADCAFE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_card__answers_only_with_power),
        cmocka_unit_test(test_card__tells_its_name),
        cmocka_unit_test(test_card__protocols),
        cmocka_unit_test(test_card__small_buffers),
        cmocka_unit_test(test_card__reset_forgets),
        cmocka_unit_test(test_card__any_bytes_t1),
        cmocka_unit_test(test_card__any_bytes_t0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
