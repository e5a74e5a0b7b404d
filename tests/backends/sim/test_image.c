/* Card images: what is taken, and for everything wrong the exact file, line, field and reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/sim/card_script.h"

static char path[] = "/tmp/scardssp-image-XXXXXX";

static int make_path(void **state) {
    (void)state;
    const int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state) {
    (void)state;
    return unlink(path);
}

static struct sim_card *load(const char *text, size_t size, char *message, size_t message_size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return sim_card_create(path, message, message_size);
}

/* The message without the name of the file, which stands before the first colon. */
static void expect_error(const char *text, size_t size, const char *expected) {
    char message[300] = "";
    assert_null(load(text, size, message, sizeof message));
    assert_memory_equal(message, path, strlen(path));
    assert_string_equal(message + strlen(path) + 1, expected);
}

struct fault {
    const char *text, *message;
};

static void expect_errors(const struct fault *faults, size_t count) {
    for (size_t i = 0; i < count; i++)
        expect_error(faults[i].text, strlen(faults[i].text), faults[i].message);
}

/* A card whose MF has these fields, from line 2 on. */
#define CARD                                                                                                 \
    "{\"format\":\"scardssp-card\",\"version\":1,\"name\":\"n\",\"protocols\":[\"T=0\",\"T=1\"],\"mf\":{\n"
#define END "\n}}"
/* One file with these fields, on line 3. */
#define FILES CARD "\"files\":[\n{"
#define FILES_END "}\n]" END
#define EF FILES "\"id\":\"0001\","
#define FIXED EF "\"type\":\"linear-fixed\","

static void test_image__json(void **state) {
    (void)state;
    static const struct fault faults[] = {
        {"", "1: json: syntax error"},
        {"{\n\"format\" \"x\"}", "2: json: syntax error"},
        {"{\n\n\n", "4: json: syntax error"},
        {"{} x", "1: json: syntax error"},
        {"{\n\"a\": \"\\u0000\"}", "2: json: contains a NUL character"},
        {"[]", "1: image: must be an object"},
        {"\n\n3", "3: image: must be an object"},
        {"{}", "1: format: is missing"},
        {"\xEF\xBB\xBF\n{}", "2: format: is missing"},
        {"{\"format\":\"scardssp-card\",\n\"formal\":1}", "2: formal: unknown field"},
        {"{\"format\":\"scardssp-card\",\n\"format\":\"scardssp-card\"}", "2: format: is there twice"},
    };
    expect_errors(faults, sizeof faults / sizeof *faults);
    expect_error("{\n}\0", 4, "2: json: contains a NUL character");
}

