/*
 * A10 as a C++ program: interfaces as classes, default arguments, identifiers by reference. First argument:
 * "sim" or "pcscd" (stage.h).
 */
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

extern "C" {
#include <cmocka.h>
}

#include <scardmgr.h>
#include <scardsrv.h>

#include "stage.h"

static void expect_hr(HRESULT actual, HRESULT expected) {
    assert_int_equal(static_cast<uint32_t>(actual), static_cast<uint32_t>(expected));
}

template <class Interface> static Interface *create(REFCLSID clsid, REFIID iid) {
    Interface *object = nullptr;
    expect_hr(CoCreateInstance(clsid, nullptr, CLSCTX_ALL, iid, reinterpret_cast<void **>(&object)), S_OK);
    assert_non_null(object);
    return object;
}

static std::string reply_of(ISCardCmd *cmd) {
    IByteBuffer *reply = nullptr;
    BYTE bytes[300];
    LONG size = 0;
    expect_hr(cmd->get_ApduReply(&reply), S_OK);
    expect_hr(reply->Read(bytes, sizeof bytes, &size), S_OK);
    assert_int_equal(reply->Release(), 0);
    return std::string(reinterpret_cast<const char *>(bytes), static_cast<size_t>(size));
}

static ISCard *attached() {
    ISCard *pISCard = create<ISCard>(CLSID_CSCard, IID_ISCard);
    BSTR reader = SysAllocString(stage_reader_wide());
    expect_hr(pISCard->AttachByReader(reader, SHARED, T1), S_OK);
    SysFreeString(reader);
    return pISCard;
}

static void test_clients_cpp__A10_transaction(void **) {
    ISCard *pISCard = attached();
    ISCardISO7816 *pISO = create<ISCardISO7816>(CLSID_CSCardISO7816, IID_ISCardISO7816);
    ISCardCmd *pCmd = nullptr;
    expect_hr(pISO->GetChallenge(8, &pCmd), S_OK);
    assert_non_null(pCmd);
    expect_hr(pISCard->LockSCard(), S_OK);
    expect_hr(pISCard->Transaction(&pCmd), S_OK);
    const std::string first = reply_of(pCmd);
    expect_hr(pISCard->Transaction(&pCmd), S_OK);
    const std::string second = reply_of(pCmd);
    expect_hr(pISCard->UnlockSCard(LEAVE), S_OK);
    assert_int_equal(first.size(), 10);
    assert_int_equal(second.size(), 10);
    assert_true(first != second);
    assert_true(first.substr(8) == std::string("\x90\x00", 2));
    assert_int_equal(pCmd->Release(), 0);
    assert_int_equal(pISO->Release(), 0);
    assert_int_equal(pISCard->Release(), 0);
}

/* Arguments with defaults left out, one by one. */
static void test_clients_cpp__A10_default_arguments(void **) {
    ISCard *pISCard = attached();
    ISCardCmd *pCmd = create<ISCardCmd>(CLSID_CSCardCmd, IID_ISCardCmd);
    IByteBuffer *pData = create<IByteBuffer>(CLSID_CByteBuffer, IID_IByteBuffer);
    BYTE id[] = {0x00, 0x02};
    LONG le = 5;
    LONG written = 0;
    LONG length = 0;
    expect_hr(pData->Initialize(), S_OK); /* one zero byte */
    expect_hr(pData->Write(id, sizeof id, &written), S_OK);
    assert_int_equal(written, 2);
    expect_hr(pData->Seek(0, STREAM_SEEK_SET), S_OK);
    expect_hr(pCmd->BuildCmd(0x00, 0xA4, 0x00, 0x0C, pData), S_OK);
    expect_hr(pCmd->get_ApduLength(&length), S_OK);
    assert_int_equal(length, 7);
    expect_hr(pISCard->Transaction(&pCmd), S_OK);
    assert_true(reply_of(pCmd) == std::string("\x90\x00", 2));
    expect_hr(pCmd->BuildCmd(0x00, 0xB0, 0, 0, nullptr, &le), S_OK);
    expect_hr(pISCard->Transaction(&pCmd), S_OK);
    assert_true(reply_of(pCmd) == std::string("Hello\x90\x00", 7));
    expect_hr(pCmd->BuildCmd(0x00, 0xEE), S_OK);
    expect_hr(pCmd->get_ApduLength(&length), S_OK);
    assert_int_equal(length, 4);
    expect_hr(pISCard->Transaction(&pCmd), S_OK);
    assert_true(reply_of(pCmd) == std::string("\x6D\x00", 2));
    expect_hr(pISCard->LockSCard(), S_OK);
    expect_hr(pISCard->UnlockSCard(), S_OK);
    expect_hr(pISCard->ReAttach(), S_OK); /* EXCLUSIVE, LEAVE */
    ISCard *pOther = create<ISCard>(CLSID_CSCard, IID_ISCard);
    expect_hr(pOther->AttachByReader(stage_reader_wide(), SHARED, T1),
              static_cast<HRESULT>(SCARD_E_SHARING_VIOLATION));
    expect_hr(pISCard->Detach(), S_OK);
    expect_hr(pOther->AttachByReader(stage_reader_wide(), SHARED, T1), S_OK);
    assert_int_equal(pOther->Release(), 0);
    assert_int_equal(pData->Release(), 0);
    assert_int_equal(pCmd->Release(), 0);
    assert_int_equal(pISCard->Release(), 0);
}

