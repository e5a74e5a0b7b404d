/* The file tree of a card image: for everything wrong the exact line, field and reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/image_faults.h"

#define UICC                                                                                                           \
    "{\"format\":\"scardssp-card\",\"version\":1,\"name\":\"n\",\"protocols\":[\"T=0\"],\"commands\":\"uicc\",\"mf\":" \
    "{\n\"files\":[\n{"
#define FIXED EF "\"type\":\"linear-fixed\","

static const char *comma(int i) {
    return i ? "," : "";
}

static void test_image_files__directories(void **state) {
    (void)state;
    static const struct fault faults[] = {
        {CARD "\"id\":\"3F00\"" END, "2: mf.id: unknown field"},
        {CARD "\"files\":{}" END, "2: mf.files: must be an array"},
        {CARD "\"label\":\"\"" END, "2: mf.label: must have 1 to 32 characters, has 0"},
        {CARD "\"aid\":\"\"" END, "2: mf.aid: must have 1 to 16 bytes, has 0"},
        {CARD "\"files\":[1]" END, "2: mf.files[0]: must be an object"},
        {FILES FILES_END, "3: mf.files[0].type: is missing"},
        {FILES "\"type\":\"ef\"" FILES_END,
         "3: mf.files[0].type: must be \"df\", \"transparent\", \"linear-fixed\", \"linear-variable\" or "
         "\"cyclic\""},
        {FILES "\"type\":\"df\"" FILES_END, "3: mf.files[0].id: is missing"},
        {FILES "\"type\":\"df\",\"id\":\"1\"" FILES_END,
         "3: mf.files[0].id: must be pairs of hexadecimal digits"},
        {FILES "\"type\":\"df\",\"id\":\"01\"" FILES_END,
         "3: mf.files[0].id: must have 4 hexadecimal digits"},
        {FILES "\"type\":\"df\",\"id\":\"3F00\"" FILES_END, "3: mf.files[0].id: 3F00 is reserved"},
        {FILES "\"type\":\"df\",\"id\":\"3FFF\"" FILES_END, "3: mf.files[0].id: 3FFF is reserved"},
        {FILES "\"type\":\"df\",\"id\":\"FFFF\"" FILES_END, "3: mf.files[0].id: FFFF is reserved"},
        {FILES "\"type\":\"df\",\"id\":\"0000\"" FILES_END, "3: mf.files[0].id: 0000 is reserved"},
        {UICC "\"type\":\"df\",\"id\":\"7FFF\"" FILES_END, "3: mf.files[0].id: 7FFF is reserved"},
        {UICC "\"type\":\"df\",\"id\":\"0001\",\"rule\":\"2F06\"" FILES_END,
         "3: mf.files[0].rule: must have 3 to 3 bytes, has 2"},
        {FILES "\"type\":\"df\",\"id\":\"0001\",\"rule\":\"2F0601\"" FILES_END,
         "3: mf.files[0].rule: wants \"commands\" that are those of a \"uicc\""},
        {FILES "\"type\":\"df\",\"id\":\"0001\",\"size\":1" FILES_END, "3: mf.files[0].size: unknown field"},
        {FILES "\"type\":\"df\",\"id\":\"0001\"},\n{\"type\":\"df\",\"id\":\"0001\"" FILES_END,
         "4: mf.files[1].id: 0001 is used by another file"},
        {FILES "\"type\":\"df\",\"id\":\"0001\",\"files\":[\n{\"type\":\"df\",\"id\":\"0001\"}]" FILES_END,
         "4: mf.files[0].files[0].id: 0001 is used by another file"},
        {FILES "\"type\":\"df\",\"id\":\"0001\",\"aid\":\"A0\"},\n{\"type\":\"df\",\"id\":\"0002\",\"aid\":"
               "\"A0\"" FILES_END,
         "4: mf.files[1].aid: is used by another directory"},
        {FILES "\"type\":\"df\",\"id\":\"0001\",\"deactivated\":0" FILES_END,
         "3: mf.files[0].deactivated: must be true or false"},
    };
    faults_expect(faults, sizeof faults / sizeof *faults);
}

static void test_image_files__elementary_files(void **state) {
    (void)state;
    static const struct fault faults[] = {
        {EF "\"type\":\"transparent\"" FILES_END, "3: mf.files[0].content: is missing"},
        {EF "\"type\":\"transparent\",\"content\":\"00\",\"record_size\":1" FILES_END,
         "3: mf.files[0].record_size: unknown field"},
        {EF "\"type\":\"transparent\",\"sfi\":31" FILES_END,
         "3: mf.files[0].sfi: must be a whole number from 1 to 30"},
        {EF
         "\"type\":\"transparent\",\"sfi\":2,\"content\":\"00\"},\n{\"id\":\"0002\",\"type\":\"transparent\","
         "\"sfi\":2" FILES_END,
         "4: mf.files[1].sfi: 2 is used by another file"},
        {EF "\"type\":\"transparent\",\"read\":\"maybe\"" FILES_END,
         "3: mf.files[0].read: must be \"pin XX\" or \"key XX\" with a reference in hexadecimal"},
        {EF "\"type\":\"transparent\",\"read\":1" FILES_END,
         "3: mf.files[0].read: must be \"pin XX\" or \"key XX\" with a reference in hexadecimal"},
        {EF "\"type\":\"transparent\",\"read\":\"pin +1\"" FILES_END,
         "3: mf.files[0].read: must be \"pin XX\" or \"key XX\" with a reference in hexadecimal"},
        {EF "\"type\":\"transparent\",\"update\":\"pin 01\"" FILES_END,
         "3: mf.files[0].update: there is no PIN 01 here or in the directories above"},
        {EF "\"type\":\"transparent\",\"write\":\"key 81\"" FILES_END,
         "3: mf.files[0].write: there is no key 81 here or in the directories above"},
        {EF "\"type\":\"transparent\",\"read\":{}" FILES_END,
         "3: mf.files[0].read: must have either \"all\" or \"any\""},
        {EF "\"type\":\"transparent\",\"read\":{\"all\":[],\"any\":[]}" FILES_END,
         "3: mf.files[0].read: must have either \"all\" or \"any\""},
        {EF "\"type\":\"transparent\",\"read\":{\"none\":[]}" FILES_END,
         "3: mf.files[0].read.none: unknown field"},
        {EF "\"type\":\"transparent\",\"read\":{\"any\":\"pin 01\"}" FILES_END,
         "3: mf.files[0].read.any: must be an array"},
        {EF "\"type\":\"transparent\",\"read\":{\"any\":[]}" FILES_END, "3: mf.files[0].read.any: is empty"},
        {EF "\"type\":\"transparent\",\"read\":{\"any\":[\n\"always\"]}" FILES_END,
         "4: mf.files[0].read.any[0]: must be \"pin XX\" or \"key XX\" with a reference in hexadecimal"},
        {FIXED "\"capacity\":1" FILES_END, "3: mf.files[0].record_size: is missing"},
        {FIXED "\"record_size\":0" FILES_END,
         "3: mf.files[0].record_size: must be a whole number from 1 to 1024"},
        {FIXED "\"record_size\":1025" FILES_END,
         "3: mf.files[0].record_size: must be a whole number from 1 to 1024"},
        {FIXED "\"record_size\":2" FILES_END, "3: mf.files[0].capacity: is missing"},
        {FIXED "\"record_size\":2,\"capacity\":255" FILES_END,
         "3: mf.files[0].capacity: must be a whole number from 1 to 254"},
        {FIXED "\"record_size\":2,\"capacity\":1,\"content\":\"00\"" FILES_END,
         "3: mf.files[0].content: unknown field"},
        {FIXED "\"record_size\":2,\"capacity\":2,\"records\":[\"0001\",\n\"00\"]" FILES_END,
         "4: mf.files[0].records[1]: must have record_size (2) bytes, has 1"},
        {FIXED "\"record_size\":2,\"capacity\":2,\"records\":[\"000102\"]" FILES_END,
         "3: mf.files[0].records[0]: must have 1 to 2 bytes, has 3"},
        {FIXED "\"record_size\":1,\"capacity\":2,\"records\":[\"00\",\"01\",\n\"02\"]" FILES_END,
         "4: mf.files[0].records[2]: is one more than the capacity of 2"},
        {FIXED "\"record_size\":1,\"capacity\":2,\"records\":[{\"hex\":\"00\",\"repeat\":3}]" FILES_END,
         "3: mf.files[0].records[0]: is one more than the capacity of 2"},
        {FIXED "\"record_size\":1,\"capacity\":2,\"records\":[{\"hex\":\"00\",\"repeat\":0}]" FILES_END,
         "3: mf.files[0].records[0].repeat: must be a whole number from 1 to 254"},
    };
    faults_expect(faults, sizeof faults / sizeof *faults);
}

/* Who may make and delete files. */
static void test_image_files__management(void **state) {
    (void)state;
    static const struct fault faults[] = {
        {CARD "\"create\":\"pin 01\"" END,
         "2: mf.create: there is no PIN 01 here or in the directories above"},
        {CARD "\"delete\":\"always\"" END, "2: mf.delete: unknown field"},
        {FILES "\"type\":\"df\",\"id\":\"0001\",\"create\":1" FILES_END,
         "3: mf.files[0].create: must be \"pin XX\" or \"key XX\" with a reference in hexadecimal"},
        {FILES "\"type\":\"df\",\"id\":\"0001\",\"delete\":\"key 81\"" FILES_END,
         "3: mf.files[0].delete: there is no key 81 here or in the directories above"},
        {CARD "\"update\":\"always\"" END, "2: mf.update: unknown field"},
        {FILES "\"type\":\"df\",\"id\":\"0001\",\"update\":\"pin 81\"" FILES_END,
         "3: mf.files[0].update: there is no PIN 81 here or in the directories above"},
        {EF "\"type\":\"transparent\",\"delete\":\"pin 01\"" FILES_END,
         "3: mf.files[0].delete: there is no PIN 01 here or in the directories above"},
        {EF "\"type\":\"transparent\",\"content\":\"00\",\"create\":\"always\"" FILES_END,
         "3: mf.files[0].create: unknown field"},
    };
    faults_expect(faults, sizeof faults / sizeof *faults);
}

