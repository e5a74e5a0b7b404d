/*
 * recover.c: a program that works through resets by other programs: it re-attaches, sets up again what the
 * card has forgotten, and repeats the command. In C.
 *
 *   recover [READER]       without a name: "Simulated Reader 00"
 *
 * The other program is played by a second object, which resets the card before every second command.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#define COBJMACROS
#include "scardssp.h"

#define ROUNDS 4
#define TRIES 3

/* One command with its status word. data may be NULL. */
static HRESULT send(ISCard *card, ISCardCmd *command, BYTE ins, BYTE p2, IByteBuffer *data, LONG le,
                    WORD *status) {
    HRESULT hr = ISCardCmd_BuildCmd(command, 0x00, ins, 0x00, p2, data, &le);
    if (SUCCEEDED(hr))
        hr = ISCard_Transaction(card, &command);
    return SUCCEEDED(hr) ? ISCardCmd_get_ReplyStatus(command, status) : hr;
}

/* What the card must know before it can be read: the selected file, in another program perhaps a PIN. */
static HRESULT set_up(ISCard *card, ISCardCmd *command) {
    IByteBuffer *file = NULL;
    BYTE id[2] = {0x00, 0x02};
    WORD status = 0;
    HRESULT hr = CoCreateInstance(&CLSID_CByteBuffer, NULL, CLSCTX_ALL, &IID_IByteBuffer, (void **)&file);
    if (FAILED(hr))
        return hr;
    hr = IByteBuffer_Initialize(file, sizeof id, id);
    if (SUCCEEDED(hr))
        hr = send(card, command, 0xA4, 0x0C, file, 0, &status);
    IByteBuffer_Release(file);
    return SUCCEEDED(hr) && status != 0x9000 ? E_FAIL : hr;
}

/* READ BINARY of 5 bytes, whatever other programs do to the card. */
static HRESULT read_surely(ISCard *card, ISCardCmd *command) {
    WORD status = 0;
    HRESULT hr = E_FAIL;
    for (int i = 0; i < TRIES; ++i) {
        hr = send(card, command, 0xB0, 0x00, NULL, 5, &status);
        if (hr != SCARD_W_RESET_CARD)
            break;
        printf("  reset by another program: ReAttach\n");
        hr = ISCard_ReAttach(card, SHARED, LEAVE);
        if (SUCCEEDED(hr))
            hr = set_up(card, command);
        if (FAILED(hr))
            break;
    }
    if (SUCCEEDED(hr))
        printf("  status word %04X\n", status);
    return hr;
}

static HRESULT work(ISCard *card, ISCard *other) {
    ISCardCmd *command = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCardCmd, NULL, CLSCTX_ALL, &IID_ISCardCmd, (void **)&command);
    if (FAILED(hr))
        return hr;
    hr = set_up(card, command);
    for (int round = 1; round <= ROUNDS && SUCCEEDED(hr); ++round) {
        printf("command %d\n", round);
        if (round % 2 == 0)
            hr = ISCard_ReAttach(other, SHARED, RESET);
        if (SUCCEEDED(hr))
            hr = read_surely(card, command);
    }
    ISCardCmd_Release(command);
    return hr;
}

static HRESULT attach(const wchar_t *name, ISCard **out) {
    HRESULT hr = CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)out);
    if (FAILED(hr))
        return hr;
    BSTR reader = SysAllocString(name);
    hr = ISCard_AttachByReader(*out, reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1));
    SysFreeString(reader);
    return hr;
}

int main(int argc, char **argv) {
    wchar_t name[128] = L"";
    setlocale(LC_ALL, "");
    mbstowcs(name, argc > 1 ? argv[1] : "Simulated Reader 00", 127);

    CoInitialize(NULL);
    ISCard *card = NULL, *other = NULL;
    HRESULT hr = attach(name, &card);
    if (SUCCEEDED(hr))
        hr = attach(name, &other);
    if (SUCCEEDED(hr))
        hr = work(card, other);
    if (other)
        ISCard_Release(other);
    if (card)
        ISCard_Release(card);
    CoUninitialize();
    if (FAILED(hr))
        fprintf(stderr, "recover: error 0x%08X\n", (unsigned)hr);
    return FAILED(hr) ? 1 : 0;
}
