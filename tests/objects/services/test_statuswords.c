/*
 * What a status word of the card becomes: every method that speaks to it, every word that has a meaning. The
 * card has a quirk for each pair: the word is chosen by an offset, an identifier or a reference that the
 * method is given. Runs in each world of support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "support/kits/apdus.h"
#include "support/kits/buffers.h"
#include "support/kits/managing.h"
#include "support/kits/scratch.h"
#include "support/worlds/world.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define NONE SC_FL_NO_FLAGS

/* The numbers as WinSCard publishes them, not by our own constants. */
#define NOTIMPL 0x80004001u
#define INVALIDARG 0x80070057u
#define EXISTS 0x80070050u
#define UNEXPECTED 0x8010001Fu
#define UNSUPPORTED 0x80100022u
#define DIR_NOT_FOUND 0x80100023u
#define FILE_NOT_FOUND 0x80100024u
#define NO_FILE 0x80100026u
#define NO_ACCESS 0x80100027u
#define TOO_MANY 0x80100028u
#define BAD_SEEK 0x80100029u
#define INVALID_CHV 0x8010002Au
#define VIOLATION 0x8010006Au
#define WRONG 0x8010006Bu
#define BLOCKED 0x8010006Cu
#define END 0x8010006Du
#define NOT_SHOWN 0x8010006Fu
#define FINE 1u /* in the table: S_OK */

/* What a method does with the card, as far as that decides the meaning of a word. */
enum use { ANY, READS, WRITES, ENTERS, LISTS, DELETES, DESCRIBES, SETS, REVIVES, SHOWS, ASKS, PROVES, USES };

/* A code of 0: the one for any use. */
static const struct word {
    uint16_t sw;
    uint32_t codes[USES];
} words[] = {
    {0x6281, {UNEXPECTED}},
    {0x6282, {END}},
    {0x6283, {[ANY] = NO_ACCESS, [DESCRIBES] = FINE}},
    {0x6300, {[ANY] = UNEXPECTED, [SHOWS] = WRONG, [ASKS] = NOT_SHOWN, [PROVES] = VIOLATION}},
    {0x63C0, {BLOCKED}},
    {0x63C2, {[ANY] = UNEXPECTED, [SHOWS] = WRONG, [ASKS] = NOT_SHOWN, [PROVES] = VIOLATION}},
    {0x6400, {UNEXPECTED}},
    {0x6581, {UNEXPECTED}},
    {0x6700, {[ANY] = INVALIDARG, [SHOWS] = INVALID_CHV, [ASKS] = INVALID_CHV}},
    {0x6881, {[ANY] = UNSUPPORTED, [LISTS] = NOTIMPL, [DELETES] = NOTIMPL}},
    {0x6882, {[ANY] = UNSUPPORTED, [LISTS] = NOTIMPL, [DELETES] = NOTIMPL}},
    {0x6981, {[ANY] = UNSUPPORTED, [LISTS] = NOTIMPL, [DELETES] = NOTIMPL}},
    {0x6982, {VIOLATION}},
    {0x6983, {BLOCKED}},
    {0x6984, {NO_ACCESS}},
    {0x6985, {NO_ACCESS}},
    {0x6986, {NO_FILE}},
    {0x6A80, {[ANY] = INVALIDARG, [SHOWS] = INVALID_CHV, [ASKS] = INVALID_CHV}},
    {0x6A81, {[ANY] = UNSUPPORTED, [LISTS] = NOTIMPL, [DELETES] = NOTIMPL}},
    {0x6A82, {[ANY] = FILE_NOT_FOUND, [ENTERS] = DIR_NOT_FOUND}},
    {0x6A83, {[ANY] = UNEXPECTED, [READS] = END, [WRITES] = TOO_MANY}},
    {0x6A84, {TOO_MANY}},
    {0x6A86, {INVALIDARG}},
    {0x6A87, {INVALIDARG}},
    {0x6A88, {[ANY] = INVALIDARG, [SETS] = UNSUPPORTED}},
    {0x6A89, {EXISTS}},
    {0x6A8A, {EXISTS}},
    {0x6B00, {[ANY] = BAD_SEEK, [READS] = END, [WRITES] = TOO_MANY}},
    {0x6D00, {[ANY] = UNSUPPORTED, [LISTS] = NOTIMPL, [DELETES] = NOTIMPL}},
    {0x6E00, {[ANY] = UNSUPPORTED, [LISTS] = NOTIMPL, [DELETES] = NOTIMPL}},
    {0x6F00, {UNEXPECTED}},
};

