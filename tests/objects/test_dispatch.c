/* Late binding by the tables of the contract: names to numbers, and what is not offered. */
#include "support/com.h"

#include "objects/dispatch.h"

static LPOLESTR name_of(const wchar_t *text, wchar_t *room) {
    return wcscpy(room, text);
}

static void test_ids__members_in_any_case(void **state) {
    (void)state;
    static const struct {
        const IID *itf;
        const wchar_t *name;
        DISPID expected;
    } rows[] = {
        {&IID_IByteBuffer, L"Stream", 0}, {&IID_IByteBuffer, L"read", 6},
        {&IID_IByteBuffer, L"WRITE", 12}, {&IID_IByteBuffer, L"lockREGION", 5},
        {&IID_ISCardCmd, L"Apdu", 0},     {&IID_ISCardCmd, L"ApduReply", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        wchar_t room[32];
        LPOLESTR name = name_of(rows[i].name, room);
        DISPID id = 99;
        assert_hr(S_OK, dispatch_ids_of_names(rows[i].itf, &IID_NULL, &name, 1, &id));
        assert_int_equal(rows[i].expected, id);
    }
}

static void test_ids__unknown_names(void **state) {
    (void)state;
    wchar_t room[2][32];
    LPOLESTR names[2] = {name_of(L"Reed", room[0]), name_of(L"cb", room[1])};
    DISPID ids[2] = {99, 99};
    assert_hr(DISP_E_UNKNOWNNAME, dispatch_ids_of_names(&IID_IByteBuffer, &IID_NULL, names, 1, ids));
    assert_int_equal(DISPID_UNKNOWN, ids[0]);
    assert_int_equal(99, ids[1]);
    name_of(L"Read", room[0]);
    assert_hr(DISP_E_UNKNOWNNAME, dispatch_ids_of_names(&IID_IByteBuffer, &IID_NULL, names, 2, ids));
    assert_int_equal(6, ids[0]);
    assert_int_equal(DISPID_UNKNOWN, ids[1]);
}

static void test_ids__bad_arguments(void **state) {
    (void)state;
    wchar_t room[32];
    LPOLESTR name = name_of(L"Read", room);
    LPOLESTR none = NULL;
    DISPID id = 99;
    assert_hr(E_POINTER, dispatch_ids_of_names(&IID_IByteBuffer, &IID_NULL, &name, 1, NULL));
    assert_hr(DISP_E_UNKNOWNINTERFACE,
              dispatch_ids_of_names(&IID_IByteBuffer, &IID_IByteBuffer, &name, 1, &id));
    assert_int_equal(DISPID_UNKNOWN, id);
    assert_hr(DISP_E_UNKNOWNINTERFACE, dispatch_ids_of_names(&IID_IByteBuffer, NULL, &name, 1, &id));
    assert_hr(E_INVALIDARG, dispatch_ids_of_names(&IID_IByteBuffer, &IID_NULL, NULL, 1, &id));
    assert_hr(E_INVALIDARG, dispatch_ids_of_names(&IID_IByteBuffer, &IID_NULL, &none, 1, &id));
    assert_hr(E_INVALIDARG, dispatch_ids_of_names(&IID_IByteBuffer, &IID_NULL, &name, 0, &id));
    assert_hr(E_INVALIDARG, dispatch_ids_of_names(&IID_IStream, &IID_NULL, &name, 1, &id));
}

static void test_type_info__none(void **state) {
    (void)state;
    UINT count = 9;
    ITypeInfo *info = (ITypeInfo *)(void *)&count;
    assert_hr(S_OK, dispatch_type_info_count(&count));
    assert_int_equal(0, count);
    assert_hr(E_POINTER, dispatch_type_info_count(NULL));
    assert_hr(E_NOTIMPL, dispatch_type_info(&info));
    assert_null(info);
    assert_hr(E_POINTER, dispatch_type_info(NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids__members_in_any_case),
        cmocka_unit_test(test_ids__unknown_names),
        cmocka_unit_test(test_ids__bad_arguments),
        cmocka_unit_test(test_type_info__none),
    };
    return cmocka_run_group_tests_name("objects/dispatch", tests, NULL, NULL);
}
