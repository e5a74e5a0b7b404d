/* The client's copy of the readers that agents lend, told by descriptions and news in any order. */
#include "backends/nats/copy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rm/names.h"

struct fixture {
    struct nats_service *service;
    struct nats_agent *agent;
};

static int setup(void **state) {
    static struct fixture fixture;
    *state = &fixture;
    fixture.service = calloc(1, sizeof *fixture.service);
    fixture.agent = fixture.service ? copy_agent_or_new(fixture.service, "rack") : NULL;
    return !fixture.agent;
}

static int teardown(void **state) {
    struct fixture *const fixture = *state;
    copy_clear(fixture->service);
    free(fixture->service);
    return 0;
}

/* names: each behind the other with a NUL at its end. */
static void describe(const struct fixture *fixture, uint64_t news, const char *names, size_t size) {
    const struct description about = {
        .instance = 1, .news = news, .lease_ms = 6000, .settled = true, .name = "rack", .name_size = 4};
    struct description told;
    struct names list = {0};
    uint8_t bytes[300];
    for (const char *name = names; name < names + size; name += strlen(name) + 1)
        assert_true(names_add(&list, name, strlen(name)));
    const size_t written = description_encode(&about, &list, bytes, sizeof bytes);
    names_clear(&list);
    assert_true(written > 0 && description_decode(bytes, written, &told));
    copy_take_description(fixture->service, fixture->agent, &told);
}

static void tell(const struct fixture *fixture, uint64_t number, const char *name) {
    const struct message_news news = {.instance = 1,
                                      .number = number,
                                      .state = RM_STATE_EMPTY,
                                      .lease_ms = 6000,
                                      .name = name,
                                      .name_size = strlen(name)};
    (void)copy_take_news(fixture->service, fixture->agent, &news, true);
}

/* The readers, each with a bar behind it. */
static void assert_readers(const struct fixture *fixture, const char *expected) {
    char text[300] = "";
    size_t count = 0;
    for (const struct nats_reader *reader = fixture->agent->readers; reader; reader = reader->next, count++) {
        strcat(text, reader->name);
        strcat(text, "|");
    }
    assert_string_equal(text, expected);
    assert_int_equal(fixture->agent->reader_count, count);
}

static void test_description__is_the_order(void **state) {
    const struct fixture *const fixture = *state;
    static const char three[] = "one\0two\0three", other[] = "three\0four\0one";
    tell(fixture, 1, "three");
    tell(fixture, 2, "two");
    assert_readers(fixture, "three|two|");
    describe(fixture, 2, three, sizeof three);
    assert_readers(fixture, "one|two|three|");
    assert_int_equal(copy_count(fixture->service), 2); /* nothing is known of the first but its name */
    describe(fixture, 3, other, sizeof other);
    assert_readers(fixture, "three|four|one|");
    assert_non_null(copy_reader(fixture->service, "three @rack"));
    assert_null(copy_reader(fixture->service, "two @rack"));
}

/* An agent that means no good. */
static void test_description__names_one_twice(void **state) {
    const struct fixture *const fixture = *state;
    static const char names[] = "one\0two\0one\0two\0three";
    describe(fixture, 1, names, sizeof names);
    assert_readers(fixture, "one|two|three|");
    tell(fixture, 2, "four");
    describe(fixture, 3, names, sizeof names);
    assert_readers(fixture, "one|two|three|");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_description__is_the_order),
        CASE(test_description__names_one_twice),
    };
    return cmocka_run_group_tests_name("nats_copy", tests, NULL, NULL);
}
