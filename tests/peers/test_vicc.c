/*
 * A card that nobody here wrote: vsmartcard's emulator of a card of ISO/IEC 7816-4 (vicc), through the four
 * interfaces of a card's services. test_vicc.sh puts it into the first reader of a real PC/SC service,
 * test_vicc_vpcd.sh into a virtual reader of our own, blank but for its PIN, and introduced to the card
 * database: the cases build on those before them. Left out: DELETE FILE without data, which vicc takes for
 * the current directory (ISO/IEC 7816-9: the current file), and VERIFY without data, which costs a try.
 */
#include "card.h"

#include <string.h>
#include <wchar.h>

#include <scardssp_rm.h>

#define FILE_EXISTS ((HRESULT)0x80070050)
#define CHALLENGE_SIZE 8u /* of vicc */
#define PATIENCE_S 30

static struct card card;

/* The bytes of a long file, each different from those around it. */
static const BYTE *counting(size_t size) {
    static BYTE bytes[300];
    assert_int_in_range(size, 1, sizeof bytes);
    for (size_t i = 0; i < size; ++i)
        bytes[i] = (BYTE)(i * 7 + (i >> 8));
    return bytes;
}

/* The first reader, and vicc's card in it, which takes its time to come. */
static int attach(void **state) {
    char names[200];
    wchar_t reader[200] = L"";
    size_t size = sizeof names;
    struct scardssp_reader_state seen = {.state = 0};
    (void)state;
    (void)CoInitialize(NULL);
    assert_int_equal(scardssp_list_readers(names, &size), S_OK);
    for (int i = 0; i < PATIENCE_S && !seen.atr_size; ++i)
        (void)scardssp_get_reader_state(names, &seen, 1000);
    assert_int_in_range(seen.atr_size, 2, 33);
    for (size_t i = 0; names[i]; ++i)
        reader[i] = (wchar_t)(unsigned char)names[i];
    card_find(&card, reader);
    card_attach(&card, reader);
    return 0;
}

static int detach(void **state) {
    (void)state;
    card_detach(&card);
    CoUninitialize();
    return 0;
}

static void test_status__card_is_there(void **state) {
    SCARD_STATES status = ABSENT;
    SCARD_PROTOCOLS protocol = RAW;
    (void)state;
    assert_int_equal(ISCardManage_Status(card.manage, &status, &protocol), S_OK);
    assert_int_equal(status, SPECIFICMODE);
    assert_int_equal(protocol, T1);
}

static void test_directory__blank(void **state) {
    (void)state;
    card_assert_stands(&card, L"/");
    card_assert_lists(&card, SC_TYPE_ALL_FILES, "");
}

static void test_create__each_kind(void **state) {
    static const BYTE transparent[] = {0x80, 2, 0x01, 0x2C /* 300 bytes */, 0x82, 1, 0x01};
    static const BYTE records[] = {0x82, 4, 0x04 /* linear variable */, 0x00, 0x00, 0x20 /* bytes at most */};
    static const BYTE or_file[] = {0x80, 2, 0x00, 0x04, 0x82, 2, 0x01, 0x40 /* writing is OR */};
    static const BYTE directory[] = {0x82, 1, 0x38, 0x84, 5, 0xA0, 0x00, 0x00, 0x00, 0x01};
    static const BYTE inner[] = {0x80, 2, 0x00, 0x10, 0x82, 1, 0x01};
    (void)state;
    assert_int_equal(card_create(&card, L"/0101", transparent, sizeof transparent), S_OK);
    assert_int_equal(card_create(&card, L"/0102", records, sizeof records), S_OK);
    assert_int_equal(card_create(&card, L"/0103", or_file, sizeof or_file), S_OK);
    assert_int_equal(card_create(&card, L"/DF01", directory, sizeof directory), S_OK);
    assert_int_equal(card_create(&card, L"/DF01/0105", inner, sizeof inner), S_OK);
    assert_int_equal(card_create(&card, L"/0101", transparent, sizeof transparent), FILE_EXISTS);
}

static void test_directory__each_kind(void **state) {
    (void)state;
    card_assert_lists(&card, SC_TYPE_ALL_FILES, "0101 0102 0103 DF01");
    card_assert_lists(&card, SC_TYPE_FILES, "0101 0102 0103");
    card_assert_lists(&card, SC_TYPE_DIRECTORIES, "DF01");
    card_assert_lists(&card, SC_TYPE_TRANSPARENT_EF, "0101 0103");
    card_assert_lists(&card, SC_TYPE_VARIABLE_EF, "0102");
    card_assert_lists(&card, SC_TYPE_CYCLIC_EF, "");
}

