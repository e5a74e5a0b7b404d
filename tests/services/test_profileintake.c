/*
 * Tables of vendors: taken in as copies, of any version, or refused with a sentence that says what is wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "services/profileintake.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A table with two rows of all there is, which a case spoils. */
static struct {
    struct scardssp_profile table;
    struct scardssp_profile_aid aids[2];
    struct scardssp_profile_atr atrs[2];
    struct scardssp_profile_sign signs[2];
    struct scardssp_profile_word words[2], code_words[2];
    struct scardssp_profile_range ranges[2];
    struct scardssp_profile_file files[2];
    struct scardssp_profile_object objects[2];
    struct scardssp_profile_code codes[2];
    struct scardssp_profile_key keys[2];
} given;

#define ROWS(member, count) given.table.member = given.member, given.table.count = 2

static void begin(void) {
    memset(&given, 0, sizeof given);
    given.table.size = sizeof given.table;
    strcpy(given.table.name, "acme-1");
    ROWS(aids, aid_count);
    ROWS(atrs, atr_count);
    ROWS(signs, sign_count);
    ROWS(words, word_count);
    ROWS(code_words, code_word_count);
    ROWS(ranges, range_count);
    ROWS(files, file_count);
    ROWS(codes, code_count);
    ROWS(keys, key_count);
    for (uint8_t i = 0; i < 2; ++i) {
        given.aids[i] = (struct scardssp_profile_aid){5, {0xF0, 1, 2, 3, i}};
        given.atrs[i] = (struct scardssp_profile_atr){2, {0x3B, i}, {0xFF, 0xFF}};
        given.signs[i] = (struct scardssp_profile_sign){0x9000, (uint16_t)(0xC0 + i)};
        given.words[i] = (struct scardssp_profile_word){0x9F00, 0xFF00, 0x9000};
        given.code_words[i] = (struct scardssp_profile_word){0x9804, 0xFFFF, 0x6300};
        given.ranges[i] = (struct scardssp_profile_range){1, 2};
        given.files[i] = (struct scardssp_profile_file){"File-0", 2, {0x0001, i + 1u}};
        given.files[i].name[5] = (char)('0' + i);
        given.objects[i] = (struct scardssp_profile_object){i + 1u, 0x5FC101u + i};
        given.codes[i] = (struct scardssp_profile_code){.asked = i, .reference = 0x81};
        given.keys[i] = (struct scardssp_profile_key){.asked = i, .reference = 0x82};
    }
}

/* The same with objects instead of files: an application, by its name. */
static void begin_objects(void) {
    begin();
    ROWS(objects, object_count);
    given.table.flags = SCARDSSP_PROFILE_LISTED_OBJECTS;
    given.table.atr_count = given.table.sign_count = given.table.file_count = 0;
}

static char why[PROFILEINTAKE_WHY_SIZE];

static struct scardssp_profile *take(void) {
    return profileintake_take(&given.table, "acme-1", why);
}

/* The table is refused, and this is why. */
static void refused(const char *expected) {
    struct scardssp_profile *const taken = take();
    if (taken || !strstr(why, expected))
        print_error("%s: %s\n", expected, taken ? "taken" : why);
    assert_null(taken);
    assert_non_null(strstr(why, expected));
}

/* A change of the good table, by which it is refused for this reason. */
#define REFUSED(expected, ...)                                                                               \
    do {                                                                                                     \
        begin();                                                                                             \
        __VA_ARGS__;                                                                                         \
        refused(expected);                                                                                   \
    } while (0)
#define REFUSED_OBJECTS(expected, ...)                                                                       \
    do {                                                                                                     \
        begin_objects();                                                                                     \
        __VA_ARGS__;                                                                                         \
        refused(expected);                                                                                   \
    } while (0)

static void test_take__a_copy(void **state) {
    (void)state;
    begin();
    struct scardssp_profile *const taken = take();
    assert_string_equal(why, "");
    assert_non_null(taken);
    const struct scardssp_profile_file before = given.files[1];
    memset(&given, 0xEE, sizeof given);
    assert_string_equal(taken->name, "acme-1");
    assert_int_equal(taken->file_count, 2);
    assert_memory_equal(&taken->files[1], &before, sizeof before);
    assert_int_equal(taken->aids[1].bytes[4], 1);
    assert_int_equal(taken->keys[1].asked, 1);
    assert_null(taken->objects);
    assert_int_equal(taken->get, 0xCA);
    assert_int_equal(taken->put, 0xDA);
    free(taken);
    begin_objects();
    struct scardssp_profile *const objects = take();
    assert_non_null(objects);
    assert_int_equal(objects->objects[1].tag, 0x5FC102);
    assert_int_equal(objects->get, 0xCB);
    assert_int_equal(objects->put, 0xDB);
    free(objects);
}

