/*
 * Commands to cards as people met them, by ISCard::Transaction and by ISCardEx::TransmitBytes: how much comes
 * back, and with which status word. Runs in each world of support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/worlds/world.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define REPLY_MAX 65538
#define PATIENCE_MS 60000

static struct world *world;

struct answer {
    HRESULT hr;
    size_t size;
    uint8_t bytes[REPLY_MAX];
};

static struct answer *by_transaction(ISCard *card, const char *apdu) {
    static struct answer answer;
    ISCardCmd *cmd = cmd_from_hex(apdu);
    IByteBuffer *reply = NULL;
    LONG length = 0, read = 0;
    answer.hr = ISCard_Transaction(card, &cmd);
    assert_hr(ISCardCmd_get_ApduReplyLength(cmd, &length), S_OK);
    assert_hr(ISCardCmd_get_ApduReply(cmd, &reply), S_OK);
    assert_int_in_range(length, 0, REPLY_MAX);
    if (reply) {
        assert_hr(IByteBuffer_Read(reply, answer.bytes, REPLY_MAX, &read), S_OK);
        IByteBuffer_Release(reply);
    }
    assert_int_equal(read, length);
    answer.size = (size_t)length;
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    return &answer;
}

static struct answer *by_bytes(ISCard *card, const char *apdu) {
    static struct answer answer;
    ISCardEx *ex = cardex_of(card);
    VARIANT command = variant_from_hex(apdu), reply;
    answer.hr = ISCardEx_TransmitBytes(ex, &command, &reply);
    answer.size = 0;
    if (SUCCEEDED(answer.hr)) {
        LONG upper = -2;
        void *data = NULL;
        assert_hr(SafeArrayGetUBound(V_ARRAY(&reply), 1, &upper), S_OK);
        assert_int_in_range(upper + 1, 0, REPLY_MAX);
        answer.size = (size_t)upper + 1;
        assert_hr(SafeArrayAccessData(V_ARRAY(&reply), &data), S_OK);
        memcpy(answer.bytes, data, answer.size);
        assert_hr(SafeArrayUnaccessData(V_ARRAY(&reply)), S_OK);
        assert_hr(VariantClear(&reply), S_OK);
    }
    assert_hr(VariantClear(&command), S_OK);
    ISCardEx_Release(ex);
    return &answer;
}

/* One command, both ways: so many bytes of data that begin like this, and this status word. */
struct row {
    const char *apdu;
    size_t size;
    const char *begin;
    unsigned sw;
};

static void check(const struct answer *answer, const struct row *row) {
    uint8_t begin[64];
    const size_t size = bytes_from_hex(row->begin, begin, sizeof begin);
    assert_hr_at(answer->hr, S_OK, row->apdu, __FILE__, __LINE__);
    if (answer->size != row->size + 2 || memcmp(answer->bytes, begin, size) != 0 ||
        (answer->bytes[row->size] << 8 | answer->bytes[row->size + 1]) != (int)row->sw) {
        const uint8_t *const end = answer->bytes + (answer->size < 2 ? 0 : answer->size - 2);
        fail_msg("%s: %u bytes, %02X%02X", row->apdu, (unsigned)answer->size, end[0], end[1]);
    }
}

/* A card object whose commands have time for all their units, hundreds of them on a busy machine. */
static ISCard *patient_card(void) {
    ISCard *card = world_card(world);
    ISCardEx *ex = cardex_of(card);
    assert_hr(ISCardEx_put_Timeout(ex, PATIENCE_MS), S_OK);
    ISCardEx_Release(ex);
    return card;
}

