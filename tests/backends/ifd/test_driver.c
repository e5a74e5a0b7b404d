/* Loading drivers and opening readers with them: what is refused and why, names, slots, copies. */
#include <stdio.h>
#include <string.h>

#include "backends/ifd/readers.h"
#include "backends/ifd/setup.h"
#include "base/clock.h"
#include "rig.h"

static rm_status refusal(const char *spec, char why[400]) {
    struct rm_service *service = NULL;
    *why = '\0';
    const rm_status status = ifd_service_create(spec, &service, why, 400);
    assert_null(service);
    return status;
}

static void test_refused__what_is_no_driver(void **state) {
    char why[400];
    (void)state;
    assert_int_equal(refusal("/nowhere/libnothing.so:1", why), RM_E_INVALID_PARAMETER);
    assert_non_null(strstr(why, "/nowhere/libnothing.so"));
    assert_int_equal(refusal(NO_DRIVER, why), RM_E_INVALID_PARAMETER);
    assert_non_null(strstr(why, "no reader driver"));
    assert_int_equal(refusal(__FILE__, why), RM_E_INVALID_PARAMETER);
    assert_int_equal(refusal("", why), RM_E_INVALID_PARAMETER);
    assert_non_null(strstr(why, "ifd:"));
    assert_int_equal(refusal(NULL, why), RM_E_INVALID_PARAMETER);
    struct rm_service *service = NULL;
    assert_int_equal(ifd_service_create("", &service, NULL, 0), RM_E_INVALID_PARAMETER);
    assert_int_equal(ifd_service_create("/nowhere/libnothing.so", &service, NULL, 0), RM_E_INVALID_PARAMETER);
}

static void test_refused__version_2(void **state) {
    char why[400];
    (void)state;
    assert_int_equal(refusal(OLD_IFD ":1", why), RM_E_INVALID_PARAMETER);
    assert_non_null(strstr(why, "version 2"));
}

static void test_refused__a_device_that_is_not_there(void **state) {
    char why[400];
    (void)state;
    assert_int_equal(refusal(FAKE_IFD ":nothing", why), RM_E_READER_UNAVAILABLE);
    assert_non_null(strstr(why, "nothing"));
    assert_non_null(strstr(why, "no such device"));
}

/* A slot that cannot be opened closes those before it. */
static void test_refused__a_slot(void **state) {
    struct fake_ifd fake = {.slots = 3, .open_code = 612};
    char spec[512], why[400];
    (void)state;
    (void)snprintf(spec, sizeof spec, FAKE_IFD ":fake:%p", (void *)&fake);
    assert_int_equal(refusal(spec, why), RM_E_READER_UNAVAILABLE);
    assert_non_null(strstr(why, "612"));
    assert_int_equal(fake.opened, 0);
    fake.open_code = 0;
    fake.slots = FAKE_IFD_SLOTS + 1; /* the last of which it does not open */
    assert_int_equal(refusal(spec, why), RM_E_READER_UNAVAILABLE);
    assert_non_null(strstr(why, "slot 4"));
    assert_int_equal(fake.opened, FAKE_IFD_SLOTS);
    assert_int_equal(fake.closed, FAKE_IFD_SLOTS);
}

static void test_open__slots_are_readers(void **state) {
    struct fake_ifd fake = {.slots = 2, .card = {false, true}};
    struct rig rig = rig_open(&fake);
    struct names names = {0};
    (void)state;
    assert_int_equal(rm_list_readers(rig.context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names_count(&names), 2);
    assert_true(names_has(&names, RIG_READER) && names_has(&names, RIG_SECOND));
    names_clear(&names);
    assert_false(fake.number);
    assert_int_equal(fake.opened, 2);
    assert_true(rig_await(&rig, RIG_READER, RM_STATE_EMPTY));
    assert_true(rig_await(&rig, RIG_SECOND, RM_STATE_PRESENT)); /* from the start, without a wait */
    struct rm_card *card = rig_connect(&rig, RIG_SECOND, RM_SHARE_SHARED);
    assert_int_equal(rig_ask(card), RM_OK);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(0)), RM_OK);
    rig_close(&rig);
    assert_int_equal(fake.closed, 2);
}

