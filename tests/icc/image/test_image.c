/* Card images: what is taken, and for what is wrong at the top the exact file, line, field and reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "icc/card_script.h"
#include "icc/image/builtin.h"
#include "icc/image_faults.h"

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
        {"{\"a\\nb\":1}", "1: a?b: unknown field"},
        {"{\"format\":\"scardssp-card\",\n\"formal\":1}", "2: formal: unknown field"},
        {"{\"format\":\"scardssp-card\",\n\"format\":\"scardssp-card\"}", "2: format: is there twice"},
    };
    faults_expect(faults, sizeof faults / sizeof *faults);
    faults_expect_one("{\n}\0", 4, "2: json: contains a NUL character");
}

#define COMMANDS "2: commands: must be \"iso\", \"uicc\", \"piv\" or \"openpgp\""

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
        {HEAD "\"atr\":\"3B01\"}", "2: atr: ends within the historical bytes"},
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
        {HEAD "\"protocols\":[\"T=0\"],\"commands\":\"UICC\"}", COMMANDS},
        {HEAD "\"protocols\":[\"T=0\"],\"commands\":1}", COMMANDS},
        {HEAD "\"protocols\":[\"T=0\"],\"commands\":\"iso\"}", "1: mf: is missing"},
        {HEAD "\"protocols\":[\"T=0\"],\"summary\":\"\"}",
         "2: summary: must have 1 to 100 characters, has 0"},
        {HEAD "\"protocols\":[\"T=0\"],\"channels\":0}", "2: channels: must be a whole number from 1 to 20"},
        {HEAD "\"protocols\":[\"T=0\"],\"channels\":21}", "2: channels: must be a whole number from 1 to 20"},
        {HEAD "\"protocols\":[\"T=0\"],\"channels\":\"4\"}",
         "2: channels: must be a whole number from 1 to 20"},
        {HEAD "\"protocols\":[\"T=0\"],\"mf\":[]}", "2: mf: must be an object"},
    };
    faults_expect(faults, sizeof faults / sizeof *faults);
}

static void test_image__space(void **state) {
    (void)state;
    static const struct fault faults[] = {
        {HEAD "\"protocols\":[\"T=0\"],\"space\":4194305}",
         "2: space: must be a whole number from 0 to 4194304"},
        {HEAD "\"protocols\":[\"T=0\"],\"space\":-1}", "2: space: must be a whole number from 0 to 4194304"},
    };
    faults_expect(faults, sizeof faults / sizeof *faults);
}

#define MILENAGE(fields) HEAD "\"protocols\":[\"T=0\"],\"gsm\":true,\n\"milenage\":{" fields "}}"
#define B16 "\"000102030405060708090A0B0C0D0E0F\""
static void test_image__milenage(void **state) {
    (void)state;
    static const struct fault faults[] = {
        {HEAD "\"protocols\":[\"T=0\"],\n\"milenage\":{}}",
         "3: milenage: needs \"gsm\", or \"commands\" that are those of a \"uicc\""},
        {MILENAGE("\"ki\":" B16), "3: milenage.ki: unknown field"},
        {MILENAGE("\"opc\":" B16), "3: milenage.k: is missing"},
        {MILENAGE("\"k\":" B16), "3: milenage.opc: is missing"},
        {MILENAGE("\"k\":\"00\",\"op\":" B16), "3: milenage.k: must have 16 to 16 bytes, has 1"},
        {MILENAGE("\"k\":" B16 ",\"op\":\"00\""), "3: milenage.op: must have 16 to 16 bytes, has 1"},
        {MILENAGE("\"k\":" B16 ",\"op\":" B16 ",\"opc\":" B16), "3: milenage: has both \"op\" and \"opc\""},
        {MILENAGE("\"k\":" B16 ",\"opc\":" B16), "1: mf: is missing"},
    };
    faults_expect(faults, sizeof faults / sizeof *faults);
}

#define ONE_OF "(neither a readable file nor one of demo, gsm, app, usim, piv, openpgp)"

static void test_image__files(void **state) {
    (void)state;
    char message[300];
    char small[12];
    assert_null(sim_card_create("/nonexistent/card.json", message, sizeof message, NULL));
    assert_string_equal(message, "/nonexistent/card.json:1: image: no such card image " ONE_OF);
    assert_null(sim_card_create("/", message, sizeof message, NULL));
    /* Some systems open folders, and then cannot read them. */
    assert_true(strcmp(message, "/:1: image: cannot be read " ONE_OF) == 0 ||
                strcmp(message, "/:1: image: no such card image " ONE_OF) == 0);
    assert_null(sim_card_create("/nonexistent/card.json", small, sizeof small, NULL));
    assert_string_equal(small, "/nonexisten");
    assert_null(sim_card_create("/nonexistent/card.json", NULL, 0, NULL));
    FILE *file = fopen(faults_path, "wb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 8 * 1024 * 1024, SEEK_SET), 0);
    assert_int_equal(fputc(' ', file), ' ');
    assert_int_equal(fclose(file), 0);
    assert_null(sim_card_create(faults_path, message, sizeof message, NULL));
    assert_string_equal(message + strlen(faults_path), ":1: image: is larger than 8 MiB");
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
    faults_expect(faults, sizeof faults / sizeof *faults);
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
    struct sim_card *card = faults_load(text, sizeof text - 1, message, sizeof message);
    assert_string_equal(message, "");
    assert_non_null(card);
    assert_int_equal(sim_card_protocols(card, NULL), 3);
    script_run(card, SIM_T1, STEPS(steps));
    sim_card_destroy(card);
}

