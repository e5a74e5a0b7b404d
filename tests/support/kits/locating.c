/* What the tests of ISCardLocate share: see locating.h. */
#include "support/kits/locating.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "client/found.h"
#include "support/kits/apdus.h"
#include "support/kits/stringarrays.h"

struct locating locating;

ISCardLocate *locating_new(uint32_t limit_ms) {
    const struct locate_parts parts = {
        .service = locating.world->service,
        .db = locating.types.db,
        .list = locating.types.list,
        .ui = &waiting_ui,
        .timeout_ms = WORLD_TIMEOUT_MS,
        .limit_ms = limit_ms,
    };
    ISCardLocate *locate = NULL;
    assert_hr(locate_create(&parts, &locate), S_OK);
    return locate;
}

HRESULT locating_by_name(ISCardLocate *locate, const wchar_t *names, const wchar_t *groups, LONG flags) {
    wchar_t title[] = L"Till\u00e9";
    SAFEARRAY *cards = array_from(names, VT_BSTR);
    SAFEARRAY *readers = groups ? array_from(groups, VT_BSTR) : NULL;
    const HRESULT hr = ISCardLocate_ConfigureCardNameSearch(locate, cards, readers, title, flags);
    SafeArrayDestroy(cards);
    SafeArrayDestroy(readers);
    return hr;
}

ISCardLocate *locating_demo(uint32_t limit_ms) {
    ISCardLocate *locate = locating_new(limit_ms);
    assert_hr(locating_by_name(locate, L"Some other card|DEMO card", NULL, SC_DLG_NO_UI), S_OK);
    return locate;
}

ISCard *locating_take_over(SCARDINFO *info) {
    ISCard *card = world_card(locating.world);
    assert_non_null(info);
    assert_true(info->hCard != 0);
    assert_true(info->hContext != 0);
    assert_true(info->hwndOwner == 0 && info->lpfnConnectProc == 0);
    assert_true(info->lpfnCheckProc == 0 && info->lpfnDisconnectProc == 0);
    assert_hr(ISCard_AttachByHandle(card, info->hCard), S_OK);
    assert_works(card);
    CoTaskMemFree(info);
    return card;
}

void locating_finish(SCARDINFO *info) {
    ISCard *card = locating_take_over(info);
    assert_hr(ISCard_Detach(card, LEAVE), S_OK);
    ISCard_Release(card);
}

void locating_atr(ISCard *card, char *hex) {
    IByteBuffer *atr = NULL;
    BYTE bytes[36];
    LONG size = 0;
    assert_hr(ISCard_get_Atr(card, &atr), S_OK);
    assert_hr(IByteBuffer_Read(atr, bytes, sizeof bytes, &size), S_OK);
    for (LONG i = 0; i < size; ++i)
        (void)sprintf(hex + i * 3, i + 1 < size ? "%02X " : "%02X", bytes[i]);
    IByteBuffer_Release(atr);
}

void locating_expect_free(wchar_t *reader) {
    ISCard *card = world_card(locating.world);
    assert_hr(ISCard_AttachByReader(card, reader, EXCLUSIVE, (SCARD_PROTOCOLS)3), S_OK);
    ISCard_Release(card);
}

void locating_expect_reader(SCARDINFO *info, wchar_t *taken) {
    ISCard *card = locating_take_over(info);
    ISCard *other = world_card(locating.world);
    assert_hr(ISCard_AttachByReader(other, taken, SHARED, T1), SCARD_E_SHARING_VIOLATION);
    ISCard_Release(other);
    assert_hr(ISCard_Detach(card, LEAVE), S_OK);
    ISCard_Release(card);
}

int locating_set_up(void **state) {
    (void)state;
    cardtypes_open(&locating.types);
    ISCard *card = world_attached(locating.world, SHARED);
    locating_atr(card, locating.demo_atr);
    ISCard_Release(card);
    cardtypes_introduce(&locating.types, "Demo card", locating.demo_atr, NULL, NULL, LOCATING_FILES);
    return 0;
}

int locating_tear_down(void **state) {
    (void)state;
    found_end_all(locating.world->service);
    cardtypes_close(&locating.types);
    world_tidy(locating.world);
    return 0;
}
