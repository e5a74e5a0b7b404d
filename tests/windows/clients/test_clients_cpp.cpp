/*
 * Client programs in C++, compiled against mingw-w64's header: scenarios A1 to A11 of the specification, with
 * interfaces as classes, default arguments and identifiers by reference.
 */
#include <cwchar>

#include "kit_cpp.h"

static const wchar_t demo_reader[] = L"Demo reader";
static const wchar_t sim_reader[] = L"SIM reader";
static const wchar_t class_90_reader[] = L"Class 90 reader";
static const wchar_t class_80_reader[] = L"Class 80 reader";

static const Bytes done = {0x90, 0x00};

static void expect_bytes_at(const Bytes &actual, const Bytes &expected, const char *file, int line) {
    if (actual == expected)
        return;
    for (const Bytes *bytes : {&actual, &expected}) {
        print_error(bytes == &actual ? "got     " : "expected");
        for (BYTE byte : *bytes)
            print_error(" %02X", byte);
        print_error("\n");
    }
    _fail(file, line);
}
#define expect_bytes(actual, ...) expect_bytes_at((actual), __VA_ARGS__, __FILE__, __LINE__)

static void expect_works(const Card &card) {
    expect_bytes(exchange(card, 0x00, 0xB0, 0x83, 0x00, {}, 5), text("Hello", done));
}

static void test_clients_cpp__A1_numbers_cast(void **) {
    Card card, other;
    SCARD_PROTOCOLS protocol = static_cast<SCARD_PROTOCOLS>(0);
    Name name(demo_reader);
    expect_hr(card->AttachByReader(name, static_cast<SCARD_SHARE_MODES>(2), static_cast<SCARD_PROTOCOLS>(3)),
              S_OK);
    registering_expect_loaded();
    expect_works(card);
    expect_hr(card->AttachByReader(name, SHARED, static_cast<SCARD_PROTOCOLS>(0x10000)), S_OK);
    expect_hr(card->get_Protocol(&protocol), S_OK);
    assert_int_equal(protocol, RAW);
    expect_hr(card->AttachByReader(name, static_cast<SCARD_SHARE_MODES>(3), static_cast<SCARD_PROTOCOLS>(3)),
              E_INVALIDARG);
    expect_works(card);
    expect_hr(card->Detach(UNPOWER), S_OK);
    expect_hr(card->AttachByReader(name), S_OK); /* EXCLUSIVE, T0 */
    expect_hr(card->get_Protocol(&protocol), S_OK);
    assert_int_equal(protocol, T0);
    expect_hr(other->AttachByReader(name, SHARED), SCARD_E_SHARING_VIOLATION);
    expect_hr(card->Detach(UNPOWER), S_OK);
}

static void test_clients_cpp__A2_buffer_without_initialize(void **) {
    Buffer buffer;
    BYTE bytes[] = {1, 2, 3};
    LONG written = -1, at = -1;
    expect_hr(buffer->SetSize(0), S_OK);
    expect_hr(buffer->Write(bytes, 3, &written), S_OK);
    assert_int_equal(written, 3);
    expect_hr(buffer->Seek(0, STREAM_SEEK_CUR, &at), S_OK);
    assert_int_equal(at, 3);
    expect_hr(buffer->SetSize(5), S_OK);
    expect_hr(buffer->Seek(0, STREAM_SEEK_SET), S_OK);
    expect_bytes(bytes_of(buffer.get()), {1, 2, 3, 0, 0});
    expect_hr(buffer->Initialize(), S_OK); /* one byte, zero */
    expect_bytes(bytes_of(buffer.get()), {0});
}

