/*
 * sign.cpp: signs a digest with a PIV card (NIST SP 800-73-4), key 9C on P-256, without a single command of
 * its own. In C++.
 *
 *   sign READER DIGEST      DIGEST: 64 hexadecimal digits, what sha256sum prints of the file to sign
 *
 * The PIN is never taken from the command line: the program asks for it, without showing what is typed, or
 * reads it from its standard input. It prints the signature in hexadecimal digits (DER, as OpenSSL takes it).
 */
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#ifdef _WIN32
#include <io.h>
#define isatty _isatty
#define fileno _fileno
#else
#include <termios.h>
#include <unistd.h>
#endif

#include "scardssp.h"

static const size_t digest_size = 32, pin_least = 6, pin_most = 8;
static const LONG pin_reference = 0x80;
static const LONG ecc_p256 = 0x11; /* SP 800-78-4, tables 6-1 and 6-2 */
static const BYTE digital_signature = 0x9C;

/* Turns off that the terminal shows what is typed, as long as it lives. */
class Hidden {
  public:
    Hidden() : changed(false) {
#ifdef _WIN32
        console = GetStdHandle(STD_INPUT_HANDLE);
        changed = GetConsoleMode(console, &before) && SetConsoleMode(console, before & ~ENABLE_ECHO_INPUT);
#else
        if (tcgetattr(STDIN_FILENO, &before) == 0) {
            termios silent = before;
            silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
            changed = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
        }
#endif
    }
    ~Hidden() {
        if (!changed)
            return;
#ifdef _WIN32
        SetConsoleMode(console, before);
#else
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
#endif
        std::fputc('\n', stderr);
    }
    Hidden(const Hidden &) = delete;
    Hidden &operator=(const Hidden &) = delete;

  private:
    bool changed;
#ifdef _WIN32
    HANDLE console;
    DWORD before;
#else
    termios before;
#endif
};

/* Zeros, also where the compiler sees that nobody reads them. */
static void wipe(void *bytes, size_t size) {
    for (volatile char *byte = static_cast<char *>(bytes); size > 0; --size)
        *byte++ = 0;
}

/* Digits of the PIN, as they are typed: how the card wants them filled up the library knows. */
struct Pin {
    BYTE digits[pin_most];
    size_t size;
};

/* Asks for it. False: there is none of 6 to 8 digits. */
static bool ask(Pin &pin) {
    char line[pin_most + 3] = "";
    Hidden hidden;
    if (isatty(fileno(stdin)))
        std::fprintf(stderr, "PIN: ");
    const bool come = std::fgets(line, sizeof line, stdin) != nullptr;
    const size_t size = std::strcspn(line, "\r\n");
    const bool good = come && size >= pin_least && size <= pin_most;
    if (good)
        std::memcpy(pin.digits, line, pin.size = size);
    wipe(line, sizeof line);
    return good;
}

/* The digits of the command line as bytes. False: they are not 32. */
static bool parse(const char *digits, BYTE (&digest)[digest_size]) {
    if (std::strlen(digits) != 2 * digest_size ||
        std::strspn(digits, "0123456789abcdefABCDEF") != 2 * digest_size)
        return false;
    for (size_t i = 0; i < digest_size; ++i) {
        const char pair[] = {digits[2 * i], digits[2 * i + 1], 0};
        digest[i] = static_cast<BYTE>(std::strtoul(pair, nullptr, 16));
    }
    return true;
}

/* A new buffer with these bytes. */
static HRESULT make_buffer(const BYTE *bytes, size_t size, IByteBuffer **out) {
    HRESULT hr = CoCreateInstance(CLSID_CByteBuffer, nullptr, CLSCTX_ALL, IID_IByteBuffer,
                                  reinterpret_cast<void **>(out));
    if (SUCCEEDED(hr))
        hr = (*out)->Initialize(static_cast<LONG>(size), const_cast<BYTE *>(bytes));
    return hr;
}

/* Tells what has failed, for people, and hands the code on. */
static HRESULT tell(const char *what, HRESULT hr) {
    if (FAILED(hr))
        std::fprintf(stderr, "sign: %s\n", what);
    return hr;
}

/* The PIV application is a directory; its objects and keys are for whoever is in it. */
static HRESULT enter(ISCardManage *manage) {
    ISCardFileAccess *files = nullptr;
    HRESULT hr = manage->CreateFileAccess(&files);
    if (FAILED(hr))
        return hr;
    BSTR application = SysAllocString(L"A000000308000010000100");
    hr = files->ChangeDir(SC_TYPE_BY_NAME, application);
    SysFreeString(application);
    files->Release();
    return tell("no PIV application", hr);
}

