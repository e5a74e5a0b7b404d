/*
 * scarderr.h (Linux): the codes of smart cards. Included by wtypes.h; programs include <scardssp.h>.
 *
 * A code is an HRESULT, 32 bits wide and negative: hr == SCARD_W_RESET_CARD and case SCARD_W_RESET_CARD hold.
 * In a source file that has pcsc-lite's <winscard.h> as well, before or after this header, results of the raw
 * calls are there too: LONGs, which have 64 bits on 64-bit Linux, so that the same code is a positive number
 * there. Both must be told by one name:
 *
 * - C++11 and later: rv == SCARD_W_RESET_CARD and hr == SCARD_W_RESET_CARD hold, and so do the labels of
 *   either switch.
 * - C: all of these hold; the codes are unsigned numbers of 32 bits. -Wextra (-Wsign-compare) asks about hr
 *   == ..., which (HRESULT)SCARD_W_RESET_CARD answers. An HRESULT must not be kept in a LONG.
 * - C++98: all of these hold; g++ warns of a label in a switch over an HRESULT, which the same cast answers,
 *   and clang++ -pedantic of an empty macro argument.
 *
 * SCARD_E_UNSUPPORTED_FEATURE is 0x80100022, but 0x8010001F in pcsc-lite. In C++11 each is compared with its
 * own. In C and C++98 beside <winscard.h> the name is an error, on purpose: write
 * SCARDSSP_E_UNSUPPORTED_FEATURE for an HRESULT, SCARDSSP_RAW_UNSUPPORTED_FEATURE for what a raw call
 * returned.
 */
#include "wtypes.h" /* includes this file; outside the guard, so that either may come first */

#ifndef SCARDSSP_SCARDERR_H
#define SCARDSSP_SCARDERR_H

/* Older standards have no empty macro arguments: no warning about the codes where they are used. */
#if defined(__GNUC__) && __INCLUDE_LEVEL__ > 0
#pragma GCC system_header
#endif

#ifdef __pcsclite_h__
/* pcsc-lite's own number, which ends with the next lines. */
enum { scardssp_raw_unsupported_feature = (int32_t)SCARD_E_UNSUPPORTED_FEATURE };
#define SCARDSSP_RAW_UNSUPPORTED_FEATURE ((LONG)(uint32_t)scardssp_raw_unsupported_feature)
#endif
/* SCARD_E_UNSUPPORTED_FEATURE as an HRESULT; the one name for it that also holds beside <winscard.h>. */
#define SCARDSSP_E_UNSUPPORTED_FEATURE ((HRESULT)0x80100022)

#undef SCARD_S_SUCCESS
#undef SCARD_F_INTERNAL_ERROR
#undef SCARD_E_CANCELLED
#undef SCARD_E_INVALID_HANDLE
#undef SCARD_E_INVALID_PARAMETER
#undef SCARD_E_INVALID_TARGET
#undef SCARD_E_NO_MEMORY
#undef SCARD_F_WAITED_TOO_LONG
#undef SCARD_E_INSUFFICIENT_BUFFER
#undef SCARD_E_UNKNOWN_READER
#undef SCARD_E_TIMEOUT
#undef SCARD_E_SHARING_VIOLATION
#undef SCARD_E_NO_SMARTCARD
#undef SCARD_E_UNKNOWN_CARD
#undef SCARD_E_CANT_DISPOSE
#undef SCARD_E_PROTO_MISMATCH
#undef SCARD_E_NOT_READY
#undef SCARD_E_INVALID_VALUE
#undef SCARD_E_SYSTEM_CANCELLED
#undef SCARD_F_COMM_ERROR
#undef SCARD_F_UNKNOWN_ERROR
#undef SCARD_E_INVALID_ATR
#undef SCARD_E_NOT_TRANSACTED
#undef SCARD_E_READER_UNAVAILABLE
#undef SCARD_P_SHUTDOWN
#undef SCARD_E_PCI_TOO_SMALL
#undef SCARD_E_READER_UNSUPPORTED
#undef SCARD_E_DUPLICATE_READER
#undef SCARD_E_CARD_UNSUPPORTED
#undef SCARD_E_NO_SERVICE
#undef SCARD_E_SERVICE_STOPPED
#undef SCARD_E_UNEXPECTED
#undef SCARD_E_ICC_INSTALLATION
#undef SCARD_E_ICC_CREATEORDER
#undef SCARD_E_UNSUPPORTED_FEATURE
#undef SCARD_E_DIR_NOT_FOUND
#undef SCARD_E_FILE_NOT_FOUND
#undef SCARD_E_NO_DIR
#undef SCARD_E_NO_FILE
#undef SCARD_E_NO_ACCESS
#undef SCARD_E_WRITE_TOO_MANY
#undef SCARD_E_BAD_SEEK
#undef SCARD_E_INVALID_CHV
#undef SCARD_E_UNKNOWN_RES_MNG
#undef SCARD_E_NO_SUCH_CERTIFICATE
#undef SCARD_E_CERTIFICATE_UNAVAILABLE
#undef SCARD_E_NO_READERS_AVAILABLE
#undef SCARD_E_COMM_DATA_LOST
#undef SCARD_E_NO_KEY_CONTAINER
#undef SCARD_E_SERVER_TOO_BUSY
#undef SCARD_E_PIN_CACHE_EXPIRED
#undef SCARD_E_NO_PIN_CACHE
#undef SCARD_E_READ_ONLY_CARD
#undef SCARD_W_UNSUPPORTED_CARD
#undef SCARD_W_UNRESPONSIVE_CARD
#undef SCARD_W_UNPOWERED_CARD
#undef SCARD_W_RESET_CARD
#undef SCARD_W_REMOVED_CARD
#undef SCARD_W_SECURITY_VIOLATION
#undef SCARD_W_WRONG_CHV
#undef SCARD_W_CHV_BLOCKED
#undef SCARD_W_EOF
#undef SCARD_W_CANCELLED_BY_USER
#undef SCARD_W_CARD_NOT_AUTHENTICATED
#undef SCARD_W_CACHE_ITEM_NOT_FOUND
#undef SCARD_W_CACHE_ITEM_STALE
#undef SCARD_W_CACHE_ITEM_TOO_BIG