/* Rows that follow each other on a fresh connection to a card, SHARED and EXCLUSIVE. */
static void play(const char *image, SCARD_PROTOCOLS protocol, const struct row *rows, size_t count) {
    static const SCARD_SHARE_MODES shares[] = {SHARED, EXCLUSIVE};
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/cards/%s.json", TEST_DATA, image);
    world_insert(world, path);
    for (size_t k = 0; k < COUNT(shares); ++k)
        for (int way = 0; way < 2; ++way) {
            ISCard *card = patient_card();
            assert_hr(ISCard_AttachByReader(card, world->reader, shares[k], protocol), S_OK);
            for (size_t i = 0; i < count; ++i)
                check(way ? by_bytes(card, rows[i].apdu) : by_transaction(card, rows[i].apdu), &rows[i]);
            assert_hr(ISCard_Detach(card, RESET), S_OK);
            assert_int_equal(ISCard_Release(card), 0);
        }
}

#define PLAY(image, protocol, ...)                                                                           \
    play(image, protocol, (const struct row[]){__VA_ARGS__}, COUNT(((const struct row[]){__VA_ARGS__})))

/* "Never more than Ne"; Le 00 is everything (OpenSC 1274, pcsc-sharp PR 9 and 28). */
static void test_exchange__part_of_an_object(void **state) {
    (void)state;
    PLAY("piv", T1, {"00 CB 3F FF 05 5C 03 5F C1 02 08", 8, "53 82 0B 1B", 0x6100},
         {"00 C0 00 00 04", 4, "", 0x6100}, {"00 CB 3F FF 05 5C 03 5F C1 02 00", 2847, "53 82 0B 1B", 0x9000},
         {"00 CB 3F FF 00 00 05 5C 03 5F C1 02 01 00", 256, "53 82 0B 1B", 0x6100},
         {"00 CB 3F FF 00 00 05 5C 03 5F C1 02 03 E8", 1000, "53 82 0B 1B", 0x6100},
         {"00 CB 3F FF 00 00 05 5C 03 5F C1 02 00 00", 2847, "53 82 0B 1B", 0x9000});
}

/* The class of GET RESPONSE (OpenSC 3777, 970, 1313; GlobalPlatformPro 15). */
static void test_exchange__class(void **state) {
    (void)state;
    PLAY("secured", T1, {"0C CB 3F FF 01 AA 00", 291, "", 0x9000}, {"0C CB 3F FF 01 AA 00", 291, "", 0x9000},
         {"0C CB 3F FF 01 AA 10", 16, "", 0x6100});
    PLAY("class00", T0, {"80 50 00 00 08 11 22 33 44 55 66 77 88 00", 28, "", 0x9000},
         {"80 50 00 00 08 11 22 33 44 55 66 77 88", 28, "", 0x9000},
         {"80 50 00 00 08 11 22 33 44 55 66 77 88 08", 8, "", 0x6114});
}

/* The command's own verdict outlives a GET RESPONSE that is refused (mdd-sim-gateway PR 64). */
static void test_exchange__verdict(void **state) {
    (void)state;
    PLAY("class00", T0, {"00 A4 04 00 07 A0 00 00 00 01 02 03 00", 0, "", 0x6122},
         {"00 A4 04 00 07 A0 00 00 00 01 02 03", 0, "", 0x6122});
    PLAY("refused", T1, {"00 CA 01 01 00", 0, "", 0x6110}, {"00 CA 01 02 00", 0, "", 0x6110},
         {"00 CA 01 03 00", 0, "", 0x6110}, {"00 CA 01 04 00", 8, "", 0x6108},
         {"00 CA 01 05 00", 8, "", 0x9000}, {"00 CA 01 05 03", 3, "", 0x9000});
}

/* Between the links of a chain nothing is fetched (PivApplet, OpenFIPS201 4). */
static void test_exchange__chain(void **state) {
    (void)state;
    PLAY("chain", T0, {"10 DB 3F FF 04 5C 03 5F C1 00", 0, "", 0x9000},
         {"00 DB 3F FF 02 01 70 00", 0, "", 0x9000}, {"10 DB 3F FF 04 5C 03 5F C1", 0, "", 0x9000},
         {"10 DB 3F FF 04 5C 03 5F C1 00", 0, "", 0x9000}, {"00 DB 3F FF 02 01 70", 0, "", 0x9000},
         {"00 DB 3F FF 02 01 70", 0, "", 0x6700});
}

