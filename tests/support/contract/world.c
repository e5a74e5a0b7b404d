/* The contract's cases on what one sees without commands: lists, waiting, status, attributes, handles. */
#include "support/contract/kit.h"

#include <string.h>

#define COUNT_MASK 0xFFFF0000u

static void test_list_readers__appends(void **state) {
    struct kit *kit = *state;
    struct names names = {0};
    kit_assert_status(rm_list_readers(kit->a, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_true(names.size >= strlen(kit->contract->reader) + 2);
    assert_int_equal(names.list[names.size - 1], 0);
    assert_true(names_has(&names, kit->contract->reader));
    const size_t size = names.size, count = names_count(&names);
    kit_assert_status(rm_list_readers(kit->a, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names_count(&names), 2 * count);
    assert_int_equal(names.size, 2 * size - 1);
    assert_memory_equal(names.list, names.list + size - 1, size - 1);
    names_clear(&names);
}

static void test_list_groups__default_readers(void **state) {
    struct kit *kit = *state;
    struct names names = {0};
    kit_assert_status(rm_list_groups(kit->a, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names.list[names.size - 1], 0);
    assert_true(names_has(&names, "SCard$DefaultReaders"));
    names_clear(&names);
}

static void test_status__of_a_connected_card(void **state) {
    struct kit *kit = *state;
    struct rm_card *card = kit_connect(kit, kit->a);
    struct rm_card_status status = {.atr_size = 0};
    kit_assert_status(rm_status_of(card, &status, RM_WITHIN(KIT_LONG)), RM_OK);
    assert_int_in_range(status.state, RM_CARD_NEGOTIABLE, RM_CARD_SPECIFIC);
    assert_int_equal(status.protocol, card->protocol);
    assert_int_in_range(status.atr_size, 2, 33);
    assert_true(status.atr[0] == 0x3B || status.atr[0] == 0x3F);
    const struct rm_reader_state seen = kit_look(kit, kit->contract->reader);
    assert_int_equal(seen.atr_size, status.atr_size);
    assert_memory_equal(seen.atr, status.atr, status.atr_size);
    kit_assert_status(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_transmit__needs_room(void **state) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    struct kit *kit = *state;
    struct rm_card *card = kit_connect(kit, kit->a);
    uint8_t answer[10];
    size_t size = 1;
    kit_assert_status(rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(KIT_LONG)),
                      RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 0);
    size = 4;
    rm_status code = rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(KIT_LONG));
    assert_true(code == RM_E_INSUFFICIENT_BUFFER || code == RM_E_NOT_TRANSACTED);
    assert_int_equal(size, 0);
    size = sizeof answer;
    kit_assert_status(rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(KIT_LONG)),
                      RM_OK);
    assert_int_equal(size, 10);
    assert_int_equal(answer[8], 0x90);
    assert_int_equal(answer[9], 0x00);
    kit_assert_status(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_wait__unaware_tells_at_once(void **state) {
    struct kit *kit = *state;
    struct rm_reader_state seen = {.reader = kit->contract->reader};
    kit_assert_status(rm_wait(kit->a, &seen, 1, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_true(seen.event & RM_STATE_CHANGED);
    assert_true(seen.event & RM_STATE_PRESENT);
    assert_false(seen.event & RM_STATE_EMPTY);
    assert_int_in_range(seen.atr_size, 2, 33);
}

static void test_wait__runs_out_without_a_change(void **state) {
    struct kit *kit = *state;
    struct rm_reader_state seen = kit_look(kit, kit->contract->reader);
    struct kit_job job = {.call = kit_job_wait, .context = kit->b, .state = seen, .timeout_ms = KIT_SHORT};
    job.state.current = seen.event & ~(uint32_t)RM_STATE_CHANGED;
    kit_start(&job);
    kit_join(&job);
    kit_assert_status(job.status, RM_E_TIMEOUT);
    assert_int_in_range(job.took_ms, KIT_SHORT / 2, KIT_PATIENCE);
    assert_true(job.state.event & RM_STATE_PRESENT);
    assert_false(job.state.event & RM_STATE_CHANGED);
    assert_int_equal(job.state.atr_size, seen.atr_size);
}

static void test_wait__sees_removal_and_insertion(void **state) {
    struct kit *kit = *state;
    KIT_NEEDS(kit, RM_CONTRACT_NO_REMOVAL);
    struct rm_reader_state seen = kit_look(kit, kit->contract->reader);
    struct kit_job job = {.call = kit_job_wait, .context = kit->b, .state = seen, .timeout_ms = KIT_LONG};
    const uint32_t count_before = seen.event & COUNT_MASK;

    job.state.current = seen.event & ~(uint32_t)RM_STATE_CHANGED;
    kit_start(&job);
    kit_remove(kit);
    kit_join(&job);
    kit_assert_status(job.status, RM_OK);
    assert_true(job.state.event & RM_STATE_EMPTY);
    assert_true(job.state.event & RM_STATE_CHANGED);
    assert_true((job.state.event & COUNT_MASK) != count_before);
    assert_int_equal(job.state.atr_size, 0);

    job.state.current = job.state.event & ~(uint32_t)RM_STATE_CHANGED;
    kit_start(&job);
    kit_put_back(kit);
    kit_join(&job);
    kit_assert_status(job.status, RM_OK);
    assert_true(job.state.event & RM_STATE_PRESENT);
    assert_true(job.state.event & RM_STATE_CHANGED);
}

static void test_wait__sees_what_happened_before(void **state) {
    struct kit *kit = *state;
    KIT_NEEDS(kit, RM_CONTRACT_NO_REMOVAL);
    struct rm_reader_state seen = kit_look(kit, kit->contract->reader);
    seen.current = seen.event & ~(uint32_t)RM_STATE_CHANGED;
    kit_remove(kit);
    kit_put_back(kit);
    /* Present before, present now: only the count tells that the card was out. */
    seen.current |= seen.current & COUNT_MASK ? 0 : 0x00010000u;
    kit_assert_status(rm_wait(kit->a, &seen, 1, RM_WITHIN(KIT_SHORT)), RM_OK);
    assert_true(seen.event & RM_STATE_CHANGED);
    assert_true(seen.event & RM_STATE_PRESENT);
}

static void test_wait__is_cancelled(void **state) {
    struct kit *kit = *state;
    struct rm_reader_state seen = kit_look(kit, kit->contract->reader);
    struct kit_job job = {.call = kit_job_wait, .context = kit->b, .state = seen, .timeout_ms = RM_INFINITE};
    job.state.current = seen.event & ~(uint32_t)RM_STATE_CHANGED;
    kit_start(&job);
    rm_cancel(kit->b);
    kit_join(&job);
    kit_assert_status(job.status, RM_E_CANCELLED);
    assert_int_in_range(job.took_ms, 0, KIT_PATIENCE);
}

static void test_wait__unknown_reader(void **state) {
    struct kit *kit = *state;
    struct rm_reader_state states[2] = {{.reader = kit->contract->reader}, {.reader = "No Such Reader"}};
    kit_assert_status(rm_wait(kit->a, states, 2, RM_WITHIN(0)), RM_E_UNKNOWN_READER);
}

static void test_wait__ignored_readers(void **state) {
    struct kit *kit = *state;
    struct rm_reader_state seen = {.reader = kit->contract->reader, .current = RM_STATE_IGNORE};
    kit_assert_status(rm_wait(kit->a, &seen, 1, RM_WITHIN(KIT_SHORT)), RM_E_TIMEOUT);
    assert_false(seen.event & RM_STATE_CHANGED);
}

static void test_attrib__atr_string(void **state) {
    struct kit *kit = *state;
    KIT_NEEDS(kit, RM_CONTRACT_NO_ATTRIB);
    struct rm_card *card = kit_connect(kit, kit->a);
    struct rm_card_status status;
    uint8_t value[64];
    size_t size = sizeof value;
    kit_assert_status(rm_status_of(card, &status, RM_WITHIN(KIT_LONG)), RM_OK);
    kit_assert_status(rm_get_attrib(card, RM_ATTR_ATR_STRING, value, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(size, status.atr_size);
    assert_memory_equal(value, status.atr, size);
    size = sizeof value;
    kit_assert_status(rm_get_attrib(card, 0x0001FFFFu, value, &size, RM_WITHIN(RM_INFINITE)),
                      RM_E_UNSUPPORTED_FEATURE);
    size = sizeof value;
    kit_assert_status(rm_get_attrib(card, RM_ATTR_FRIENDLY_NAME, value, &size, RM_WITHIN(RM_INFINITE)),
                      RM_OK);
    assert_int_equal(size, strlen(kit->contract->reader) + 1);
    assert_memory_equal(value, kit->contract->reader, size);
    kit_assert_status(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_control__unknown_code(void **state) {
    struct kit *kit = *state;
    struct rm_card *card = kit_connect(kit, kit->a);
    uint8_t answer[16];
    size_t size = sizeof answer;
    assert_true(rm_control(card, 0x00313FFCu, NULL, 0, answer, &size, RM_WITHIN(RM_INFINITE)) != RM_OK);
    assert_int_equal(size, 0);
    kit_assert_status(kit_ask(card, KIT_LONG), RM_OK);
    kit_assert_status(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_adopt__unknown_handle(void **state) {
    struct kit *kit = *state;
    struct rm_card *card = NULL;
    kit_assert_status(rm_adopt(kit->a, 0x7A5A5A5Au, RM_WITHIN(5000), &card), RM_E_INVALID_HANDLE);
    assert_null(card);
}

static void test_adopt__uses_and_leaves_the_connection(void **state) {
    struct kit *kit = *state;
    KIT_NEEDS(kit, RM_CONTRACT_NO_ADOPT);
    struct rm_card *card = kit_connect(kit, kit->a), *adopted = NULL;
    kit_assert_status(rm_adopt(kit->b, rm_card_handle(card), RM_WITHIN(5000), &adopted), RM_OK);
    assert_int_equal(rm_card_handle(adopted), rm_card_handle(card));
    assert_int_equal(adopted->protocol, card->protocol);
    assert_string_equal(rm_reader_name(adopted), kit->contract->reader);
    kit_assert_status(kit_ask(adopted, KIT_LONG), RM_OK);
    rm_abandon(adopted);
    kit_assert_status(kit_ask(card, KIT_LONG), RM_OK);

    kit_assert_status(rm_adopt(kit->b, rm_card_handle(card), RM_WITHIN(5000), &adopted), RM_OK);
    kit_assert_status(rm_disconnect(adopted, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    kit_assert_status(kit_ask(card, KIT_LONG), RM_E_INVALID_HANDLE);
    kit_assert_status(rm_disconnect(card, RM_LEAVE, RM_WITHIN(2000)), RM_E_INVALID_HANDLE);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, kit_setup, kit_teardown)

const struct CMUnitTest kit_world_tests[] = {
    CASE(test_list_readers__appends),
    CASE(test_list_groups__default_readers),
    CASE(test_status__of_a_connected_card),
    CASE(test_transmit__needs_room),
    CASE(test_wait__unaware_tells_at_once),
    CASE(test_wait__runs_out_without_a_change),
    CASE(test_wait__sees_removal_and_insertion),
    CASE(test_wait__sees_what_happened_before),
    CASE(test_wait__is_cancelled),
    CASE(test_wait__unknown_reader),
    CASE(test_wait__ignored_readers),
    CASE(test_attrib__atr_string),
    CASE(test_control__unknown_code),
    CASE(test_adopt__unknown_handle),
    CASE(test_adopt__uses_and_leaves_the_connection),
};
const size_t kit_world_count = sizeof kit_world_tests / sizeof kit_world_tests[0];
