/*
 * The card behind a manager: when somebody else may have selected a file, when another card is there, and
 * that a call of several commands is one transaction. Runs in each world of support/worlds/world.h (first
 * argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "objects/services/cardservice.h"
#include "support/kits/apdus.h"
#include "support/kits/managing.h"
#include "support/worlds/world.h"

static struct world *world;

static const struct apdu select_greeting_file = {
    .ins = 0xA4, .p2 = 0x0C, .data = (const uint8_t *)"\x00\x02", .nc = 2};
static const struct apdu read_current = {.ins = 0xB0, .ne = 5};
static const struct apdu read_whole = {.ins = 0xB0, .ne = 256};

static struct cardservice *attached(SCARD_SHARE_MODES share) {
    struct cardservice *service = NULL;
    assert_hr(cardservice_create(world->service, WORLD_TIMEOUT_MS, &service), S_OK);
    assert_hr(cardservice_attach_reader(service, world->reader, share), S_OK);
    return service;
}

/* One call with one command; what the link says afterwards. */
static struct service_link call(struct cardservice *service, const struct apdu *command, uint16_t sw) {
    struct service_link *link = NULL;
    struct service_answer answer;
    assert_hr(cardservice_begin(service, &link), S_OK);
    assert_hr(service_send(link, command, &answer), S_OK);
    assert_int_equal(answer.sw, sw);
    const struct service_link copy = *link;
    cardservice_end(service);
    return copy;
}

static void test_call__is_one_transaction(void **state) {
    struct service_link *link = NULL;
    struct service_answer answer;
    (void)state;
    struct cardservice *service = attached(SHARED);
    ISCard *other = managing_other(world, SHARED);
    assert_hr(cardservice_begin(service, &link), S_OK);
    assert_hr(service_send(link, &select_greeting_file, &answer), S_OK);
    assert_int_equal(answer.size, 0);
    assert_int_equal(answer.sw, 0x9000);
    assert_fails(other, SCARD_E_TIMEOUT); /* nobody comes between two commands */
    assert_hr(ISCard_LockSCard(other), SCARD_E_TIMEOUT);
    assert_hr(service_send(link, &read_current, &answer), S_OK);
    assert_int_equal(answer.size, 5);
    assert_memory_equal(answer.data, "Hello", 5);
    cardservice_end(service);
    assert_works(other); /* and afterwards anybody may */
    assert_hr(ISCard_LockSCard(other), S_OK);
    assert_hr(cardservice_begin(service, &link), SCARD_E_TIMEOUT);
    assert_hr(ISCard_UnlockSCard(other, LEAVE), S_OK);
    call(service, &select_greeting_file, 0x9000);
    ISCard_Release(other);
    cardservice_drop(service);
}

static void test_turn__grows_where_others_may_have_come(void **state) {
    (void)state;
    struct cardservice *service = attached(SHARED);
    uint32_t turn = call(service, &select_greeting_file, 0x9000).turn, next;
    next = call(service, &read_current, 0x9000).turn;
    assert_true(next > turn);
    assert_hr(cardservice_lock(service), S_OK);
    turn = call(service, &select_greeting_file, 0x9000).turn;
    assert_true(turn > next);
    next = call(service, &read_current, 0x9000).turn;
    assert_int_equal(next, turn); /* under a lock nobody else comes */
    assert_hr(cardservice_lock(service), S_OK);
    assert_int_equal(call(service, &read_current, 0x9000).turn, turn);
    assert_hr(cardservice_unlock(service, LEAVE), S_OK);
    assert_hr(cardservice_reconnect(service), S_OK);
    next = call(service, &read_current, 0x9000).turn;
    assert_true(next > turn);
    assert_hr(cardservice_unlock(service, LEAVE), S_OK);
    assert_true(call(service, &read_current, 0x9000).turn > next);
    cardservice_drop(service);
}