/* The example a reader of the document starts from is a card. */
static void test_image__example_of_the_document(void **state) {
    (void)state;
    static char text[40000];
    static const struct step steps[] = {
        {"00B08100 10", "4572696B61204D75737465726D616E6E 9000"},
        {"00CA0101 00", "63617264206E6F2E203137 9000"},
        {"00A4040C 04 F04C4942", "9000"},
        {"00A4020C 02 0002", "9000"},
        {"00B20104 00", "6982"},
        {"00200001 04 31323334", "9000"},
        {"00B20104 00", "4D6F62792D4469636B00000000000000 9000"},
    };
    char message[300] = "";
    FILE *file = fopen(SIM_DOCUMENT, "rb");
    assert_non_null(file);
    const size_t size = fread(text, 1, sizeof text - 1, file);
    assert_int_equal(fclose(file), 0);
    assert_true(size < sizeof text - 1);
    const char *begin = strstr(text, "```json\n");
    assert_non_null(begin);
    begin += strlen("```json\n");
    const char *end = strstr(begin, "```");
    assert_non_null(end);
    struct sim_card *card = faults_load(begin, (size_t)(end - begin), message, sizeof message);
    assert_string_equal(message, "");
    uint8_t atr[SIM_ATR_MAX];
    assert_true(sim_card_power_up(card, atr) > 1);
    script_run(card, SIM_T1, STEPS(steps));
    sim_card_destroy(card);
}

#ifdef _WIN32
#define ROUNDS 200 /* each writes a file, which takes long under Wine */
#else
#define ROUNDS 1500
#endif

/* Text with a few bytes changed is a card or gets a message of one line; nothing else happens. */
static void test_image__any_bytes(void **state) {
    (void)state;
    uint32_t seed = 0x1D872B41;
    const struct builtin_image *app = sim_builtin_images;
    while (strcmp(app->name, "app") != 0)
        app++;
    for (int round = 0; round < ROUNDS; round++) {
        static const char spice[] = "{}[],:\"\\ \n0123456789ABCDEFtrue";
        char message[300] = "";
        char *text = malloc(app->size);
        assert_non_null(text);
        memcpy(text, app->text, app->size);
        for (int changes = 0; changes <= round % 4; changes++) {
            seed = seed * 1664525u + 1013904223u;
            text[(seed >> 8) % app->size] =
                (char)(seed & 0x80 ? spice[(seed >> 1) % (sizeof spice - 1)] : (int)(seed >> 24));
        }
        const size_t size = round % 5 ? app->size : (seed >> 8) % app->size;
        struct sim_card *card = faults_load(text, size, message, sizeof message);
        assert_true(!card == (message[0] != '\0'));
        assert_null(strchr(message, '\n'));
        sim_card_destroy(card);
        free(text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_image__json),
        cmocka_unit_test(test_image__card),
        cmocka_unit_test(test_image__space),
        cmocka_unit_test(test_image__milenage),
        cmocka_unit_test(test_image__files),
        cmocka_unit_test(test_image__positions),
        cmocka_unit_test(test_image__accepted),
        cmocka_unit_test(test_image__any_bytes),
        cmocka_unit_test(test_image__example_of_the_document),
    };
    return cmocka_run_group_tests(tests, faults_begin, faults_end);
}
