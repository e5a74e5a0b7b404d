/*
 * Every method and property of the interfaces that mingw-w64's header knows, called once through it, and what
 * each of them does seen: the header's slots are the library's. In C++.
 */
#include <cstring>
#include <functional>

#include "kit_cpp.h"

static const wchar_t demo_reader[] = L"Demo reader";

static Bytes whole(const Ptr<IByteBuffer> &buffer) {
    expect_hr(buffer->Seek(0, STREAM_SEEK_SET), S_OK);
    return bytes_of(buffer.get());
}

static void test_members_cpp__IByteBuffer(void **) {
    Buffer buffer, copy;
    Ptr<IByteBuffer> clone;
    IStream *stream = nullptr;
    BYTE digits[] = {'0', '1', '2', '3', '4', '5'};
    LONG count = -1, read = -1, at = -1;
    STATSTRUCT stat;
    expect_hr(buffer->Initialize(4, digits), S_OK);
    assert_true(whole(buffer) == Bytes({'0', '1', '2', '3'}));
    expect_hr(buffer->SetSize(2), S_OK);
    expect_hr(buffer->Seek(1, STREAM_SEEK_SET, &at), S_OK);
    assert_int_equal(at, 1);
    expect_hr(buffer->Write(digits + 4, 2, &count), S_OK);
    assert_int_equal(count, 2);
    assert_true(whole(buffer) == Bytes({'0', '4', '5'}));
    expect_hr(buffer->Clone(clone.out()), S_OK);
    expect_hr(clone->LockRegion(0, 1, LOCK_WRITE), S_OK);
    expect_hr(buffer->Seek(0, STREAM_SEEK_SET), S_OK);
    expect_hr(buffer->Write(digits, 1, &count), STG_E_ACCESSDENIED);
    expect_hr(clone->UnlockRegion(0, 1, LOCK_EXCLUSIVE), STG_E_LOCKVIOLATION);
    expect_hr(clone->UnlockRegion(0, 1, LOCK_WRITE), S_OK);
    expect_hr(buffer->CopyTo(copy.out(), 2, &read, &count), S_OK);
    assert_int_equal(read, 2);
    assert_int_equal(count, 2);
    assert_true(whole(copy) == Bytes({'0', '4'}));
    expect_hr(copy->Commit(STGC_DEFAULT), S_OK);
    expect_hr(copy->Revert(), S_OK);
    assert_true(whole(copy) == Bytes({'0', '4'}));
    expect_hr(buffer->Stat(&stat, STATFLAG_NONAME), S_OK);
    assert_int_equal(stat.cbSize, 3);
    expect_hr(buffer->get_Stream(&stream), S_OK);
    expect_hr(copy->put_Stream(stream), S_OK);
    stream->Release();
    assert_true(whole(copy) == Bytes({'0', '4', '5'}));
}

static void test_members_cpp__ISCardTypeConv(void **) {
    Ptr<ISCardTypeConv> conv(CLSID_CSCardTypeConv, IID_ISCardTypeConv);
    Ptr<IByteBuffer> buffer, again, empty;
    BYTE bytes[] = {1, 2, 3}, *plain = nullptr;
    BYTEARRAY *array = nullptr, *memory = nullptr;
    SAFEARRAY *safe = nullptr, *room = nullptr;
    IStream *stream = nullptr;
    ULARGE_INTEGER size;
    LONG upper = -1;
    expect_hr(conv->ConvertByteArrayToByteBuffer(bytes, 3, buffer.out()), S_OK);
    assert_true(whole(buffer) == Bytes({1, 2, 3}));
    expect_hr(conv->ConvertByteBufferToByteArray(buffer.get(), &array), S_OK);
    assert_int_equal(array->dwSize, 3);
    assert_memory_equal(array->pbyData, bytes, 3);
    CoTaskMemFree(array);
    expect_hr(conv->ConvertByteBufferToSafeArray(buffer.get(), &safe), S_OK);
    expect_hr(SafeArrayGetUBound(safe, 1, &upper), S_OK);
    assert_int_equal(upper, 2);
    expect_hr(conv->ConvertSafeArrayToByteBuffer(safe, again.out()), S_OK);
    assert_true(whole(again) == Bytes({1, 2, 3}));
    expect_hr(SafeArrayDestroy(safe), S_OK);
    expect_hr(conv->CreateByteArray(5, &plain), S_OK);
    std::memset(plain, 0xA5, 5);
    CoTaskMemFree(plain);
    expect_hr(conv->CreateByteBuffer(6, empty.out()), S_OK);
    assert_true(whole(empty) == Bytes(6));
    expect_hr(conv->CreateSafeArray(7, &room), S_OK);
    expect_hr(SafeArrayGetUBound(room, 1, &upper), S_OK);
    assert_int_equal(upper, 6);
    expect_hr(SafeArrayDestroy(room), S_OK);
    expect_hr(buffer->get_Stream(&stream), S_OK);
    expect_hr(conv->SizeOfIStream(stream, &size), S_OK);
    assert_int_equal(size.QuadPart, 3);
    expect_hr(conv->GetAtIStreamMemory(stream, &memory), S_OK);
    assert_int_equal(memory->dwSize, 3);
    assert_memory_equal(memory->pbyData, bytes, 3);
    expect_hr(conv->FreeIStreamMemoryPtr(stream, memory->pbyData + 1), E_INVALIDARG);
    expect_hr(conv->FreeIStreamMemoryPtr(stream, memory->pbyData), S_OK);
    CoTaskMemFree(memory);
    stream->Release();
}