static void test_clients_cpp__A3_build(void **) {
    Command cmd;
    Buffer file({0x3F, 0x00}), empty;
    LONG le = 0;
    expect_hr(cmd->BuildCmd(0x00, 0xA4, 0x01, 0x02, file.get(), &le), S_OK);
    expect_bytes(apdu_of(cmd.get()), {0x00, 0xA4, 0x01, 0x02, 0x02, 0x3F, 0x00});
    le = 256;
    expect_hr(cmd->BuildCmd(0x00, 0xA4, 0x01, 0x02, file.get(), &le), S_OK);
    expect_bytes(apdu_of(cmd.get()), {0x00, 0xA4, 0x01, 0x02, 0x02, 0x3F, 0x00, 0x00});
    expect_hr(cmd->BuildCmd(0x00, 0xB0, 0x01, 0x02, empty.get(), &le), S_OK);
    expect_bytes(apdu_of(cmd.get()), {0x00, 0xB0, 0x01, 0x02, 0x00});
    expect_hr(cmd->BuildCmd(0x80, 0x14), S_OK);
    expect_bytes(apdu_of(cmd.get()), {0x80, 0x14, 0x00, 0x00});
}

static void test_clients_cpp__A4_A5_same_object_and_reply(void **) {
    Card card(demo_reader, T1);
    Command cmd;
    ISCardCmd *const before = cmd.get();
    LONG le = 5, length = 0;
    expect_hr(cmd->BuildCmd(0x00, 0xB0, 0x83, 0x00, nullptr, &le), S_OK);
    for (int i = 0; i < 3; ++i) {
        WORD status = 0;
        expect_hr(card->Transaction(cmd.out()), S_OK);
        assert_ptr_equal(cmd.get(), before);
        assert_int_equal(cmd.references(), 1);
        expect_hr(cmd->get_ApduReplyLength(&length), S_OK);
        assert_int_equal(length, 5 + 2);
        expect_bytes(reply_of(cmd.get()), text("Hello", done));
        expect_hr(cmd->get_ReplyStatus(&status), S_OK);
        assert_int_equal(status, 0x9000);
    }
    expect_hr(card->Detach(UNPOWER), S_OK);
}

static void test_clients_cpp__A6_detach_and_use_again(void **) {
    Card card(demo_reader, T1);
    for (int i = 0; i < 2; ++i) {
        expect_bytes(exchange(card, 0x00, 0xB0, 0x00, 0x00, {}, 5), {0x69, 0x86});
        expect_bytes(exchange(card, 0x00, 0xA4, 0x00, 0x0C, {0x00, 0x02}), done);
        expect_bytes(exchange(card, 0x00, 0xB0, 0x00, 0x00, {}, 5), text("Hello", done));
        expect_hr(card->Detach(UNPOWER), S_OK);
        expect_hr(card->AttachByReader(Name(demo_reader), SHARED, T1), S_OK);
    }
    expect_hr(card->Detach(), S_OK);
}