/* The library's own tables, but for the one that nothing recognises, are such tables. */
static void test_take__the_librarys_own(void **state) {
    static const struct scardssp_profile *const own[] = {&profile_gsm, &profile_uicc, &profile_piv,
                                                         &profile_openpgp};
    (void)state;
    for (size_t i = 0; i < COUNT(own); ++i) {
        struct scardssp_profile table = *own[i];
        table.size = sizeof table;
        struct scardssp_profile *const taken = profileintake_take(&table, table.name, why);
        assert_string_equal(why, "");
        free(taken);
    }
}

/* Versions */

static void test_version__older_and_newer(void **state) {
    struct {
        struct scardssp_profile table;
        uint32_t later[4];
    } newer = {.later = {0}};
    (void)state;
    begin();
    newer.table = given.table;
    newer.table.size = sizeof newer;
    struct scardssp_profile *taken = profileintake_take(&newer.table, "acme-1", why);
    assert_non_null(taken);
    assert_int_equal(taken->size, sizeof *taken);
    free(taken);
    newer.later[3] = 1;
    assert_null(profileintake_take(&newer.table, "acme-1", why));
    assert_non_null(strstr(why, "newer version"));
    /* The first version, to the byte. */
    begin();
    given.table.size = offsetof(struct scardssp_profile, unused) + sizeof given.table.unused;
    taken = take();
    assert_non_null(taken);
    free(taken);
    REFUSED("size is", given.table.size = offsetof(struct scardssp_profile, unused) + 6);
    REFUSED("size is", given.table.size = 0);
    REFUSED("size is", given.table.size = 4097);
    REFUSED("size is", given.table.size = UINT32_MAX);
    assert_null(profileintake_take(NULL, "acme-1", why));
    assert_non_null(strstr(why, "knows no profile of this name"));
}

/* The whole */

static void test_refused__name(void **state) {
    (void)state;
    REFUSED("is called acme-2", strcpy(given.table.name, "acme-2"));
    REFUSED("name has no end", memset(given.table.name, 'a', sizeof given.table.name));
    REFUSED("name is not", given.table.name[0] = '\0');
    REFUSED("name is not", strcpy(given.table.name, "Acme"));
    REFUSED("name is not", strcpy(given.table.name, "1acme"));
    REFUSED("name is not", strcpy(given.table.name, "acme_1"));
    REFUSED("name is not", strcpy(given.table.name, "acm\xC3\xA9"));
}

static void test_refused__commands(void **state) {
    (void)state;
    REFUSED("flags that this library does not know", given.table.flags = 0x100);
    REFUSED("exclude each other",
            given.table.flags = SCARDSSP_PROFILE_SELECT_FCI | SCARDSSP_PROFILE_SELECT_SILENT);
    REFUSED("P2 00 only", given.table.flags = SCARDSSP_PROFILE_PLAIN_SELECT | SCARDSSP_PROFILE_SELECT_FCI);
    REFUSED("aids[0]: nothing is selected by name", given.table.flags = SCARDSSP_PROFILE_PLAIN_SELECT);
    REFUSED("cla is FF", given.table.cla = 0xFF);
    REFUSED("command chaining", given.table.cla = 0x10);
    REFUSED("get or put", given.table.get = 0x6A);
    REFUSED("get or put", given.table.put = 0x90);
    REFUSED("reserved", given.table.reserved = 1);
    REFUSED("unused", given.table.unused[6] = 1);
}

static void test_refused__arrays(void **state) {
    (void)state;
    REFUSED("aids is NULL, and has 2 rows", given.table.aids = NULL);
    REFUSED("keys is NULL, and has 2 rows", given.table.keys = NULL);
    REFUSED("words has 257 rows", given.table.word_count = 257);
    REFUSED("objects has 4294967295 rows", given.table.objects = given.objects;
            given.table.object_count = UINT32_MAX; given.table.file_count = 0);
    REFUSED("nothing recognises a card",
            given.table.aid_count = given.table.atr_count = given.table.sign_count = 0);
}

/* Rows */

static void test_refused__recognition(void **state) {
    (void)state;
    REFUSED("aids[1]: size is not 5 to 16", given.aids[1].size = 4);
    REFUSED("aids[0]: size is not 5 to 16", given.aids[0].size = 17);
    REFUSED("atrs[1]: size is not 2 to 33", given.atrs[1].size = 34);
    REFUSED("atrs[0]: size is not 2 to 33", given.atrs[0].size = 1);
    REFUSED("atrs[1]: the mask is empty", memset(given.atrs[1].mask, 0, 2); given.atrs[1].mask[2] = 0xFF);
    REFUSED("signs[0]: sw is no status word", given.signs[0].sw = 0x1234);
    REFUSED("signs[1]: every card says 9000", given.signs[1].tag = 0);
}

