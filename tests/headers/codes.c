/*
 * Every code of the return-values page, compared as programs compare it: with an HRESULT and with the result
 * of a raw PC/SC call, in conditions and as labels. C and C++ alike; compiled and run by check_codes.sh in
 * every way, on Windows by meson.build. Prints the name of each code that is not what it should be, exit
 * status 1.
 *
 * ALONE, BEFORE_WINSCARD, AFTER_WINSCARD: where <winscard.h> stands. HEADER: ours, if another than
 * <scardssp.h>. CAST: an HRESULT is compared with (HRESULT)code.
 */
#ifdef AFTER_WINSCARD
#include <winscard.h>
#endif
#ifdef HEADER
#include HEADER
#else
#include <scardssp.h>
#endif
#ifdef BEFORE_WINSCARD
#include <winscard.h>
#endif

#include <stdio.h>

#if defined(BEFORE_WINSCARD) || defined(AFTER_WINSCARD)
#define BESIDE
#endif
#ifdef CAST
#define CODE(code) ((HRESULT)code)
#else
#define CODE(code) code
#endif
/* Where one number serves two types, in C, a widened HRESULT cannot be told from a raw result. */
#if !defined(BESIDE) || defined(__cplusplus) || defined(_WIN32)
#define WIDENED
#endif
/* Where pcsc-lite's other number for it is known by its type. */
#if !defined(BESIDE) || (defined(__cplusplus) && __cplusplus >= 201103L) || defined(_WIN32)
#define UNSUPPORTED
#endif

