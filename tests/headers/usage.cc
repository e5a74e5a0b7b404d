/*
 * A C++ program written against the published pages, with default arguments. Compiled by check_headers.sh: alone,
 * before and after pcsc-lite's <winscard.h>.
 */
#ifdef AFTER_WINSCARD
#include <winscard.h>
#endif
#include <scardssp.h>
#ifdef BEFORE_WINSCARD
#include <winscard.h>
#endif

HRESULT authenticate(BSTR reader, BYTE *challenge);

HRESULT authenticate(BSTR reader, BYTE *challenge) {
    ISCard *pISCard = NULL;
    ISCardCmd *pISCardCmd = NULL;
    ISCardISO7816 *pISCardISO7816 = NULL;
    IByteBuffer *pReply = NULL;
    LONG lRead = 0;

    HRESULT hr = CoInitialize(NULL);
    if (FAILED(hr))
        return hr;
    hr = CoCreateInstance(CLSID_CSCard, NULL, CLSCTX_ALL, IID_ISCard, (LPVOID *)&pISCard);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(CLSID_CSCardISO7816, NULL, CLSCTX_ALL, IID_ISCardISO7816,
                              (void **)&pISCardISO7816);
    if (SUCCEEDED(hr))
        hr = pISCard->AttachByReader(reader, SHARED, T0 | T1);
    if (SUCCEEDED(hr))
        hr = pISCardISO7816->GetChallenge(8, &pISCardCmd);
    if (SUCCEEDED(hr))
        hr = pISCard->LockSCard();
    if (SUCCEEDED(hr))
        hr = pISCard->Transaction(&pISCardCmd);
    if (hr == SCARD_W_REMOVED_CARD || hr == SCARD_E_NO_SERVICE)
        hr = pISCard->ReAttach(SHARED, LEAVE);
    if (SUCCEEDED(hr))
        hr = pISCardCmd->get_ApduReply(&pReply);
    if (SUCCEEDED(hr))
        hr = pReply->Read(challenge, 8, &lRead);
    if (SUCCEEDED(hr))
        hr = pISCardCmd->BuildCmd(0x00, 0x82);
    if (pISCard) {
        pISCard->UnlockSCard();
        pISCard->Detach();
        pISCard->Release();
    }
    if (pISCardCmd)
        pISCardCmd->Release();
    if (pISCardISO7816)
        pISCardISO7816->Release();
    if (pReply)
        pReply->Release();
    CoUninitialize();
    return hr;
}
