/*
 * rooms.cpp: tells whose an Acme badge is and, after its PIN, which rooms it opens. Nothing here knows how
 * the badge works: files and PIN go by the names and numbers that its profile (badge.c) has. In C++.
 *
 *   rooms [READER]          the PIN is a line of the standard input
 */
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "scardssp.h"

static const wchar_t application[] = L"F041434D4501";
static const LONG pin = 1;
static const size_t pin_room = 32;

/* A text of COM's, as long as it lives. */
class Text {
  public:
    explicit Text(const wchar_t *text) : bstr(SysAllocString(text)) {
    }
    ~Text() {
        SysFreeString(bstr);
    }
    Text(const Text &) = delete;
    Text &operator=(const Text &) = delete;
    BSTR bstr;
};

/* Tells what has failed, and hands the code on. */
static HRESULT tell(const char *what, HRESULT hr) {
    if (hr == E_INVALIDARG)
        std::fprintf(
            stderr, "rooms: %s: no profile knows that; is badge.provider where providers are found?\n", what);
    else if (hr == SCARD_W_WRONG_CHV)
        std::fprintf(stderr, "rooms: %s: this is not the PIN\n", what);
    else if (hr == SCARD_E_INVALID_CHV)
        std::fprintf(stderr, "rooms: %s: a PIN has 4 to 8 digits; no try was lost\n", what);
    else if (FAILED(hr))
        std::fprintf(stderr, "rooms: %s: error 0x%08lX\n", what,
                     static_cast<unsigned long>(hr) & 0xFFFFFFFFul);
    return hr;
}

/* Prints all of a file, which is text. */
static HRESULT print(ISCardFileAccess *files, const wchar_t *name, const char *label) {
    BYTE bytes[256];
    HSCARD_FILE file = 0;
    IByteBuffer *content = nullptr;
    LONG size = sizeof bytes, got = 0;
    HRESULT hr = files->Open(SC_TYPE_BY_NAME, Text(name).bstr, &file);
    if (SUCCEEDED(hr)) {
        hr = files->Read(file, &size, &content, SC_FL_NO_FLAGS);
        files->Close(file);
    }
    if (SUCCEEDED(hr)) {
        hr = content->Read(bytes, size, &got);
        content->Release();
    }
    if (SUCCEEDED(hr))
        std::printf("%s: %.*s\n", label, static_cast<int>(got), reinterpret_cast<const char *>(bytes));
    return tell(label, hr);
}

/* Shows the PIN that is typed. */
static HRESULT verify(ISCardVerify *codes) {
    char line[pin_room] = "";
    IByteBuffer *code = nullptr;
    LONG reference = pin;
    if (!std::fgets(line, sizeof line, stdin))
        return tell("PIN", SCARD_E_INVALID_CHV);
    const size_t size = std::strcspn(line, "\r\n");
    HRESULT hr = CoCreateInstance(CLSID_CByteBuffer, nullptr, CLSCTX_ALL, IID_IByteBuffer,
                                  reinterpret_cast<void **>(&code));
    if (SUCCEEDED(hr)) {
        hr = code->Initialize(static_cast<LONG>(size), reinterpret_cast<BYTE *>(line));
        if (SUCCEEDED(hr))
            hr = codes->Verify(code, SC_FL_NO_FLAGS, &reference);
        code->Release(); /* wipes what it had */
    }
    for (volatile char *c = line; c != line + sizeof line; ++c)
        *c = 0;
    return tell("PIN", hr);
}

static HRESULT run(ISCardManage *manage, const wchar_t *reader) {
    ISCardFileAccess *files = nullptr;
    ISCardVerify *codes = nullptr;
    HRESULT hr = tell("reader", manage->AttachByIFD(Text(reader).bstr, SHARED));
    if (SUCCEEDED(hr))
        hr = manage->CreateFileAccess(&files);
    if (SUCCEEDED(hr))
        hr = manage->CreateCHVerification(&codes);
    if (SUCCEEDED(hr))
        hr = tell("badge", files->ChangeDir(SC_TYPE_BY_NAME, Text(application).bstr));
    if (SUCCEEDED(hr))
        hr = print(files, L"Holder", "holder");
    if (SUCCEEDED(hr))
        hr = verify(codes);
    if (SUCCEEDED(hr))
        hr = print(files, L"Rooms", "rooms");
    if (codes)
        codes->Release();
    if (files)
        files->Release();
    return hr;
}

int main(int argc, char **argv) {
    wchar_t reader[256] = L"Simulated Reader 00";
    ISCardManage *manage = nullptr;
    std::setlocale(LC_ALL, "");
    if (argc > 1 && std::mbstowcs(reader, argv[1], 255) == static_cast<size_t>(-1))
        return EXIT_FAILURE;
    HRESULT hr = CoInitialize(nullptr);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(CLSID_CSCardManage, nullptr, CLSCTX_ALL, IID_ISCardManage,
                              reinterpret_cast<void **>(&manage));
    if (SUCCEEDED(hr)) {
        hr = run(manage, reader);
        manage->Release();
    }
    CoUninitialize();
    return SUCCEEDED(hr) ? EXIT_SUCCESS : EXIT_FAILURE;
}