static void test_members_cpp__ISCardCmd_command(void **) {
    Command cmd, envelope;
    Buffer data({0xAA, 0xBB});
    Ptr<IByteBuffer> back;
    LONG le = 7, length = -1, expected = -1;
    BYTE cla = 0, ins = 0, p1 = 0, p2 = 0, p3 = 0, nad = 1, alternate = 0;
    ISO_APDU_TYPE type = ISO_CASE_1;
    expect_hr(cmd->BuildCmd(0x00, 0x01, 0x02, 0x03, nullptr, &le), S_OK);
    expect_hr(cmd->put_ClassId(0x10), S_OK);
    expect_hr(cmd->put_InstructionId(0x21), S_OK);
    expect_hr(cmd->put_P1(0x32), S_OK);
    expect_hr(cmd->put_P2(0x43), S_OK);
    expect_hr(cmd->put_Data(data.get()), S_OK);
    assert_true(apdu_of(cmd.get()) == Bytes({0x10, 0x21, 0x32, 0x43, 2, 0xAA, 0xBB, 7}));
    expect_hr(cmd->get_ClassId(&cla), S_OK);
    expect_hr(cmd->get_InstructionId(&ins), S_OK);
    expect_hr(cmd->get_P1(&p1), S_OK);
    expect_hr(cmd->get_P2(&p2), S_OK);
    expect_hr(cmd->get_P3(&p3), S_OK);
    assert_true(Bytes({cla, ins, p1, p2, p3}) == Bytes({0x10, 0x21, 0x32, 0x43, 2}));
    expect_hr(cmd->get_Data(back.out()), S_OK);
    assert_true(bytes_of(back.get()) == Bytes({0xAA, 0xBB}));
    expect_hr(cmd->get_ApduLength(&length), S_OK);
    assert_int_equal(length, 8);
    expect_hr(cmd->get_LeField(&expected), S_OK);
    assert_int_equal(expected, 7);
    expect_hr(cmd->get_Type(&type), S_OK);
    assert_int_equal(type, ISO_CASE_4);
    expect_hr(cmd->get_Nad(&nad), S_OK);
    assert_int_equal(nad, 0);
    expect_hr(cmd->put_Nad(0x12), S_OK);
    expect_hr(cmd->get_Nad(&nad), S_OK);
    assert_int_equal(nad, 0x12);
    expect_hr(cmd->get_AlternateClassId(&alternate), E_ACCESSDENIED);
    expect_hr(cmd->put_AlternateClassId(0xC0), S_OK);
    expect_hr(cmd->get_AlternateClassId(&alternate), S_OK);
    assert_int_equal(alternate, 0xC0);
    Ptr<IByteBuffer> apdu;
    expect_hr(cmd->get_Apdu(apdu.out()), S_OK);
    expect_hr(envelope->Encapsulate(apdu.get(), ISO_CASE_4), S_OK);
    assert_true(apdu_of(envelope.get()) ==
                Bytes({0x10, 0xC2, 0, 0, 8, 0x10, 0x21, 0x32, 0x43, 2, 0xAA, 0xBB, 7, 0}));
    expect_hr(envelope->put_Apdu(apdu.get()), S_OK);
    assert_true(apdu_of(envelope.get()) == apdu_of(cmd.get()));
    expect_hr(cmd->Clear(), S_OK);
    expect_hr(cmd->get_ApduLength(&length), S_OK);
    assert_int_equal(length, 0);
}