static struct world *world;

static struct stage {
    char folder[SCRATCH_ROOM];
    ISCardManage *manage;
    ISCardFileAccess *files;
    ISCardVerify *verify;
    ISCardAuth *auth;
    HSCARD_FILE file; /* 0001 */
} stage;

/* The card */

/* A word for whatever begins so; SELECT by whatever form: P1 and P2 do not count. */
static void write_word(FILE *out, const char *command, unsigned number, const char *rest, uint16_t sw) {
    (void)fprintf(out, ",\n{\"to\": \"%s %02X%s\", \"sw\": \"%04X\"}", command, number, rest, sw);
}

static void write_selection(FILE *out, unsigned id, int state, uint16_t sw, const char *more) {
    char of_state[32] = "";
    if (state >= 0)
        (void)snprintf(of_state, sizeof of_state, "\"state\": %d, ", state);
    (void)fprintf(out,
                  ",\n{\"to\": \"00 A4 00 00 02 %02X %02X\", \"mask\": \"FF FF 00 00 FF FF FF\", "
                  "%s\"sw\": \"%04X\"%s}",
                  id >> 8, id & 0xFF, of_state, sw, more);
}

/* A file that is selected well and then, in a state of its own, answers a command so. */
static void write_file(FILE *out, unsigned id, unsigned number, unsigned kind) {
    char more[128];
    (void)snprintf(
        more, sizeof more,
        ", \"give\": \"all\", \"next\": %u, \"data\": \"62 0A 80 01 10 82 01 %02X 83 02 %02X %02X\"", number,
        kind, id >> 8, id & 0xFF);
    write_selection(out, id, -1, 0x9000, more);
}

static void write_quirks(FILE *out, unsigned number, uint16_t sw) {
    static const char *const in_state[] = {"00 E4", "00 04", "00 44", "00 DA 00 85"};
    write_selection(out, 0x2000 + number, -1, sw, "");
    for (size_t i = 0; i < COUNT(in_state); ++i)
        (void)fprintf(out, ",\n{\"to\": \"%s\", \"state\": %u, \"sw\": \"%04X\"}", in_state[i], number, sw);
    write_file(out, 0x2500 + number, number, 0x01);
    /* The second selection of these answers so. */
    write_selection(out, 0x2700 + number, (int)number, sw, ", \"next\": 0");
    write_file(out, 0x2700 + number, number, 0x01);
    write_selection(out, 0x2800 + number, (int)number, sw, ", \"next\": 0");
    write_file(out, 0x2800 + number, number, 0x38);
    write_word(out, "00 E0 00 00 09 62 07 82 01 01 83 02 24", number, "", sw);
    write_word(out, "00 B0 00", number, "", sw);
    write_word(out, "00 D6 00", number, "", sw);
    write_word(out, "00 0E 00", number, "", sw);
    write_word(out, "00 20 00", number, "", sw);
    write_word(out, "00 24 00", number, "", sw);
    write_word(out, "00 26 00", number, "", sw);
    write_word(out, "00 28 00", number, "", sw);
    write_word(out, "00 2C 01", number, "", sw);
    write_word(out, "00 82", number, " 00", sw);
    write_word(out, "00 84", number, " 00", sw);
    write_word(out, "00 88", number, " 00", sw);
}