static void test_image__card(void **state) {
    (void)state;
    static const struct fault faults[] = {
        {"{\"format\":1}", "1: format: must be text"},
        {"{\"format\":\n\"other\"}", "2: format: must be \"scardssp-card\""},
        {"{\"format\":\"scardssp-card\",\n\"version\":2}", "2: version: must be a whole number from 1 to 1"},
        {"{\"format\":\"scardssp-card\",\"version\":1.5}", "1: version: must be a whole number from 1 to 1"},
        {"{\"format\":\"scardssp-card\",\"version\":1}", "1: name: is missing"},
        {"{\"format\":\"scardssp-card\",\"version\":1,\"name\":\n\"\"}",
         "2: name: must have 1 to 64 characters, has 0"},
#define HEAD "{\"format\":\"scardssp-card\",\"version\":1,\"name\":\"n\",\n"
        {HEAD "\"mf\":{}}", "1: protocols: is missing"},
        {HEAD "\"protocols\":\"T=0\"}", "2: protocols: must be an array"},
        {HEAD "\"protocols\":[]}", "2: protocols: is empty"},
        {HEAD "\"protocols\":[\"T=1\",\n\"T=0\"]}",
         "3: protocols[1]: an ATR names each protocol once, T=0 first"},
        {HEAD "\"protocols\":[\"T=0\",\"T=0\"]}",
         "2: protocols[1]: an ATR names each protocol once, T=0 first"},
        {HEAD "\"protocols\":[\"T=2\"]}", "2: protocols[0]: must be \"T=0\" or \"T=1\""},
        {HEAD "\"protocols\":[1]}", "2: protocols[0]: must be \"T=0\" or \"T=1\""},
        {HEAD "\"protocols\":[\"T=0\"]}", "1: mf: is missing"},
        {HEAD "\"protocols\":[\"T=0\"],\n\"historical\":\"00112233445566778899AABBCCDDEEFF\"}",
         "3: historical: must have 0 to 15 bytes, has 16"},
        {HEAD "\"protocols\":[\"T=0\"],\"historical\":\"0\"}",
         "2: historical: must be pairs of hexadecimal digits"},
        {HEAD "\"protocols\":[\"T=0\"],\"historical\":\"0x\"}",
         "2: historical: must be pairs of hexadecimal digits"},
        {HEAD "\"protocols\":[\"T=0\"],\"historical\":1}",
         "2: historical: must be text of hexadecimal digits"},
        {HEAD "\"atr\":\"3B00\",\n\"protocols\":[\"T=0\"]}",
         "3: protocols: cannot stand beside \"atr\", which tells it"},
        {HEAD "\"atr\":\"3B00\",\n\"historical\":\"\"}",
         "3: historical: cannot stand beside \"atr\", which tells it"},
        {HEAD "\"atr\":\"3B\"}", "2: atr: must have 2 to 33 bytes, has 1"},
        {HEAD "\"atr\":\"3B01\"}", "2: atr: its size does not agree with its historical bytes and TCK"},
        {HEAD "\"protocols\":[\"T=0\"],\"classes\":{}}", "2: classes: must be an array"},
        {HEAD "\"protocols\":[\"T=0\"],\"classes\":[0]}", "2: classes[0]: must have 2 hexadecimal digits"},
        {HEAD "\"protocols\":[\"T=0\"],\"classes\":[\"0X\"]}",
         "2: classes[0]: must be pairs of hexadecimal digits"},
        {HEAD "\"protocols\":[\"T=0\"],\"classes\":[\"01\"]}",
         "2: classes[0]: must be 00 (all interindustry classes) or 80 to FE"},
        {HEAD "\"protocols\":[\"T=0\"],\"classes\":[\"FF\"]}",
         "2: classes[0]: must be 00 (all interindustry classes) or 80 to FE"},
        {HEAD "\"protocols\":[\"T=0\"],\"classes\":[\"80\",\"80\"]}", "2: classes[1]: is there twice"},
        {HEAD "\"protocols\":[\"T=0\"],\"gsm\":true,\"classes\":[\"A0\"]}", "2: classes[0]: is there twice"},
        {HEAD "\"protocols\":[\"T=0\"],\"gsm\":1}", "2: gsm: must be true or false"},
        {HEAD "\"protocols\":[\"T=0\"],\"channels\":0}", "2: channels: must be a whole number from 1 to 20"},
        {HEAD "\"protocols\":[\"T=0\"],\"channels\":21}", "2: channels: must be a whole number from 1 to 20"},
        {HEAD "\"protocols\":[\"T=0\"],\"channels\":\"4\"}",
         "2: channels: must be a whole number from 1 to 20"},
        {HEAD "\"protocols\":[\"T=0\"],\"mf\":[]}", "2: mf: must be an object"},
    };
    expect_errors(faults, sizeof faults / sizeof *faults);
}

static void test_image__directories(void **state) {
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
    expect_errors(faults, sizeof faults / sizeof *faults);
}

static void test_image__elementary_files(void **state) {
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
    expect_errors(faults, sizeof faults / sizeof *faults);
}

