/* What the test programs share: see play.h. */
#include "play.h"

#include <winscard.h>

int play_fresh(void **state) {
    (void)state;
    (void)hand("insert demo");
    return 0;
}

ISCard *play_attached(void) {
    ISCard *card = kit_attached(READER, (SCARD_PROTOCOLS)(T0 | T1));
    expect_apdu(card, SELECT_HELLO, DONE);
    return card;
}

void play_expect_selected(ISCard *card) {
    expect_apdu(card, READ_HELLO, HELLO);
}

void play_expect_reset(ISCard *card) {
    expect_apdu(card, READ_HELLO, NOTHING_SELECTED);
    expect_apdu(card, SELECT_HELLO, DONE);
    play_expect_selected(card);
}

HRESULT play_ask(ISCard *card) {
    const char *reply = NULL;
    const HRESULT hr = kit_send(card, READ_HELLO, &reply);
    if (FAILED(hr))
        assert_string_equal(reply, "");
    return hr;
}

const char *play_atr(ISCard *card) {
    IByteBuffer *atr = NULL;
    expect_hr(ISCard_get_Atr(card, &atr), S_OK);
    return kit_hex_of_last(atr);
}

SCARD_STATES play_state(ISCard *card) {
    SCARD_STATES state = (SCARD_STATES)0;
    expect_hr(ISCard_get_Status(card, &state), S_OK);
    return state;
}

void play_expect_event(ISCard *card, HRESULT event) {
    SCARD_STATES state = (SCARD_STATES)0;
    expect_hr(play_ask(card), event);
    if (event == (HRESULT)SCARD_W_REMOVED_CARD)
        assert_int_equal(play_state(card), ABSENT);
    else
        expect_hr(ISCard_get_Status(card, &state), event);
}

void play_end(ISCard *card) {
    assert_int_equal(ISCard_Release(card), 0);
}
