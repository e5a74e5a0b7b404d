/*
 * readfile.c: reads a file from a card in chunks, with commands built by ISCardISO7816, and prints it. In C.
 *
 *   readfile [READER [ID]]     without a name: "Simulated Reader 00"; ID: four hexadecimal digits, 0002
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#define COBJMACROS
#include "scardssp.h"

#define CHUNK 128

/* SELECT by file id. The status word tells whether there is such a file. */
static HRESULT select_file(ISCard *card, ISCardISO7816 *iso, unsigned id, WORD *status) {
    ISCardCmd *command = NULL; /* the call makes one */
    IByteBuffer *data = NULL;
    BYTE bytes[2] = {(BYTE)(id >> 8), (BYTE)id};
    HRESULT hr = CoCreateInstance(&CLSID_CByteBuffer, NULL, CLSCTX_ALL, &IID_IByteBuffer, (void **)&data);
    if (FAILED(hr))
        return hr;
    hr = IByteBuffer_Initialize(data, sizeof bytes, bytes);
    if (SUCCEEDED(hr))
        hr = ISCardISO7816_SelectFile(iso, 0x00, 0x0C, data, 0, &command);
    if (SUCCEEDED(hr))
        hr = ISCard_Transaction(card, &command);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_get_ReplyStatus(command, status);
    if (command)
        ISCardCmd_Release(command);
    IByteBuffer_Release(data);
    return hr;
}

/* READ BINARY at an offset: *count bytes into chunk, fewer at the end of the file, 0 behind it. */
static HRESULT read_chunk(ISCard *card, ISCardISO7816 *iso, unsigned offset, BYTE *chunk, LONG *count) {
    ISCardCmd *command = NULL;
    IByteBuffer *reply = NULL;
    LONG size = 0;
    HRESULT hr = ISCardISO7816_ReadBinary(iso, (BYTE)(offset >> 8), (BYTE)offset, CHUNK, &command);
    if (SUCCEEDED(hr))
        hr = ISCard_Transaction(card, &command);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_get_ApduReplyLength(command, &size);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_get_ApduReply(command, &reply);
    if (SUCCEEDED(hr)) {
        hr = IByteBuffer_Read(reply, chunk, size - 2 < CHUNK ? size - 2 : CHUNK,
                              count); /* SW1 SW2 stay behind */
        IByteBuffer_Release(reply);
    }
    if (command)
        ISCardCmd_Release(command);
    return hr;
}

static HRESULT print_file(ISCard *card, ISCardISO7816 *iso, unsigned id) {
    BYTE chunk[CHUNK];
    LONG count = 0;
    WORD status = 0;
    HRESULT hr = select_file(card, iso, id, &status);
    if (FAILED(hr))
        return hr;
    if (status != 0x9000) {
        fprintf(stderr, "readfile: SELECT %04X: status word %04X\n", id, status);
        return E_FAIL;
    }
    for (unsigned offset = 0; offset < 0x8000; offset += (unsigned)count) {
        hr = read_chunk(card, iso, offset, chunk, &count);
        if (FAILED(hr) || count == 0)
            return hr;
        for (LONG i = 0; i < count; ++i) {
            if (i % 16 == 0)
                printf("%s%04X:", i > 0 ? "\n" : "", offset + (unsigned)i);
            printf(" %02X", chunk[i]);
        }
        printf("\n");
    }
    return S_OK;
}

int main(int argc, char **argv) {
    wchar_t name[128] = L"";
    setlocale(LC_ALL, "");
    mbstowcs(name, argc > 1 ? argv[1] : "Simulated Reader 00", 127);
    const unsigned id = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 16) & 0xFFFF : 0x0002;

    CoInitialize(NULL);
    ISCard *card = NULL;
    ISCardISO7816 *iso = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&card);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&CLSID_CSCardISO7816, NULL, CLSCTX_ALL, &IID_ISCardISO7816, (void **)&iso);
    if (SUCCEEDED(hr)) {
        BSTR reader = SysAllocString(name);
        hr = ISCard_AttachByReader(card, reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1));
        SysFreeString(reader);
    }
    if (SUCCEEDED(hr))
        hr = print_file(card, iso, id);
    if (iso)
        ISCardISO7816_Release(iso);
    if (card)
        ISCard_Release(card); /* detaches, and leaves the card as it is */
    CoUninitialize();
    if (FAILED(hr))
        fprintf(stderr, "readfile: error 0x%08X\n", (unsigned)hr);
    return FAILED(hr) ? 1 : 0;
}
