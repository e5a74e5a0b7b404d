/*
 * A C program outside of the tree: attaches to the first reader, asks the card for random bytes and detaches.
 * run.sh of this folder builds it with nothing but what pkg-config says, and runs it on the simulator.
 */
#define COBJMACROS
#include <scardssp.h>
#include <scardssp_rm.h>
#include <stdio.h>
#include <wchar.h>

/* The name of the first reader as a BSTR; NULL when there is none. */
static BSTR first_reader(void) {
    char names[4096];
    wchar_t wide[256];
    size_t size = sizeof names;
    size_t i = 0;
    if (FAILED(scardssp_list_readers(names, &size)) || names[0] == '\0')
        return NULL;
    for (; names[i] != '\0' && i < 255; i++)
        wide[i] = (wchar_t)names[i]; /* the simulator's own readers have ASCII names */
    wide[i] = L'\0';
    return SysAllocString(wide);
}

/* Sends GET CHALLENGE for 8 bytes; S_OK when the card answered with them and 9000. */
static HRESULT challenge(ISCard *card) {
    ISCardISO7816 *builder = NULL;
    ISCardCmd *command = NULL;
    WORD status = 0;
    LONG length = 0;
    HRESULT hr = CoCreateInstance(&CLSID_CSCardISO7816, NULL, CLSCTX_INPROC_SERVER, &IID_ISCardISO7816,
                                  (void **)&builder);
    if (SUCCEEDED(hr))
        hr = ISCardISO7816_GetChallenge(builder, 8, &command);
    if (SUCCEEDED(hr))
        hr = ISCard_Transaction(card, &command);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_get_ReplyStatus(command, &status);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_get_ApduReplyLength(command, &length);
    if (SUCCEEDED(hr) && (status != 0x9000 || length != 10))
        hr = E_FAIL;
    if (command)
        ISCardCmd_Release(command);
    if (builder)
        ISCardISO7816_Release(builder);
    return hr;
}

int main(void) {
    ISCard *card = NULL;
    BSTR reader = NULL;
    HRESULT hr = CoInitialize(NULL);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&card);
    if (SUCCEEDED(hr)) {
        reader = first_reader();
        hr = ISCard_AttachByReader(card, reader, SHARED, T0 | T1);
    }
    if (SUCCEEDED(hr))
        hr = challenge(card);
    if (SUCCEEDED(hr))
        hr = ISCard_ReAttach(card, SHARED, RESET);
    if (SUCCEEDED(hr))
        hr = ISCard_Detach(card, LEAVE);
    if (FAILED(hr))
        fprintf(stderr, "%s: %s\n", scardssp_status_name(hr), scardssp_status_advice(hr));
    SysFreeString(reader);
    if (card)
        ISCard_Release(card);
    CoUninitialize();
    return FAILED(hr);
}