static void test_turn__exclusive(void **state) {
    struct service_link *link = NULL;
    (void)state;
    struct cardservice *service = attached(EXCLUSIVE);
    const uint32_t turn = call(service, &select_greeting_file, 0x9000).turn;
    assert_int_equal(call(service, &read_current, 0x9000).turn, turn);
    assert_hr(cardservice_begin(service, &link), S_OK);
    assert_hr(service_reset(link), S_OK);
    assert_true(link->turn > turn);
    cardservice_end(service);
    call(service, &read_current, 0x6986); /* nothing is selected after a reset */
    cardservice_drop(service);
}

static void test_reset__in_a_call(void **state) {
    struct service_link *link = NULL;
    struct service_answer answer;
    (void)state;
    struct cardservice *service = attached(SHARED);
    ISCard *other = managing_other(world, SHARED);
    assert_hr(cardservice_begin(service, &link), S_OK);
    assert_hr(service_send(link, &select_greeting_file, &answer), S_OK);
    const uint32_t turn = link->turn, card = link->card;
    assert_hr(service_reset(link), S_OK);
    assert_true(link->turn > turn);
    assert_int_equal(link->card, card);
    assert_hr(service_send(link, &read_current, &answer), S_OK);
    assert_int_equal(answer.sw, 0x6986);
    cardservice_end(service);
    assert_fails(other, SCARD_W_RESET_CARD);
    assert_hr(ISCard_ReAttach(other, SHARED, LEAVE), S_OK);
    assert_hr(ISCard_LockSCard(other), S_OK); /* no transaction has been left behind */
    ISCard_Release(other);
    cardservice_drop(service);
}

static void test_card__is_another(void **state) {
    struct service_link *link = NULL;
    (void)state;
    struct cardservice *service = attached(SHARED);
    const uint32_t card = call(service, &select_greeting_file, 0x9000).card;
    world_remove(world);
    assert_hr(cardservice_begin(service, &link), SCARD_W_REMOVED_CARD);
    assert_hr(cardservice_reconnect(service), SCARD_E_NO_SMARTCARD);
    world_put_back(world);
    assert_hr(cardservice_reconnect(service), S_OK);
    struct service_link now = call(service, &select_greeting_file, 0x9000);
    assert_int_equal(now.card, card); /* the same ATR: what is open stays */
    assert_true(now.atr_size > 2);
    world_insert(world, "app");
    assert_hr(cardservice_reconnect(service), S_OK);
    assert_hr(cardservice_begin(service, &link), S_OK);
    const uint32_t second = link->card;
    cardservice_end(service);
    assert_true(second > card);
    assert_hr(cardservice_detach(service), S_OK);
    assert_hr(cardservice_attach_reader(service, world->reader, SHARED), S_OK);
    assert_hr(cardservice_begin(service, &link), S_OK);
    assert_true(link->card > second); /* Detach closes what was open, whatever comes then */
    cardservice_end(service);
    cardservice_drop(service);
}

/* Codes and keys of a directory are looked for in the one that is current for the program. */
static void test_enter_directory(void **state) {
    static const struct apdu verify = {.ins = 0x20, .p2 = 0x81, .data = (const uint8_t *)"0000", .nc = 4};
    struct service_link *link = NULL;
    struct service_answer answer;
    (void)state;
    struct cardservice *service = attached(SHARED);
    assert_hr(cardservice_begin(service, &link), S_OK);
    assert_hr(cardservice_enter_directory(service, 0x81), S_OK);
    assert_hr(service_send(link, &verify, &answer), S_OK);
    assert_int_equal(answer.sw, 0x6A88); /* the program is in the master file still */
    cardservice_files(service)->directory = (struct path){.depth = 1, .ids = {0xDF02}};
    cardservice_end(service);
    assert_hr(cardservice_begin(service, &link), S_OK);
    assert_hr(cardservice_enter_directory(service, 0x01), S_OK); /* not for a code of the whole card */
    assert_hr(service_send(link, &verify, &answer), S_OK);
    assert_int_equal(answer.sw, 0x6A88);
    assert_hr(cardservice_enter_directory(service, 0x81), S_OK);
    assert_hr(service_send(link, &verify, &answer), S_OK);
    assert_int_equal(answer.sw, 0x9000);
    /* after a reset, too */
    assert_hr(service_reset(link), S_OK);
    cardservice_end(service);
    assert_hr(cardservice_begin(service, &link), S_OK);
    assert_hr(cardservice_enter_directory(service, 0x81), S_OK);
    assert_hr(service_send(link, &verify, &answer), S_OK);
    assert_int_equal(answer.sw, 0x9000);
    cardservice_files(service)->directory = (struct path){.depth = 1, .ids = {0xDF77}};
    assert_hr(cardservice_enter_directory(service, 0x81), SCARD_E_DIR_NOT_FOUND);
    assert_hr(service_reset(link), S_OK); /* the next test begins in the master file */
    cardservice_end(service);
    /* another attachment begins at the master file */
    assert_hr(cardservice_attach_reader(service, world->reader, SHARED), S_OK);
    assert_hr(cardservice_begin(service, &link), S_OK);
    assert_true(path_is_root(&cardservice_files(service)->directory));
    cardservice_end(service);
    cardservice_drop(service);
}