static void test_image_files__number_of_files(void **state) {
    (void)state;
    char message[300];
    for (int count = 512; count <= 513; count++) {
        big_begin();
        big_add(CARD "\"files\":[");
        for (int i = 0; i < count; i++)
            big_add("%s\n{\"type\":\"df\",\"id\":\"%04X\"}", comma(i), (unsigned)i + 1);
        big_add("]" END);
        if (count == 512)
            sim_card_destroy(faults_load(big, big_size, message, sizeof message));
    }
    faults_expect_one(big, big_size, "515: mf.files[512]: a card has at most 512 files");
}

static void test_image_files__size_of_content(void **state) {
    (void)state;
    big_begin();
    big_add(CARD "\"files\":[");
    for (int i = 0; i < 5; i++)
        big_add("%s\n{\"type\":\"transparent\",\"id\":\"%04X\",\"content\":{\"size\":1048576}}", comma(i),
                (unsigned)i + 1);
    big_add("]" END);
    faults_expect_one(big, big_size, "7: mf.files[4].content: the card is larger than 4194304 bytes");

    big_begin();
    big_add(CARD "\"files\":[");
    for (int i = 0; i < 17; i++)
        big_add("%s\n{\"type\":\"cyclic\",\"id\":\"%04X\",\"record_size\":1024,\"capacity\":254}", comma(i),
                (unsigned)i + 1);
    big_add("]" END);
    faults_expect_one(big, big_size, "19: mf.files[16]: the card is larger than 4194304 bytes");
}