static void test_members_cpp__ISCardCmd_reply(void **) {
    Command cmd;
    Buffer bytes({1, 2, 3, 0x61, 0x05});
    WORD status = 0;
    BYTE sw1 = 0, sw2 = 0, nad = 0;
    LONG length = -1;
    expect_hr(cmd->put_ApduReply(bytes.get()), S_OK);
    expect_hr(cmd->get_ReplyStatus(&status), S_OK);
    expect_hr(cmd->get_ReplyStatusSW1(&sw1), S_OK);
    expect_hr(cmd->get_ReplyStatusSW2(&sw2), S_OK);
    assert_int_equal(status, 0x6105);
    assert_int_equal(sw1, 0x61);
    assert_int_equal(sw2, 0x05);
    expect_hr(cmd->put_ReplyStatus(0x9F17), S_OK);
    assert_true(reply_of(cmd.get()) == Bytes({1, 2, 3, 0x9F, 0x17}));
    expect_hr(cmd->put_ApduReplyLength(3), S_OK);
    expect_hr(cmd->get_ApduReplyLength(&length), S_OK);
    assert_int_equal(length, 3);
    assert_true(reply_of(cmd.get()) == Bytes({1, 2, 3}));
    expect_hr(cmd->get_ReplyNad(&nad), E_ACCESSDENIED);
    expect_hr(cmd->put_ReplyNad(0x21), S_OK);
    expect_hr(cmd->get_ReplyNad(&nad), S_OK);
    assert_int_equal(nad, 0x21);
}

static void test_members_cpp__ISCardISO7816(void **) {
    using Build = std::function<HRESULT(ISCardISO7816 *, IByteBuffer *, ISCardCmd **)>;
#define CALL(...)                                                                                            \
    [](ISCardISO7816 *iso, IByteBuffer *data, ISCardCmd **cmd) {                                             \
        (void)data;                                                                                          \
        return iso->__VA_ARGS__;                                                                             \
    }
    static const struct {
        const char *name;
        Build build;
        Bytes apdu; /* behind the class */
    } rows[] = {
        {"AppendRecord", CALL(AppendRecord(8, data, cmd)), {0xE2, 0, 8, 2, 0xAA, 0xBB}},
        {"EraseBinary", CALL(EraseBinary(1, 2, data, cmd)), {0x0E, 1, 2, 2, 0xAA, 0xBB}},
        {"ExternalAuthenticate", CALL(ExternalAuthenticate(1, 2, data, cmd)), {0x82, 1, 2, 2, 0xAA, 0xBB}},
        {"GetChallenge", CALL(GetChallenge(8, cmd)), {0x84, 0, 0, 8}},
        {"GetData", CALL(GetData(1, 2, 9, cmd)), {0xCA, 1, 2, 9}},
        {"GetResponse", CALL(GetResponse(1, 2, 9, cmd)), {0xC0, 1, 2, 9}},
        {"InternalAuthenticate",
         CALL(InternalAuthenticate(1, 2, data, 9, cmd)),
         {0x88, 1, 2, 2, 0xAA, 0xBB, 9}},
        {"ManageChannel", CALL(ManageChannel(0x80, 1, cmd)), {0x70, 0x80, 1}},
        {"PutData", CALL(PutData(1, 2, data, cmd)), {0xDA, 1, 2, 2, 0xAA, 0xBB}},
        {"ReadBinary", CALL(ReadBinary(1, 2, 9, cmd)), {0xB0, 1, 2, 9}},
        {"ReadRecord", CALL(ReadRecord(1, 2, 9, cmd)), {0xB2, 1, 2, 9}},
        {"SelectFile", CALL(SelectFile(1, 2, data, 9, cmd)), {0xA4, 1, 2, 2, 0xAA, 0xBB, 9}},
        {"UpdateBinary", CALL(UpdateBinary(1, 2, data, cmd)), {0xD6, 1, 2, 2, 0xAA, 0xBB}},
        {"UpdateRecord", CALL(UpdateRecord(1, 2, data, cmd)), {0xDC, 1, 2, 2, 0xAA, 0xBB}},
        {"Verify", CALL(Verify(2, data, cmd)), {0x20, 0, 2, 2, 0xAA, 0xBB}},
        {"WriteBinary", CALL(WriteBinary(1, 2, data, cmd)), {0xD0, 1, 2, 2, 0xAA, 0xBB}},
        {"WriteRecord", CALL(WriteRecord(1, 2, data, cmd)), {0xD2, 1, 2, 2, 0xAA, 0xBB}},
    };
#undef CALL
    Ptr<ISCardISO7816> iso(CLSID_CSCardISO7816, IID_ISCardISO7816);
    for (BYTE cla : {0x00, 0x80}) {
        expect_hr(iso->SetDefaultClassId(cla), S_OK);
        for (const auto &row : rows) {
            Ptr<ISCardCmd> cmd;
            Buffer data({0xAA, 0xBB});
            expect_hr(row.build(iso.get(), data.get(), cmd.out()), S_OK);
            Bytes expected = row.apdu;
            expected.insert(expected.begin(), cla);
            if (apdu_of(cmd.get()) != expected)
                fail_msg("%s", row.name);
        }
    }
}