static bool write_image(const char *path) {
    FILE *const out = fopen(path, "w");
    if (!out)
        return false;
    (void)fprintf(out,
                  "{\"format\": \"scardssp-card\", \"version\": 1, \"name\": \"Words\", "
                  "\"protocols\": [\"T=1\"], \"mf\": {\"create\": \"always\", \"files\": [{\"id\": \"0001\", "
                  "\"type\": \"transparent\", \"update\": \"always\", \"content\": {\"size\": 256}}]},\n"
                  "\"quirks\": [{\"to\": \"FF FF FF\"}");
    for (size_t i = 0; i < COUNT(words); ++i)
        write_quirks(out, (unsigned)i + 1, words[i].sw);
    (void)fprintf(out, "]}\n");
    return fclose(out) == 0;
}

/* Calls, each with the number of a word; what they return */

static HRESULT with_path(unsigned id, HRESULT (*call)(BSTR path)) {
    wchar_t text[8];
    (void)swprintf(text, 8, L"/%04X", id);
    BSTR path = SysAllocString(text);
    const HRESULT hr = call(path);
    SysFreeString(path);
    return hr;
}

static HRESULT call_change(BSTR path) {
    return ISCardFileAccess_ChangeDir(stage.files, SC_TYPE_BY_ID, path);
}

static HRESULT call_open(BSTR path) {
    HSCARD_FILE file = 0;
    const HRESULT hr = ISCardFileAccess_Open(stage.files, SC_TYPE_BY_ID, path, &file);
    return FAILED(hr) ? hr : ISCardFileAccess_Close(stage.files, file);
}

static HRESULT call_create(BSTR path) {
    uint8_t kind[] = {0x82, 0x01, 0x01};
    TLV_TABLE table = {3, kind};
    LONG count = 1;
    return ISCardFileAccess_Create(stage.files, SC_TYPE_BY_ID, path, &table, &count, NONE, NULL);
}

static HRESULT call_delete(BSTR path) {
    return ISCardFileAccess_Delete(stage.files, SC_TYPE_BY_ID, path, NONE);
}

static HRESULT call_invalidate(BSTR path) {
    return ISCardFileAccess_Invalidate(stage.files, path, NONE);
}

static HRESULT call_rehabilitate(BSTR path) {
    return ISCardFileAccess_Rehabilitate(stage.files, path, NONE);
}

static HRESULT call_get(BSTR path) {
    uint8_t size[8] = {0x80};
    TLV_TABLE table = {8, size};
    LONG count = 1;
    return ISCardFileAccess_GetProperties(stage.files, SC_TYPE_BY_ID, path, &table, &count, NONE);
}

static HRESULT call_set(BSTR path) {
    uint8_t bytes[] = {0x85, 0x01, 0x00};
    TLV_TABLE table = {3, bytes};
    return ISCardFileAccess_SetProperties(stage.files, SC_TYPE_BY_ID, path, &table, 1, NONE);
}

static HRESULT change_dir(unsigned n) {
    return with_path(0x2000 + n, call_change);
}
static HRESULT open_file(unsigned n) {
    return with_path(0x2000 + n, call_open);
}
static HRESULT get_properties(unsigned n) {
    return with_path(0x2000 + n, call_get);
}
static HRESULT create(unsigned n) {
    return with_path(0x2400 + n, call_create);
}
static HRESULT delete_file(unsigned n) {
    return with_path(0x2500 + n, call_delete);
}
static HRESULT invalidate(unsigned n) {
    return with_path(0x2500 + n, call_invalidate);
}
static HRESULT rehabilitate(unsigned n) {
    return with_path(0x2500 + n, call_rehabilitate);
}
static HRESULT set_properties(unsigned n) {
    return with_path(0x2500 + n, call_set);
}

static HRESULT capabilities(unsigned n) {
    uint8_t size[8] = {0x80};
    TLV_TABLE table = {8, size};
    LONG count = 1;
    assert_hr(with_path(0x2700 + n, call_open), S_OK);
    return ISCardFileAccess_GetFileCapabilities(stage.files, &table, &count, NONE);
}

