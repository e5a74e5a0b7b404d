/*
 * sign.cpp: signs a digest with a PIV card (NIST SP 800-73-4), key 9C on P-256. In C++.
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

static const size_t digest_size = 32, pin_size = 8;
static const BYTE digital_signature = 0x9C, ecc_p256 = 0x11; /* SP 800-78-4, tables 6-1 and 6-2 */

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

/* Asks for the PIN, 6 to 8 digits, and fills it up with FF as PIV has it. False: there is none. */
static bool ask(BYTE (&pin)[pin_size]) {
    char line[pin_size + 3] = "";
    Hidden hidden;
    if (isatty(fileno(stdin)))
        std::fprintf(stderr, "PIN: ");
    const bool come = std::fgets(line, sizeof line, stdin) != nullptr;
    const size_t size = std::strcspn(line, "\r\n");
    if (come && size <= pin_size) {
        std::memset(pin, 0xFF, pin_size);
        std::memcpy(pin, line, size);
    }
    wipe(line, sizeof line);
    return come && size >= 6 && size <= pin_size;
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
static HRESULT make_buffer(BYTE *bytes, size_t size, IByteBuffer **out) {
    HRESULT hr = CoCreateInstance(CLSID_CByteBuffer, nullptr, CLSCTX_ALL, IID_IByteBuffer,
                                  reinterpret_cast<void **>(out));
    if (SUCCEEDED(hr))
        hr = (*out)->Initialize(static_cast<LONG>(size), bytes);
    return hr;
}

/* Zeros go over the bytes before the buffer is given back: it may have been a PIN. */
static void give_back(IByteBuffer *buffer, size_t size) {
    std::vector<BYTE> zeros(size);
    if (!buffer)
        return;
    buffer->Seek(0, 0, nullptr);
    buffer->Write(zeros.data(), static_cast<LONG>(size), nullptr);
    buffer->Release();
}

/* The data of the answer. The status word has to be 9000; another one is told. */
static HRESULT take_answer(ISCardCmd *command, const char *what, std::vector<BYTE> &answer) {
    IByteBuffer *reply = nullptr;
    WORD status = 0;
    LONG length = 0;
    HRESULT hr = command->get_ReplyStatus(&status);
    if (SUCCEEDED(hr) && status != 0x9000) {
        std::fprintf(stderr, "sign: %s: the card answers %04X\n", what, status);
        return E_FAIL;
    }
    if (SUCCEEDED(hr))
        hr = command->get_ApduReplyLength(&length);
    if (SUCCEEDED(hr))
        hr = command->get_ApduReply(&reply);
    if (FAILED(hr))
        return hr;
    answer.resize(static_cast<size_t>(length - 2)); /* SW1 SW2 are counted */
    if (!answer.empty())
        hr = reply->Read(answer.data(), length - 2, nullptr);
    reply->Release();
    return hr;
}

/* One command of class 00 with data, and its answer. `what` is for people. */
static HRESULT send(ISCard *card, const char *what, BYTE instruction, BYTE p1, BYTE p2, BYTE *data,
                    size_t size, LONG expected, std::vector<BYTE> &answer) {
    ISCardCmd *command = nullptr;
    IByteBuffer *buffer = nullptr;
    HRESULT hr = CoCreateInstance(CLSID_CSCardCmd, nullptr, CLSCTX_ALL, IID_ISCardCmd,
                                  reinterpret_cast<void **>(&command));
    if (SUCCEEDED(hr))
        hr = make_buffer(data, size, &buffer);
    if (SUCCEEDED(hr))
        hr = command->BuildCmd(0x00, instruction, p1, p2, buffer, &expected);
    if (SUCCEEDED(hr))
        hr = card->Transaction(&command);
    if (SUCCEEDED(hr))
        hr = take_answer(command, what, answer);
    give_back(buffer, size);
    if (command)
        command->Release(); /* the library wipes what it has kept of the command */
    return hr;
}

/* The signature out of the answer, 7C { 82 { signature } }, whose lengths are those of the card: checked. */
static HRESULT show_signature(const std::vector<BYTE> &answer) {
    const size_t size = answer.size();
    if (size < 4 || size > 0x81 || answer[0] != 0x7C || answer[1] != size - 2 || answer[2] != 0x82 ||
        answer[3] != size - 4) {
        std::fprintf(stderr, "sign: the card's answer is no signature\n");
        return E_FAIL;
    }
    for (size_t i = 4; i < size; ++i)
        std::printf("%02X", answer[i]);
    std::printf("\n");
    return S_OK;
}

/*
 * SELECT the application, VERIFY (key 9C wants the PIN right before each use) and GENERAL AUTHENTICATE
 * (SP 800-73-4 part 2, 3.2.4) with 7C { 82 {} 81 { digest } }: the empty 82 asks for the response.
 */
static HRESULT sign(ISCard *card, BYTE (&pin)[pin_size], const BYTE (&digest)[digest_size]) {
    BYTE application[] = {0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00};
    BYTE request[6 + digest_size] = {0x7C, 4 + digest_size, 0x82, 0, 0x81, digest_size};
    std::vector<BYTE> answer;
    std::memcpy(request + 6, digest, digest_size);
    HRESULT hr =
        send(card, "no PIV application", 0xA4, 0x04, 0x00, application, sizeof application, 256, answer);
    if (SUCCEEDED(hr))
        hr = send(card, "the PIN is not accepted", 0x20, 0x00, 0x80, pin, pin_size, 0, answer);
    if (SUCCEEDED(hr))
        hr = send(card, "no signature", 0x87, ecc_p256, digital_signature, request, sizeof request, 256,
                  answer);
    return SUCCEEDED(hr) ? show_signature(answer) : hr;
}

/* Attaches, and keeps other programs away between the PIN and the signature. */
static HRESULT sign_in(const wchar_t *name, BYTE (&pin)[pin_size], const BYTE (&digest)[digest_size]) {
    ISCard *card = nullptr;
    HRESULT hr =
        CoCreateInstance(CLSID_CSCard, nullptr, CLSCTX_ALL, IID_ISCard, reinterpret_cast<void **>(&card));
    if (FAILED(hr))
        return hr;
    BSTR reader = SysAllocString(name);
    hr = card->AttachByReader(reader, SHARED, T0 | T1);
    SysFreeString(reader);
    if (SUCCEEDED(hr))
        hr = card->LockSCard();
    if (SUCCEEDED(hr)) {
        hr = sign(card, pin, digest);
        card->UnlockSCard(LEAVE);
        card->Detach(RESET); /* what the PIN has opened is closed again */
    }
    card->Release();
    return hr;
}

int main(int argc, char **argv) {
    wchar_t name[128] = L"";
    BYTE digest[digest_size], pin[pin_size] = {0};
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
    wipe(pin, sizeof pin);
    CoUninitialize();
    if (FAILED(hr))
        std::fprintf(stderr, "sign: error 0x%08X\n", static_cast<unsigned>(hr));
    return FAILED(hr) ? 1 : 0;
}
