/*
 * The interfaces in C++: every method has the slot it has in C, default arguments arrive, and the objects of the
 * library answer.
 */
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <cwchar>

extern "C" {
#include <cmocka.h>

#include "com/contract.h"
}

#include "recorder.h"

/* Slots */

/* In the C++ ABI of all but Windows, a pointer to a virtual function holds its offset in the vtable; 32-bit ARM and
 * AArch64 mark it as virtual elsewhere, the others in its lowest bit. */
template <typename method> static unsigned slot_of(method pointer) {
    ptrdiff_t parts[2];
    static_assert(sizeof parts == sizeof pointer, "an ABI that this test does not know");
    memcpy(parts, &pointer, sizeof parts);
#if defined(__arm__) || defined(__aarch64__)
    return static_cast<unsigned>(parts[0]) / sizeof(void *);
#else
    return static_cast<unsigned>(parts[0] - 1) / sizeof(void *);
#endif
}

#define CONTRACT_SLOT(itf, method) slot_of(&itf::method)
#define _Static_assert static_assert
#include "contract_tables.inc"

static void test_slots__as_in_c(void **) {
    size_t at = 0;
    const char *interface_name;
    const wchar_t *name;
    for (const contract_interface &itf : interfaces) {
        for (size_t i = 0; i < itf.count; ++i, ++at) {
            const int slot = c_slot(at, &interface_name, &name);
            assert_string_equal(interface_name, itf.name);
            assert_int_equal(wcscmp(name, itf.members[i].name), 0);
            assert_int_equal(slot, itf.members[i].slot);
        }
    }
    assert_int_equal(c_slot(at, &interface_name, &name), -1);
    assert_true(at > 100);
}

static void test_slots__of_the_bases(void **) {
    assert_int_equal(slot_of(&IUnknown::QueryInterface), 0);
    assert_int_equal(slot_of(&IUnknown::AddRef), 1);
    assert_int_equal(slot_of(&IUnknown::Release), 2);
    assert_int_equal(slot_of(&IDispatch::GetTypeInfoCount), 3);
    assert_int_equal(slot_of(&IDispatch::GetTypeInfo), 4);
    assert_int_equal(slot_of(&IDispatch::GetIDsOfNames), 5);
    assert_int_equal(slot_of(&IDispatch::Invoke), 6);
}

/* Default arguments */

static void assert_call(const char *method, const long (&numbers)[4], const void *const (&pointers)[4]) {
    assert_non_null(recorded.method);
    assert_string_equal(recorded.method, method);
    for (size_t i = 0; i < 4; ++i) {
        assert_int_equal(recorded.numbers[i], numbers[i]);
        assert_ptr_equal(recorded.pointers[i], pointers[i]);
    }
    recorded.method = nullptr;
}

static void test_defaults__IByteBuffer(void **) {
    IByteBuffer *buffer = recorder_buffer(), *target = nullptr;
    BYTE byte = 0;
    LONG read = 0, written = 0;
    assert_int_equal(buffer->Initialize(), S_OK);
    assert_call("Initialize", {1}, {nullptr});
    buffer->Initialize(7);
    assert_call("Initialize", {7}, {nullptr});
    buffer->Initialize(7, &byte);
    assert_call("Initialize", {7}, {&byte});
    buffer->Read(&byte, 1);
    assert_call("Read", {1}, {&byte});
    buffer->Seek(-2, 1);
    assert_call("Seek", {-2, 1}, {nullptr});
    buffer->CopyTo(&target, 5);
    assert_call("CopyTo", {5}, {&target});
    buffer->CopyTo(&target, 5, &read);
    assert_call("CopyTo", {5}, {&target, &read});
    buffer->CopyTo(&target, 5, &read, &written);
    assert_call("CopyTo", {5}, {&target, &read, &written});
}

static void test_defaults__ISCardCmd(void **) {
    ISCardCmd *cmd = recorder_cmd();
    LONG le = 8;
    cmd->put_ClassId();
    assert_call("put_ClassId", {0}, {nullptr});
    cmd->BuildCmd(0x80, 0xCA);
    assert_call("BuildCmd", {0x80, 0xCA, 0, 0}, {nullptr});
    cmd->BuildCmd(0x80, 0xCA, 1);
    assert_call("BuildCmd", {0x80, 0xCA, 1, 0}, {nullptr});
    cmd->BuildCmd(0x80, 0xCA, 1, 2, recorder_buffer());
    assert_call("BuildCmd", {0x80, 0xCA, 1, 2}, {recorder_buffer()});
    cmd->BuildCmd(0x80, 0xCA, 1, 2, nullptr, &le);
    assert_call("BuildCmd", {0x80, 0xCA, 1, 2}, {nullptr, &le});
}