/* Directories by identifier and by name; what is in them, by a path from there. */
static void test_change_dir__id_and_name(void **state) {
    (void)state;
    assert_int_equal(card_change(&card, SC_TYPE_BY_ID, L"DF01"), S_OK);
    card_assert_stands(&card, L"/DF01");
    card_assert_lists(&card, SC_TYPE_ALL_FILES, "0105");
    assert_int_equal(card_open(&card, L"0105", NULL), S_OK);
    assert_int_equal(card_open(&card, L"0101", NULL), SCARD_E_FILE_NOT_FOUND);
    assert_int_equal(card_change(&card, SC_TYPE_BY_ID, L".."), S_OK);
    card_assert_stands(&card, L"/");
    assert_int_equal(card_open(&card, L"0101", NULL), S_OK);
    assert_int_equal(card_change(&card, SC_TYPE_BY_NAME, L"A000000001"), S_OK);
    card_assert_stands(&card, L"/DF01");
    assert_int_equal(card_open(&card, L"0105", NULL), S_OK);
    assert_int_equal(card_change(&card, SC_TYPE_BY_ID, L"/"), S_OK);
}

static void test_select__what_is_not_there(void **state) {
    (void)state;
    assert_int_equal(card_open(&card, L"/7777", NULL), SCARD_E_FILE_NOT_FOUND);
    assert_int_equal(card_open(&card, L"/DF01", NULL), SCARD_E_NO_FILE);
    assert_int_equal(card_change(&card, SC_TYPE_BY_ID, L"/7777"), SCARD_E_DIR_NOT_FOUND);
    assert_int_equal(card_change(&card, SC_TYPE_BY_ID, L"/0101"), SCARD_E_NO_DIR);
    assert_int_equal(card_change(&card, SC_TYPE_BY_NAME, L"A0000000FF"), SCARD_E_DIR_NOT_FOUND);
    card_assert_stands(&card, L"/");
}

static void test_properties__of_a_file(void **state) {
    static const BYTE size[] = {0x80, 2, 0x01, 0x2C}, kind[] = {0x82, 2, 0x01, 0x00};
    static const BYTE id[] = {0x83, 2, 0x01, 0x01}, cycle[] = {0x8A, 1, 0x05};
    static const struct {
        const BYTE *bytes;
        size_t size;
    } wanted[] = {{size, sizeof size}, {kind, sizeof kind}, {id, sizeof id}, {cycle, sizeof cycle}};
    TLV_TABLE table[4] = {{0}};
    LONG count = 4;
    BSTR path = SysAllocString(L"/0101");
    (void)state;
    assert_int_equal(
        ISCardFileAccess_GetProperties(card.files, SC_TYPE_BY_ID, path, table, &count, SC_FL_STAT_DEFAULT),
        S_OK);
    assert_int_equal(count, 4);
    for (size_t i = 0; i < 4; ++i) {
        assert_int_equal(table[i].cbSize, wanted[i].size);
        assert_memory_equal(table[i].byData, wanted[i].bytes, wanted[i].size);
        CoTaskMemFree(table[i].byData);
    }
    SysFreeString(path);
}

/* More than fits into one command. */
static void test_transparent__written_and_read(void **state) {
    const BYTE *bytes = counting(300);
    HSCARD_FILE file = 0;
    (void)state;
    assert_int_equal(card_open(&card, L"/0101", &file), S_OK);
    assert_int_equal(card_write(&card, file, bytes, 300, SC_FL_NO_FLAGS), S_OK);
    card_assert_end(&card, file);
    assert_int_equal(ISCardFileAccess_Seek(card.files, file, 0, SC_SEEK_FROM_BEGINNING), S_OK);
    card_assert_reads(&card, file, 0, bytes, 300);
    assert_int_equal(ISCardFileAccess_Seek(card.files, file, -40, SC_SEEK_FROM_END), S_OK);
    card_assert_reads(&card, file, 10, bytes + 260, 10);
    card_assert_reads(&card, file, 100, bytes + 270, 30);
    card_assert_end(&card, file);
    assert_int_equal(ISCardFileAccess_Seek(card.files, file, 1, SC_SEEK_RELATIVE), SCARD_E_BAD_SEEK);
    assert_int_equal(ISCardFileAccess_Close(card.files, file), S_OK);
}

