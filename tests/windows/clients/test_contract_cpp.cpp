/*
 * The contract at run time, in C++: the slots that mingw-w64's header gives virtual functions, which no
 * compiler tells before, and what the library has there. asserted_cpp.cpp has what the compiler checks.
 */
#include <cstring>

#include "contract_lists.h"
#include "kit_cpp.h"

/* A pointer to a virtual function holds the place in the table, plus one (Itanium C++ ABI, 2.3). */
template <class Member> static size_t slot_of(Member member) {
    uintptr_t words[2];
    static_assert(sizeof member == sizeof words, "a place and an adjustment");
    std::memcpy(words, &member, sizeof words);
    assert_int_equal(words[0] % sizeof(void *), 1);
    assert_int_equal(words[1], 0);
    return words[0] / sizeof(void *);
}

static void test_contract_cpp__slots(void **) {
#define ROW(itf, function, slot, dispid, name, in_c, in_cpp)                                                 \
    {slot_of(&itf::function), slot, #itf "::" #function},
    const struct {
        size_t actual, expected;
        const char *name;
    } rows[] = {CONTRACT_MEMBERS(ROW)};
#undef ROW
    for (const auto &row : rows) {
        if (row.actual != row.expected)
            fail_msg("%s is in slot %u, not %u", row.name, static_cast<unsigned>(row.actual),
                     static_cast<unsigned>(row.expected));
    }
    assert_int_equal(slot_of(&IDispatch::Invoke), 6);
}

/* The function in a slot of the library's object, for a caller that knows nothing but its number. */
template <class Function> static Function entry(IUnknown *object, size_t slot) {
    void **const table = *reinterpret_cast<void ***>(object);
    return reinterpret_cast<Function>(table[slot]);
}

static void test_contract_cpp__calls_by_slot(void **) {
    using Put = HRESULT(WINAPI *)(void *, BYTE);
    using Get = HRESULT(WINAPI *)(void *, BYTE *);
    static const struct {
        size_t put, get;
    } properties[] = {{15, 14}, {19, 18}, {22, 21}, {24, 23}, {32, 31}, {39, 38}};
    Command cmd;
    BYTE value = 0x10;
    for (const auto &slots : properties)
        expect_hr(entry<Put>(cmd.get(), slots.put)(cmd.get(), value++), S_OK);
    value = 0x10;
    for (const auto &slots : properties) {
        BYTE back = 0;
        expect_hr(entry<Get>(cmd.get(), slots.get)(cmd.get(), &back), S_OK);
        assert_int_equal(back, value++);
    }
    const Bytes apdu = apdu_of(cmd.get());
    assert_true(apdu == Bytes({0x10, 0x11, 0x12, 0x13}));
}

/*
 * Each class gives its own interface under the identifier, and the same object under the others that it has.
 */
template <class Interface> static void expect_class(REFCLSID clsid, REFIID iid) {
    Ptr<Interface> object(clsid, iid);
    Ptr<IDispatch> dispatch;
    Ptr<IUnknown> unknown, again;
    expect_hr(object->QueryInterface(IID_IDispatch, reinterpret_cast<void **>(dispatch.out())), S_OK);
    expect_hr(object->QueryInterface(IID_IUnknown, reinterpret_cast<void **>(unknown.out())), S_OK);
    expect_hr(dispatch->QueryInterface(IID_IUnknown, reinterpret_cast<void **>(again.out())), S_OK);
    assert_ptr_equal(unknown.get(), again.get());
    IStream *stream = nullptr;
    assert_int_equal(object->QueryInterface(IID_IPersist, reinterpret_cast<void **>(&stream)), E_NOINTERFACE);
    assert_null(stream);
}

static void test_contract_cpp__classes(void **) {
    expect_class<IByteBuffer>(CLSID_CByteBuffer, IID_IByteBuffer);
    expect_class<ISCardTypeConv>(CLSID_CSCardTypeConv, IID_ISCardTypeConv);
    expect_class<ISCardCmd>(CLSID_CSCardCmd, IID_ISCardCmd);
    expect_class<ISCardISO7816>(CLSID_CSCardISO7816, IID_ISCardISO7816);
    expect_class<ISCard>(CLSID_CSCard, IID_ISCard);
    expect_class<ISCardDatabase>(CLSID_CSCardDatabase, IID_ISCardDatabase);
    expect_class<ISCardLocate>(CLSID_CSCardLocate, IID_ISCardLocate);
    registering_expect_loaded();
}

int main() {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contract_cpp__slots),
        cmocka_unit_test(test_contract_cpp__calls_by_slot),
        cmocka_unit_test(test_contract_cpp__classes),
    };
    return cmocka_run_group_tests_name("contract in C++", tests, registering_begin, registering_end);
}
