/* What scardssp_rm.h says of data objects: told in order, each with how deep it lies; malformed ones not. */
#include <stdio.h>
#include <string.h>

#include "kit.h"
#include "scardssp_rm.h"

/* What the visitor has been told: "62/0{80/1=0102 ..." in the order it came. */
struct seen {
    char text[4096];
    uint32_t deepest;
};

static void see(void *user, const struct scardssp_object *object) {
    struct seen *seen = user;
    size_t used = strlen(seen->text);
    used += (size_t)snprintf(seen->text + used, sizeof seen->text - used, "%X/%u%s", object->tag,
                             object->depth, object->inner ? "{" : "=");
    for (size_t i = 0; !object->inner && i < object->size && used + 3 < sizeof seen->text; ++i)
        used += (size_t)snprintf(seen->text + used, sizeof seen->text - used, "%02X", object->value[i]);
    (void)snprintf(seen->text + used, sizeof seen->text - used, " ");
    if (object->depth > seen->deepest)
        seen->deepest = object->depth;
}

#define TOLD(text_wanted, ...)                                                                               \
    do {                                                                                                     \
        const uint8_t bytes[] = {__VA_ARGS__};                                                               \
        struct seen seen = {.deepest = 0};                                                                   \
        assert_int_equal(scardssp_each_object(bytes, sizeof bytes, see, &seen), S_OK);                       \
        assert_string_equal(seen.text, text_wanted);                                                         \
    } while (0)

#define REFUSED(...)                                                                                         \
    do {                                                                                                     \
        const uint8_t bytes[] = {__VA_ARGS__};                                                               \
        struct seen seen = {.deepest = 0};                                                                   \
        assert_int_equal(scardssp_each_object(bytes, sizeof bytes, see, &seen), E_INVALIDARG);               \
        assert_string_equal(seen.text, "");                                                                  \
    } while (0)

static void test_objects__are_told_in_order(void **state) {
    (void)state;
    TOLD("5A/0=1234 ", 0x5A, 2, 0x12, 0x34);
    TOLD("62/0{ 80/1=0100 83/1=2F00 5F2D/0=6465 ", 0x62, 8, 0x80, 2, 1, 0, 0x83, 2, 0x2F, 0, 0x5F, 0x2D, 2,
         0x64, 0x65);
    TOLD("7F21/0{ 53/1= ", 0x7F, 0x21, 0x81, 2, 0x53, 0);
    TOLD("61/0{ 4F/1=A0 ", 0x61, 3, 0x4F, 1, 0xA0, 0xFF, 0xFF, 0x00);
}

static void test_objects__a_constructed_value_that_is_none_stays_whole(void **state) {
    (void)state;
    TOLD("A5/0=0102 ", 0xA5, 2, 1, 2);
    TOLD("A5/0= ", 0xA5, 0);
    TOLD("70/0=3082010203 71/0=00 ", 0x70, 5, 0x30, 0x82, 1, 2, 3, 0x71, 1, 0);
}

static void test_objects__malformed_are_not_told(void **state) {
    (void)state;
    REFUSED(0x80, 2, 1);
    REFUSED(0x5A, 1, 1, 0x80);
    REFUSED(0xFF, 0xFF, 0x00);
    REFUSED(0x62, 0x80, 0x80, 0, 0, 0);
    struct seen seen = {.deepest = 0};
    const uint8_t byte = 0x80;
    assert_int_equal(scardssp_each_object(&byte, 0, see, &seen), E_INVALIDARG);
    assert_int_equal(scardssp_each_object(NULL, 2, see, &seen), E_POINTER);
    assert_int_equal(scardssp_each_object(&byte, 1, NULL, &seen), E_POINTER);
    assert_string_equal(seen.text, "");
}

/* Objects in objects have an end, however deep a card nests them. */
static void test_objects__nested_too_deep_are_one_value(void **state) {
    (void)state;
    uint8_t bytes[120];
    for (size_t i = 0; i < sizeof bytes; i += 2) {
        bytes[i] = 0x62;
        bytes[i + 1] = (uint8_t)(sizeof bytes - i - 2);
    }
    struct seen seen = {.deepest = 0};
    assert_int_equal(scardssp_each_object(bytes, sizeof bytes, see, &seen), S_OK);
    assert_int_equal(seen.deepest, 16);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_objects__are_told_in_order),
        cmocka_unit_test(test_objects__a_constructed_value_that_is_none_stays_whole),
        cmocka_unit_test(test_objects__malformed_are_not_told),
        cmocka_unit_test(test_objects__nested_too_deep_are_one_value),
    };
    return cmocka_run_group_tests_name("module_objects_api", tests, NULL, NULL);
}