static void test_send__what_cannot_be_coded(void **state) {
    struct service_link *link = NULL;
    struct service_answer answer = {(const uint8_t *)"x", 1, 0x9000};
    const struct apdu too_long = {.ins = 0xD6, .data = (const uint8_t *)"", .nc = APDU_NC_MAX + 1};
    (void)state;
    struct cardservice *service = attached(SHARED);
    assert_hr(cardservice_begin(service, &link), S_OK);
    assert_hr(service_send(link, &too_long, &answer), E_INVALIDARG);
    assert_int_equal(answer.size, 0);
    assert_int_equal(answer.sw, 0);
    cardservice_end(service);
    cardservice_drop(service);
}

/* What came is not left in memory for longer than a call. */
static void test_end__wipes_the_answer(void **state) {
    struct service_link *link = NULL;
    struct service_answer answer;
    static const uint8_t zeros[24];
    (void)state;
    struct cardservice *service = attached(SHARED);
    assert_hr(cardservice_begin(service, &link), S_OK);
    assert_hr(service_send(link, &select_greeting_file, &answer), S_OK);
    assert_hr(service_send(link, &read_whole, &answer), S_OK);
    const uint8_t *const memory = answer.data;
    assert_memory_equal(memory, "Hello from the demo card", 24);
    assert_hr(service_send(link, &read_current, &answer), S_OK);
    assert_memory_equal(answer.data, "Hello", 5);
    cardservice_end(service);
    /* the memory is the service's until its end */
    assert_memory_equal(memory, zeros, 24);
    cardservice_drop(service);
}

static void test_failure__ends_the_call_with_its_code(void **state) {
    struct service_link *link = NULL;
    struct service_answer answer;
    (void)state;
    struct cardservice *service = attached(SHARED);
    assert_hr(cardservice_begin(service, &link), S_OK);
    const uint32_t turn = link->turn;
    world_remove(world);
    assert_hr(service_send(link, &read_current, &answer), SCARD_W_REMOVED_CARD);
    assert_int_equal(answer.size, 0);
    assert_true(link->turn > turn);
    assert_true(FAILED(service_reset(link)));
    cardservice_end(service);
    assert_hr(cardservice_begin(service, &link), SCARD_W_REMOVED_CARD);
    world_put_back(world);
    assert_hr(cardservice_reconnect(service), S_OK);
    call(service, &select_greeting_file, 0x9000);
    cardservice_drop(service);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_call__is_one_transaction, world_after),
        cmocka_unit_test_teardown(test_turn__grows_where_others_may_have_come, world_after),
        cmocka_unit_test_teardown(test_turn__exclusive, world_after),
        cmocka_unit_test_teardown(test_reset__in_a_call, world_after),
        cmocka_unit_test_teardown(test_card__is_another, world_after),
        cmocka_unit_test_teardown(test_enter_directory, world_after),
        cmocka_unit_test_teardown(test_send__what_cannot_be_coded, world_after),
        cmocka_unit_test_teardown(test_end__wipes_the_answer, world_after),
        cmocka_unit_test_teardown(test_failure__ends_the_call_with_its_code, world_after),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}