static void test_image__content(void **state) {
    (void)state;
#define CONTENT(content) EF "\"type\":\"transparent\",\"content\":" content FILES_END
    static const struct fault faults[] = {
        {CONTENT("\"\""), "3: mf.files[0].content: must have 1 to 1048576 bytes, has 0"},
        {CONTENT("\"0\""), "3: mf.files[0].content: must be pairs of hexadecimal digits"},
        {CONTENT("7"), "3: mf.files[0].content: must be an object"},
        {CONTENT("{}"), "3: mf.files[0].content: needs \"hex\", \"text\" or \"size\""},
        {CONTENT("{\"bytes\":\"00\"}"), "3: mf.files[0].content.bytes: unknown field"},
        {CONTENT("{\"hex\":\"00\",\"repeat\":2}"), "3: mf.files[0].content.repeat: unknown field"},
        {CONTENT("{\"hex\":\"00\",\"text\":\"a\"}"), "3: mf.files[0].content: has both \"hex\" and \"text\""},
        {CONTENT("{\"fill\":\"00\",\"counter\":1,\"size\":1}"),
         "3: mf.files[0].content: has both \"fill\" and \"counter\""},
        {CONTENT("{\"fill\":\"00\"}"), "3: mf.files[0].content.size: is missing"},
        {CONTENT("{\"counter\":2}"), "3: mf.files[0].content.size: is missing"},
        {CONTENT("{\"counter\":5,\"size\":1}"),
         "3: mf.files[0].content.counter: must be a whole number from 1 to 4"},
        {CONTENT("{\"fill\":\n\"\",\"size\":1}"), "4: mf.files[0].content.fill: is empty"},
        {CONTENT("{\"fill\":\"x\",\"size\":1}"),
         "3: mf.files[0].content.fill: must be pairs of hexadecimal digits"},
        {CONTENT("{\"hex\":1}"), "3: mf.files[0].content.hex: must be text of hexadecimal digits"},
        {CONTENT("{\"text\":1}"), "3: mf.files[0].content.text: must be text"},
        {CONTENT("{\"text\":\"\"}"), "3: mf.files[0].content: must have 1 to 1048576 bytes, has 0"},
        {CONTENT("{\"text\":\"abc\",\"size\":2}"),
         "3: mf.files[0].content: has 3 bytes, more than its size of 2"},
        {CONTENT("{\"fill\":\"00\",\"size\":1048577}"),
         "3: mf.files[0].content.size: must be a whole number from 1 to 1048576"},
    };
    expect_errors(faults, sizeof faults / sizeof *faults);
}

