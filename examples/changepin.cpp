/*
 * changepin.cpp: changes a PIN of a card. In C++.
 *
 *   changepin [READER [REFERENCE]]      without a name: "Simulated Reader 00"; without a reference: 1
 *
 * PINs are never taken from the command line, where everybody could see them: the program asks for them,
 * without showing what is typed, or reads them from its standard input, a line each: the old one, the new
 * one, the new one again.
 */
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#ifdef _WIN32
#include <io.h>
#define isatty _isatty
#define fileno _fileno
#else
#include <termios.h>
#include <unistd.h>
#endif

#include "scardssp.h"

/* A PIN as it was typed; nothing is left of it in memory afterwards. */
struct Pin {
    char text[32];
    LONG size;

    Pin() : text(), size(0) {
    }
    ~Pin() {
        wipe();
    }
    Pin(const Pin &) = delete;
    Pin &operator=(const Pin &) = delete;

    void wipe() { /* volatile: a compiler must not leave it out because nobody reads it any more */
        for (volatile char *byte = text; byte != text + sizeof text; ++byte)
            *byte = 0;
    }
};

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

/* One line, without what ends it. False: there is none, or it is longer than any PIN. */
static bool ask(const char *question, Pin &pin) {
    Hidden hidden;
    if (isatty(fileno(stdin)))
        std::fprintf(stderr, "%s: ", question);
    if (!std::fgets(pin.text, sizeof pin.text, stdin))
        return false;
    pin.size = static_cast<LONG>(std::strcspn(pin.text, "\r\n"));
    return pin.size > 0 && (pin.text[pin.size] != 0 || std::feof(stdin));
}

static bool ask_all(Pin &old, Pin &fresh) {
    Pin again;
    if (!ask("PIN", old) || !ask("new PIN", fresh) || !ask("new PIN again", again)) {
        std::fprintf(stderr, "changepin: that is no PIN\n");
        return false;
    }
    if (fresh.size != again.size || std::memcmp(fresh.text, again.text, static_cast<size_t>(fresh.size))) {
        std::fprintf(stderr, "changepin: the new PINs differ; nothing has been changed\n");
        return false;
    }
    return true;
}

static HRESULT make_buffer(Pin &pin, IByteBuffer **out) {
    HRESULT hr = CoCreateInstance(CLSID_CByteBuffer, nullptr, CLSCTX_ALL, IID_IByteBuffer,
                                  reinterpret_cast<void **>(out));
    if (SUCCEEDED(hr))
        hr = (*out)->Initialize(pin.size, reinterpret_cast<BYTE *>(pin.text));
    return hr;
}

/* Zeros go over the bytes before the buffer is given back. */
static void give_back(IByteBuffer *buffer, LONG size) {
    BYTE zeros[sizeof(Pin::text)] = {0};
    if (!buffer)
        return;
    buffer->Seek(0, 0, nullptr);
    buffer->Write(zeros, size, nullptr);
    buffer->Release();
}

/* Says what went wrong with a code, and how many tries are left where the card tells. */
static void complain(ISCardVerify *verify, HRESULT hr, LONG reference) {
    LONG tries = reference;
    switch (hr) {
    case SCARD_W_WRONG_CHV:
        std::fprintf(stderr, "changepin: the PIN is wrong");
        if (verify->Verify(nullptr, SC_FL_NO_FLAGS, &tries) == SCARD_W_CARD_NOT_AUTHENTICATED && tries >= 0)
            std::fprintf(stderr, "; tries left: %ld", static_cast<long>(tries));
        std::fprintf(stderr, "\n");
        break;
    case SCARD_W_CHV_BLOCKED:
        std::fprintf(stderr, "changepin: the PIN is blocked\n");
        break;
    case SCARD_E_INVALID_CHV:
        std::fprintf(stderr, "changepin: this card has no PINs of that form; no try is lost\n");
        break;
    case E_INVALIDARG:
        std::fprintf(stderr, "changepin: the card has no PIN %ld\n", static_cast<long>(reference));
        break;
    default:
        std::fprintf(stderr, "changepin: error 0x%08X\n", static_cast<unsigned>(hr));
    }
}

static HRESULT change(ISCardVerify *verify, LONG reference, Pin &old, Pin &fresh) {
    IByteBuffer *before = nullptr, *after = nullptr;
    HRESULT hr = make_buffer(old, &before);
    if (SUCCEEDED(hr))
        hr = make_buffer(fresh, &after);
    if (SUCCEEDED(hr))
        hr = verify->ChangeCode(before, after, SC_FL_NO_FLAGS, reference);
    if (SUCCEEDED(hr)) /* nobody believes it before it has been tried */
        hr = verify->Verify(after, SC_FL_NO_FLAGS, &reference);
    if (SUCCEEDED(hr)) /* the card is not left open for others */
        hr = verify->ResetSecurityState(SC_FL_NO_FLAGS);
    give_back(before, old.size);
    give_back(after, fresh.size);
    return hr;
}

static HRESULT attach(const wchar_t *name, ISCardVerify **verify) {
    ISCardManage *manage = nullptr;
    HRESULT hr = CoCreateInstance(CLSID_CSCardManage, nullptr, CLSCTX_ALL, IID_ISCardManage,
                                  reinterpret_cast<void **>(&manage));
    if (FAILED(hr))
        return hr;
    BSTR reader = SysAllocString(name);
    hr = manage->AttachByIFD(reader, SHARED);
    SysFreeString(reader);
    if (SUCCEEDED(hr))
        hr = manage->CreateCHVerification(verify);
    manage->Release(); /* what it has made keeps the card */
    return hr;
}

int main(int argc, char **argv) {
    wchar_t name[128] = L"";
    const LONG reference = argc > 2 ? static_cast<LONG>(std::strtol(argv[2], nullptr, 10)) : 1;
    std::setlocale(LC_ALL, "");
    std::mbstowcs(name, argc > 1 ? argv[1] : "Simulated Reader 00", 127);
    std::setvbuf(stdin, nullptr, _IONBF, 0); /* no copy of the PINs in a buffer of the library's */

    CoInitialize(nullptr);
    ISCardVerify *verify = nullptr;
    HRESULT hr = attach(name, &verify);
    if (FAILED(hr)) {
        std::fprintf(stderr, "changepin: error 0x%08X\n", static_cast<unsigned>(hr));
    } else {
        Pin old, fresh;
        hr = ask_all(old, fresh) ? S_OK : E_FAIL;
        if (SUCCEEDED(hr)) {
            hr = change(verify, reference, old, fresh);
            if (SUCCEEDED(hr))
                std::printf("PIN %ld is changed\n", static_cast<long>(reference));
            else
                complain(verify, hr, reference);
        }
        verify->Release();
    }
    CoUninitialize();
    return FAILED(hr) ? 1 : 0;
}
