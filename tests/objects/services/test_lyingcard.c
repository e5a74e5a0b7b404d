/*
 * A card that lies about its files: control parameters longer than what came, nested without end, 64 KiB of
 * them; files and records of any size but the one they have. What a program gets is what there is. Runs in
 * each world of support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/kits/apdus.h"
#include "support/kits/buffers.h"
#include "support/kits/managing.h"
#include "support/kits/scratch.h"
#include "support/worlds/world.h"

#define NONE SC_FL_NO_FLAGS
#define LARGE 65000u /* bytes of control parameters: what a reader carries in one answer */

static struct world *world;

static struct stage {
    char folder[SCRATCH_ROOM];
    ISCardManage *manage;
    ISCardFileAccess *files;
} stage;

/* SELECT of the file, by whatever form, answers so, and what follows meets the card in this state. */
static void lie(FILE *out, unsigned id, unsigned state, const char *parameters) {
    (void)fprintf(
        out,
        "{\"to\": \"00 A4 00 00 02 %02X %02X\", \"mask\": \"FF FF 00 00 FF FF FF\", \"sw\": \"9000\", "
        "\"give\": \"all\", \"next\": %u, \"data\": %s},\n",
        id >> 8, id & 0xFF, state, parameters);
}

static bool write_image(const char *path) {
    FILE *const out = fopen(path, "w");
    if (!out)
        return false;
    (void)fprintf(out, "{\"format\": \"scardssp-card\", \"version\": 1, \"name\": \"Liar\", "
                       "\"protocols\": [\"T=1\"], \"mf\": {}, \"quirks\": [\n");
    lie(out, 0x3001, 1, "\"62 7F 82 01 01\"");
    lie(out, 0x3002, 1, "\"62 84 FF FF FF FF 82 01 01\"");
    lie(out, 0x3003, 1, "{\"hex\": \"62 82 FD E4\", \"fill\": \"A5 82 FD 00\", \"size\": 65000}");
    lie(out, 0x3004, 1, "{\"hex\": \"62 82 FD E4\", \"fill\": \"85 02 AA BB\", \"size\": 65000}");
    lie(out, 0x3005, 2, "\"62 0D 80 04 FF FF FF FF 82 01 01 83 02 30 05\"");
    lie(out, 0x3006, 3, "\"62 0B 80 02 00 02 82 01 01 83 02 30 06\"");
    lie(out, 0x3007, 4, "\"62 0B 82 05 04 41 FF FF FE 83 02 30 07\"");
    lie(out, 0x3008, 4, "\"62 0B 82 05 04 41 00 01 01 83 02 30 08\"");
    lie(out, 0x3009, 2, "\"62 0B 80 02 00 00 82 01 01 83 02 12 34\"");
    /* 2: four bytes, and then the end; 3: more than was asked for; 4: records of three bytes. */
    (void)fprintf(
        out,
        "{\"state\": 2, \"to\": \"00 B0 00 00\", \"sw\": \"6282\", \"give\": \"all\", \"data\": \"01 02 03 04\"},\n"
        "{\"state\": 2, \"to\": \"00 B0\", \"sw\": \"6B00\"},\n"
        "{\"state\": 3, \"to\": \"00 B0\", \"sw\": \"9000\", \"give\": \"all\", "
        "\"data\": {\"counter\": 1, \"size\": 300}},\n"
        "{\"state\": 4, \"to\": \"00 B2\", \"sw\": \"9000\", \"give\": \"all\", \"data\": \"AA BB CC\"}\n]}\n");
    return fclose(out) == 0;
}

