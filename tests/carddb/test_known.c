/* Types that are known from the start: where they come, where an introduced one hides them, and where not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "carddb/kit.h"
#include "carddb/known.h"

#define FIRST                                                                                                \
    (const uint8_t[]) {                                                                                      \
        0x3B, 0x01, 0xAA                                                                                     \
    }
#define SECOND                                                                                               \
    (const uint8_t[]) {                                                                                      \
        0x3B, 0x01, 0xBB                                                                                     \
    }
#define ATR(bytes) bytes, sizeof(bytes)

static const struct carddb_guid one = {.data1 = 1}, two = {.data1 = 2}, three = {.data1 = 3};
static struct carddb_guid both[2];
static struct carddb_type types[3];

/* "Badge" with two ATRs and two interfaces, "Ticket" with one and none. */
static struct carddb *known_db(void) {
    struct carddb *db = NULL;
    both[0] = one;
    both[1] = two;
    types[0] = kit_type("Badge", "3B01AA");
    types[1] = kit_type("Badge", "3B01BB");
    types[2] = kit_type("Ticket", "3B01BB");
    for (size_t i = 0; i < 2; ++i) {
        types[i].has_provider = true;
        types[i].provider = three;
        types[i].interfaces = both;
        types[i].interface_count = 2;
    }
    assert_int_equal(carddb_known_open(kit_user_db(), types, 3, &db), RM_OK);
    return db;
}

static void expect(struct carddb *db, const uint8_t *atr, size_t size, const struct carddb_guid *interfaces,
                   size_t count, const char *names) {
    struct names found = {0};
    assert_int_equal(db->ops->list(db, atr, size, interfaces, count, &found), RM_OK);
    kit_expect_names(&found, names);
}

static void test_list__by_atr(void **state) {
    struct carddb *const db = known_db();
    (void)state;
    expect(db, ATR(FIRST), NULL, 0, "Badge");
    expect(db, ATR(SECOND), NULL, 0, "Badge|Ticket");
    expect(db, (const uint8_t *)"\x3B\x01\xCC", 3, NULL, 0, "");
    expect(db, SECOND, 2, NULL, 0, "");
    expect(db, (const uint8_t *)"\x3B\x01\xBB\x00", 4, NULL, 0, "");
    expect(db, ATR(SECOND), &two, 1, "Badge");
    expect(db, ATR(SECOND), both, 2, "Badge");
    expect(db, ATR(SECOND), &three, 1, "");
    /* without an ATR it is the list of what was introduced */
    expect(db, NULL, 0, NULL, 0, "");
    expect(db, NULL, 0, &one, 1, "");
    db->ops->close(db);
}

static void test_list__introduced_types_go_before(void **state) {
    struct carddb *const db = known_db();
    (void)state;
    const struct carddb_type own = kit_type("zone", "3B01BB");
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &own), RM_OK);
    expect(db, ATR(SECOND), NULL, 0, "zone");
    expect(db, ATR(SECOND), &two, 1, "Badge"); /* the introduced one does not have it */
    expect(db, ATR(FIRST), NULL, 0, "Badge");
    expect(db, NULL, 0, NULL, 0, "zone");
    assert_int_equal(db->ops->forget(db, CARDDB_USER, "Zone"), RM_OK);
    expect(db, ATR(SECOND), NULL, 0, "Badge|Ticket");
    db->ops->close(db);
}

static void test_get__what_is_known(void **state) {
    struct carddb *const db = known_db();
    struct carddb_type *got = NULL;
    (void)state;
    assert_int_equal(db->ops->get(db, "bADGE", &got), RM_OK);
    assert_string_equal(got->name, "Badge");
    assert_int_equal(got->atr_size, 3);
    assert_int_equal(got->atr[2], 0xAA);
    assert_int_equal(got->mask[2], 0xFF);
    assert_true(got->has_provider);
    assert_memory_equal(&got->provider, &three, sizeof three);
    assert_int_equal(got->interface_count, 2);
    assert_memory_equal(got->interfaces, both, sizeof both);
    free(got);
    assert_int_equal(db->ops->get(db, "Badg", &got), RM_E_UNKNOWN_CARD);
    assert_int_equal(db->ops->get(db, "Badges", &got), RM_E_UNKNOWN_CARD);
    db->ops->close(db);
}

/* An introduced type of the same name hides the known one also for cards that only that one has. */
static void test_introduced__hides(void **state) {
    struct carddb *const db = known_db();
    struct carddb_type *got = NULL;
    (void)state;
    const struct carddb_type own = kit_type("BADGE", "3B01DD");
    assert_int_equal(db->ops->forget(db, CARDDB_USER, "Badge"), RM_E_UNKNOWN_CARD);
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &own), RM_OK);
    expect(db, ATR(FIRST), NULL, 0, "");
    expect(db, ATR(SECOND), NULL, 0, "Ticket");
    expect(db, (const uint8_t *)"\x3B\x01\xDD", 3, NULL, 0, "BADGE");
    assert_int_equal(db->ops->get(db, "Badge", &got), RM_OK);
    assert_int_equal(got->atr[2], 0xDD);
    assert_false(got->has_provider);
    free(got);
    assert_int_equal(db->ops->forget(db, CARDDB_USER, "Badge"), RM_OK);
    expect(db, ATR(FIRST), NULL, 0, "Badge");
    db->ops->close(db);
}

static void test_groups__are_the_databases(void **state) {
    struct carddb *const db = known_db();
    struct names names = {0};
    (void)state;
    assert_int_equal(db->ops->group_add(db, CARDDB_USER, "Desk", "Reader 0"), RM_OK);
    assert_int_equal(db->ops->group_list(db, &names), RM_OK);
    kit_expect_names(&names, "Desk");
    names = (struct names){0};
    assert_int_equal(db->ops->group_readers(db, "Desk", &names), RM_OK);
    kit_expect_names(&names, "Reader 0");
    assert_int_equal(db->ops->group_remove(db, CARDDB_USER, "Desk", "Reader 1"), RM_E_UNKNOWN_READER);
    assert_int_equal(db->ops->group_forget(db, CARDDB_USER, "Desk"), RM_OK);
    db->ops->close(db);
}

/* A database that cannot be read is not made good by what is known. */
static void test_damaged__is_told(void **state) {
    static const char text[200] = "This is a letter and no database.";
    struct carddb *const db = known_db();
    struct names names = {0};
    struct carddb_type *got = NULL;
    (void)state;
    kit_write("cards.db", text, sizeof text);
    assert_int_equal(db->ops->list(db, ATR(FIRST), NULL, 0, &names), RM_F_INTERNAL_ERROR);
    assert_int_equal(names_count(&names), 0);
    assert_int_equal(db->ops->get(db, "Badge", &got), RM_F_INTERNAL_ERROR);
    assert_non_null(strstr(db->ops->explain(db), "cards.db"));
    db->ops->close(db);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_list__by_atr, kit_empty),
        cmocka_unit_test_setup(test_list__introduced_types_go_before, kit_empty),
        cmocka_unit_test_setup(test_get__what_is_known, kit_empty),
        cmocka_unit_test_setup(test_introduced__hides, kit_empty),
        cmocka_unit_test_setup(test_groups__are_the_databases, kit_empty),
        cmocka_unit_test_setup(test_damaged__is_told, kit_empty),
    };
    return cmocka_run_group_tests_name("known", tests, kit_setup, kit_teardown);
}