static void test_image__secrets(void **state) {
    (void)state;
#define PIN(fields) CARD "\"pins\":[{" fields "}]" END
#define KEY(fields) CARD "\"keys\":[{" fields "}]" END
#define OBJECT(fields) CARD "\"objects\":[{" fields "}]" END
#define K16 "\"value\":\"000102030405060708090A0B0C0D0E0F\""
    static const struct fault faults[] = {
        {CARD "\"pins\":{}" END, "2: mf.pins: must be an array"},
        {PIN("\"pin\":1"), "2: mf.pins[0].pin: unknown field"},
        {PIN("\"value\":\"1234\""), "2: mf.pins[0].reference: is missing"},
        {PIN("\"reference\":\"1\""), "2: mf.pins[0].reference: must be pairs of hexadecimal digits"},
        {PIN("\"reference\":\"0001\""), "2: mf.pins[0].reference: must have 2 hexadecimal digits"},
        {PIN("\"reference\":\"81\""), "2: mf.pins[0].reference: must be 01 to 1F here"},
        {PIN("\"reference\":\"00\""), "2: mf.pins[0].reference: must be 01 to 1F here"},
        {PIN("\"reference\":\"20\""), "2: mf.pins[0].reference: must be 01 to 1F here"},
        {FILES "\"type\":\"df\",\"id\":\"0001\",\"pins\":[{\"reference\":\"01\"}]" FILES_END,
         "3: mf.files[0].pins[0].reference: must be 81 to 9F here"},
        {PIN("\"reference\":\"01\""), "2: mf.pins[0].value: is missing"},
        {PIN("\"reference\":\"01\",\"value\":\"123\""),
         "2: mf.pins[0].value: must have 4 to 16 characters, has 3"},
        {PIN("\"reference\":\"01\",\"padded\":8,\"value\":\"123456789\""),
         "2: mf.pins[0].value: must have 4 to 8 characters, has 9"},
        {PIN("\"reference\":\"01\",\"padded\":17"),
         "2: mf.pins[0].padded: must be a whole number from 1 to 16"},
        {PIN("\"reference\":\"01\",\"max\":3,\"min\":4"),
         "2: mf.pins[0].min: must be a whole number from 1 to 3"},
        {PIN("\"reference\":\"01\",\"value\":\"1234\",\"tries\":0"),
         "2: mf.pins[0].tries: must be a whole number from 1 to 15"},
        {PIN("\"reference\":\"01\",\"value\":\"1234\",\"tries\":16"),
         "2: mf.pins[0].tries: must be a whole number from 1 to 15"},
        {PIN("\"reference\":\"01\",\"value\":\"1234\",\"puk\":\"1234\""),
         "2: mf.pins[0].puk: must be an object"},
        {PIN("\"reference\":\"01\",\"value\":\"1234\",\"puk\":{\"value\":\"1\"}"),
         "2: mf.pins[0].puk.value: must have 4 to 16 characters, has 1"},
        {PIN("\"reference\":\"01\",\"value\":\"1234\"},\n{\"reference\":\"01\",\"value\":\"1234\""),
         "3: mf.pins[1].reference: is used by another PIN"},
        {KEY(K16), "2: mf.keys[0].reference: is missing"},
        {KEY("\"reference\":\"01\",\"value\":\"00\""),
         "2: mf.keys[0].value: must have 16 to 32 bytes, has 1"},
        {KEY("\"reference\":\"01\",\"value\":\"000102030405060708090A0B0C0D0E0F10\""),
         "2: mf.keys[0].value: an AES key has 16, 24 or 32 bytes, not 17"},
        {KEY("\"reference\":\"01\"," K16 ",\"external\":\"yes\""),
         "2: mf.keys[0].external: must be true or false"},
        {KEY("\"reference\":\"01\"," K16 "},\n{\"reference\":\"01\"," K16),
         "3: mf.keys[1].reference: is used by another key"},
        {OBJECT("\"value\":\"00\""), "2: mf.objects[0].tag: is missing"},
        {OBJECT("\"tag\":\"0101\""), "2: mf.objects[0].value: is missing"},
        {OBJECT("\"tag\":\"0101\",\"value\":\"0011\",\"max\":1"),
         "2: mf.objects[0].max: must be a whole number from 2 to 65535"},
        {OBJECT("\"tag\":\"0101\",\"value\":\"00\",\"get\":\"pin 01\""),
         "2: mf.objects[0].get: there is no PIN 01 here or in the directories above"},
        {OBJECT("\"tag\":\"0101\",\"value\":\"00\"},\n{\"tag\":\"0101\",\"value\":\"00\""),
         "3: mf.objects[1].tag: is used by another data object"},
    };
    expect_errors(faults, sizeof faults / sizeof *faults);
}

/* Text that grows; big enough for the images made here. */
static char big[600000];
static size_t big_size;

static void begin(void) {
    big_size = 0;
    big[0] = '\0';
}