static HRESULT directory(unsigned n) {
    SAFEARRAY *names = NULL;
    assert_hr(with_path(0x2800 + n, call_change), S_OK);
    const HRESULT hr = ISCardFileAccess_Directory(stage.files, SC_TYPE_FILES, &names);
    SafeArrayDestroy(names);
    BSTR root = SysAllocString(L"/");
    assert_hr(call_change(root), S_OK);
    SysFreeString(root);
    return hr;
}

/* Opened anew: a word may have told that the file ends there. */
static void seek(unsigned n) {
    BSTR path = SysAllocString(L"/0001");
    (void)ISCardFileAccess_Close(stage.files, stage.file);
    assert_hr(ISCardFileAccess_Open(stage.files, SC_TYPE_BY_ID, path, &stage.file), S_OK);
    SysFreeString(path);
    assert_hr(ISCardFileAccess_Seek(stage.files, stage.file, (LONG)n, SC_SEEK_FROM_BEGINNING), S_OK);
}

static HRESULT read_file(unsigned n) {
    IByteBuffer *buffer = NULL;
    LONG count = 1;
    seek(n);
    const HRESULT hr = ISCardFileAccess_Read(stage.files, stage.file, &count, &buffer, NONE);
    assert_null(buffer);
    assert_int_equal(count, 0);
    return hr;
}

static HRESULT write_to_file(unsigned n) {
    IByteBuffer *byte = buffer_of("x", 1);
    seek(n);
    const HRESULT hr = ISCardFileAccess_Write(stage.files, stage.file, 0, byte, NONE);
    IByteBuffer_Release(byte);
    return hr;
}

static HRESULT erase(unsigned n) {
    seek(n);
    return ISCardFileAccess_Write(stage.files, stage.file, 1, NULL, SC_FL_ERASE);
}

static HRESULT verify(unsigned n) {
    IByteBuffer *code = buffer_of("1234", 4);
    LONG reference = (LONG)n;
    const HRESULT hr = ISCardVerify_Verify(stage.verify, code, NONE, &reference);
    assert_int_equal(reference, n);
    IByteBuffer_Release(code);
    return hr;
}

static HRESULT ask(unsigned n) {
    LONG reference = (LONG)n;
    return ISCardVerify_Verify(stage.verify, NULL, NONE, &reference);
}

static HRESULT change_code(unsigned n) {
    IByteBuffer *code = buffer_of("1234", 4);
    const HRESULT hr = ISCardVerify_ChangeCode(stage.verify, code, code, NONE, (LONG)n);
    IByteBuffer_Release(code);
    return hr;
}

static HRESULT switch_code(unsigned n, SCARD_FLAGS flags) {
    IByteBuffer *code = buffer_of("1234", 4);
    const HRESULT hr = ISCardVerify_ChangeCode(stage.verify, code, NULL, flags, (LONG)n);
    IByteBuffer_Release(code);
    return hr;
}
static HRESULT enable(unsigned n) {
    return switch_code(n, SC_FL_IHV_ENABLE);
}
static HRESULT disable(unsigned n) {
    return switch_code(n, SC_FL_IHV_DISABLE);
}

static HRESULT unblock(unsigned n) {
    return ISCardVerify_Unblock(stage.verify, 12345678, NONE, (LONG)n);
}

static HRESULT user_auth(unsigned n) {
    const uint8_t reference = (uint8_t)n;
    IByteBuffer *code = buffer_of("1234", 4), *parameters = buffer_of(&reference, 1);
    LONG length = 0;
    const HRESULT hr = ISCardAuth_User_Auth(stage.auth, 0, parameters, &length, &code);
    IByteBuffer_Release(parameters);
    IByteBuffer_Release(code);
    return hr;
}

static HRESULT challenge(unsigned n) {
    IByteBuffer *buffer = NULL;
    LONG length = 8;
    const HRESULT hr = ISCardAuth_GetChallenge(stage.auth, (LONG)n, NULL, &length, &buffer);
    assert_null(buffer);
    assert_int_equal(length, 0);
    return hr;
}