static void test_defaults__ISCard(void **) {
    ISCard *card = recorder_card();
    wchar_t name[] = L"reader";
    card->AttachByReader(name);
    assert_call("AttachByReader", {1, 1}, {name});
    card->AttachByReader(name, SHARED);
    assert_call("AttachByReader", {2, 1}, {name});
    card->AttachByReader(name, SHARED, T0 | T1);
    assert_call("AttachByReader", {2, 3}, {name});
    card->Detach();
    assert_call("Detach", {0}, {nullptr});
    card->ReAttach();
    assert_call("ReAttach", {1, 0}, {nullptr});
    card->ReAttach(SHARED);
    assert_call("ReAttach", {2, 0}, {nullptr});
    card->ReAttach(SHARED, EJECT);
    assert_call("ReAttach", {2, 3}, {nullptr});
    card->UnlockSCard();
    assert_call("UnlockSCard", {0}, {nullptr});
}

static void test_defaults__ISCardLocate(void **) {
    ISCardLocate *locate = recorder_locate();
    SAFEARRAY what = {};
    locate->ConfigureCardNameSearch(&what);
    assert_call("ConfigureCardNameSearch", {1}, {&what});
    locate->ConfigureCardGuidSearch(&what);
    assert_call("ConfigureCardGuidSearch", {1}, {&what});
}

static void test_defaults__ISCardManage_and_its_objects(void **) {
    ISCardManage *manage = recorder_manage();
    ISCardVerify *verify = recorder_verify();
    wchar_t name[] = L"reader";
    manage->AttachByIFD(name);
    assert_call("AttachByIFD", {2}, {name});
    manage->AttachByIFD(name, EXCLUSIVE);
    assert_call("AttachByIFD", {1}, {name});
    verify->ResetSecurityState();
    assert_call("ResetSecurityState", {0}, {nullptr});
}

/* A real object */

static void test_object__built_and_read(void **) {
    ISCardCmd *cmd = real_cmd();
    IByteBuffer *apdu = nullptr;
    void *same = nullptr;
    const BYTE expected[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    BYTE got[8] = {};
    LONG le = 8, read = 0;
    ISO_APDU_TYPE type;
    assert_non_null(cmd);
    assert_int_equal(cmd->QueryInterface(IID_ISCardCmd, &same), S_OK);
    assert_ptr_equal(same, cmd);
    assert_int_equal(cmd->Release(), 1);
    assert_int_equal(cmd->BuildCmd(0x00, 0x84, 0, 0, nullptr, &le), S_OK);
    assert_int_equal(cmd->get_Type(&type), S_OK);
    assert_int_equal(type, ISO_CASE_2);
    assert_int_equal(cmd->get_Apdu(&apdu), S_OK);
    assert_int_equal(apdu->Read(got, 8, &read), S_OK);
    assert_int_equal(read, 5);
    assert_memory_equal(got, expected, 5);
    assert_int_equal(apdu->Release(), 0);
    assert_int_equal(cmd->Release(), 0);
}

static void test_identifiers__compare(void **) {
    IID copy = IID_ISCard;
    assert_true(copy == IID_ISCard);
    assert_true(IsEqualIID(copy, IID_ISCard));
    copy.Data4[7] ^= 1;
    assert_true(copy != IID_ISCard);
    assert_false(IsEqualIID(copy, IID_ISCard));
}

int main() {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slots__as_in_c),
        cmocka_unit_test(test_slots__of_the_bases),
        cmocka_unit_test(test_defaults__IByteBuffer),
        cmocka_unit_test(test_defaults__ISCardCmd),
        cmocka_unit_test(test_defaults__ISCard),
        cmocka_unit_test(test_defaults__ISCardLocate),
        cmocka_unit_test(test_defaults__ISCardManage_and_its_objects),
        cmocka_unit_test(test_object__built_and_read),
        cmocka_unit_test(test_identifiers__compare),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
