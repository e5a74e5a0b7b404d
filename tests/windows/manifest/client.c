/*
 * A program that uses the library as any other does and prints what comes of it, a line each; run.sh gives it
 * manifests or none and compares: client.exe make CLSID|PROGID... | module | registered | transact | typelib
 * | apartment
 */
#define COBJMACROS
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "scardssp.h"

#define NAME_ROOM 128
#define READER L"Simulated Reader 00"

static void print_code(const char *what, HRESULT hr) {
    printf("%s 0x%08lX\n", what, (unsigned long)hr);
}

/* The name of the interface that scripts see: by it a class is known. */
static void print_interface(IDispatch *object) {
    ITypeInfo *info = NULL;
    BSTR name = NULL;
    if (FAILED(IDispatch_GetTypeInfo(object, 0, 0, &info)))
        return;
    if (SUCCEEDED(ITypeInfo_GetDocumentation(info, MEMBERID_NIL, &name, NULL, NULL, NULL)))
        printf("%ls ", name);
    SysFreeString(name);
    ITypeInfo_Release(info);
}

/* make: each class by its CLSID or by a ProgID, which a manifest may give another CLSID of the same class */
static void make(const char *name) {
    wchar_t wide[NAME_ROOM];
    CLSID clsid;
    IDispatch *object = NULL;
    (void)swprintf(wide, NAME_ROOM, L"%hs", name);
    HRESULT hr = *wide == L'{' ? CLSIDFromString(wide, &clsid) : CLSIDFromProgID(wide, &clsid);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&clsid, NULL, CLSCTX_INPROC_SERVER, &IID_IDispatch, (void **)&object);
    if (object) {
        print_interface(object);
        IDispatch_Release(object);
    }
    print_code(name, hr);
}

static HRESULT make_card(ISCard **out) {
    return CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_INPROC_SERVER, &IID_ISCard, (void **)out);
}

/* module: where the library was loaded from */
static void module(void) {
    wchar_t path[MAX_PATH] = L"";
    ISCard *card = NULL;
    print_code("before", GetModuleHandleW(L"scardssp.dll") ? S_OK : S_FALSE);
    print_code("CSCard", make_card(&card));
    (void)GetModuleFileNameW(GetModuleHandleW(L"scardssp.dll"), path, MAX_PATH);
    printf("%ls\n", path);
    if (card)
        ISCard_Release(card);
}

/* registered: what the registry has of the class, the proxies, a ProgID and the type library */
static void registered(void) {
    static const wchar_t *const keys[] = {
        L"CLSID\\{1461AAC7-6810-11D0-918F-00AA00C18068}", L"CLSID\\{968762B0-B0AA-4F24-8A04-E9F19D70BA9E}",
        L"Interface\\{1461AAC3-6810-11D0-918F-00AA00C18068}", L"SCardSSP.SCard",
        L"TypeLib\\{82C38704-19F1-11D3-A11F-00C04F79F800}"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; ++i) {
        HKEY key = NULL;
        const LSTATUS status = RegOpenKeyExW(HKEY_CLASSES_ROOT, keys[i], 0, KEY_READ, &key);
        printf("%ls %s\n", keys[i], status == ERROR_FILE_NOT_FOUND ? "no" : "yes");
        if (status == ERROR_SUCCESS)
            RegCloseKey(key);
    }
}

static HRESULT make_command(const BYTE *apdu, LONG size, ISCardCmd **out) {
    IByteBuffer *buffer = NULL;
    LONG written = 0;
    HRESULT hr =
        CoCreateInstance(&CLSID_CByteBuffer, NULL, CLSCTX_INPROC_SERVER, &IID_IByteBuffer, (void **)&buffer);
    if (FAILED(hr))
        return hr;
    hr = IByteBuffer_Initialize(buffer, size, NULL);
    if (SUCCEEDED(hr))
        hr = IByteBuffer_Write(buffer, (BYTE *)(UINT_PTR)apdu, size, &written);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&CLSID_CSCardCmd, NULL, CLSCTX_INPROC_SERVER, &IID_ISCardCmd, (void **)out);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_put_Apdu(*out, buffer);
    IByteBuffer_Release(buffer);
    return hr;
}

static void print_reply(ISCardCmd *command) {
    BYTE bytes[NAME_ROOM];
    LONG size = 0;
    IByteBuffer *reply = NULL;
    if (FAILED(ISCardCmd_get_ApduReply(command, &reply)) || !reply)
        return;
    if (SUCCEEDED(IByteBuffer_Read(reply, bytes, NAME_ROOM, &size)))
        for (LONG i = 0; i < size; ++i)
            printf("%02X%s", bytes[i], i + 1 < size ? " " : "\n");
    IByteBuffer_Release(reply);
}

