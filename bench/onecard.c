/* A program that loads the library and makes one card object on the simulator. For processes.c. */
#ifndef COBJMACROS
#define COBJMACROS
#endif
#include <scardssp.h>
#include <scardssp_rm.h>

int main(void) {
    ISCard *card = NULL;
    HRESULT hr = scardssp_use_rm("sim", NULL, 0);
    if (hr == S_OK)
        hr = CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&card);
    if (card)
        ISCard_Release(card);
    return hr != S_OK;
}