/* Code and number; SCARD_S_SUCCESS and SCARD_E_UNSUPPORTED_FEATURE follow apart. */
#define CODES                                                                                                \
    ROW(SCARD_F_INTERNAL_ERROR, 0x80100001)                                                                  \
    ROW(SCARD_E_CANCELLED, 0x80100002)                                                                       \
    ROW(SCARD_E_INVALID_HANDLE, 0x80100003)                                                                  \
    ROW(SCARD_E_INVALID_PARAMETER, 0x80100004)                                                               \
    ROW(SCARD_E_INVALID_TARGET, 0x80100005)                                                                  \
    ROW(SCARD_E_NO_MEMORY, 0x80100006)                                                                       \
    ROW(SCARD_F_WAITED_TOO_LONG, 0x80100007)                                                                 \
    ROW(SCARD_E_INSUFFICIENT_BUFFER, 0x80100008)                                                             \
    ROW(SCARD_E_UNKNOWN_READER, 0x80100009)                                                                  \
    ROW(SCARD_E_TIMEOUT, 0x8010000A)                                                                         \
    ROW(SCARD_E_SHARING_VIOLATION, 0x8010000B)                                                               \
    ROW(SCARD_E_NO_SMARTCARD, 0x8010000C)                                                                    \
    ROW(SCARD_E_UNKNOWN_CARD, 0x8010000D)                                                                    \
    ROW(SCARD_E_CANT_DISPOSE, 0x8010000E)                                                                    \
    ROW(SCARD_E_PROTO_MISMATCH, 0x8010000F)                                                                  \
    ROW(SCARD_E_NOT_READY, 0x80100010)                                                                       \
    ROW(SCARD_E_INVALID_VALUE, 0x80100011)                                                                   \
    ROW(SCARD_E_SYSTEM_CANCELLED, 0x80100012)                                                                \
    ROW(SCARD_F_COMM_ERROR, 0x80100013)                                                                      \
    ROW(SCARD_F_UNKNOWN_ERROR, 0x80100014)                                                                   \
    ROW(SCARD_E_INVALID_ATR, 0x80100015)                                                                     \
    ROW(SCARD_E_NOT_TRANSACTED, 0x80100016)                                                                  \
    ROW(SCARD_E_READER_UNAVAILABLE, 0x80100017)                                                              \
    ROW(SCARD_P_SHUTDOWN, 0x80100018)                                                                        \
    ROW(SCARD_E_PCI_TOO_SMALL, 0x80100019)                                                                   \
    ROW(SCARD_E_READER_UNSUPPORTED, 0x8010001A)                                                              \
    ROW(SCARD_E_DUPLICATE_READER, 0x8010001B)                                                                \
    ROW(SCARD_E_CARD_UNSUPPORTED, 0x8010001C)                                                                \
    ROW(SCARD_E_NO_SERVICE, 0x8010001D)                                                                      \
    ROW(SCARD_E_SERVICE_STOPPED, 0x8010001E)                                                                 \
    ROW(SCARD_E_UNEXPECTED, 0x8010001F)                                                                      \
    ROW(SCARD_E_ICC_INSTALLATION, 0x80100020)                                                                \
    ROW(SCARD_E_ICC_CREATEORDER, 0x80100021)                                                                 \
    ROW(SCARD_E_DIR_NOT_FOUND, 0x80100023)                                                                   \
    ROW(SCARD_E_FILE_NOT_FOUND, 0x80100024)                                                                  \
    ROW(SCARD_E_NO_DIR, 0x80100025)                                                                          \
    ROW(SCARD_E_NO_FILE, 0x80100026)                                                                         \
    ROW(SCARD_E_NO_ACCESS, 0x80100027)                                                                       \
    ROW(SCARD_E_WRITE_TOO_MANY, 0x80100028)                                                                  \
    ROW(SCARD_E_BAD_SEEK, 0x80100029)                                                                        \
    ROW(SCARD_E_INVALID_CHV, 0x8010002A)                                                                     \
    ROW(SCARD_E_UNKNOWN_RES_MNG, 0x8010002B)                                                                 \
    ROW(SCARD_E_NO_SUCH_CERTIFICATE, 0x8010002C)                                                             \
    ROW(SCARD_E_CERTIFICATE_UNAVAILABLE, 0x8010002D)                                                         \
    ROW(SCARD_E_NO_READERS_AVAILABLE, 0x8010002E)                                                            \
    ROW(SCARD_E_COMM_DATA_LOST, 0x8010002F)                                                                  \
    ROW(SCARD_E_NO_KEY_CONTAINER, 0x80100030)                                                                \
    ROW(SCARD_E_SERVER_TOO_BUSY, 0x80100031)                                                                 \
    ROW(SCARD_E_PIN_CACHE_EXPIRED, 0x80100032)                                                               \
    ROW(SCARD_E_NO_PIN_CACHE, 0x80100033)                                                                    \
    ROW(SCARD_E_READ_ONLY_CARD, 0x80100034)                                                                  \
    ROW(SCARD_W_UNSUPPORTED_CARD, 0x80100065)                                                                \
    ROW(SCARD_W_UNRESPONSIVE_CARD, 0x80100066)                                                               \
    ROW(SCARD_W_UNPOWERED_CARD, 0x80100067)                                                                  \
    ROW(SCARD_W_RESET_CARD, 0x80100068)                                                                      \
    ROW(SCARD_W_REMOVED_CARD, 0x80100069)                                                                    \
    ROW(SCARD_W_SECURITY_VIOLATION, 0x8010006A)                                                              \
    ROW(SCARD_W_WRONG_CHV, 0x8010006B)                                                                       \
    ROW(SCARD_W_CHV_BLOCKED, 0x8010006C)                                                                     \
    ROW(SCARD_W_EOF, 0x8010006D)                                                                             \
    ROW(SCARD_W_CANCELLED_BY_USER, 0x8010006E)                                                               \
    ROW(SCARD_W_CARD_NOT_AUTHENTICATED, 0x8010006F)                                                          \
    ROW(SCARD_W_CACHE_ITEM_NOT_FOUND, 0x80100070)                                                            \
    ROW(SCARD_W_CACHE_ITEM_STALE, 0x80100071)                                                                \
    ROW(SCARD_W_CACHE_ITEM_TOO_BIG, 0x80100072)

static int faults;

static void expect(int holds, const char *code, const char *what) {
    if (holds)
        return;
    ++faults;
    printf("%s: %s\n", code, what);
}

/* An HRESULT: its own number is negative. */
static HRESULT labelled(HRESULT hr) {
    switch (hr) {
#define ROW(code, number)                                                                                    \
    case CODE(code):                                                                                         \
        return (HRESULT)number;
        CODES
#undef ROW
    case SCARD_S_SUCCESS:
        return 0;
    default:
        return 1;
    }
}

static HRESULT returned(int at) {
    int i = 0;
#define ROW(code, number)                                                                                    \
    if (i++ == at)                                                                                           \
        return CODE(code);
    CODES
#undef ROW
    return 1;
}

