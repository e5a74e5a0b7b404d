/*
 * A program with an object by name, as it is registered: once.exe READER. Prints, each on a line: the codes
 * of CLSIDFromProgID and CoCreateInstance, the file of the library that made the object, the codes of
 * attaching and of a command, its status word (SELECT of a file that is not there), the code of opening the
 * registered type library. widths.py and play.py run it in both widths.
 */
#include <stdio.h>

#include "../clients/mingw.h"

static const GUID library_id = {0x82C38704, 0x19F1, 0x11D3, {0xA1, 0x1F, 0x00, 0xC0, 0x4F, 0x79, 0xF8, 0x00}};

static void show(const char *what, HRESULT hr) {
    printf("%s 0x%08lX\n", what, (unsigned long)hr);
}

static void transact(ISCard *card) {
    static const BYTE apdu[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x77, 0x77};
    ISCardCmd *cmd = NULL;
    IByteBuffer *buffer = NULL;
    WORD status = 0;
    HRESULT hr = CoCreateInstance(&CLSID_CSCardCmd, NULL, CLSCTX_ALL, &IID_ISCardCmd, (void **)&cmd);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&CLSID_CByteBuffer, NULL, CLSCTX_ALL, &IID_IByteBuffer, (void **)&buffer);
    BYTE copy[sizeof apdu];
    memcpy(copy, apdu, sizeof apdu);
    if (SUCCEEDED(hr))
        hr = IByteBuffer_Initialize(buffer, sizeof copy, copy);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_put_Apdu(cmd, buffer);
    if (SUCCEEDED(hr))
        hr = ISCard_Transaction(card, &cmd);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_get_ReplyStatus(cmd, &status);
    show("Transaction", hr);
    printf("SW %04X\n", status);
    if (buffer)
        IByteBuffer_Release(buffer);
    if (cmd)
        ISCardCmd_Release(cmd);
}

static void use(ISCard *card, const char *reader) {
    wchar_t name[100];
    char file[MAX_PATH] = "none";
    (void)swprintf(name, 100, L"%hs", reader);
    BSTR text = SysAllocString(name);
    const HRESULT hr = ISCard_AttachByReader(card, text, SHARED, T1);
    SysFreeString(text);
    (void)GetModuleFileNameA(GetModuleHandleA("scardssp.dll"), file, MAX_PATH);
    printf("%s\n", file);
    show("AttachByReader", hr);
    if (SUCCEEDED(hr))
        transact(card);
}

int main(int argc, char **argv) {
    CLSID clsid;
    ISCard *card = NULL;
    ITypeLib *library = NULL;
    (void)CoInitialize(NULL);
    HRESULT hr = CLSIDFromProgID(L"SCardSSP.SCard", &clsid);
    show("CLSIDFromProgID", hr);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&clsid, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&card);
    show("CoCreateInstance", hr);
    if (SUCCEEDED(hr)) {
        use(card, argc > 1 ? argv[1] : "");
        ISCard_Release(card);
    }
    hr = LoadRegTypeLib(&library_id, 1, 0, 0, &library);
    show("LoadRegTypeLib", hr);
    if (library)
        library->lpVtbl->Release(library);
    CoUninitialize();
    return 0;
}