/* The bytes of a record are those of its file: they count once. */
static void test_image_files__size_of_records(void **state) {
    (void)state;
    char message[300] = "";
    big_begin();
    big_add(CARD "\"files\":[");
    for (int i = 0; i < 16; i++) {
        big_add(
            "%s\n{\"type\":\"cyclic\",\"id\":\"%04X\",\"record_size\":1024,\"capacity\":254,\"records\":[",
            comma(i), (unsigned)i + 1);
        for (int j = 0; j < 254; j++)
            big_add("%s{\"size\":1024}", comma(j));
        big_add("]}");
    }
    big_add("]" END);
    struct sim_card *card = faults_load(big, big_size, message, sizeof message);
    assert_string_equal(message, "");
    sim_card_destroy(card);
}

static void test_image_files__depth(void **state) {
    (void)state;
    char message[300];
    for (int depth = 7; depth <= 8; depth++) {
        big_begin();
        big_add(CARD "\"files\":[");
        for (int i = 1; i <= depth; i++)
            big_add("\n{\"type\":\"df\",\"id\":\"%04X\",\"files\":[", (unsigned)i);
        for (int i = 1; i <= depth; i++)
            big_add("]}");
        big_add("]" END);
        if (depth == 7)
            sim_card_destroy(faults_load(big, big_size, message, sizeof message));
    }
    faults_expect_one(big, big_size,
                      "10: mf.files[0].files[0].files[0].files[0].files[0].files[0].files[0].files[0].files: "
                      "directories are nested more than 8 deep");
    big_begin();
    for (int i = 0; i < 1500; i++) /* deeper than the JSON reader goes */
        big_add("[\n");
    faults_expect_one(big, big_size, "1001: json: syntax error");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_image_files__directories),
        cmocka_unit_test(test_image_files__elementary_files),
        cmocka_unit_test(test_image_files__management),
        cmocka_unit_test(test_image_files__number_of_files),
        cmocka_unit_test(test_image_files__size_of_content),
        cmocka_unit_test(test_image_files__size_of_records),
        cmocka_unit_test(test_image_files__depth),
    };
    return cmocka_run_group_tests(tests, faults_begin, faults_end);
}
