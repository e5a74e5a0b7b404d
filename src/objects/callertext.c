/* Text from callers, in UTF-8: see callertext.h. */
#include "objects/callertext.h"

#include "base/utf.h"
#include "carddb/carddb.h"
#include "com/hresult.h"

/* Characters: far above what any service has, and what fits into a window. */
#define READER_NAME_MAX 1024u
#define TITLE_MAX 1024u
#define PATH_MAX_LENGTH 256u

/* utf8_from_wide() or utf8_name_from_wide(). */
typedef char *(*narrower)(const wchar_t *text, size_t count, int *invalid);

/* too_long: what more than `most` characters are refused with. */
static HRESULT take(const wchar_t *text, size_t most, HRESULT too_long, narrower narrow, char **out) {
    /*
     * Not SysStringLen: a plain wide string has no length in front of it, and names and titles hold no NUL.
     */
    const size_t length = wcsnlen(text, most + 1);
    if (length > most)
        return too_long;
    int invalid = 0;
    char *narrowed = narrow(text, length, &invalid);
    if (!narrowed)
        return invalid ? E_INVALIDARG : E_OUTOFMEMORY;
    *out = narrowed;
    return S_OK;
}

HRESULT callertext_reader(const wchar_t *text, char **out) {
    if (!text || !*text)
        return E_INVALIDARG;
    return take(text, READER_NAME_MAX, E_INVALIDARG, utf8_name_from_wide, out);
}

HRESULT callertext_card(const wchar_t *text, char **out) {
    if (!text || !*text)
        return E_INVALIDARG;
    return take(text, CARDDB_NAME_MAX, hresult_from_rm(RM_E_UNKNOWN_CARD), utf8_from_wide, out);
}

HRESULT callertext_path(const wchar_t *text, char **out) {
    if (!text || !*text)
        return E_INVALIDARG;
    return take(text, PATH_MAX_LENGTH, E_INVALIDARG, utf8_from_wide, out);
}

HRESULT callertext_title(const wchar_t *text, char **out) {
    return take(text ? text : L"", TITLE_MAX, E_INVALIDARG, utf8_from_wide, out);
}
