/*
 * Enumerations, structures and handles as a C program gets them from <scardssp.h>, against types.md of the
 * specification.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scardssp.h"

static const struct {
    const char *name;
    long built, specified;
} rows[] = {
#define VALUE(name, number)                                                                                  \
    { #name, (long)(name), (number) }
    VALUE(EXCLUSIVE, 1),
    VALUE(SHARED, 2),
    VALUE(LEAVE, 0),
    VALUE(RESET, 1),
    VALUE(UNPOWER, 2),
    VALUE(EJECT, 3),
    VALUE(ABSENT, 1),
    VALUE(PRESENT, 2),
    VALUE(SWALLOWED, 3),
    VALUE(POWERED, 4),
    VALUE(NEGOTIABLEMODE, 5),
    VALUE(SPECIFICMODE, 6),
    VALUE(T0, 1),
    VALUE(T1, 2),
    VALUE(RAW, 0xFF),
    VALUE(ISO_CASE_1, 1),
    VALUE(ISO_CASE_2, 2),
    VALUE(ISO_CASE_3, 3),
    VALUE(ISO_CASE_4, 4),
    VALUE(SC_TYPE_BY_NAME, 0),
    VALUE(SC_TYPE_BY_ID, 1),
    VALUE(SC_TYPE_BY_SHORT_ID, 2),
    VALUE(SC_TYPE_BY_SHORT, 2),
    VALUE(SC_TYPE_BY_ANY, 3),
    VALUE(SC_TYPE_DIRECTORIES, 0),
    VALUE(SC_TYPE_FILES, 1),
    VALUE(SC_TYPE_ALL_FILES, 2),
    VALUE(SC_TYPE_DIRECTORY_FILE, 3),
    VALUE(SC_TYPE_TRANSPARENT_EF, 4),
    VALUE(SC_TYPE_FIXED_EF, 5),
    VALUE(SC_TYPE_CYCLIC_EF, 6),
    VALUE(SC_TYPE_VARIABLE_EF, 7),
    VALUE(SC_SEEK_FROM_BEGINNING, 0),
    VALUE(SC_SEEK_FROM_END, 1),
    VALUE(SC_SEEK_RELATIVE, 2),
    VALUE(SC_FL_NO_FLAGS, 0),
    VALUE(SC_FL_SECURE_MESSAGING, 1),
    VALUE(SC_FL_REPLACE, 2),
    VALUE(SC_FL_ERASE, 4),
    VALUE(SC_FL_OR, 8),
    VALUE(SC_FL_AND, 0x10),
    VALUE(SC_FL_RECURSIVE, 0x20),
    VALUE(SC_FL_NON_RECURSIVE, 0x40),
    VALUE(SC_FL_IHV_GLOBAL, 0x80),
    VALUE(SC_FL_IHV_LOCAL, 0x100),
    VALUE(SC_FL_IHV_ENABLE, 0x200),
    VALUE(SC_FL_IHV_DISABLE, 0x400),
    VALUE(SC_FL_IHV_CHANGE, 0x800),
    VALUE(SC_FL_PREALLOCATE, 0x1000),
    VALUE(SC_FL_PREALLOCATED, 0x1000),
    VALUE(SC_FL_GET_ALL_PROPERTIES, 0x2000),
    VALUE(SC_FL_STAT_DEFAULT, 0x4000),
    VALUE(SC_FL_IHV_CHECKONLY, 0x8000),
    VALUE(SC_DLG_MINIMAL_UI, 1),
    VALUE(SC_DLG_NO_UI, 2),
    VALUE(SC_DLG_FORCE_UI, 4),
    VALUE(STGC_DEFAULT, 0),
    VALUE(STGC_OVERWRITE, 1),
    VALUE(STGC_ONLYIFCURRENT, 2),
    VALUE(STGC_DANGEROUSLYCOMMITMERELYTODISKCACHE, 4),
    VALUE(STGC_CONSOLIDATE, 8),
#undef VALUE
};

static void test_enumerations__values(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        if (rows[i].built != rows[i].specified)
            fail_msg("%s is %ld, specified %ld", rows[i].name, rows[i].built, rows[i].specified);
    }
}

static void test_enumerations__width(void **state) {
    (void)state;
    assert_int_equal(sizeof(SCARD_SHARE_MODES), 4);
    assert_int_equal(sizeof(SCARD_DISPOSITIONS), 4);
    assert_int_equal(sizeof(SCARD_STATES), 4);
    assert_int_equal(sizeof(SCARD_PROTOCOLS), 4);
    assert_int_equal(sizeof(ISO_APDU_TYPE), 4);
    assert_int_equal(sizeof(SCARD_FLAGS), 4);
}

/* Asserts that `field` has this type and follows `before` with nothing but alignment between. */
#define FIRST(type, field) assert_int_equal(offsetof(type, field), 0)
#define FOLLOWS(type, field, before)                                                                         \
    do {                                                                                                     \
        const size_t end = offsetof(type, before) + sizeof(((type *)NULL)->before);                          \
        const size_t unit = _Alignof(__typeof__(((type *)NULL)->field));                                     \
        assert_int_equal(offsetof(type, field), (end + unit - 1) / unit * unit);                             \
    } while (0)