static int stage_open(void **state) {
    char path[SCRATCH_ROOM + 16];
    (void)state;
    if (!scratch_create(stage.folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/liar.json", stage.folder);
    if (!write_image(path))
        return -1;
    world_insert(world, path);
    stage.manage = managing_attached(world, SHARED);
    stage.files = managing_files(stage.manage);
    return 0;
}

static int stage_close(void **state) {
    ISCardFileAccess_Release(stage.files);
    ISCardManage_Release(stage.manage);
    (void)scratch_remove(stage.folder);
    return world_after(state);
}

static HSCARD_FILE opened(const wchar_t *text) {
    BSTR path = SysAllocString(text);
    HSCARD_FILE file = 0;
    assert_hr(ISCardFileAccess_Open(stage.files, SC_TYPE_BY_ID, path, &file), S_OK);
    SysFreeString(path);
    return file;
}

static HRESULT get(const wchar_t *text, TLV_TABLE *table, LONG *count, SCARD_FLAGS flags) {
    BSTR path = SysAllocString(text);
    const HRESULT hr = ISCardFileAccess_GetProperties(stage.files, SC_TYPE_BY_ID, path, table, count, flags);
    SysFreeString(path);
    return hr;
}

/* All that there is gives these bytes, and then nothing more. */
static void expect_content(HSCARD_FILE file, const char *hex) {
    IByteBuffer *buffer = NULL;
    LONG count = 0;
    assert_hr(ISCardFileAccess_Read(stage.files, file, &count, &buffer, NONE), S_OK);
    assert_buffer_hex(buffer, hex);
}

static void expect_end(HSCARD_FILE file) {
    IByteBuffer *buffer = NULL;
    LONG count = 1;
    assert_hr(ISCardFileAccess_Read(stage.files, file, &count, &buffer, NONE), SCARD_W_EOF);
    assert_null(buffer);
}

/* Nothing is believed of what does not end where it says: the file has no such property. */
static void test_parameters__longer_than_what_came(void **state) {
    static const wchar_t *const files[] = {L"/3001", L"/3002"};
    uint8_t kind[8] = {0x82};
    (void)state;
    for (size_t i = 0; i < 2; ++i) {
        TLV_TABLE table = {8, kind};
        LONG count = 1;
        assert_hr(get(files[i], &table, &count, NONE), S_OK);
        assert_int_equal(table.cbSize, 0);
        assert_hr(ISCardFileAccess_Close(stage.files, opened(files[i])), S_OK);
    }
}

/* Templates in templates are one object, however deep they go: 64 KiB of them. */
static void test_parameters__nested_without_end(void **state) {
    TLV_TABLE table[2] = {{0, NULL}, {0, NULL}};
    LONG count = 2;
    (void)state;
    assert_hr(get(L"/3003", table, &count, SC_FL_GET_ALL_PROPERTIES), S_OK);
    assert_true(count <= 2);
    for (LONG i = 0; i < count; ++i) {
        assert_true(table[i].cbSize >= 0 && table[i].cbSize <= (LONG)LARGE);
        CoTaskMemFree(table[i].byData);
    }
    (void)opened(L"/3003");
}

/* More properties than anybody wants: how many there are is told, and the first ones can be had. */
static void test_parameters__without_number(void **state) {
    uint8_t wanted[4] = {0x85};
    TLV_TABLE table = {4, wanted};
    LONG count = 0;
    (void)state;
    assert_hr(get(L"/3004", NULL, &count, SC_FL_GET_ALL_PROPERTIES), SCARD_E_INSUFFICIENT_BUFFER);
    assert_int_equal(count, (LARGE - 4) / 4);
    count = 1;
    assert_hr(get(L"/3004", &table, &count, NONE), S_OK);
    assert_memory_equal(wanted, "\x85\x02\xAA\xBB", 4);
}

static void test_sizes__of_files(void **state) {
    IByteBuffer *buffer = NULL;
    LONG count = 5;
    (void)state;
    HSCARD_FILE file = opened(L"/3005"); /* 4 GiB, says the card */
    expect_content(file, "01020304");
    expect_end(file);
    assert_hr(ISCardFileAccess_Seek(stage.files, file, 5, SC_SEEK_FROM_BEGINNING), SCARD_E_BAD_SEEK);
    file = opened(L"/3006"); /* two bytes, and 300 come */
    expect_content(file, "0001");
    file = opened(L"/3006");
    assert_hr(ISCardFileAccess_Read(stage.files, file, &count, &buffer, NONE), S_OK);
    assert_int_equal(count, 5); /* never more than was wanted */
    assert_buffer_hex(buffer, "0001020304");
    file = opened(L"/3009"); /* empty, and under another identifier */
    expect_content(file, "01020304");
}

static void test_sizes__of_records(void **state) {
    (void)state;
    HSCARD_FILE file = opened(L"/3007"); /* 65535 bytes each */
    expect_content(file, "AABBCC");
    file = opened(L"/3008"); /* one of one byte */
    expect_content(file, "AABBCC");
    expect_content(file, "AABBCC");
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, stage_open, stage_close)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        CASE(test_parameters__longer_than_what_came),
        CASE(test_parameters__nested_without_end),
        CASE(test_parameters__without_number),
        CASE(test_sizes__of_files),
        CASE(test_sizes__of_records),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}