/*
 * Whether <winscard.h> has been included is asked where a code is used: __winscard_h__, its guard, is then
 * nothing, else a word that stays.
 */
#define SCARDSSP_CODE_PASTE(guard, kind, number) SCARDSSP_##kind##guard(number)
#define SCARDSSP_CODE_LOOK(guard, kind, number) SCARDSSP_CODE_PASTE(guard, kind, number)
#define SCARDSSP_CODE(number) SCARDSSP_CODE_LOOK(__winscard_h__, ONE, number)
#define SCARDSSP_TWO_CODES(number) SCARDSSP_CODE_LOOK(__winscard_h__, TWO, number)
#define SCARDSSP_ONE__winscard_h__(number) ((HRESULT)number)
#define SCARDSSP_TWO__winscard_h__(number) ((HRESULT)number)

#if __SIZEOF_LONG__ == 4 /* a LONG is as wide as an HRESULT, and the same number */
#define SCARDSSP_ONE(number) ((HRESULT)number)
#elif !defined(__cplusplus)
/* Unsigned, a code equals an int and a long, each in its own way. */
#define SCARDSSP_ONE(number) (number##u)
#elif __cplusplus < 201103L
#define SCARDSSP_ONE(number) ((ScardsspCode)number##u)
#else
#define SCARDSSP_ONE(number) (ScardsspCode(number##u, number##u))
#endif
#if defined(__cplusplus) && __cplusplus >= 201103L
#define SCARDSSP_TWO(number)                                                                                 \
    (ScardsspCode(number##u, static_cast<uint32_t>(scardssp_raw_unsupported_feature)))
#else
#define SCARDSSP_TWO(number) SCARD_E_UNSUPPORTED_FEATURE_is_two_numbers_see_scarderr_h
#endif

#ifdef __cplusplus
extern "C++" {
#if __cplusplus < 201103L
enum ScardsspCode { ScardsspNoCode = 0, ScardsspLastCode = 0xFFFFFFFFu };
#define SCARDSSP_CODE_FUNCTION inline
inline uint32_t ScardsspNumber(ScardsspCode code) {
    return static_cast<uint32_t>(code);
}
inline uint32_t ScardsspRawNumber(ScardsspCode code) {
    return static_cast<uint32_t>(code);
}
#else
/* A code beside the raw calls: a constant that is a negative HRESULT, and a positive LONG. */
class ScardsspCode {
    uint32_t number, raw;

  public:
    constexpr ScardsspCode(uint32_t as_hresult, uint32_t as_long) : number(as_hresult), raw(as_long) {
    }
    constexpr operator int() const {
        return static_cast<int32_t>(number);
    }
    constexpr operator unsigned() const {
        return number;
    }
    constexpr operator long() const {
        return static_cast<long>(raw);
    }
    constexpr operator unsigned long() const {
        return raw;
    }
    constexpr operator long long() const {
        return static_cast<long long>(raw);
    }
    constexpr operator unsigned long long() const {
        return raw;
    }
    friend constexpr uint32_t ScardsspNumber(ScardsspCode code) {
        return code.number;
    }
    friend constexpr uint32_t ScardsspRawNumber(ScardsspCode code) {
        return code.raw;
    }
    friend constexpr bool operator==(ScardsspCode a, ScardsspCode b) {
        return a.number == b.number;
    }
    friend constexpr bool operator!=(ScardsspCode a, ScardsspCode b) {
        return a.number != b.number;
    }
};
#define SCARDSSP_CODE_FUNCTION constexpr
#endif

/* An HRESULT, also one that has been put into a LONG; or a raw result, which is never an int. */
template <typename integer>
SCARDSSP_CODE_FUNCTION bool ScardsspIs(integer value, ScardsspCode code, bool may_be_raw) {
    return value == static_cast<integer>(static_cast<int32_t>(ScardsspNumber(code))) ||
           (may_be_raw && value == static_cast<integer>(ScardsspRawNumber(code)));
}
#define SCARDSSP_COMPARABLE(type, raw)                                                                       \
    SCARDSSP_CODE_FUNCTION bool operator==(type a, ScardsspCode b) {                                         \
        return ScardsspIs(a, b, raw);                                                                        \
    }                                                                                                        \
    SCARDSSP_CODE_FUNCTION bool operator==(ScardsspCode a, type b) {                                         \
        return ScardsspIs(b, a, raw);                                                                        \
    }                                                                                                        \
    SCARDSSP_CODE_FUNCTION bool operator!=(type a, ScardsspCode b) {                                         \
        return !ScardsspIs(a, b, raw);                                                                       \
    }                                                                                                        \
    SCARDSSP_CODE_FUNCTION bool operator!=(ScardsspCode a, type b) {                                         \
        return !ScardsspIs(b, a, raw);                                                                       \
    }
SCARDSSP_COMPARABLE(int, false)
SCARDSSP_COMPARABLE(unsigned, false)
SCARDSSP_COMPARABLE(long, true)
SCARDSSP_COMPARABLE(unsigned long, true)
#if __cplusplus >= 201103L
SCARDSSP_COMPARABLE(long long, true)
SCARDSSP_COMPARABLE(unsigned long long, true)
#endif
#undef SCARDSSP_COMPARABLE
#undef SCARDSSP_CODE_FUNCTION
}
#endif

#define SCARD_S_SUCCESS ((HRESULT)0)
#define SCARD_F_INTERNAL_ERROR SCARDSSP_CODE(0x80100001)
#define SCARD_E_CANCELLED SCARDSSP_CODE(0x80100002)
#define SCARD_E_INVALID_HANDLE SCARDSSP_CODE(0x80100003)
#define SCARD_E_INVALID_PARAMETER SCARDSSP_CODE(0x80100004)
#define SCARD_E_INVALID_TARGET SCARDSSP_CODE(0x80100005)
#define SCARD_E_NO_MEMORY SCARDSSP_CODE(0x80100006)
#define SCARD_F_WAITED_TOO_LONG SCARDSSP_CODE(0x80100007)
#define SCARD_E_INSUFFICIENT_BUFFER SCARDSSP_CODE(0x80100008)
#define SCARD_E_UNKNOWN_READER SCARDSSP_CODE(0x80100009)
#define SCARD_E_TIMEOUT SCARDSSP_CODE(0x8010000A)
#define SCARD_E_SHARING_VIOLATION SCARDSSP_CODE(0x8010000B)
#define SCARD_E_NO_SMARTCARD SCARDSSP_CODE(0x8010000C)
#define SCARD_E_UNKNOWN_CARD SCARDSSP_CODE(0x8010000D)
#define SCARD_E_CANT_DISPOSE SCARDSSP_CODE(0x8010000E)
#define SCARD_E_PROTO_MISMATCH SCARDSSP_CODE(0x8010000F)
#define SCARD_E_NOT_READY SCARDSSP_CODE(0x80100010)
#define SCARD_E_INVALID_VALUE SCARDSSP_CODE(0x80100011)
#define SCARD_E_SYSTEM_CANCELLED SCARDSSP_CODE(0x80100012)
#define SCARD_F_COMM_ERROR SCARDSSP_CODE(0x80100013)
#define SCARD_F_UNKNOWN_ERROR SCARDSSP_CODE(0x80100014)
#define SCARD_E_INVALID_ATR SCARDSSP_CODE(0x80100015)
#define SCARD_E_NOT_TRANSACTED SCARDSSP_CODE(0x80100016)
#define SCARD_E_READER_UNAVAILABLE SCARDSSP_CODE(0x80100017)
#define SCARD_P_SHUTDOWN SCARDSSP_CODE(0x80100018)
#define SCARD_E_PCI_TOO_SMALL SCARDSSP_CODE(0x80100019)
#define SCARD_E_READER_UNSUPPORTED SCARDSSP_CODE(0x8010001A)
#define SCARD_E_DUPLICATE_READER SCARDSSP_CODE(0x8010001B)
#define SCARD_E_CARD_UNSUPPORTED SCARDSSP_CODE(0x8010001C)
#define SCARD_E_NO_SERVICE SCARDSSP_CODE(0x8010001D)
#define SCARD_E_SERVICE_STOPPED SCARDSSP_CODE(0x8010001E)
#define SCARD_E_UNEXPECTED SCARDSSP_CODE(0x8010001F)
#define SCARD_E_ICC_INSTALLATION SCARDSSP_CODE(0x80100020)
#define SCARD_E_ICC_CREATEORDER SCARDSSP_CODE(0x80100021)
#define SCARD_E_UNSUPPORTED_FEATURE SCARDSSP_TWO_CODES(0x80100022)
#define SCARD_E_DIR_NOT_FOUND SCARDSSP_CODE(0x80100023)
#define SCARD_E_FILE_NOT_FOUND SCARDSSP_CODE(0x80100024)
#define SCARD_E_NO_DIR SCARDSSP_CODE(0x80100025)
#define SCARD_E_NO_FILE SCARDSSP_CODE(0x80100026)
#define SCARD_E_NO_ACCESS SCARDSSP_CODE(0x80100027)
#define SCARD_E_WRITE_TOO_MANY SCARDSSP_CODE(0x80100028)
#define SCARD_E_BAD_SEEK SCARDSSP_CODE(0x80100029)
#define SCARD_E_INVALID_CHV SCARDSSP_CODE(0x8010002A)
#define SCARD_E_UNKNOWN_RES_MNG SCARDSSP_CODE(0x8010002B)
#define SCARD_E_NO_SUCH_CERTIFICATE SCARDSSP_CODE(0x8010002C)
#define SCARD_E_CERTIFICATE_UNAVAILABLE SCARDSSP_CODE(0x8010002D)
#define SCARD_E_NO_READERS_AVAILABLE SCARDSSP_CODE(0x8010002E)
#define SCARD_E_COMM_DATA_LOST SCARDSSP_CODE(0x8010002F)
#define SCARD_E_NO_KEY_CONTAINER SCARDSSP_CODE(0x80100030)
#define SCARD_E_SERVER_TOO_BUSY SCARDSSP_CODE(0x80100031)
#define SCARD_E_PIN_CACHE_EXPIRED SCARDSSP_CODE(0x80100032)
#define SCARD_E_NO_PIN_CACHE SCARDSSP_CODE(0x80100033)
#define SCARD_E_READ_ONLY_CARD SCARDSSP_CODE(0x80100034)
#define SCARD_W_UNSUPPORTED_CARD SCARDSSP_CODE(0x80100065)
#define SCARD_W_UNRESPONSIVE_CARD SCARDSSP_CODE(0x80100066)
#define SCARD_W_UNPOWERED_CARD SCARDSSP_CODE(0x80100067)
#define SCARD_W_RESET_CARD SCARDSSP_CODE(0x80100068)
#define SCARD_W_REMOVED_CARD SCARDSSP_CODE(0x80100069)
#define SCARD_W_SECURITY_VIOLATION SCARDSSP_CODE(0x8010006A)
#define SCARD_W_WRONG_CHV SCARDSSP_CODE(0x8010006B)
#define SCARD_W_CHV_BLOCKED SCARDSSP_CODE(0x8010006C)
#define SCARD_W_EOF SCARDSSP_CODE(0x8010006D)
#define SCARD_W_CANCELLED_BY_USER SCARDSSP_CODE(0x8010006E)
#define SCARD_W_CARD_NOT_AUTHENTICATED SCARDSSP_CODE(0x8010006F)
#define SCARD_W_CACHE_ITEM_NOT_FOUND SCARDSSP_CODE(0x80100070)
#define SCARD_W_CACHE_ITEM_STALE SCARDSSP_CODE(0x80100071)
#define SCARD_W_CACHE_ITEM_TOO_BIG SCARDSSP_CODE(0x80100072)

/* The bits of a reader's state (scardssp_rm.h); pcsc-lite has them too. */
#ifndef SCARD_STATE_UNAWARE
#define SCARD_STATE_UNAWARE 0x0000
#define SCARD_STATE_IGNORE 0x0001
#define SCARD_STATE_CHANGED 0x0002
#define SCARD_STATE_UNKNOWN 0x0004
#define SCARD_STATE_UNAVAILABLE 0x0008
#define SCARD_STATE_EMPTY 0x0010
#define SCARD_STATE_PRESENT 0x0020
#define SCARD_STATE_ATRMATCH 0x0040
#define SCARD_STATE_EXCLUSIVE 0x0080
#define SCARD_STATE_INUSE 0x0100
#define SCARD_STATE_MUTE 0x0200
#define SCARD_STATE_UNPOWERED 0x0400
#endif

/*
 * Named by the same page: the connection to a remote session is gone. Not an HRESULT, but the system's
 * number.
 */
#ifndef ERROR_BROKEN_PIPE
#define ERROR_BROKEN_PIPE 109L
#endif

#endif
