/* What the simulator starts with: the built-in readers, a card image, lists good and bad. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backends/sim/setup.h"
#include "support/kits/scratch.h"

#define LIST "{\"format\": \"scardssp-readers\", \"version\": 1, \"readers\": "

struct folder {
    char path[SCRATCH_ROOM];
    char file[SCRATCH_ROOM + 20];
};

static int folder_setup(void **state) {
    struct folder *folder = calloc(1, sizeof *folder);
    if (!folder)
        return -1;
    *state = folder;
    if (!scratch_create(folder->path))
        return -1;
    (void)snprintf(folder->file, sizeof folder->file, "%s/readers.json", folder->path);
    return 0;
}

static int folder_teardown(void **state) {
    struct folder *folder = *state;
    const bool removed = scratch_remove(folder->path);
    free(folder);
    return removed ? 0 : -1;
}

static void write_file(const char *path, const char *text, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void assert_readers(struct rm_service *service, const char *expected, size_t expected_size) {
    struct rm_context *context = NULL;
    struct names names = {0};
    assert_int_equal(rm_context_open(service, RM_WITHIN(RM_INFINITE), &context), RM_OK);
    assert_int_equal(rm_list_readers(context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names.size, expected_size > 1 ? expected_size : 0);
    assert_memory_equal(expected_size > 1 ? names.list : "", expected, expected_size);
    names_clear(&names);
    rm_context_close(context);
}

/* The state bits and the size of the ATR in a reader. */
static void assert_reader(struct rm_service *service, const char *reader, uint32_t bits,
                          uint32_t characteristics) {
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    struct rm_reader_state state = {.reader = reader};
    uint8_t value[4] = {0xFF, 0xFF, 0xFF, 0xFF};
    size_t size = sizeof value;
    assert_int_equal(rm_context_open(service, RM_WITHIN(RM_INFINITE), &context), RM_OK);
    assert_int_equal(rm_wait(context, &state, 1, RM_WITHIN(0)), RM_OK);
    assert_int_equal(state.event & (RM_STATE_PRESENT | RM_STATE_EMPTY | RM_STATE_MUTE), bits);
    assert_int_equal(rm_connect(context, reader, RM_SHARE_DIRECT, 0, RM_WITHIN(0), &card), RM_OK);
    assert_int_equal(rm_get_attrib(card, RM_ATTR_CHARACTERISTICS, value, &size, RM_WITHIN(RM_INFINITE)),
                     RM_OK);
    assert_int_equal(value[0], characteristics);
    rm_context_close(context);
}

static void test_setup__built_in(void **state) {
    static const char expected[] = "Simulated Reader 00\0Simulated Reader 01\0Simulated Reader 02\0";
    static const char none[] = "";
    struct rm_service *service = NULL;
    (void)state;
    assert_int_equal(sim_service_create(NULL, &service, NULL, 0), RM_OK);
    assert_readers(service, expected, sizeof expected);
    assert_reader(service, "Simulated Reader 00", RM_STATE_PRESENT, 0);
    assert_reader(service, "Simulated Reader 02", RM_STATE_PRESENT, 0);
    rm_service_release(service);
    assert_int_equal(sim_service_create("", &service, NULL, 0), RM_OK);
    assert_readers(service, none, sizeof none);
    rm_service_release(service);
}

static void test_setup__card_by_name(void **state) {
    static const char expected[] = "Simulated Reader 00\0";
    static const char *const images[] = {"demo", "gsm", "app"};
    (void)state;
    for (size_t i = 0; i < sizeof images / sizeof images[0]; ++i) {
        struct rm_service *service = NULL;
        assert_int_equal(sim_service_create(images[i], &service, NULL, 0), RM_OK);
        assert_readers(service, expected, sizeof expected);
        assert_reader(service, "Simulated Reader 00", RM_STATE_PRESENT, 0);
        rm_service_release(service);
    }
}

static void test_setup__list(void **state) {
    const struct folder *folder = *state;
    static const char text[] =
        LIST "[\n"
             "{\"name\": \"Erster Leser \xC3\xA4\", \"card\": \"demo\", \"ejector\": true},\n"
             "{\"name\": \"Empty\", \"card\": null, \"ejector\": false},\n"
             "{\"name\": \"Bare\"}]}\n";
    static const char expected[] = "Erster Leser \xC3\xA4\0Empty\0Bare\0";
    struct rm_service *service = NULL;
    char message[512] = "";
    write_file(folder->file, text, sizeof text - 1);
    assert_int_equal(sim_service_create(folder->file, &service, message, sizeof message), RM_OK);
    assert_readers(service, expected, sizeof expected);
    assert_reader(service, "Erster Leser \xC3\xA4", RM_STATE_PRESENT, RM_CHARACTERISTIC_EJECTS);
    assert_reader(service, "Empty", RM_STATE_EMPTY, 0);
    assert_reader(service, "Bare", RM_STATE_EMPTY, 0);
    rm_service_release(service);

    write_file(folder->file, LIST "[]}", strlen(LIST "[]}"));
    assert_int_equal(sim_service_create(folder->file, &service, NULL, 0), RM_OK);
    assert_readers(service, "", 1);
    rm_service_release(service);
}

