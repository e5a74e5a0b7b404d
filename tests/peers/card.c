/* A card and its services: see card.h. */
#include "card.h"

#include <stdbool.h>
#include <string.h>
#include <wchar.h>

#define BYTES_MAX 1024u
#define PROPERTIES_MAX 8
#define NAMES_ROOM 512u

static BSTR text(const wchar_t *words) {
    BSTR copy = SysAllocString(words);
    assert_non_null(copy);
    return copy;
}

static IByteBuffer *atr_in(BSTR reader) {
    ISCard *card = NULL;
    IByteBuffer *atr = NULL;
    assert_int_equal(CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&card), S_OK);
    assert_int_equal(ISCard_AttachByReader(card, reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1)), S_OK);
    assert_int_equal(ISCard_get_Atr(card, &atr), S_OK);
    assert_int_equal(ISCard_Detach(card, LEAVE), S_OK);
    ISCard_Release(card);
    return atr;
}

/* The one type of cards that the ATR fits. */
static BSTR type_of(ISCardDatabase *database, IByteBuffer *atr) {
    SAFEARRAY *types = NULL;
    BSTR type = NULL;
    LONG last = -1, first = 0;
    assert_int_equal(ISCardDatabase_ListCards(database, atr, NULL, 0x0409, &types), S_OK);
    assert_int_equal(SafeArrayGetUBound(types, 1, &last), S_OK);
    assert_int_equal(last, 0);
    assert_int_equal(SafeArrayGetElement(types, &first, &type), S_OK);
    SafeArrayDestroy(types);
    return type;
}

/* The type claims the interface. */
static void assert_claims(ISCardDatabase *database, BSTR type, REFIID wanted) {
    SAFEARRAY *guids = NULL;
    OLECHAR name[39];
    bool found = false;
    LONG last = -1;
    assert_int_equal(StringFromGUID2(wanted, name, 39), 39);
    assert_int_equal(ISCardDatabase_ListCardInterfaces(database, type, &guids), S_OK);
    assert_int_equal(SafeArrayGetUBound(guids, 1, &last), S_OK);
    for (LONG i = 0; i <= last; ++i) {
        BSTR guid = NULL;
        assert_int_equal(SafeArrayGetElement(guids, &i, &guid), S_OK);
        found = found || wcscmp(guid, name) == 0;
        SysFreeString(guid);
    }
    SafeArrayDestroy(guids);
    assert_true(found);
}

void card_find(struct card *card, const wchar_t *reader) {
    static const IID *const interfaces[] = {&IID_ISCardManage, &IID_ISCardFileAccess, &IID_ISCardVerify,
                                            &IID_ISCardAuth};
    ISCardDatabase *database = NULL;
    GUID *class = NULL;
    BSTR name = text(reader);
    IByteBuffer *const atr = atr_in(name);
    assert_int_equal(
        CoCreateInstance(&CLSID_CSCardDatabase, NULL, CLSCTX_ALL, &IID_ISCardDatabase, (void **)&database),
        S_OK);
    BSTR type = type_of(database, atr);
    for (size_t i = 0; i < sizeof interfaces / sizeof *interfaces; ++i)
        assert_claims(database, type, interfaces[i]);
    assert_int_equal(ISCardDatabase_GetProviderCardId(database, type, &class), S_OK);
    assert_int_equal(CoCreateInstance(class, NULL, CLSCTX_ALL, &IID_ISCardManage, (void **)&card->manage),
                     S_OK);
    CoTaskMemFree(class);
    SysFreeString(type);
    SysFreeString(name);
    ISCardDatabase_Release(database);
    IByteBuffer_Release(atr);
}

void card_attach(struct card *card, const wchar_t *reader) {
    BSTR name = text(reader);
    assert_int_equal(ISCardManage_AttachByIFD(card->manage, name, SHARED), S_OK);
    assert_int_equal(ISCardManage_CreateFileAccess(card->manage, &card->files), S_OK);
    assert_int_equal(ISCardManage_CreateCHVerification(card->manage, &card->verify), S_OK);
    assert_int_equal(ISCardManage_CreateCardAuth(card->manage, &card->auth), S_OK);
    SysFreeString(name);
}

void card_detach(struct card *card) {
    assert_int_equal(ISCardManage_Detach(card->manage), S_OK);
    ISCardAuth_Release(card->auth);
    ISCardVerify_Release(card->verify);
    ISCardFileAccess_Release(card->files);
    assert_int_equal(ISCardManage_Release(card->manage), 0);
}

IByteBuffer *card_buffer(const void *bytes, size_t size) {
    IByteBuffer *buffer = NULL;
    BYTE copy[BYTES_MAX];
    LONG written = 0;
    assert_int_in_range(size, 0, sizeof copy);
    memcpy(copy, bytes, size);
    assert_int_equal(
        CoCreateInstance(&CLSID_CByteBuffer, NULL, CLSCTX_ALL, &IID_IByteBuffer, (void **)&buffer), S_OK);
    assert_int_equal(IByteBuffer_Write(buffer, copy, (LONG)size, &written), S_OK);
    assert_int_equal(written, size);
    assert_int_equal(IByteBuffer_Seek(buffer, 0, STREAM_SEEK_SET, NULL), S_OK);
    return buffer;
}