static HRESULT verify(ISCardManage *manage, const Pin &pin) {
    ISCardVerify *codes = nullptr;
    IByteBuffer *buffer = nullptr;
    LONG reference = pin_reference;
    HRESULT hr = manage->CreateCHVerification(&codes);
    if (FAILED(hr))
        return hr;
    hr = make_buffer(pin.digits, pin.size, &buffer);
    if (SUCCEEDED(hr))
        hr = tell("the PIN is not accepted", codes->Verify(buffer, SC_FL_NO_FLAGS, &reference));
    if (buffer) { /* zeros go over the PIN before the buffer is given back */
        BYTE zeros[sizeof pin.digits] = {0};
        buffer->Seek(0, 0, nullptr);
        buffer->Write(zeros, static_cast<LONG>(pin.size), nullptr);
        buffer->Release();
    }
    codes->Release();
    return hr;
}

static HRESULT show(IByteBuffer *buffer, LONG size) {
    std::vector<BYTE> signature(static_cast<size_t>(size));
    const HRESULT hr = buffer->Read(signature.data(), size, nullptr);
    for (size_t i = 0; SUCCEEDED(hr) && i < signature.size(); ++i)
        std::printf("%02X", signature[i]);
    std::printf("\n");
    return hr;
}

/* The card's answer to the digest is its signature, in the same buffer. */
static HRESULT sign(ISCardManage *manage, const BYTE (&digest)[digest_size]) {
    ISCardAuth *auth = nullptr;
    IByteBuffer *key = nullptr, *buffer = nullptr;
    LONG size = 0; /* all of it */
    HRESULT hr = manage->CreateCardAuth(&auth);
    if (SUCCEEDED(hr))
        hr = make_buffer(&digital_signature, 1, &key);
    if (SUCCEEDED(hr))
        hr = make_buffer(digest, digest_size, &buffer);
    if (SUCCEEDED(hr))
        hr = tell("no signature", auth->ICC_Auth(ecc_p256, key, &size, &buffer));
    if (SUCCEEDED(hr))
        hr = show(buffer, size);
    if (buffer)
        buffer->Release();
    if (key)
        key->Release();
    if (auth)
        auth->Release();
    return hr;
}

/*
 * Attaches, and keeps other programs away between the PIN and the signature: key 9C wants the PIN right
 * before each use.
 */
static HRESULT sign_in(const wchar_t *name, const Pin &pin, const BYTE (&digest)[digest_size]) {
    ISCardManage *manage = nullptr;
    HRESULT hr = CoCreateInstance(CLSID_CSCardManage, nullptr, CLSCTX_ALL, IID_ISCardManage,
                                  reinterpret_cast<void **>(&manage));
    if (FAILED(hr))
        return hr;
    BSTR reader = SysAllocString(name);
    hr = manage->AttachByIFD(reader, SHARED);
    SysFreeString(reader);
    if (SUCCEEDED(hr))
        hr = manage->SCardLock();
    if (SUCCEEDED(hr)) {
        hr = enter(manage);
        if (SUCCEEDED(hr))
            hr = verify(manage, pin);
        if (SUCCEEDED(hr))
            hr = sign(manage, digest);
        manage->SCardUnlock(RESET); /* what the PIN has opened is closed again */
    }
    manage->Release();
    return hr;
}

int main(int argc, char **argv) {
    wchar_t name[128] = L"";
    BYTE digest[digest_size];
    Pin pin = {};
    if (argc != 3 || !parse(argv[2], digest)) {
        std::fprintf(stderr, "usage: sign READER DIGEST (of SHA-256: 64 digits)\n");
        return 2;
    }
    std::setlocale(LC_ALL, "");
    std::mbstowcs(name, argv[1], 127);
    std::setvbuf(stdin, nullptr, _IONBF, 0); /* no copy of the PIN in a buffer of the library's */
    if (!ask(pin)) {
        std::fprintf(stderr, "sign: that is no PIN of 6 to 8 digits\n");
        return 1;
    }
    CoInitialize(nullptr);
    const HRESULT hr = sign_in(name, pin, digest);
    wipe(&pin, sizeof pin);
    CoUninitialize();
    if (FAILED(hr))
        std::fprintf(stderr, "sign: error 0x%08X\n", static_cast<unsigned>(hr));
    return FAILED(hr) ? 1 : 0;
}