#define HAS_TYPE(type, field, wanted)                                                                        \
    assert_true(_Generic(((type *)NULL)->field, wanted : true, default : false))

static void test_structures__bytearray(void **state) {
    (void)state;
    HAS_TYPE(BYTEARRAY, hMem, HGLOBAL);
    HAS_TYPE(BYTEARRAY, dwSize, DWORD);
    HAS_TYPE(BYTEARRAY, pbyData, LPBYTE);
    FIRST(BYTEARRAY, hMem);
    FOLLOWS(BYTEARRAY, dwSize, hMem);
    FOLLOWS(BYTEARRAY, pbyData, dwSize);
    assert_int_equal(sizeof(BYTEARRAY), 3 * sizeof(void *));
}

static void test_structures__statstruct(void **state) {
    (void)state;
    HAS_TYPE(STATSTRUCT, type, LONG);
    FIRST(STATSTRUCT, type);
    FOLLOWS(STATSTRUCT, cbSize, type);
    FOLLOWS(STATSTRUCT, grfMode, cbSize);
    FOLLOWS(STATSTRUCT, grfLocksSupported, grfMode);
    FOLLOWS(STATSTRUCT, grfStateBits, grfLocksSupported);
    assert_int_equal(sizeof(STATSTRUCT), 5 * sizeof(LONG));
}

static void test_structures__scardinfo(void **state) {
    (void)state;
    HAS_TYPE(SCARDINFO, hCard, HSCARD);
    HAS_TYPE(SCARDINFO, hContext, HSCARDCONTEXT);
    HAS_TYPE(SCARDINFO, hwndOwner, LONG_PTR);
    FIRST(SCARDINFO, hCard);
    FOLLOWS(SCARDINFO, hContext, hCard);
    FOLLOWS(SCARDINFO, ActiveProtocol, hContext);
    FOLLOWS(SCARDINFO, ShareMode, ActiveProtocol);
    FOLLOWS(SCARDINFO, hwndOwner, ShareMode);
    FOLLOWS(SCARDINFO, lpfnConnectProc, hwndOwner);
    FOLLOWS(SCARDINFO, lpfnCheckProc, lpfnConnectProc);
    FOLLOWS(SCARDINFO, lpfnDisconnectProc, lpfnCheckProc);
    assert_int_equal(sizeof(SCARDINFO), 6 * sizeof(void *) + 8);
}

static void test_structures__tlv_table(void **state) {
    (void)state;
    HAS_TYPE(TLV_TABLE, cbSize, LONG);
    HAS_TYPE(TLV_TABLE, byData, BYTE *);
    FIRST(TLV_TABLE, cbSize);
    FOLLOWS(TLV_TABLE, byData, cbSize);
    assert_int_equal(sizeof(TLV_TABLE), 2 * sizeof(void *));
}