void card_assert_bytes(IByteBuffer *buffer, LONG length, const void *bytes, size_t size) {
    BYTE content[BYTES_MAX];
    LONG got = 0;
    assert_non_null(buffer);
    assert_true(SUCCEEDED(IByteBuffer_Read(buffer, content, sizeof content, &got)));
    assert_int_equal(got, size);
    assert_int_equal(length, size);
    assert_memory_equal(content, bytes, size);
}

HRESULT card_open(struct card *card, const wchar_t *path, HSCARD_FILE *file) {
    BSTR name = text(path);
    HSCARD_FILE opened = 0;
    const HRESULT hr = ISCardFileAccess_Open(card->files, SC_TYPE_BY_ID, name, &opened);
    if (file)
        *file = opened;
    else if (SUCCEEDED(hr))
        assert_int_equal(ISCardFileAccess_Close(card->files, opened), S_OK);
    SysFreeString(name);
    return hr;
}

HRESULT card_change(struct card *card, REFTYPE type, const wchar_t *path) {
    BSTR name = text(path);
    const HRESULT hr = ISCardFileAccess_ChangeDir(card->files, type, name);
    SysFreeString(name);
    return hr;
}

void card_assert_reads(struct card *card, HSCARD_FILE file, LONG asked, const void *bytes, size_t size) {
    IByteBuffer *content = NULL;
    LONG length = asked;
    assert_int_equal(ISCardFileAccess_Read(card->files, file, &length, &content, SC_FL_NO_FLAGS), S_OK);
    card_assert_bytes(content, length, bytes, size);
    IByteBuffer_Release(content);
}

void card_assert_end(struct card *card, HSCARD_FILE file) {
    IByteBuffer *content = NULL;
    LONG length = 1;
    assert_int_equal(ISCardFileAccess_Read(card->files, file, &length, &content, SC_FL_NO_FLAGS),
                     SCARD_W_EOF);
    assert_int_equal(length, 0);
    if (content)
        IByteBuffer_Release(content);
}

HRESULT card_write(struct card *card, HSCARD_FILE file, const void *bytes, size_t size, SCARD_FLAGS flags) {
    IByteBuffer *data = card_buffer(bytes, size);
    const HRESULT hr = ISCardFileAccess_Write(card->files, file, 0, data, flags);
    IByteBuffer_Release(data);
    return hr;
}

HRESULT card_create(struct card *card, const wchar_t *path, const void *properties, size_t size) {
    BYTE bytes[64];
    TLV_TABLE table[PROPERTIES_MAX];
    LONG count = 0;
    assert_int_in_range(size, 1, sizeof bytes);
    memcpy(bytes, properties, size);
    for (size_t at = 0; at < size; ++count) {
        assert_int_in_range(count, 0, PROPERTIES_MAX - 1);
        table[count] = (TLV_TABLE){.cbSize = 2 + bytes[at + 1], .byData = bytes + at};
        at += 2u + bytes[at + 1];
    }
    BSTR name = text(path);
    const HRESULT hr =
        ISCardFileAccess_Create(card->files, SC_TYPE_BY_ID, name, table, &count, SC_FL_NO_FLAGS, NULL);
    SysFreeString(name);
    return hr;
}

/* Adds a name to a list of them; names of files are digits. */
static void add_name(char *list, BSTR name) {
    size_t at = strlen(list);
    if (at)
        list[at++] = ' ';
    for (; *name; ++name) {
        assert_int_in_range(at, 0, NAMES_ROOM - 2);
        list[at++] = (char)*name;
    }
    list[at] = '\0';
}

void card_assert_lists(struct card *card, FILETYPE kind, const char *names) {
    char list[NAMES_ROOM] = "";
    SAFEARRAY *array = NULL;
    LONG last = -1;
    assert_int_equal(ISCardFileAccess_Directory(card->files, kind, &array), S_OK);
    assert_int_equal(SafeArrayGetUBound(array, 1, &last), S_OK);
    for (LONG i = 0; i <= last; ++i) {
        BSTR name = NULL;
        assert_int_equal(SafeArrayGetElement(array, &i, &name), S_OK);
        add_name(list, name);
        SysFreeString(name);
    }
    assert_int_equal(SafeArrayDestroy(array), S_OK);
    assert_string_equal(list, names);
}

void card_assert_stands(struct card *card, const wchar_t *path) {
    BSTR name = NULL;
    assert_int_equal(ISCardFileAccess_GetCurrentDir(card->files, &name), S_OK);
    assert_int_equal(SysStringLen(name), wcslen(path));
    assert_memory_equal(name, path, wcslen(path) * sizeof *path);
    SysFreeString(name);
}