static void add(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void add(const char *format, ...) {
    va_list args;
    va_start(args, format);
    big_size += (size_t)vsnprintf(big + big_size, sizeof big - big_size, format, args);
    va_end(args);
    assert_true(big_size < sizeof big);
}

static const char *comma(int i) {
    return i ? "," : "";
}

static void test_image__number_of_files(void **state) {
    (void)state;
    char message[300];
    for (int count = 512; count <= 513; count++) {
        begin();
        add(CARD "\"files\":[");
        for (int i = 0; i < count; i++)
            add("%s\n{\"type\":\"df\",\"id\":\"%04X\"}", comma(i), (unsigned)i + 1);
        add("]" END);
        if (count == 512)
            sim_card_destroy(load(big, big_size, message, sizeof message));
    }
    expect_error(big, big_size, "515: mf.files[512]: a card has at most 512 files");
}

static void test_image__number_of_secrets(void **state) {
    (void)state;
    begin();
    add(CARD "\"pins\":[");
    for (int i = 0; i < 31; i++)
        add("%s\n{\"reference\":\"%02X\",\"value\":\"1234\"}", comma(i), (unsigned)i + 1);
    add("],\"files\":[{\"id\":\"0001\",\"type\":\"df\",\"pins\":[{\"reference\":\"81\",\"value\":\"1234\"},"
        "\n{\"reference\":\"82\",\"value\":\"1234\"}]}]" END);
    expect_error(big, big_size, "34: mf.files[0].pins[1]: a card has at most 32 PINs");

    begin();
    add(CARD "\"keys\":[");
    for (int i = 0; i < 31; i++)
        add("%s\n{\"reference\":\"%02X\"," K16 "}", comma(i), (unsigned)i + 1);
    add("],\"files\":[{\"id\":\"0001\",\"type\":\"df\",\"keys\":[{\"reference\":\"81\"," K16 "},"
        "\n{\"reference\":\"82\"," K16 "}]}]" END);
    expect_error(big, big_size, "34: mf.files[0].keys[1]: a card has at most 32 keys");
}

static void test_image__size_of_content(void **state) {
    (void)state;
    begin();
    add(CARD "\"files\":[");
    for (int i = 0; i < 5; i++)
        add("%s\n{\"type\":\"transparent\",\"id\":\"%04X\",\"content\":{\"size\":1048576}}", comma(i),
            (unsigned)i + 1);
    add("]" END);
    expect_error(big, big_size, "7: mf.files[4].content: the card is larger than 4194304 bytes");

    begin();
    add(CARD "\"files\":[");
    for (int i = 0; i < 17; i++)
        add("%s\n{\"type\":\"cyclic\",\"id\":\"%04X\",\"record_size\":1024,\"capacity\":254}", comma(i),
            (unsigned)i + 1);
    add("]" END);
    expect_error(big, big_size, "19: mf.files[16]: the card is larger than 4194304 bytes");
}

static void test_image__depth(void **state) {
    (void)state;
    char message[300];
    for (int depth = 7; depth <= 8; depth++) {
        begin();
        add(CARD "\"files\":[");
        for (int i = 1; i <= depth; i++)
            add("\n{\"type\":\"df\",\"id\":\"%04X\",\"files\":[", (unsigned)i);
        for (int i = 1; i <= depth; i++)
            add("]}");
        add("]" END);
        if (depth == 7)
            sim_card_destroy(load(big, big_size, message, sizeof message));
    }
    expect_error(big, big_size,
                 "10: mf.files[0].files[0].files[0].files[0].files[0].files[0].files[0].files[0].files: "
                 "directories are nested more than 8 deep");
    begin();
    for (int i = 0; i < 1500; i++) /* deeper than the JSON reader goes */
        add("[\n");
    expect_error(big, big_size, "1001: json: syntax error");
}

static void test_image__files(void **state) {
    (void)state;
    char message[300];
    char small[12];
    assert_null(sim_card_create("/nonexistent/card.json", message, sizeof message));
    assert_string_equal(message,
                        "/nonexistent/card.json:1: image: no such card image (neither \"demo\", \"gsm\" nor "
                        "\"app\", nor a readable file)");
    assert_null(sim_card_create("/", message, sizeof message));
    assert_string_equal(message,
                        "/:1: image: cannot be read (neither \"demo\", \"gsm\" nor \"app\", nor a readable "
                        "file)");
    assert_null(sim_card_create("/nonexistent/card.json", small, sizeof small));
    assert_string_equal(small, "/nonexisten");
    assert_null(sim_card_create("/nonexistent/card.json", NULL, 0));
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 8 * 1024 * 1024, SEEK_SET), 0);
    assert_int_equal(fputc(' ', file), ' ');
    assert_int_equal(fclose(file), 0);
    assert_null(sim_card_create(path, message, sizeof message));
    assert_string_equal(message + strlen(path), ":1: image: is larger than 8 MiB");
}