static void test_refused__words(void **state) {
    (void)state;
    REFUSED("words[1]: sw has bits", given.words[1].sw = 0x9F01);
    REFUSED("words[0]: sw has bits", given.words[0] = (struct scardssp_profile_word){0, 0, 0x9000});
    REFUSED("code_words[1]: iso is no status word", given.code_words[1].iso = 0x5000);
}

static void test_refused__files(void **state) {
    static const char *const bad[] = {"",       "0001",   "Face",        "1st",
                                      "Ro oms", "Ro/oms", "R\xC3\xBCme", "\"Rooms\""};
    (void)state;
    for (size_t i = 0; i < COUNT(bad); ++i)
        REFUSED("files[1]: name is not", strcpy(given.files[1].name, bad[i]));
    REFUSED("files[0]: name has no end", memset(given.files[0].name, 'x', sizeof given.files[0].name));
    REFUSED("files[0] and [1] are about the same", strcpy(given.files[1].name, "fILE-0"));
    REFUSED("files[0]: depth", given.files[0].depth = 0);
    REFUSED("files[0]: depth", given.files[0].depth = 5);
    REFUSED("files[1]: an identifier", given.files[1].ids[1] = 0);
    REFUSED("files[1]: an identifier", given.files[1].ids[0] = 0x3F00);
    REFUSED("files[1]: an identifier", given.files[1].ids[0] = 0xFFFF);
    REFUSED("ranges[1]: first is 0 or behind last", given.ranges[1] = (struct scardssp_profile_range){0, 5});
    REFUSED("ranges[0]: first is 0 or behind last", given.ranges[0] = (struct scardssp_profile_range){6, 5});
    REFUSED("4096 identifiers", given.ranges[0] = (struct scardssp_profile_range){1, 0x0FFF});
    REFUSED("4096 identifiers", given.ranges[0] = (struct scardssp_profile_range){1, 0xFFFF});
}

static void test_refused__objects(void **state) {
    (void)state;
    REFUSED_OBJECTS("objects[1]: id", given.objects[1].id = 0);
    REFUSED_OBJECTS("objects[0]: id", given.objects[0].id = 0x3FFF);
    REFUSED_OBJECTS("objects[0] and [1] are about the same", given.objects[1].id = 1);
    REFUSED_OBJECTS("objects[1]: tag is not a whole tag", given.objects[1].tag = 0);
    REFUSED_OBJECTS("objects[1]: tag is not a whole tag", given.objects[1].tag = 0x5F);
    REFUSED_OBJECTS("objects[1]: tag is not a whole tag", given.objects[1].tag = 0x5FC1C1);
    REFUSED_OBJECTS("objects[1]: tag is not a whole tag", given.objects[1].tag = 0x015FC101);
    REFUSED_OBJECTS("objects[0]: tag does not fit", given.table.flags = 0);
    REFUSED_OBJECTS("files[0]: depth is not 1", given.table.file_count = 2);
    REFUSED_OBJECTS("by aids alone", given.table.atr_count = 2);
    REFUSED_OBJECTS("by aids alone", given.table.aid_count = 0; given.table.sign_count = 2);
}

static void test_refused__codes_and_keys(void **state) {
    (void)state;
    REFUSED("codes[1]: encoding", given.codes[1].form.encoding = 3);
    REFUSED("codes[0]: size is not 8", given.codes[0].form.encoding = SCARDSSP_PROFILE_CODE_BLOCK;
            given.codes[0].form.size = 7);
    REFUSED("codes[1]: least is more than most", given.codes[1].form.least = 4; given.codes[1].form.most = 3);
    REFUSED("codes[0] and [1] are about the same", given.codes[0].asked = 1);
    REFUSED("form: encoding", given.table.form.encoding = 9);
    REFUSED("keys[1]: there are flags", given.keys[1].flags = 2);
    REFUSED("keys[0] and [1] are about the same", given.keys[1].asked = 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_take__a_copy),
        cmocka_unit_test(test_take__the_librarys_own),
        cmocka_unit_test(test_version__older_and_newer),
        cmocka_unit_test(test_refused__name),
        cmocka_unit_test(test_refused__commands),
        cmocka_unit_test(test_refused__arrays),
        cmocka_unit_test(test_refused__recognition),
        cmocka_unit_test(test_refused__words),
        cmocka_unit_test(test_refused__files),
        cmocka_unit_test(test_refused__objects),
        cmocka_unit_test(test_refused__codes_and_keys),
    };
    return cmocka_run_group_tests_name("services_profileintake", tests, NULL, NULL);
}