static void test_open__by_number(void **state) {
    struct fake_ifd fake = {.slots = 1};
    const struct ifd_reader_spec spec = {.driver = FAKE_IFD, .channel = (unsigned long)(uintptr_t)&fake};
    struct rig rig = rig_open(&(struct fake_ifd){.slots = 1});
    struct ifd_channel *channel = NULL;
    struct names names = {0};
    (void)state;
    assert_int_equal(ifd_readers_plug(slots_service_of(rig.service), "fakeifd", &spec, &channel, NULL, 0),
                     RM_OK);
    assert_true(fake.number);
    assert_int_equal(rm_list_readers(rig.context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_true(names_has(&names, "fakeifd 01 00")); /* the next number: the first name is taken */
    names_clear(&names);
    struct rm_card *card = rig_connect(&rig, "fakeifd 01 00", RM_SHARE_DIRECT);
    ifd_readers_unplug(slots_service_of(rig.service), channel);
    assert_int_equal(fake.closed, 1);
    assert_int_equal(rig_ask(card), RM_E_READER_UNAVAILABLE);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(0)), RM_OK);
    assert_true(rig_await(&rig, RIG_READER, RM_STATE_EMPTY));
    rig_close(&rig);
    assert_int_equal(fake.closed, 1);
}

/* One that serves one reader is loaded once more for the next, and has variables of its own. */
static void test_copies__one_reader_each(void **state) {
    struct fake_ifd one = {.slots = 1, .card = {true}}, two = {.slots = 1, .card = {true}};
    struct rig a = rig_open(&one), b = rig_open(&two);
    (void)state;
    assert_ptr_not_equal(one.copy, two.copy);
    assert_int_equal(one.lun, 0);
    assert_int_equal(two.lun, 0);
    struct rm_card *card = rig_connect(&a, RIG_READER, RM_SHARE_SHARED);
    struct rm_card *other = rig_connect(&b, RIG_READER, RM_SHARE_SHARED);
    assert_int_equal(rig_ask(card), RM_OK);
    assert_int_equal(rig_ask(other), RM_OK);
    rm_disconnect(other, RM_LEAVE, RM_WITHIN(0));
    rig_close(&b);
    assert_int_equal(rig_ask(card), RM_OK);
    rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    rig_close(&a);
}

/* One that serves several is loaded once, and knows its readers by number. */
static void test_copies__shared(void **state) {
    struct fake_ifd one = {.slots = 1, .simultaneous = 2}, two = one, three = {.slots = 1};
    struct rig a = rig_open(&one), b = rig_open(&two), c = rig_open(&three);
    (void)state;
    assert_ptr_equal(one.copy, two.copy);
    assert_int_equal(two.lun, 1 << 16);
    assert_ptr_not_equal(one.copy, three.copy);
    rig_close(&a);
    assert_true(rig_await(&b, RIG_READER, RM_STATE_EMPTY));
    struct fake_ifd four = {.slots = 1};
    struct rig d = rig_open(&four); /* into the place that has become free */
    assert_ptr_equal(four.copy, two.copy);
    assert_int_equal(four.lun, 0);
    rig_close(&d);
    rig_close(&c);
    rig_close(&b);
}

/* Told in the moment before it begins to wait, a driver waits all its time: it is told again. */
static void test_presence__stopped_too_early(void **state) {
    (void)state;
    struct fake_ifd fake = {.slots = 1, .polls = true, .deaf = 1};
    struct rig rig = rig_open(&fake);
    while (fake.waits == 0)
        rig_nap(5);
    const uint64_t start = clock_ms();
    rig_close(&rig);
    assert_int_in_range(fake.stops, 1, 50);
    if (fake.stops < 2) /* its time was over just then */
        return;
    assert_int_in_range(clock_ms() - start, 0, 900);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_presence__stopped_too_early),
        cmocka_unit_test(test_refused__what_is_no_driver),
        cmocka_unit_test(test_refused__version_2),
        cmocka_unit_test(test_refused__a_device_that_is_not_there),
        cmocka_unit_test(test_refused__a_slot),
        cmocka_unit_test(test_open__slots_are_readers),
        cmocka_unit_test(test_open__by_number),
        cmocka_unit_test(test_copies__one_reader_each),
        cmocka_unit_test(test_copies__shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