static void compare(HRESULT hr, HRESULT other, int at) {
    int i = 0;
#define ROW(code, number)                                                                                    \
    if (i++ == at) {                                                                                         \
        expect(hr == CODE(code) && CODE(code) == hr, #code, "== holds");                                     \
        expect(!(hr != CODE(code)) && !(CODE(code) != hr), #code, "!= does not hold");                       \
        expect(other != CODE(code) && !(other == CODE(code)), #code, "another is another");                  \
        expect((hr == CODE(code) ? 1 : 2) == 1, #code, "in a condition");                                    \
        expect((HRESULT)code == hr && FAILED(code), #code, "converted");                                     \
        expect(labelled(hr) == hr, #code, "label");                                                          \
        expect(returned(at) == hr, #code, "returned");                                                       \
    }
    CODES
#undef ROW
}

#ifdef WIDENED
static void compare_widened(LONG wide, int at) {
    int i = 0;
#define ROW(code, number)                                                                                    \
    if (i++ == at)                                                                                           \
        expect(wide == code && code == wide && !(wide != code) && !(code != wide), #code,                    \
               "an HRESULT in a LONG");
    CODES
#undef ROW
}
#endif

#ifdef BESIDE
/* A raw result: on 64-bit Linux it is positive. */
static LONG labelled_raw(LONG rv) {
    switch (rv) {
#define ROW(code, number)                                                                                    \
    case code:                                                                                               \
        return (LONG)number;
        CODES
#undef ROW
    case SCARD_S_SUCCESS:
        return 0;
    default:
        return 1;
    }
}

static void compare_raw(LONG rv, LONG other, int at) {
    int i = 0;
#define ROW(code, number)                                                                                    \
    if (i++ == at) {                                                                                         \
        const LONG constant = code;                                                                          \
        expect(rv == code && code == rv, #code, "raw: == holds");                                            \
        expect(!(rv != code) && !(code != rv), #code, "raw: != does not hold");                              \
        expect(other != code && !(other == code), #code, "raw: another is another");                         \
        expect((LONG)code == rv && constant == rv, #code, "raw: converted");                                 \
        expect(labelled_raw(rv) == rv, #code, "raw: label");                                                 \
    }
    CODES
#undef ROW
}
#endif

static void compare_special(HRESULT hr) {
    expect(SCARD_S_SUCCESS == S_OK && hr != SCARD_S_SUCCESS && SUCCEEDED(SCARD_S_SUCCESS), "SCARD_S_SUCCESS",
           "0");
#ifdef UNSUPPORTED
    expect(hr == SCARD_E_UNSUPPORTED_FEATURE, "SCARD_E_UNSUPPORTED_FEATURE", "0x80100022");
    switch (hr) {
    case SCARD_E_UNSUPPORTED_FEATURE:
        break;
    default:
        expect(0, "SCARD_E_UNSUPPORTED_FEATURE", "label");
    }
#endif
#if defined(UNSUPPORTED) && defined(BESIDE) && !defined(_WIN32)
    const LONG rv = SCARDSSP_RAW_UNSUPPORTED_FEATURE;
    expect(rv == SCARD_E_UNSUPPORTED_FEATURE, "SCARD_E_UNSUPPORTED_FEATURE", "raw: pcsc-lite's number");
    switch (rv) {
    case SCARD_E_UNSUPPORTED_FEATURE:
        break;
    default:
        expect(0, "SCARD_E_UNSUPPORTED_FEATURE", "raw: label");
    }
#endif
#ifndef _WIN32
    expect(hr == SCARDSSP_E_UNSUPPORTED_FEATURE, "SCARDSSP_E_UNSUPPORTED_FEATURE", "0x80100022");
#endif
}

int main(void) {
    static const unsigned numbers[] = {
#define ROW(code, number) number##u,
        CODES
#undef ROW
    };
    const int count = (int)(sizeof numbers / sizeof numbers[0]);
    int i;
    for (i = 0; i < count; ++i) {
        volatile unsigned number = numbers[i], other = numbers[(i + 1) % count];
        compare((HRESULT)number, (HRESULT)other, i);
#ifdef WIDENED
        compare_widened((HRESULT)number, i);
#endif
#ifdef BESIDE
        compare_raw((LONG)number, (LONG)other, i);
#endif
    }
    {
        volatile unsigned unsupported = 0x80100022u;
        compare_special((HRESULT)unsupported);
    }
    printf("%d codes, %d faults\n", count + 2, faults);
    return faults != 0;
}