static void test_clients_cpp__A7_sim(void **) {
    Card card(sim_reader, T0);
    expect_bytes(exchange(card, 0xA0, 0xA4, 0, 0, {0x3F, 0x00}), {0x9F, 0x17});
    expect_bytes(exchange(card, 0xA0, 0xA4, 0, 0, {0x7F, 0x10}), {0x9F, 0x17});
    expect_bytes(exchange(card, 0xA0, 0xA4, 0, 0, {0x6F, 0x3A}), {0x9F, 0x0F});
    const Bytes answer = exchange(card, 0xA0, 0xC0, 0, 0, {}, 0x0F);
    assert_int_equal(answer.size(), 0x0F + 2);
    expect_bytes(Bytes(answer.begin(), answer.begin() + 7), {0x00, 0x00, 0x01, 0x40, 0x6F, 0x3A, 0x04});
    expect_bytes(exchange(card, 0xA0, 0xB2, 1, 4, {}, 32), {0x98, 0x04});
    expect_bytes(exchange(card, 0xA0, 0x20, 0, 1, {'0', '0', '0', '0', 0xFF, 0xFF, 0xFF, 0xFF}), done);
    for (BYTE number = 1; number <= 10; ++number) {
        const Bytes record = exchange(card, 0xA0, 0xB2, number, 4, {}, 32);
        static const Bytes starts[] = {{'A', 'l', 'i', 'c', 'e'},
                                       {'B', 'o', 'b', 0xFF, 0xFF},
                                       {'C', 'a', 'r', 'o', 'l'},
                                       {0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};
        assert_int_equal(record.size(), 32 + 2);
        expect_bytes(Bytes(record.begin(), record.begin() + 5), starts[number <= 3 ? number - 1 : 3]);
        expect_bytes(Bytes(record.end() - 2, record.end()), done);
    }
    expect_hr(card->Detach(UNPOWER), S_OK);
}

/* READ RECORD next and previous in the class; the record's length asked for each time. */
static void expect_records(const Card &card, BYTE cla, const std::vector<Bytes> &records) {
    const Bytes none = {0x6A, 0x83};
    for (const Bytes &record : records)
        expect_bytes(exchange(card, cla, 0xB2, 0x00, 0x02, {}, 256), record);
    expect_bytes(exchange(card, cla, 0xB2, 0x00, 0x02, {}, 256), none);
    for (size_t i = records.size() - 1; i-- > 0;)
        expect_bytes(exchange(card, cla, 0xB2, 0x00, 0x03, {}, 256), records[i]);
    expect_bytes(exchange(card, cla, 0xB2, 0x00, 0x03, {}, 256), none);
}

static void test_clients_cpp__A8_classes_90_and_80(void **) {
    Card ticket(class_90_reader, T1);
    expect_bytes(exchange(ticket, 0x90, 0x60, 0, 0, {}, 256), {0x6D, 0x00});
    expect_bytes(exchange(ticket, 0x90, 0xA4, 4, 0x0C, {0xF0, 'T', 'R', 'A', 'N', 'S', 1}), done);
    expect_bytes(exchange(ticket, 0x90, 0xA4, 2, 0x0C, {0xE1, 0x02}), done);
    expect_records(ticket, 0x90,
                   {{3, 0, 0, 0x33, 0x90, 0}, {2, 0, 0, 0x22, 0x90, 0}, {1, 0, 0, 0x11, 0x90, 0}});
    expect_hr(ticket->Detach(UNPOWER), S_OK);
    Card loyalty(class_80_reader, T0);
    expect_bytes(exchange(loyalty, 0x80, 0xA4, 0, 0x0C, {0xFF, 0x04}), done);
    expect_records(
        loyalty, 0x80,
        {{0xF0, 0, 0, 0, 0, 1, 0x90, 0}, {0xF0, 1, 0, 0, 0, 2, 0x90, 0}, {0xF0, 2, 0, 0, 0, 3, 0x90, 0}});
    expect_bytes(exchange(loyalty, 0x00, 0xA4, 0, 0x0C, {0xFF, 0x04}), {0x6E, 0x00});
    expect_hr(loyalty->Detach(UNPOWER), S_OK);
}

static void test_clients_cpp__A9_list_readers(void **) {
    Ptr<ISCardDatabase> database(CLSID_CSCardDatabase, IID_ISCardDatabase);
    SAFEARRAY *psa = nullptr;
    LONG lower = -1, upper = -1;
    VARTYPE type = VT_EMPTY;
    std::wstring all;
    expect_hr(database->ListReaders(0x0409, &psa), S_OK);
    expect_hr(SafeArrayGetVartype(psa, &type), S_OK);
    assert_int_equal(type, VT_BSTR);
    expect_hr(SafeArrayGetLBound(psa, 1, &lower), S_OK);
    expect_hr(SafeArrayGetUBound(psa, 1, &upper), S_OK);
    for (LONG i = lower; i <= upper; i++) {
        BSTR name = nullptr;
        expect_hr(SafeArrayGetElement(psa, &i, &name), S_OK);
        all.append(name).append(L"|");
        SysFreeString(name);
    }
    expect_hr(SafeArrayDestroy(psa), S_OK);
    assert_true(all == L"Demo reader|SIM reader|Other SIM reader|Class 90 reader|Class 80 reader|");
}

static void test_clients_cpp__A10_transaction(void **) {
    Card card(demo_reader, T1);
    Ptr<ISCardISO7816> builder(CLSID_CSCardISO7816, IID_ISCardISO7816);
    Ptr<ISCardCmd> cmd;
    expect_hr(builder->GetChallenge(8, cmd.out()), S_OK);
    expect_bytes(apdu_of(cmd.get()), {0x00, 0x84, 0x00, 0x00, 0x08});
    expect_hr(card->LockSCard(), S_OK);
    expect_hr(card->Transaction(cmd.out()), S_OK);
    const Bytes first = reply_of(cmd.get());
    expect_hr(card->Transaction(cmd.out()), S_OK);
    const Bytes second = reply_of(cmd.get());
    expect_hr(card->UnlockSCard(LEAVE), S_OK);
    assert_int_equal(first.size(), 8 + 2);
    assert_int_equal(second.size(), 8 + 2);
    assert_true(first != second); /* chance */
    expect_bytes(Bytes(second.begin() + 8, second.end()), done);
    expect_hr(card->UnlockSCard(), SCARD_E_NOT_TRANSACTED);
    expect_hr(card->Detach(UNPOWER), S_OK);
}

/* Another program, which in a process with a simulator of its own is another object, resets the card. */
static void test_clients_cpp__A11_reattach(void **) {
    Card card(demo_reader, T1), other(demo_reader, T1);
    Command cmd;
    LONG le = 5;
    SCARD_STATES status = ABSENT;
    expect_bytes(exchange(card, 0x00, 0xA4, 0x00, 0x0C, {0x00, 0x02}), done);
    expect_hr(other->ReAttach(SHARED, RESET), S_OK);
    expect_hr(cmd->BuildCmd(0x00, 0xB0, 0x00, 0x00, nullptr, &le), S_OK);
    const HRESULT hr = card->Transaction(cmd.out());
    assert_true(FAILED(hr));
    assert_true(hr == static_cast<HRESULT>(SCARD_W_RESET_CARD));
    assert_int_equal(HRESULT_FACILITY(hr), FACILITY_SCARD);
    expect_hr(card->get_Status(&status), SCARD_W_RESET_CARD);
    expect_hr(card->ReAttach(SHARED, LEAVE), S_OK);
    expect_hr(card->get_Status(&status), S_OK);
    assert_int_equal(status, SPECIFICMODE);
    expect_hr(card->Transaction(cmd.out()), S_OK);
    expect_bytes(reply_of(cmd.get()), {0x69, 0x86});        /* it was reset */
    expect_hr(card->ReAttach(), SCARD_E_SHARING_VIOLATION); /* EXCLUSIVE, LEAVE */
    expect_works(card);
    expect_hr(other->Detach(), S_OK);
    expect_hr(card->ReAttach(), S_OK);
    expect_works(card);
    expect_hr(card->Detach(UNPOWER), S_OK);
}

int main() {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clients_cpp__A1_numbers_cast),
        cmocka_unit_test(test_clients_cpp__A2_buffer_without_initialize),
        cmocka_unit_test(test_clients_cpp__A3_build),
        cmocka_unit_test(test_clients_cpp__A4_A5_same_object_and_reply),
        cmocka_unit_test(test_clients_cpp__A6_detach_and_use_again),
        cmocka_unit_test(test_clients_cpp__A7_sim),
        cmocka_unit_test(test_clients_cpp__A8_classes_90_and_80),
        cmocka_unit_test(test_clients_cpp__A9_list_readers),
        cmocka_unit_test(test_clients_cpp__A10_transaction),
        cmocka_unit_test(test_clients_cpp__A11_reattach),
    };
    return cmocka_run_group_tests_name("clients in C++", tests, registering_begin, registering_end);
}
