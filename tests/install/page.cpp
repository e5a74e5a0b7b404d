/*
 * A C++ program outside of the tree, as the reference pages begin theirs: <windows.h> alone brings what is
 * used of C, too, and the interfaces are those of <Scarddat.h>. run.sh of this folder builds it with what
 * pkg-config says of scardssp-windows.
 */
#include <windows.h>

#include <Scarddat.h>

int main() {
    ISCardTypeConv *pTypeConv = NULL;
    LPBYTEBUFFER pbyBuffer = NULL;
    LONG lRead = 0;
    BYTE byRead[4];
    LPBYTE pbyArray = (LPBYTE)malloc(4);
    if (pbyArray == NULL)
        return EXIT_FAILURE;
    CopyMemory(pbyArray, "\x00\xA4\x00\x0C", 4);
    HRESULT hr = CoInitialize(NULL);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(CLSID_CSCardTypeConv, NULL, CLSCTX_ALL, IID_ISCardTypeConv,
                              (LPVOID *)&pTypeConv);
    if (SUCCEEDED(hr))
        hr = pTypeConv->ConvertByteArrayToByteBuffer(pbyArray, 4, &pbyBuffer);
    if (SUCCEEDED(hr))
        hr = pbyBuffer->Read(byRead, 4, &lRead);
    if (SUCCEEDED(hr) && (lRead != 4 || memcmp(byRead, pbyArray, 4) != 0))
        hr = SCARD_E_UNEXPECTED;
    if (pbyBuffer)
        pbyBuffer->Release();
    if (pTypeConv)
        pTypeConv->Release();
    free(pbyArray);
    CoUninitialize();
    return FAILED(hr) ? EXIT_FAILURE : EXIT_SUCCESS;
}