/* A path in a list starts at the list, wherever the program stands. */
static void test_setup__paths_are_relative_to_the_list(void **state) {
    const struct folder *folder = *state;
    struct rm_service *service = NULL;
    char message[512] = "", expected[SCRATCH_ROOM + 20];
    static const char text[] = LIST "[{\"name\": \"R\", \"card\": \"cards/none.json\"}]}";
    write_file(folder->file, text, sizeof text - 1);
    assert_int_equal(sim_service_create(folder->file, &service, message, sizeof message),
                     RM_E_INVALID_PARAMETER);
    (void)snprintf(expected, sizeof expected, "%s/cards/none.json", folder->path);
    assert_memory_equal(message, expected, strlen(expected));

    static const char absolute[] = LIST "[{\"name\": \"R\", \"card\": \"/nonexistent/none.json\"}]}";
    write_file(folder->file, absolute, sizeof absolute - 1);
    assert_int_equal(sim_service_create(folder->file, &service, message, sizeof message),
                     RM_E_INVALID_PARAMETER);
    assert_memory_equal(message, "/nonexistent/none.json", strlen("/nonexistent/none.json"));
}

static void test_setup__bad_lists(void **state) {
    const struct folder *folder = *state;
    static const struct {
        const char *text;
        const char *where; /* line and field */
    } rows[] = {
        {"{\n\"format\": \"scardssp-readers\", \"version\": 2,\n\"readers\": []}", ":2: version: "},
        {"{\n\"format\": \"scardssp-readers\", \"readers\": []}", ": version: "},
        {"{\n\"format\": \"scardssp-readers\", \"version\": 1}", ": readers: "},
        {"{\n\"format\": \"scardssp-readers\",\n\"version\": 1,\n\"readers\": {}}", ":4: readers: "},
        {"{\"format\": \"scardssp-readers\", \"version\": 1,\n\n\"reader\": []}", ":3: reader: "},
        {LIST "[\n1]}", ":2: readers[0]: "},
        {LIST "[\n{}]}", ": readers[0].name: "},
        {LIST "[{\"name\": \"a\"},\n{\"name\": 7}]}", ":2: readers[1].name: "},
        {LIST "[{\"name\": \"a\"},\n{\"name\": \"\"}]}", ":2: readers[1].name: "},
        {LIST "[{\"name\": \"a\"},\n\n{\"name\": \"a\"}]}", ":3: readers[1].name: "},
        {LIST "[{\"name\": \"\\\\\\\\?PnP?\\\\Notification\"}]}", ":1: readers[0].name: "},
        {LIST "[{\"name\": \"a\",\n\"card\": 5}]}", ":2: readers[0].card: "},
        {LIST "[{\"name\": \"a\",\n\"card\": \"\"}]}", ":2: readers[0].card: "},
        {LIST "[{\"name\": \"a\",\n\"ejector\": 1}]}", ":2: readers[0].ejector: "},
        {LIST "[{\"name\": \"a\",\n\"pinpad\": 1}]}", ":2: readers[0].pinpad"},
        {LIST "[{\"name\": \"a\", \"pinpad\": {\n\"pin\": \"12345678901234567\"}}]}",
         ":2: readers[0].pinpad.pin: "},
        {LIST "[{\"name\": \"a\", \"pinpad\": {\n\"puk\": \"1\"}}]}", ":2: readers[0].pinpad.puk: "},
        {LIST "[{\"name\": \"a\",\n\"Ejector\": true}]}", ":2: readers[0].Ejector: "},
        {LIST "[]} x", ":1: json: "},
        {"{\"format\": \"scardssp-lists\"}", ": format: "},
        {"", ":1: "},
        {"[", ":1: "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        struct rm_service *service = NULL;
        char message[512] = "";
        write_file(folder->file, rows[i].text, strlen(rows[i].text));
        assert_int_equal(sim_service_create(folder->file, &service, message, sizeof message),
                         RM_E_INVALID_PARAMETER);
        assert_null(service);
        assert_memory_equal(message, folder->file, strlen(folder->file));
        if (!strstr(message + strlen(folder->file), rows[i].where))
            fail_msg("row %zu: %s", i, message);
        assert_int_equal(sim_service_create(folder->file, &service, NULL, 0), RM_E_INVALID_PARAMETER);
    }
}

static void test_setup__longest_name(void **state) {
    const struct folder *folder = *state;
    char text[512], name[130];
    struct rm_service *service = NULL;
    for (size_t size = 127; size <= 128; ++size) {
        memset(name, 'n', size);
        name[size] = '\0';
        (void)snprintf(text, sizeof text, LIST "[{\"name\": \"%s\"}]}", name);
        write_file(folder->file, text, strlen(text));
        assert_int_equal(sim_service_create(folder->file, &service, NULL, 0),
                         size == 127 ? RM_OK : RM_E_INVALID_PARAMETER);
        if (size == 127)
            rm_service_release(service);
    }
}

static void test_setup__no_such_file(void **state) {
    struct rm_service *service = NULL;
    char message[8] = "xxxxxxx";
    (void)state;
    assert_int_equal(sim_service_create("/nonexistent/file.json", &service, message, sizeof message),
                     RM_E_INVALID_PARAMETER);
    assert_string_equal(message, "/nonexi"); /* never more than there is room for */
    assert_int_equal(sim_service_create("/", &service, NULL, 0), RM_E_INVALID_PARAMETER);
}

static void test_setup__larger_than_a_list(void **state) {
    const struct folder *folder = *state;
    const size_t size = 1024 * 1024 + 64;
    struct rm_service *service = NULL;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, ' ', size);
    memcpy(text, LIST "[]}", strlen(LIST "[]}"));
    write_file(folder->file, text, size);
    free(text);
    assert_int_equal(sim_service_create(folder->file, &service, NULL, 0), RM_E_INVALID_PARAMETER);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_setup__built_in),
        cmocka_unit_test(test_setup__card_by_name),
        CASE(test_setup__list),
        CASE(test_setup__paths_are_relative_to_the_list),
        CASE(test_setup__bad_lists),
        CASE(test_setup__longest_name),
        cmocka_unit_test(test_setup__no_such_file),
        CASE(test_setup__larger_than_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
