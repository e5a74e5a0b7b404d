/* Where cards connect to, in words. */
#include "backends/vpcd/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_place__forms(void **state) {
    static const struct {
        const char *text;
        struct place expected;
    } rows[] = {
        {NULL, {.host = "127.0.0.1", .port = 35963, .doors = 1, .readers = 1}},
        {"0", {.host = "127.0.0.1", .port = 0, .doors = 1, .readers = 1}},
        {"35970", {.host = "127.0.0.1", .port = 35970, .doors = 1, .readers = 1}},
        {"65535*3", {.host = "127.0.0.1", .port = 65535, .doors = 1, .readers = 3}},
        {"35970-35973", {.host = "127.0.0.1", .port = 35970, .doors = 4, .readers = 1}},
        {"35970-35970*2", {.host = "127.0.0.1", .port = 35970, .doors = 1, .readers = 2}},
        {"1-256*4", {.host = "127.0.0.1", .port = 1, .doors = 256, .readers = 4}},
        {"0.0.0.0:35963", {.host = "0.0.0.0", .port = 35963, .doors = 1, .readers = 1}},
        {"[::1]:7-9*1024", {.host = "", .port = 0}},
        {"[::1]:7-9*2", {.host = "::1", .port = 7, .doors = 3, .readers = 2}},
        {"localhost:1", {.host = "localhost", .port = 1, .doors = 1, .readers = 1}},
        {"/run/cards", {.path = "/run/cards", .doors = 1, .readers = 1}},
        {"/run/cards*16", {.path = "/run/cards", .doors = 1, .readers = 16}},
        {"/a*b*2", {.path = "/a*b", .doors = 1, .readers = 2}},
        {"/connect:1", {.path = "/connect:1", .doors = 1, .readers = 1}},
        {"connect:phone:35963", {.host = "phone", .port = 35963, .doors = 1, .readers = 1, .reversed = true}},
        {"connect:[fe80::1]:1", {.host = "fe80::1", .port = 1, .doors = 1, .readers = 1, .reversed = true}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const struct place *expected = &rows[i].expected;
        struct place place;
        char message[300] = "untouched";
        if (!expected->doors) {
            assert_false(place_parse(rows[i].text, &place, NULL, 0));
            continue;
        }
        assert_true(place_parse(rows[i].text, &place, message, sizeof message));
        assert_string_equal(place.host, expected->host);
        assert_string_equal(place.path, expected->path);
        assert_int_equal(place.port, expected->port);
        assert_int_equal(place.doors, expected->doors);
        assert_int_equal(place.readers, expected->readers);
        assert_int_equal(place.reversed, expected->reversed);
        assert_string_equal(message, "untouched");
    }
}

static void test_place__what_is_none(void **state) {
    static const struct {
        const char *text, *reason;
    } rows[] = {
        {"", "a port is a number"},
        {"65536", "a port is a number"},
        {"99999999999999999999", "a port is a number"},
        {"-1", "a port is a number"},
        {" 1", "a port is a number"},
        {"port", "a port is a number"},
        {"5-4", "a range of ports"},
        {"0-4", "a range of ports"},
        {"5-", "a range of ports"},
        {"5-65536", "a range of ports"},
        {"1-257", "too many"},
        {"1-256*5", "too many"},
        {"5*0", "number of readers"},
        {"5*", "number of readers"},
        {"5*1025", "number of readers"},
        {"5*x", "number of readers"},
        {":5", "no address"},
        {"[]:5", "no address"},
        {"::1:5", "in brackets"},
        {"host:", "a port is a number"},
        {"connect:5", "connect:HOST:PORT"},
        {"connect:host:0", "has a port"},
        {"connect:host:5-6", "one card"},
        {"connect:host:5*2", "one card"},
        {"connect:/path", "a port is a number"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        struct place place = {.doors = 77};
        char message[400] = "", begin[60];
        assert_false(place_parse(rows[i].text, &place, message, sizeof message));
        (void)snprintf(begin, sizeof begin, "vpcd:%s: ", rows[i].text);
        assert_memory_equal(message, begin, strlen(begin));
        if (!strstr(message, rows[i].reason))
            fail_msg("%s", message);
        assert_non_null(strstr(message, "vpcd:ADDRESS:PORT")); /* what is right */
        assert_int_equal(place.doors, 77);
    }
}

static void test_place__long_names(void **state) {
    char text[400];
    struct place place;
    (void)state;
    memset(text, 'x', sizeof text);
    text[0] = '/';
    text[PLACE_PATH_MAX] = '\0';
    assert_true(place_parse(text, &place, NULL, 0));
    assert_string_equal(place.path, text);
    text[PLACE_PATH_MAX] = 'x';
    text[PLACE_PATH_MAX + 1] = '\0';
    assert_false(place_parse(text, &place, NULL, 0));
    memset(text, 'x', sizeof text);
    memcpy(text + PLACE_HOST_MAX, ":1", 3);
    assert_true(place_parse(text, &place, NULL, 0));
    assert_int_equal(strlen(place.host), PLACE_HOST_MAX);
    memset(text, 'x', sizeof text);
    memcpy(text + PLACE_HOST_MAX + 1, ":1", 3);
    assert_false(place_parse(text, &place, NULL, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_place__forms),
        cmocka_unit_test(test_place__what_is_none),
        cmocka_unit_test(test_place__long_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
