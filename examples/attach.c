/*
 * attach.c: attach to a card, run two commands that belong together, detach. In C.
 *
 *   attach [READER]        without a name: "Simulated Reader 00"
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#define COBJMACROS /* C calls methods as ISCard_Detach(card, LEAVE) */
#include "scardssp.h"

/* Sends one command, CLA INS P1 P2 with data and Le, and prints the reply. */
static HRESULT send(ISCard *card, ISCardCmd *command, BYTE ins, BYTE p1, BYTE p2, IByteBuffer *data,
                    LONG le) {
    HRESULT hr = ISCardCmd_BuildCmd(command, 0x00, ins, p1, p2, data, &le);
    if (SUCCEEDED(hr))
        hr = ISCard_Transaction(card, &command); /* the reply comes into the same object */
    if (FAILED(hr))
        return hr;

    IByteBuffer *reply = NULL;
    BYTE byte;
    LONG count = 0;
    hr = ISCardCmd_get_ApduReply(command, &reply);
    if (FAILED(hr))
        return hr;
    printf("INS %02X:", ins);
    while (SUCCEEDED(IByteBuffer_Read(reply, &byte, 1, &count)) && count == 1)
        printf(" %02X", byte);
    printf("\n");
    IByteBuffer_Release(reply);
    return S_OK;
}

/* SELECT file 0002 and READ BINARY of 24 bytes, with no other program in between. */
static HRESULT transact(ISCard *card) {
    ISCardCmd *command = NULL;
    IByteBuffer *file = NULL;
    BYTE id[2] = {0x00, 0x02};
    HRESULT hr = CoCreateInstance(&CLSID_CSCardCmd, NULL, CLSCTX_ALL, &IID_ISCardCmd, (void **)&command);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&CLSID_CByteBuffer, NULL, CLSCTX_ALL, &IID_IByteBuffer, (void **)&file);
    if (SUCCEEDED(hr))
        hr = IByteBuffer_Initialize(file, sizeof id, id);
    if (SUCCEEDED(hr))
        hr = ISCard_LockSCard(card);
    if (SUCCEEDED(hr)) {
        hr = send(card, command, 0xA4, 0x00, 0x0C, file, 0);
        if (SUCCEEDED(hr))
            hr = send(card, command, 0xB0, 0x00, 0x00, NULL, 24);
        ISCard_UnlockSCard(card, LEAVE);
    }
    if (file)
        IByteBuffer_Release(file);
    if (command)
        ISCardCmd_Release(command);
    return hr;
}

int main(int argc, char **argv) {
    wchar_t name[128] = L"";
    setlocale(LC_ALL, "");
    mbstowcs(name, argc > 1 ? argv[1] : "Simulated Reader 00", 127);

    CoInitialize(NULL);
    ISCard *card = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&card);
    if (SUCCEEDED(hr)) {
        BSTR reader = SysAllocString(name);
        hr = ISCard_AttachByReader(card, reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1));
        SysFreeString(reader);
        if (SUCCEEDED(hr)) {
            printf("attached\n");
            hr = transact(card);
            ISCard_Detach(card, LEAVE);
        }
        ISCard_Release(card);
    }
    CoUninitialize();
    if (FAILED(hr)) {
        fprintf(stderr, "attach: error 0x%08X\n", (unsigned)hr);
        return 1;
    }
    printf("detached\n");
    return 0;
}
