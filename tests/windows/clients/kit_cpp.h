/*
 * What a client program in C++ brings along in these tests: a pointer that releases, objects by class,
 * commands and replies as bytes, codes compared.
 */
#ifndef SCARDSSP_TESTS_WINDOWS_CLIENTS_KIT_CPP_H
#define SCARDSSP_TESTS_WINDOWS_CLIENTS_KIT_CPP_H

#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

extern "C" {
#include <cmocka.h>
}

#include "mingw.h"
#include "registering.h"

/* Compares codes; prints what was called and both codes when they differ. */
#define expect_hr(actual, expected) expect_hr_at((actual), (expected), #actual, __FILE__, __LINE__)
inline void expect_hr_at(HRESULT actual, long expected, const char *what, const char *file, int line) {
    if (actual == static_cast<HRESULT>(expected))
        return;
    print_error("%s is 0x%08lX, expected 0x%08lX\n", what, static_cast<unsigned long>(actual),
                static_cast<unsigned long>(expected));
    _fail(file, line);
}

using Bytes = std::vector<BYTE>;

/* An object for the time of a scope. A failed test leaves by longjmp: what it holds then stays. */
template <class Interface> class Ptr {
  public:
    Ptr() = default;
    Ptr(REFCLSID clsid, REFIID iid) {
        expect_hr(CoCreateInstance(clsid, nullptr, CLSCTX_ALL, iid, reinterpret_cast<void **>(&object)),
                  S_OK);
    }
    Ptr(const Ptr &) = delete;
    Ptr &operator=(const Ptr &) = delete;
    ~Ptr() {
        if (object)
            object->Release();
    }
    Interface *operator->() const {
        return object;
    }
    Interface *get() const {
        return object;
    }
    /* For out-parameters and for Transaction, which takes the address of the pointer. */
    Interface **out() {
        return &object;
    }
    /* The references there are, this one counted. */
    ULONG references() const {
        object->AddRef();
        return object->Release();
    }

  private:
    Interface *object = nullptr;
};

class Name {
  public:
    explicit Name(const wchar_t *text) : bstr(SysAllocString(text)) {
    }
    Name(const Name &) = delete;
    Name &operator=(const Name &) = delete;
    ~Name() {
        SysFreeString(bstr);
    }
    operator BSTR() const {
        return bstr;
    }

  private:
    BSTR bstr;
};

struct Card : Ptr<ISCard> {
    Card() : Ptr(CLSID_CSCard, IID_ISCard) {
    }
    Card(const wchar_t *reader, SCARD_PROTOCOLS protocol) : Card() {
        expect_hr((*this)->AttachByReader(Name(reader), SHARED, protocol), S_OK);
    }
};

struct Buffer : Ptr<IByteBuffer> {
    Buffer() : Ptr(CLSID_CByteBuffer, IID_IByteBuffer) {
    }
    explicit Buffer(Bytes bytes) : Buffer() {
        LONG written = -1;
        expect_hr((*this)->SetSize(static_cast<LONG>(bytes.size())), S_OK);
        expect_hr((*this)->Write(bytes.data(), static_cast<LONG>(bytes.size()), &written), S_OK);
        assert_int_equal(written, bytes.size());
    }
};

/* All bytes from the buffer's pointer on. */
inline Bytes bytes_of(IByteBuffer *buffer) {
    Bytes bytes(2000);
    LONG size = -1;
    expect_hr(buffer->Read(bytes.data(), 2000, &size), S_OK);
    assert_int_in_range(size, 0, 1999);
    bytes.resize(static_cast<size_t>(size));
    return bytes;
}

inline Bytes reply_of(ISCardCmd *cmd) {
    Ptr<IByteBuffer> reply;
    expect_hr(cmd->get_ApduReply(reply.out()), S_OK);
    return reply.get() ? bytes_of(reply.get()) : Bytes();
}

inline Bytes apdu_of(ISCardCmd *cmd) {
    Ptr<IByteBuffer> apdu;
    expect_hr(cmd->get_Apdu(apdu.out()), S_OK);
    return bytes_of(apdu.get());
}

inline Bytes text(const char *characters, const Bytes &status) {
    Bytes bytes(characters, characters + std::char_traits<char>::length(characters));
    bytes.insert(bytes.end(), status.begin(), status.end());
    return bytes;
}

struct Command : Ptr<ISCardCmd> {
    Command() : Ptr(CLSID_CSCardCmd, IID_ISCardCmd) {
    }
};

/* Builds the command, sends it and returns the reply. */
inline Bytes exchange(const Card &card, BYTE cla, BYTE ins, BYTE p1, BYTE p2, const Bytes &data = {},
                      LONG le = 0) {
    Command cmd;
    Buffer buffer(data);
    expect_hr(cmd->BuildCmd(cla, ins, p1, p2, buffer.get(), &le), S_OK);
    expect_hr(card->Transaction(cmd.out()), S_OK);
    assert_int_equal(cmd.references(), 1);
    return reply_of(cmd.get());
}

#endif