/* Blanks, escapes, brackets inside text and line ends of every kind do not confuse the line numbers. */
static void test_image__positions(void **state) {
    (void)state;
    static const struct fault faults[] = {
        {"{\r\n\t\"format\" : \"scardssp-card\",\r\n \"version\":\n\n1, \"name\": \"a\\\"{[,:\\\\\",\n"
         " \"protocols\":[ \"T=0\" , \"T=1\" ] , \"gsm\":false,\"channels\":1e0,\n \"mf\" : { \"objects\" : "
         "[ ] ,\n"
         " \"label\":\"}]\",\n \"pins\" : [ { \"reference\":\"01\", \"value\":\"1234\" } , 7 ] } }",
         "9: mf.pins[1]: must be an object"},
        {CARD "\"label\":\"\n\n\",\"files\":[\nnull]" END, "5: mf.files[0]: must be an object"},
    };
    expect_errors(faults, sizeof faults / sizeof *faults);
}

/* Everything the format offers, and the card that comes of it. */
static void test_image__accepted(void **state) {
    (void)state;
    static const char text[] =
        "\xEF\xBB\xBF{\"format\":\"scardssp-card\",\"version\":1,\"name\":\"n\",\"atr\":\"3B 82 80 01 55 66 "
        "30\","
        "\"classes\":[\"84\"],\"gsm\":true,\"channels\":1,\"mf\":{\"files\":["
        "{\"id\":\"0001\",\"type\":\"transparent\",\"sfi\":1,\"content\":\"0a 0B\"},"
        "{\"id\":\"0002\",\"type\":\"transparent\",\"sfi\":2,\"content\":{\"text\":\"a\\u00e9\"}},"
        "{\"id\":\"0003\",\"type\":\"transparent\",\"sfi\":3,\"content\":{\"hex\":\"01\",\"fill\":\"A0A1\","
        "\"size\":4}},"
        "{\"id\":\"0004\",\"type\":\"transparent\",\"sfi\":4,\"content\":{\"hex\":\"01\",\"counter\":3,"
        "\"size\":8}},"
        "{\"id\":\"0005\",\"type\":\"transparent\",\"sfi\":5,\"content\":{\"size\":3}},"
        "{\"id\":\"0006\",\"type\":\"transparent\",\"sfi\":6,\"content\":{\"text\":\"x\",\"size\":3}},"
        "{\"id\":\"0007\",\"type\":\"linear-variable\",\"sfi\":7,\"record_size\":3,\"capacity\":5,"
        "\"records\":[\"01\",{\"text\":\"y\",\"repeat\":2},{\"hex\":\"02\",\"fill\":\"03\",\"size\":3}]}]}}";
    static const struct step steps[] = {
        {"power", "3B 82 80 01 55 66 30"},
        {"84B08100 00", "0A0B 9000"},
        {"84B08200 00", "61C3A9 9000"},
        {"84B08300 00", "01A0A1A0 9000"},
        {"84B08400 00", "01 000000 000001 00 9000"},
        {"84B08500 00", "000000 9000"},
        {"84B08600 00", "780000 9000"},
        {"84B2013D 00", "01 79 79 020303 9000"},
        {"A0A40000 02 3F00", "9F17"},
        {"00B08100 00", "6E00"},
        {"80B08100 00", "6E00"},
    };
    char message[300] = "";
    struct sim_card *card = load(text, sizeof text - 1, message, sizeof message);
    assert_string_equal(message, "");
    assert_non_null(card);
    assert_int_equal(sim_card_protocols(card, NULL), 3);
    script_run(card, SIM_T1, STEPS(steps));
    sim_card_destroy(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_image__json),
        cmocka_unit_test(test_image__card),
        cmocka_unit_test(test_image__directories),
        cmocka_unit_test(test_image__elementary_files),
        cmocka_unit_test(test_image__content),
        cmocka_unit_test(test_image__secrets),
        cmocka_unit_test(test_image__number_of_files),
        cmocka_unit_test(test_image__number_of_secrets),
        cmocka_unit_test(test_image__size_of_content),
        cmocka_unit_test(test_image__depth),
        cmocka_unit_test(test_image__files),
        cmocka_unit_test(test_image__positions),
        cmocka_unit_test(test_image__accepted),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