/* A part in the middle; another file is selected between. */
static void test_transparent__a_part(void **state) {
    HSCARD_FILE file = 0, other = 0;
    BYTE bytes[300];
    (void)state;
    memcpy(bytes, counting(300), sizeof bytes);
    memcpy(bytes + 100, "in the middle", 13);
    assert_int_equal(card_open(&card, L"/0101", &file), S_OK);
    assert_int_equal(card_open(&card, L"/DF01/0105", &other), S_OK);
    assert_int_equal(ISCardFileAccess_Seek(card.files, file, 100, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_int_equal(card_write(&card, file, "in the middle", 13, SC_FL_NO_FLAGS), S_OK);
    assert_int_equal(card_write(&card, other, "of another file.", 16, SC_FL_NO_FLAGS), S_OK);
    assert_int_equal(ISCardFileAccess_Seek(card.files, file, 0, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_int_equal(ISCardFileAccess_Seek(card.files, other, 0, SC_SEEK_FROM_BEGINNING), S_OK);
    card_assert_reads(&card, file, 0, bytes, sizeof bytes);
    card_assert_reads(&card, other, 0, "of another file.", 16);
    assert_int_equal(ISCardFileAccess_Close(card.files, file), S_OK);
    assert_int_equal(ISCardFileAccess_Close(card.files, other), S_OK);
}

/* WRITE BINARY, where the card says that it ORs; UPDATE BINARY replaces all the same. */
static void test_transparent__or(void **state) {
    HSCARD_FILE file = 0;
    (void)state;
    assert_int_equal(card_open(&card, L"/0103", &file), S_OK);
    assert_int_equal(card_write(&card, file, "\x01\x02\x04\x08", 4, SC_FL_REPLACE), S_OK);
    assert_int_equal(ISCardFileAccess_Seek(card.files, file, 1, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_int_equal(card_write(&card, file, "\x10\x06", 2, SC_FL_OR), S_OK);
    assert_int_equal(card_write(&card, file, "\xFF", 1, SC_FL_AND), SCARD_E_UNSUPPORTED_FEATURE);
    assert_int_equal(ISCardFileAccess_Seek(card.files, file, 0, SC_SEEK_FROM_BEGINNING), S_OK);
    card_assert_reads(&card, file, 0, "\x01\x12\x06\x08", 4);
    assert_int_equal(ISCardFileAccess_Close(card.files, file), S_OK);
}

static void test_records__appended_and_replaced(void **state) {
    HSCARD_FILE file = 0;
    (void)state;
    assert_int_equal(card_open(&card, L"/0102", &file), S_OK);
    card_assert_end(&card, file);
    assert_int_equal(card_write(&card, file, "one", 3, SC_FL_NO_FLAGS), S_OK);
    assert_int_equal(card_write(&card, file, "the second record", 17, SC_FL_NO_FLAGS), S_OK);
    assert_int_equal(ISCardFileAccess_Seek(card.files, file, 0, SC_SEEK_FROM_BEGINNING), S_OK);
    assert_int_equal(card_write(&card, file, "ONE", 3, SC_FL_NO_FLAGS), S_OK);
    assert_int_equal(ISCardFileAccess_Close(card.files, file), S_OK);
    assert_int_equal(card_open(&card, L"/0102", &file), S_OK);
    card_assert_reads(&card, file, 0, "ONE", 3);
    card_assert_reads(&card, file, 0, "the second record", 17);
    card_assert_end(&card, file);
    assert_int_equal(ISCardFileAccess_Close(card.files, file), S_OK);
}

/* What vicc has no command for. */
static void test_invalidate__unsupported(void **state) {
    BSTR path = SysAllocString(L"/0101");
    (void)state;
    assert_int_equal(ISCardFileAccess_Invalidate(card.files, path, SC_FL_NO_FLAGS),
                     SCARD_E_UNSUPPORTED_FEATURE);
    assert_int_equal(ISCardFileAccess_Rehabilitate(card.files, path, SC_FL_NO_FLAGS),
                     SCARD_E_UNSUPPORTED_FEATURE);
    SysFreeString(path);
}

/* An open file and the current directory outlive a reset, after which vicc has its master file selected. */
static void test_reset__files_stay_open(void **state) {
    HSCARD_FILE file = 0;
    (void)state;
    assert_int_equal(card_change(&card, SC_TYPE_BY_ID, L"/DF01"), S_OK);
    assert_int_equal(card_open(&card, L"0105", &file), S_OK);
    card_assert_reads(&card, file, 3, "of ", 3);
    assert_int_equal(ISCardManage_SCardLock(card.manage), S_OK);
    assert_int_equal(ISCardManage_SCardUnlock(card.manage, RESET), S_OK);
    assert_int_equal(ISCardManage_Reconnect(card.manage), S_OK);
    card_assert_reads(&card, file, 0, "another file.", 13);
    card_assert_stands(&card, L"/DF01");
    assert_int_equal(card_open(&card, L"0105", NULL), S_OK);
    assert_int_equal(ISCardFileAccess_Close(card.files, file), S_OK);
    assert_int_equal(card_change(&card, SC_TYPE_BY_ID, L"/"), S_OK);
}

/*
 * The card enciphers its challenge, padded as it does that itself (80 and zeros), with the key that it holds
 * against the program's answer: so it brings the right answer on its own.
 */
static void test_auth__challenge_and_answer(void **state) {
    static const BYTE padding[CHALLENGE_SIZE] = {0x80};
    BYTE block[2 * CHALLENGE_SIZE], answer[2 * CHALLENGE_SIZE];
    IByteBuffer *buffer = NULL;
    LONG length = CHALLENGE_SIZE;
    (void)state;
    assert_int_equal(ISCardAuth_GetChallenge(card.auth, 0, NULL, &length, &buffer), S_OK);
    assert_int_equal(length, CHALLENGE_SIZE);
    assert_int_equal(IByteBuffer_Read(buffer, block, CHALLENGE_SIZE, NULL), S_OK);
    memcpy(block + CHALLENGE_SIZE, padding, sizeof padding);
    IByteBuffer_Release(buffer);

    buffer = card_buffer(block, sizeof block);
    length = 0;
    assert_int_equal(ISCardAuth_ICC_Auth(card.auth, 0, NULL, &length, &buffer), S_OK);
    assert_int_equal(length, sizeof answer);
    assert_int_equal(IByteBuffer_Read(buffer, answer, sizeof answer, NULL), S_OK);
    assert_memory_not_equal(answer, block, sizeof answer);
    IByteBuffer_Release(buffer);

    answer[0] ^= 0x01u;
    buffer = card_buffer(answer, sizeof answer);
    assert_int_equal(ISCardAuth_APP_Auth(card.auth, 0, NULL, buffer), SCARD_W_SECURITY_VIOLATION);
    IByteBuffer_Release(buffer);
    answer[0] ^= 0x01u;
    buffer = card_buffer(answer, sizeof answer);
    assert_int_equal(ISCardAuth_APP_Auth(card.auth, 0, NULL, buffer), S_OK);
    IByteBuffer_Release(buffer);
}

/* What Verify says of this PIN; vicc has one alone. */
static HRESULT verify(const char *pin) {
    IByteBuffer *code = card_buffer(pin, strlen(pin));
    LONG reference = 1;
    const HRESULT hr = ISCardVerify_Verify(card.verify, code, SC_FL_IHV_GLOBAL, &reference);
    assert_int_equal(reference, 1);
    IByteBuffer_Release(code);
    return hr;
}

static void test_pin__wrong_and_right(void **state) {
    (void)state;
    assert_int_equal(verify("1235"), SCARD_W_WRONG_CHV);
    assert_int_equal(verify("1235"), SCARD_W_WRONG_CHV);
    assert_int_equal(verify("1234"), S_OK); /* and three tries again */
}

static void test_pin__by_user_auth(void **state) {
    IByteBuffer *code = card_buffer("1234", 4), *param = card_buffer("\x01", 1);
    LONG length = 4;
    (void)state;
    assert_int_equal(ISCardAuth_User_Auth(card.auth, 0, param, &length, &code), S_OK);
    card_assert_bytes(code, length, "", 0);
    IByteBuffer_Release(code);
    IByteBuffer_Release(param);
}

/* vicc cannot forget a PIN alone: it is reset, and the program goes on. */
static void test_pin__forgotten(void **state) {
    HSCARD_FILE file = 0;
    (void)state;
    assert_int_equal(card_open(&card, L"/DF01/0105", &file), S_OK);
    assert_int_equal(verify("1234"), S_OK);
    assert_int_equal(ISCardVerify_ResetSecurityState(card.verify, SC_FL_NO_FLAGS), S_OK);
    card_assert_reads(&card, file, 0, "of another file.", 16);
    assert_int_equal(ISCardFileAccess_Close(card.files, file), S_OK);
}

/* The last case with a PIN: there is no way back. */
static void test_pin__blocked(void **state) {
    (void)state;
    for (int i = 0; i < 3; ++i)
        assert_int_equal(verify("4321"), SCARD_W_WRONG_CHV);
    assert_int_equal(verify("1234"), SCARD_W_CHV_BLOCKED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status__card_is_there),
        cmocka_unit_test(test_directory__blank),
        cmocka_unit_test(test_create__each_kind),
        cmocka_unit_test(test_directory__each_kind),
        cmocka_unit_test(test_change_dir__id_and_name),
        cmocka_unit_test(test_select__what_is_not_there),
        cmocka_unit_test(test_properties__of_a_file),
        cmocka_unit_test(test_transparent__written_and_read),
        cmocka_unit_test(test_transparent__a_part),
        cmocka_unit_test(test_transparent__or),
        cmocka_unit_test(test_records__appended_and_replaced),
        cmocka_unit_test(test_invalidate__unsupported),
        cmocka_unit_test(test_reset__files_stay_open),
        cmocka_unit_test(test_auth__challenge_and_answer),
        cmocka_unit_test(test_pin__wrong_and_right),
        cmocka_unit_test(test_pin__by_user_auth),
        cmocka_unit_test(test_pin__forgotten),
        cmocka_unit_test(test_pin__blocked),
    };
    return cmocka_run_group_tests(tests, attach, detach);
}
