/* Card objects on readers elsewhere: see rack.h. */
#include "rack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/utf.h"
#include "objects/card.h"
#include "support/kits/apdus.h"

void rack_nap(uint32_t ms) {
    const struct timespec time = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}

HRESULT rack_attach(ISCard *card, SCARD_SHARE_MODES share) {
    wchar_t *name = utf8_to_wide(SLOW_LENT_FAR, NULL);
    BSTR reader = SysAllocString(name);
    const HRESULT hr = ISCard_AttachByReader(card, reader, share, T1);
    SysFreeString(reader);
    free(name);
    return hr;
}

ISCard *rack_attached(struct rm_service *client, uint32_t timeout_ms) {
    ISCard *card = NULL;
    assert_hr(card_create(client, timeout_ms, &card), S_OK);
    assert_hr(rack_attach(card, SHARED), S_OK);
    assert_works(card);
    return card;
}

HRESULT rack_ask(ISCard *card) {
    const char *reply = NULL;
    const HRESULT hr = send_hex(card, "00 84 00 00 08", &reply);
    if (hr != S_OK)
        assert_string_equal(reply, "");
    return hr;
}

bool rack_says_lost(HRESULT hr) {
    return hr == (HRESULT)SCARD_E_SERVICE_STOPPED || hr == (HRESULT)SCARD_E_NO_SERVICE;
}

void rack_recovers(const struct slow_lent *slow, ISCard *card) {
    const uint64_t deadline = clock_deadline(RACK_LONG_MS);
    HRESULT hr;
    while ((hr = ISCard_ReAttach(card, SHARED, LEAVE)) != S_OK && clock_left(deadline)) {
        if (!rack_says_lost(hr) && hr != (HRESULT)SCARD_E_UNKNOWN_READER)
            assert_hr(hr, SCARD_E_SERVICE_STOPPED);
        rack_nap(20);
    }
    assert_hr(hr, S_OK);
    const uint32_t exchanges = slow->slow->exchanges;
    assert_works(card);
    assert_int_equal(slow->slow->exchanges, exchanges + 1);
}
