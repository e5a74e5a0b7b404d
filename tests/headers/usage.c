/*
 * A C program written against the published pages, with COBJMACROS. Compiled by check_headers.sh: alone,
 * before and after pcsc-lite's <winscard.h>.
 */
#ifdef AFTER_WINSCARD
#include <winscard.h>
#endif
#define COBJMACROS
#include <scardssp.h>
#ifdef BEFORE_WINSCARD
#include <winscard.h>
#endif

HRESULT select_and_read(const wchar_t *reader, BYTE *out, LONG room, LONG *size);

HRESULT select_and_read(const wchar_t *reader, BYTE *out, LONG room, LONG *size) {
    ISCard *card = NULL;
    ISCardCmd *cmd = NULL;
    IByteBuffer *data = NULL;
    LONG written = 0, le = 256;
    BYTE id[2] = {0x3F, 0x00};
    WORD status = 0;
    BSTR name = SysAllocString(reader);

    HRESULT hr = CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_INPROC_SERVER, &IID_ISCard, (void **)&card);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&CLSID_CSCardCmd, NULL, CLSCTX_ALL, &IID_ISCardCmd, (void **)&cmd);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&CLSID_CByteBuffer, NULL, CLSCTX_ALL, &IID_IByteBuffer, (void **)&data);
    if (SUCCEEDED(hr))
        hr = ISCard_AttachByReader(card, name, EXCLUSIVE, (SCARD_PROTOCOLS)(T0 | T1));
    if (SUCCEEDED(hr))
        hr = IByteBuffer_Write(data, id, 2, &written);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_BuildCmd(cmd, 0x00, 0xA4, 0x00, 0x00, data, &le);
    if (SUCCEEDED(hr))
        hr = ISCard_Transaction(card, &cmd);
    if (hr == (HRESULT)SCARD_W_RESET_CARD)
        hr = ISCard_ReAttach(card, SHARED, LEAVE);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_get_ReplyStatus(cmd, &status);
    if (SUCCEEDED(hr) && status == 0x9000) {
        IByteBuffer_Release(data);
        data = NULL;
        hr = ISCardCmd_get_ApduReply(cmd, &data);
    }
    if (SUCCEEDED(hr))
        hr = IByteBuffer_Read(data, out, room, size);
    if (card) {
        ISCard_Detach(card, RESET);
        ISCard_Release(card);
    }
    if (cmd)
        ISCardCmd_Release(cmd);
    if (data)
        IByteBuffer_Release(data);
    SysFreeString(name);
    return hr;
}