/* transact: attaches and reads a file */
static void transact(void) {
    static const BYTE read_binary[] = {0x00, 0xB0, 0x83, 0x00, 0x05};
    ISCard *card = NULL;
    ISCardCmd *command = NULL;
    BSTR name = SysAllocString(READER);
    HRESULT hr = make_card(&card);
    print_code("CSCard", hr);
    if (SUCCEEDED(hr)) {
        print_code("AttachByReader", ISCard_AttachByReader(card, name, SHARED, T1));
        hr = make_command(read_binary, sizeof read_binary, &command);
        print_code("CSCardCmd", hr);
        if (SUCCEEDED(hr)) {
            print_code("Transaction", ISCard_Transaction(card, &command));
            print_reply(command);
        }
        print_code("Detach", ISCard_Detach(card, UNPOWER));
        ISCard_Release(card);
    }
    if (command)
        ISCardCmd_Release(command);
    SysFreeString(name);
}

/* typelib: by its identifier */
static void typelib(void) {
    ITypeLib *library = NULL;
    BSTR name = NULL;
    const HRESULT hr = LoadRegTypeLib(&LIBID_SCARDSSPLib, 1, 0, 0, &library);
    print_code("LoadRegTypeLib", hr);
    if (FAILED(hr))
        return;
    if (SUCCEEDED(ITypeLib_GetDocumentation(library, -1, &name, NULL, NULL, NULL)))
        printf("%ls\n", name);
    SysFreeString(name);
    ITypeLib_Release(library);
}

/* What one apartment gives to another. */
struct handed {
    IStream *streams[2]; /* an ISCard and an ISCardEx of the same object */
    ISCard *card;
};

/* A call through each way of marshaling: proxy and stub, and the type library. */
static DWORD WINAPI other_apartment(void *parameter) {
    const struct handed *const handed = parameter;
    ISCard *card = NULL;
    ISCardEx *more = NULL;
    SCARD_STATES status = ABSENT;
    LONG timeout = 0;
    (void)CoInitializeEx(NULL, COINIT_APARTMENTTHREADED);
    HRESULT hr = CoUnmarshalInterface(handed->streams[0], &IID_ISCard, (void **)&card);
    print_code("unmarshal ISCard", hr);
    if (SUCCEEDED(hr)) {
        printf("%s\n", card == handed->card ? "the object" : "a proxy");
        print_code("get_Status", ISCard_get_Status(card, &status));
        printf("%d\n", (int)status);
        ISCard_Release(card);
    }
    hr = CoUnmarshalInterface(handed->streams[1], &IID_ISCardEx, (void **)&more);
    print_code("unmarshal ISCardEx", hr);
    if (SUCCEEDED(hr)) {
        print_code("put_Timeout", ISCardEx_put_Timeout(more, 4321));
        print_code("get_Timeout", ISCardEx_get_Timeout(more, &timeout));
        printf("%ld\n", (long)timeout);
        ISCardEx_Release(more);
    }
    CoUninitialize();
    return 0;
}

/* As for another process: the object would be the same in every apartment of this one otherwise. */
static HRESULT hand(IUnknown *object, REFIID iid, IStream **out) {
    HRESULT hr = CreateStreamOnHGlobal(NULL, TRUE, out);
    if (SUCCEEDED(hr))
        hr = CoMarshalInterface(*out, iid, object, MSHCTX_LOCAL, NULL, MSHLFLAGS_NORMAL);
    return SUCCEEDED(hr) ? IStream_Seek(*out, (LARGE_INTEGER){.QuadPart = 0}, STREAM_SEEK_SET, NULL) : hr;
}

/* apartment: an attached card handed to another one */
static void apartment(void) {
    struct handed handed = {{NULL, NULL}, NULL};
    BSTR name = SysAllocString(READER);
    const HRESULT hr = make_card(&handed.card);
    print_code("CSCard", hr);
    if (SUCCEEDED(hr)) {
        print_code("AttachByReader", ISCard_AttachByReader(handed.card, name, SHARED, T1));
        print_code("marshal ISCard", hand((IUnknown *)handed.card, &IID_ISCard, &handed.streams[0]));
        print_code("marshal ISCardEx", hand((IUnknown *)handed.card, &IID_ISCardEx, &handed.streams[1]));
        HANDLE thread = CreateThread(NULL, 0, other_apartment, &handed, 0, NULL);
        if (thread) {
            (void)WaitForSingleObject(thread, INFINITE);
            CloseHandle(thread);
        }
        ISCard_Release(handed.card);
    }
    for (size_t i = 0; i < 2; ++i)
        if (handed.streams[i])
            IStream_Release(handed.streams[i]);
    SysFreeString(name);
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*run)(void);
    } commands[] = {{"module", module},
                    {"registered", registered},
                    {"transact", transact},
                    {"typelib", typelib},
                    {"apartment", apartment}};
    if (argc < 2 || FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED)))
        return 1;
    if (strcmp(argv[1], "make") == 0)
        for (int i = 2; i < argc; ++i)
            make(argv[i]);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; ++i)
        if (strcmp(argv[1], commands[i].name) == 0)
            commands[i].run();
    CoUninitialize();
    return 0;
}