/* What the scenarios do not call: the numbers, and a connection handed from one object to another. */
static void test_members_cpp__ISCard(void **) {
    Card card(demo_reader, T1), heir;
    HSCARD handle = 0, same = 0;
    HSCARDCONTEXT context = 0;
    SCARD_PROTOCOLS protocol = static_cast<SCARD_PROTOCOLS>(0);
    Ptr<IByteBuffer> atr;
    expect_hr(card->get_CardHandle(&handle), S_OK);
    expect_hr(card->get_Context(&context), S_OK);
    expect_hr(card->get_Protocol(&protocol), S_OK);
    expect_hr(card->get_Atr(atr.out()), S_OK);
    assert_true(handle != 0 && context != 0 && handle != context);
    assert_int_equal(protocol, T1);
    assert_true(bytes_of(atr.get()) == Bytes({0x3B, 0x8C, 0x80, 0x31, 0xFE, 0x45, 0x80, 0x31, 0xE0, 0x73,
                                              0xF7, 0x41, 0xDB, 0x54, 0x44, 0x45, 0x4D, 0x4F, 0x9E}));
    expect_hr(heir->AttachByHandle(0), E_INVALIDARG);
    expect_hr(heir->AttachByHandle(handle), S_OK);
    expect_hr(heir->get_CardHandle(&same), S_OK);
    assert_true(same == handle);
    expect_hr(heir->LockSCard(), S_OK);
    assert_true(exchange(heir, 0x00, 0xB0, 0x83, 0x00, {}, 5) == Bytes({'H', 'e', 'l', 'l', 'o', 0x90, 0}));
    expect_hr(heir->UnlockSCard(), S_OK);
    expect_hr(heir->Detach(UNPOWER), S_OK);
    expect_hr(heir->get_CardHandle(&same), S_OK);
    assert_true(same == 0);
}

/* Checks that come before the service is asked: what that has is another test's business. */
static void test_members_cpp__ISCardDatabase_and_ISCardLocate(void **) {
    Ptr<ISCardDatabase> database(CLSID_CSCardDatabase, IID_ISCardDatabase);
    Ptr<ISCardLocate> locate(CLSID_CSCardLocate, IID_ISCardLocate);
    GUID *provider = nullptr;
    SAFEARRAY *numbers = SafeArrayCreateVector(VT_I4, 0, 1);
    SCARDINFO *info = reinterpret_cast<SCARDINFO *>(&info);
    BSTR *names = nullptr;
    expect_hr(database->GetProviderCardId(nullptr, &provider), E_INVALIDARG);
    expect_hr(database->GetProviderCardId(Name(L"A card"), nullptr), E_POINTER);
    expect_hr(database->ListCardInterfaces(Name(L"A card"), nullptr), E_POINTER);
    expect_hr(database->ListCards(nullptr, nullptr, 0x0409, nullptr), E_POINTER);
    SAFEARRAY *groups = nullptr;
    expect_hr(database->ListReaderGroups(0x0409, &groups), S_OK);
    expect_hr(SafeArrayAccessData(groups, reinterpret_cast<void **>(&names)), S_OK);
    assert_true(std::wstring(names[0]) == L"SCard$AllReaders");
    expect_hr(SafeArrayUnaccessData(groups), S_OK);
    expect_hr(SafeArrayDestroy(groups), S_OK);
    expect_hr(locate->FindCard(SHARED, T1, 2, &info), E_UNEXPECTED); /* no search is configured */
    assert_null(info);
    expect_hr(locate->ConfigureCardGuidSearch(numbers), E_INVALIDARG);
    expect_hr(locate->ConfigureCardNameSearch(numbers), E_INVALIDARG);
    expect_hr(SafeArrayDestroy(numbers), S_OK);
    registering_expect_loaded();
}

int main() {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members_cpp__IByteBuffer),
        cmocka_unit_test(test_members_cpp__ISCardTypeConv),
        cmocka_unit_test(test_members_cpp__ISCardCmd_command),
        cmocka_unit_test(test_members_cpp__ISCardCmd_reply),
        cmocka_unit_test(test_members_cpp__ISCardISO7816),
        cmocka_unit_test(test_members_cpp__ISCard),
        cmocka_unit_test(test_members_cpp__ISCardDatabase_and_ISCardLocate),
    };
    return cmocka_run_group_tests_name("members in C++", tests, registering_begin, registering_end);
}
