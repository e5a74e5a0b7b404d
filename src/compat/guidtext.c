/*
 * Identifiers as text: StringFromGUID2, StringFromCLSID, IIDFromString (Linux only). Called by programs and
 * src/module.
 */
#include "compat/guidtext.h"

#include "base/ascii.h"

/* Where each of the sixteen octets stands, in the order of the text. */
static const uint8_t octet_at[16] = {1, 3, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27, 29, 31, 33, 35};
static const wchar_t frame[GUID_TEXT_LENGTH + 1] = L"{00000000-0000-0000-0000-000000000000}";

static bool has_frame(const wchar_t *text) {
    for (int i = 0; i < GUID_TEXT_LENGTH; ++i)
        if (frame[i] == L'0' ? ascii_digit(text[i]) < 0 : text[i] != frame[i])
            return false;
    return text[GUID_TEXT_LENGTH] == 0;
}

bool guid_from_text(const wchar_t *text, GUID *guid) {
    if (!text || !has_frame(text))
        return false;
    uint8_t octets[16];
    for (int i = 0; i < 16; ++i)
        octets[i] = (uint8_t)(ascii_digit(text[octet_at[i]]) << 4 | ascii_digit(text[octet_at[i] + 1]));
    guid->Data1 =
        (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 | octets[3];
    guid->Data2 = (uint16_t)(octets[4] << 8 | octets[5]);
    guid->Data3 = (uint16_t)(octets[6] << 8 | octets[7]);
    memcpy(guid->Data4, octets + 8, sizeof guid->Data4);
    return true;
}

static void guid_to_text(const GUID *guid, wchar_t *text) {
    static const wchar_t digits[] = L"0123456789ABCDEF";
    uint8_t octets[16] = {(uint8_t)(guid->Data1 >> 24), (uint8_t)(guid->Data1 >> 16),
                          (uint8_t)(guid->Data1 >> 8),  (uint8_t)guid->Data1,
                          (uint8_t)(guid->Data2 >> 8),  (uint8_t)guid->Data2,
                          (uint8_t)(guid->Data3 >> 8),  (uint8_t)guid->Data3};
    memcpy(octets + 8, guid->Data4, sizeof guid->Data4);
    wmemcpy(text, frame, GUID_TEXT_LENGTH + 1);
    for (int i = 0; i < 16; ++i) {
        text[octet_at[i]] = digits[octets[i] >> 4];
        text[octet_at[i] + 1] = digits[octets[i] & 15];
    }
}

int StringFromGUID2(REFGUID guid, LPOLESTR text, int room) {
    if (!guid || !text || room < GUID_TEXT_LENGTH + 1)
        return 0;
    guid_to_text(guid, text);
    return GUID_TEXT_LENGTH + 1;
}

HRESULT StringFromCLSID(REFCLSID clsid, LPOLESTR *text) {
    if (!text)
        return E_POINTER;
    *text = NULL;
    if (!clsid)
        return E_POINTER;
    LPOLESTR fresh = CoTaskMemAlloc((GUID_TEXT_LENGTH + 1) * sizeof *fresh);
    if (!fresh)
        return E_OUTOFMEMORY;
    guid_to_text(clsid, fresh);
    *text = fresh;
    return S_OK;
}

/* As on Windows, no text at all is the identifier of all zeros. */
HRESULT IIDFromString(LPCOLESTR text, IID *iid) {
    if (!iid)
        return E_POINTER;
    *iid = IID_NULL;
    if (!text)
        return S_OK;
    return guid_from_text(text, iid) ? S_OK : CO_E_IIDSTRING;
}
