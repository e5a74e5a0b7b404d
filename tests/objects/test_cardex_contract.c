/*
 * The binary contract of ISCardEx, which no specification holds: once published by this library, it stays as
 * it is.
 */
#include "support/kits/com.h"

#include <wchar.h>

#include "com/contract.h"
#include "support/kits/contract.h"

static void test_members__as_published(void **state) {
    (void)state;
    static const GUID iid = {0xB688457F, 0x0364, 0x4EA7, {0x80, 0x6E, 0xCC, 0x02, 0x61, 0x2D, 0x1A, 0xC8}};
    static const struct {
        const wchar_t *name;
        DISPID dispid;
        enum contract_kind kind;
    } rows[] = {
        {L"Timeout", 100, CONTRACT_GET},
        {L"Timeout", 100, CONTRACT_PUT},
        {L"SetTimeout", 101, CONTRACT_METHOD},
        {L"Cancel", 102, CONTRACT_METHOD},
        {L"WaitForChange", 103, CONTRACT_METHOD},
        {L"RawMode", 104, CONTRACT_GET},
        {L"RawMode", 104, CONTRACT_PUT},
        {L"ReaderName", 105, CONTRACT_GET},
        {L"VendorName", 106, CONTRACT_GET},
        {L"SerialNumber", 107, CONTRACT_GET},
        {L"Characteristics", 108, CONTRACT_GET},
        {L"GetAttrib", 109, CONTRACT_METHOD},
        {L"Control", 110, CONTRACT_METHOD},
        {L"TransmitBytes", 111, CONTRACT_METHOD},
        {L"ListReadersArray", 112, CONTRACT_METHOD},
    };
    const size_t count = sizeof rows / sizeof rows[0];
    const struct contract_interface *built = contract_by_name("ISCardEx");
    assert_non_null(built);
    assert_true(IsEqualGUID(&iid, &built->iid));
    assert_true(IsEqualGUID(&iid, &IID_ISCardEx));
    assert_int_equal(built->count, count);
    assert_int_equal(sizeof(ISCardExVtbl) / sizeof(void (*)(void)), 7 + count);
    for (size_t i = 0; i < count; ++i) {
        assert_int_equal(wcscmp(built->members[i].name, rows[i].name), 0);
        assert_int_equal(built->members[i].dispid, rows[i].dispid);
        assert_int_equal(built->members[i].kind, rows[i].kind);
        assert_int_equal(built->members[i].slot, 7 + i);
        /* A script may use both interfaces through one IDispatch. */
        assert_null(contract_member_by_name(contract_by_iid(&IID_ISCard), rows[i].name));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members__as_published),
    };
    return cmocka_run_group_tests_name("objects/cardex_contract", tests, NULL, NULL);
}