static HRESULT icc_auth(unsigned n) {
    IByteBuffer *buffer = buffer_of("12345678", 8);
    LONG length = 0;
    const HRESULT hr = ISCardAuth_ICC_Auth(stage.auth, (LONG)n, NULL, &length, &buffer);
    assert_int_equal(length, 0);
    IByteBuffer_Release(buffer);
    return hr;
}

static HRESULT app_auth(unsigned n) {
    IByteBuffer *buffer = buffer_of("12345678", 8);
    const HRESULT hr = ISCardAuth_APP_Auth(stage.auth, (LONG)n, NULL, buffer);
    IByteBuffer_Release(buffer);
    return hr;
}

static const struct method {
    const char *name;
    enum use use;
    HRESULT (*call)(unsigned number);
} methods[] = {
    {"ISCardFileAccess::ChangeDir", ENTERS, change_dir},
    {"ISCardFileAccess::Open", ANY, open_file},
    {"ISCardFileAccess::Read", READS, read_file},
    {"ISCardFileAccess::Write", WRITES, write_to_file},
    {"ISCardFileAccess::Write, erasing", WRITES, erase},
    {"ISCardFileAccess::Create", ANY, create},
    {"ISCardFileAccess::Delete", DELETES, delete_file},
    {"ISCardFileAccess::Directory", LISTS, directory},
    {"ISCardFileAccess::GetProperties", DESCRIBES, get_properties},
    {"ISCardFileAccess::SetProperties", SETS, set_properties},
    {"ISCardFileAccess::GetFileCapabilities", DESCRIBES, capabilities},
    {"ISCardFileAccess::Invalidate", ANY, invalidate},
    {"ISCardFileAccess::Rehabilitate", ANY, rehabilitate},
    {"ISCardVerify::Verify", SHOWS, verify},
    {"ISCardVerify::Verify, asking", ASKS, ask},
    {"ISCardVerify::ChangeCode", SHOWS, change_code},
    {"ISCardVerify::ChangeCode, enabling", SHOWS, enable},
    {"ISCardVerify::ChangeCode, disabling", SHOWS, disable},
    {"ISCardVerify::Unblock", SHOWS, unblock},
    {"ISCardAuth::GetChallenge", PROVES, challenge},
    {"ISCardAuth::ICC_Auth", PROVES, icc_auth},
    {"ISCardAuth::APP_Auth", PROVES, app_auth},
    {"ISCardAuth::User_Auth", SHOWS, user_auth},
};

static uint32_t expected(const struct word *word, enum use use) {
    const uint32_t code = word->codes[use] ? word->codes[use] : word->codes[ANY];
    return code == FINE ? 0 : code;
}

static void test_words__become_codes(void **state) {
    unsigned wrong = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(methods); ++i)
        for (size_t at = 0; at < COUNT(words); ++at) {
            const uint32_t code = expected(&words[at], methods[i].use);
            const uint32_t got = (uint32_t)methods[i].call((unsigned)at + 1);
            if (got == code)
                continue;
            ++wrong;
            print_error("%s, %04X: %08X instead of %08X\n", methods[i].name, words[at].sw, (unsigned)got,
                        (unsigned)code);
        }
    assert_int_equal(wrong, 0);
}

static int stage_open(void **state) {
    char path[SCRATCH_ROOM + 16];
    (void)state;
    if (!scratch_create(stage.folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/words.json", stage.folder);
    if (!write_image(path))
        return -1;
    world_insert(world, path);
    stage.manage = managing_attached(world, SHARED);
    stage.files = managing_files(stage.manage);
    stage.verify = managing_verify(stage.manage);
    stage.auth = managing_auth(stage.manage);
    return 0;
}

static int stage_close(void **state) {
    ISCardAuth_Release(stage.auth);
    ISCardVerify_Release(stage.verify);
    ISCardFileAccess_Release(stage.files);
    ISCardManage_Release(stage.manage);
    (void)scratch_remove(stage.folder);
    return world_after(state);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_words__become_codes, stage_open, stage_close),
    };
    return world_run(argc, argv, &world, tests, COUNT(tests));
}