static void test_structures__handles(void **state) {
    (void)state;
    assert_int_equal(sizeof(HSCARD), sizeof(void *));
    assert_int_equal(sizeof(HSCARDCONTEXT), sizeof(void *));
    assert_int_equal(sizeof(HSCARD_FILE), sizeof(void *));
    assert_true((HSCARD)-1 > 0);
    assert_true((HSCARDCONTEXT)-1 > 0);
    assert_true((HSCARD_FILE)-1 > 0);
    assert_int_equal(sizeof(HRESULT), 4);
    assert_int_equal(sizeof(GUID), 16);
}

/* Other names for the same types, as the pages, mingw-w64's header and their callers have them (types.md). */
#define SAME_TYPE(type, wanted) assert_true(_Generic((type)NULL, wanted : true, default : false))

static void test_names__pointers(void **state) {
    (void)state;
    SAME_TYPE(LPTLV_TABLE, TLV_TABLE *);
    SAME_TYPE(LPSCARD, ISCard *);
    SAME_TYPE(LPSMARTCARD, ISCard *);
    SAME_TYPE(LPSCARDCMD, ISCardCmd *);
    SAME_TYPE(LPSCARDISO, ISCardISO7816 *);
    SAME_TYPE(LPSCARDISO7816, ISCardISO7816 *);
    SAME_TYPE(LPSCARDTYPECONV, ISCardTypeConv *);
    SAME_TYPE(LPSCARDDATABASE, ISCardDatabase *);
    SAME_TYPE(LPSCARDLOCATE, ISCardLocate *);
    SAME_TYPE(LPSCARDLOC, ISCardLocate *);
    SAME_TYPE(LPBYTEBUFFER, IByteBuffer *);
    SAME_TYPE(LPCBYTEBUFFER, const IByteBuffer *);
    SAME_TYPE(PBYTEARRAY, BYTEARRAY *);
    SAME_TYPE(LPBYTEARRAY, BYTEARRAY *);
    SAME_TYPE(PCBYTEARRAY, const BYTEARRAY *);
    SAME_TYPE(LPCBYTEARRAY, const BYTEARRAY *);
    SAME_TYPE(LPCGUID, const GUID *);
    assert_int_equal(CB_BYTEARRAY, sizeof(BYTEARRAY));
    assert_int_equal(CB_STATSTRUCT, sizeof(STATSTRUCT));
}

static void test_names__halves(void **state) {
    (void)state;
    ULARGE_INTEGER size;
    LARGE_INTEGER move;
    size.QuadPart = 0x123456789ABCDEF0;
    assert_true(size.LowPart == 0x9ABCDEF0u && size.HighPart == 0x12345678);
    assert_true(size.u.LowPart == size.LowPart && size.u.HighPart == size.HighPart);
    move.QuadPart = -2;
    assert_true(move.LowPart == 0xFFFFFFFEu && move.HighPart == -1);
    assert_int_equal(sizeof size + sizeof move, 16);
}

static void test_names__codes_of_the_system(void **state) {
    (void)state;
    assert_int_equal(HRESULT_FROM_WIN32(0), S_OK);
    assert_int_equal(HRESULT_FROM_WIN32(5), E_ACCESSDENIED);
    assert_int_equal(HRESULT_FROM_WIN32(87), E_INVALIDARG);
    assert_int_equal(HRESULT_FROM_WIN32(ERROR_BROKEN_PIPE), (HRESULT)0x8007006D);
    assert_int_equal(HRESULT_FROM_WIN32(E_FAIL), E_FAIL);
    assert_int_equal(HRESULT_CODE(E_ACCESSDENIED), 5);
    assert_int_equal(HRESULT_FACILITY(SCARD_W_RESET_CARD), FACILITY_SCARD);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_enumerations__values),  cmocka_unit_test(test_enumerations__width),
        cmocka_unit_test(test_structures__bytearray), cmocka_unit_test(test_structures__statstruct),
        cmocka_unit_test(test_structures__scardinfo), cmocka_unit_test(test_structures__tlv_table),
        cmocka_unit_test(test_structures__handles),   cmocka_unit_test(test_names__pointers),
        cmocka_unit_test(test_names__halves),         cmocka_unit_test(test_names__codes_of_the_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