/* Case 2E over T=0 is P3 00 and the right length, never an ENVELOPE (onomondo-uicc PR 70). */
static void test_exchange__long_ne(void **state) {
    (void)state;
    PLAY("uicc", T0, {"80 F2 00 00 00 01 68", 43, "62 29", 0x9000},
         {"80 F2 00 00 00 00 00", 43, "62 29", 0x9000}, {"80 F2 00 00 00", 43, "62 29", 0x9000},
         {"80 F2 00 00 02", 2, "62 29", 0x9000}, {"80 F2 00 00 FF", 43, "62 29", 0x9000},
         {"80 C2 00 00 01 AA", 0, "", 0x6F00});
}

/* In a class of its own T=0 cannot carry more than 255 bytes: "SCARD_E_UNSUPPORTED_FEATURE, nothing sent". */
static void test_exchange__long_nc_in_a_class_of_ones_own(void **state) {
    (void)state;
    static char apdu[2 * 400] = "80F2000000012C";
    memset(apdu + 14, '5', 2 * 300);
    world_insert(world, TEST_DATA "/cards/uicc.json");
    ISCard *card = world_card(world);
    assert_hr(ISCard_AttachByReader(card, world->reader, SHARED, T0), S_OK);
    for (int i = 0; i < 2; ++i) {
        const struct answer *const answer = i ? by_bytes(card, apdu) : by_transaction(card, apdu);
        assert_hr(answer->hr, RM_E_UNSUPPORTED_FEATURE);
        assert_int_equal(answer->size, 0);
    }
    check(by_transaction(card, "80F2000000"), &(const struct row){"80 F2", 43, "62 29", 0x9000});
    assert_int_equal(ISCard_Release(card), 0);
}

/* A card that gives more than it was asked for is heard out (pcsc-rust 24, globalplatform PR 39). */
static void test_exchange__more_than_le(void **state) {
    (void)state;
    PLAY("long", T1, {"00 B0 00 00 00", 291, "", 0x9000}, {"00 B0 00 00 08", 291, "", 0x9000},
         {"00 B0 00 00", 291, "", 0x9000}, {"00 B0 00 00 00 01 00", 291, "", 0x9000});
}

/* A card that says `AA BB 61 10` to everything: Ne cures it, and so does the most that a reply can hold. */
static void test_exchange__endless(void **state) {
    (void)state;
    PLAY("endless", T1, {"00 CA 00 00 08", 8, "AA BB AA BB AA BB AA BB", 0x6110},
         {"00 CA 00 00 01", 2, "AA BB", 0x6110}, {"00 CA 00 00 00 04 00", 1024, "AA BB AA BB", 0x6110},
         {"10 CA 00 00 01 AA 00", 2, "AA BB", 0x6110});
    if (!world->sim) /* 32768 units take their time there, and the card has one protocol */
        return;
    PLAY("endless", T0, {"00 CA 00 00 08", 8, "AA BB AA BB AA BB AA BB", 0x6110},
         {"00 CA 00 00 01 AA 08", 8, "AA BB AA BB AA BB AA BB", 0x6110});
    PLAY("endless", T1, {"00 CA 00 00 00", 65536, "AA BB AA BB", 0x6110},
         {"00 CA 00 00", 65536, "AA BB", 0x6110});
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_exchange__part_of_an_object, world_after),
        cmocka_unit_test_teardown(test_exchange__class, world_after),
        cmocka_unit_test_teardown(test_exchange__verdict, world_after),
        cmocka_unit_test_teardown(test_exchange__chain, world_after),
        cmocka_unit_test_teardown(test_exchange__long_ne, world_after),
        cmocka_unit_test_teardown(test_exchange__long_nc_in_a_class_of_ones_own, world_after),
        cmocka_unit_test_teardown(test_exchange__more_than_le, world_after),
        cmocka_unit_test_teardown(test_exchange__endless, world_after),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}