/* Errors compare as the published samples write it. */
static void test_clients_cpp__A10_errors(void **) {
    ISCard *pISCard = create<ISCard>(CLSID_CSCard, IID_ISCard);
    wchar_t name[] = L"No such reader";
    const HRESULT hr = pISCard->AttachByReader(name, SHARED, T1);
    assert_true(FAILED(hr));
    assert_true(hr == static_cast<HRESULT>(SCARD_E_UNKNOWN_READER));
    assert_int_equal(HRESULT_FACILITY(hr), FACILITY_SCARD);
    assert_true(pISCard->ReAttach(SHARED, LEAVE) == static_cast<HRESULT>(SCARD_E_INVALID_HANDLE));
    assert_int_equal(pISCard->Release(), 0);
}

/*
 * A builder with one command more than ISCardISO7816 has, made as the published page on building an APDU
 * recommends: by aggregation. Whoever has its ISCardISO7816 has the whole, and the whole's interfaces.
 */
class Builder final : public IUnknown {
  public:
    static Builder *make() {
        Builder *const builder = new Builder;
        expect_hr(CoCreateInstance(CLSID_CSCardISO7816, builder, CLSCTX_ALL, IID_IUnknown,
                                   reinterpret_cast<void **>(&builder->part)),
                  S_OK);
        expect_hr(builder->part->QueryInterface(IID_ISCardISO7816, reinterpret_cast<void **>(&builder->iso)),
                  S_OK);
        builder->Release(); /* the reference to a part of itself is not kept */
        return builder;
    }

    HRESULT STDMETHODCALLTYPE QueryInterface(REFIID iid, void **object) override {
        if (!IsEqualIID(iid, IID_IUnknown))
            return part->QueryInterface(iid, object);
        *object = this;
        AddRef();
        return S_OK;
    }

    ULONG STDMETHODCALLTYPE AddRef() override {
        return ++refs;
    }

    ULONG STDMETHODCALLTYPE Release() override {
        if (--refs)
            return refs;
        refs = 1; /* the part may count while it goes */
        part->Release();
        delete this;
        return 0;
    }

    /* DEACTIVATE FILE (ISO/IEC 7816-9) in the part's class. */
    HRESULT DeactivateFile(ISCardCmd **ppCmd) {
        const HRESULT hr = iso->EraseBinary(0, 0, nullptr, ppCmd);
        return FAILED(hr) ? hr : (*ppCmd)->put_InstructionId(0x04);
    }

  private:
    Builder() = default;
    ~Builder() = default;
    ULONG refs = 1;
    IUnknown *part = nullptr;
    ISCardISO7816 *iso = nullptr;
};

static void test_clients_cpp__builder_by_aggregation(void **) {
    ISCard *pISCard = attached();
    Builder *const builder = Builder::make();
    ISCardISO7816 *pISO = nullptr;
    IUnknown *pUnknown = nullptr;
    ISCardCmd *pCmd = nullptr;
    BYTE ins = 0;
    expect_hr(builder->QueryInterface(IID_ISCardISO7816, reinterpret_cast<void **>(&pISO)), S_OK);
    expect_hr(pISO->QueryInterface(IID_IUnknown, reinterpret_cast<void **>(&pUnknown)), S_OK);
    assert_ptr_equal(pUnknown, builder);
    assert_int_equal(pUnknown->Release(), 2);
    expect_hr(builder->DeactivateFile(&pCmd), S_OK);
    expect_hr(pCmd->get_InstructionId(&ins), S_OK);
    assert_int_equal(ins, 0x04);
    expect_hr(pISO->GetChallenge(8, &pCmd), S_OK);
    expect_hr(pISCard->Transaction(&pCmd), S_OK);
    assert_int_equal(reply_of(pCmd).size(), 10);
    assert_int_equal(pCmd->Release(), 0);
    assert_int_equal(builder->Release(), 1);
    assert_int_equal(pISO->Release(), 0);
    assert_int_equal(pISCard->Release(), 0);
}

int main(int argc, char **argv) {
    char why[300] = "";
    if (!stage_open(argc > 1 ? argv[1] : nullptr, why, sizeof why)) {
        std::printf("1..0 # SKIP %s\n", why);
        stage_close();
        return 0;
    }
    expect_hr(CoInitialize(nullptr), S_OK);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clients_cpp__A10_transaction),
        cmocka_unit_test(test_clients_cpp__A10_default_arguments),
        cmocka_unit_test(test_clients_cpp__A10_errors),
        cmocka_unit_test(test_clients_cpp__builder_by_aggregation),
    };
    const int failed = cmocka_run_group_tests_name(stage_kind(), tests, nullptr, nullptr);
    CoUninitialize();
    stage_close();
    return failed;
}
