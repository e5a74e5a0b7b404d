/* See served.h. */
#define COBJMACROS
#include "served.h"

#include <stdio.h>
#include <string.h>

#define LINE_ROOM 400

/* Both libraries stay for the life of the process. */
static FARPROC find(HMODULE module, const char *name, void *function, size_t size) {
    const FARPROC found = module ? GetProcAddress(module, name) : NULL;
    if (found)
        memcpy(function, &found, size);
    return found;
}

const struct served *served(void) {
    static struct served table;
    wchar_t path[MAX_PATH + 20];
    const UINT length = GetSystemDirectoryW(path, MAX_PATH);

    if (table.restart)
        return &table;
    if (!length || length >= MAX_PATH)
        return NULL;
    wcscpy(path + length, L"\\winscard.dll");
    const HMODULE module = LoadLibraryW(path);
#define FIND(member, name) find(module, name, &table.member, sizeof table.member)
    if (!FIND(establish, "SCardEstablishContext") || !FIND(release, "SCardReleaseContext") ||
        !FIND(connect, "SCardConnectW") || !FIND(disconnect, "SCardDisconnect") ||
        !FIND(begin, "SCardBeginTransaction") || !FIND(end, "SCardEndTransaction") ||
        !FIND(script, "played_script") || !FIND(count, "played_count") ||
        !FIND(contexts, "played_contexts_open") || !FIND(insert, "played_insert") ||
        !FIND(restart, "played_restart"))
        return NULL;
    return &table;
}

void *served_make(REFCLSID clsid, REFIID iid) {
    HRESULT(WINAPI * class_object)(REFCLSID clsid, REFIID iid, void **out);
    IClassFactory *factory = NULL;
    void *object = NULL;

    if (!find(LoadLibraryW(L"" DLL), "DllGetClassObject", &class_object, sizeof class_object) ||
        FAILED(class_object(clsid, &IID_IClassFactory, (void **)&factory)))
        return NULL;
    if (FAILED(IClassFactory_CreateInstance(factory, NULL, iid, &object)))
        object = NULL;
    IClassFactory_Release(factory);
    return object;
}

ISCard *served_card(void) {
    ISCard *card = served() ? served_make(&CLSID_CSCard, &IID_ISCard) : NULL;
    BSTR reader = SysAllocString(SERVED_READER);

    if (card && FAILED(ISCard_AttachByReader(card, reader, SHARED, T1))) {
        ISCard_Release(card);
        card = NULL;
    }
    SysFreeString(reader);
    return card;
}

SCARDHANDLE served_other(void) {
    const struct served *const api = served();
    SCARDCONTEXT context = 0;
    SCARDHANDLE card = 0;
    DWORD protocol = 0;

    if (!api || api->establish(SCARD_SCOPE_USER, NULL, NULL, &context) ||
        api->connect(context, SERVED_READER, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &card, &protocol))
        return 0;
    return card;
}

/* The demo card's line in a list as pcsc-tools has it, which the library reads once. */
static BOOL write_list(void) {
    wchar_t folder[MAX_PATH], path[MAX_PATH];
    ISCard *card = served_card();
    IByteBuffer *atr = NULL;
    BYTE bytes[36];
    LONG size = 0;

    if (!card || !GetTempPathW(MAX_PATH, folder) || !GetTempFileNameW(folder, L"atr", 0, path))
        return FALSE;
    FILE *const file = _wfopen(path, L"wb");
    if (file && SUCCEEDED(ISCard_get_Atr(card, &atr)) &&
        SUCCEEDED(IByteBuffer_Read(atr, bytes, sizeof bytes, &size)))
        for (LONG i = 0; i < size; ++i)
            (void)fprintf(file, i ? " %02X" : "%02X", bytes[i]);
    if (file) {
        (void)fprintf(file, "\n\tDemo card\n");
        (void)fclose(file);
    }
    if (atr)
        IByteBuffer_Release(atr);
    ISCard_Release(card);
    return file && size > 0 && SetEnvironmentVariableW(L"SCARDSSP_ATR_LIST", path);
}

ISCardLocate *served_locate(void) {
    static BOOL written;
    ISCardLocate *locate = NULL;
    SAFEARRAY *names = SafeArrayCreateVector(VT_BSTR, 0, 1);
    BSTR name = SysAllocString(L"Demo card"), title = SysAllocString(L"Till");
    LONG index = 0;

    written = written || write_list();
    if (written && SUCCEEDED(SafeArrayPutElement(names, &index, name)))
        locate = served_make(&CLSID_CSCardLocate, &IID_ISCardLocate);
    if (locate && FAILED(ISCardLocate_ConfigureCardNameSearch(locate, names, NULL, title, SC_DLG_NO_UI))) {
        ISCardLocate_Release(locate);
        locate = NULL;
    }
    SafeArrayDestroy(names);
    SysFreeString(name);
    SysFreeString(title);
    return locate;
}
