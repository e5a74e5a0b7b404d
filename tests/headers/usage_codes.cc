/*
 * What C++ programs do with codes besides comparing them (codes.c): tables, containers, conditional expressions, constants,
 * arguments of templates. Compiled by check_headers.sh as C++11 and later: alone, before and after pcsc-lite's <winscard.h>.
 */
#ifdef AFTER_WINSCARD
#include <winscard.h>
#endif
#include <scardssp.h>
#ifdef BEFORE_WINSCARD
#include <winscard.h>
#endif

#include <algorithm>
#include <cstdio>
#include <map>
#include <vector>

static const struct {
    HRESULT code;
    const char *name;
} names[] = {{SCARD_W_RESET_CARD, "reset"}, {SCARD_S_SUCCESS, "success"}};

static const struct {
    LONG code;
    const char *name;
} raw_names[] = {{SCARD_W_RESET_CARD, "reset"}, {SCARD_S_SUCCESS, "success"}};

template <HRESULT code> struct handler {
    static const HRESULT value = code;
};
enum class outcome : LONG { good = SCARD_S_SUCCESS, late = SCARD_E_TIMEOUT };

HRESULT choose(bool late, HRESULT hr);

HRESULT choose(bool late, HRESULT hr) {
    HRESULT chosen = late ? SCARD_E_TIMEOUT : SCARD_E_NO_SERVICE;
    chosen = late ? SCARD_E_TIMEOUT : chosen;
    chosen = FAILED(hr) ? hr : SCARD_E_TIMEOUT;
    chosen = late ? SCARD_E_TIMEOUT : S_OK;
    return late ? SCARD_E_TIMEOUT : chosen;
}

LONG choose_raw(bool late, LONG rv);

LONG choose_raw(bool late, LONG rv) {
    const LONG chosen = late ? SCARD_E_TIMEOUT : rv;
    return late ? SCARD_E_TIMEOUT : chosen == SCARD_S_SUCCESS ? SCARD_S_SUCCESS : rv;
}

int collect(HRESULT hr);

int collect(HRESULT hr) {
    constexpr HRESULT constant = SCARD_E_TIMEOUT;
    static_assert(constant == SCARD_E_TIMEOUT && SCARD_E_TIMEOUT == constant, "a constant");
    static_assert(HRESULT_FACILITY(SCARD_E_TIMEOUT) == FACILITY_SCARD, "its facility");
    static_assert(static_cast<HRESULT>(outcome::late) == SCARD_E_TIMEOUT, "an enumerator");
    const auto copy = SCARD_E_TIMEOUT;
    std::vector<HRESULT> known{SCARD_E_TIMEOUT, SCARD_E_NO_SERVICE};
    std::map<LONG, const char *> texts{{SCARD_E_TIMEOUT, "late"}};
    texts[SCARD_E_NO_SERVICE] = raw_names[0].name;
    const bool found = std::find(known.begin(), known.end(), SCARD_E_TIMEOUT) != known.end();
    if (hr == copy || handler<SCARD_E_TIMEOUT>::value == copy)
        std::printf("%s %08lX\n", names[0].name, static_cast<unsigned long>(SCARD_E_TIMEOUT));
    return found && texts.count(SCARD_E_TIMEOUT) == 1;
}
