/* The pages of ISCardTypeConv: conversions between buffers, plain arrays and safe arrays. */
#include <Scarddat.h>

#include "page.h"

static ISCardTypeConv *create() {
    ISCardTypeConv *pISCardTypeConv = NULL;
    HRESULT hr = CoCreateInstance(CLSID_CSCardTypeConv, NULL, CLSCTX_ALL, IID_ISCardTypeConv,
                                  (LPVOID *)&pISCardTypeConv);
    return SUCCEEDED(hr) ? pISCardTypeConv : NULL;
}

static void ConvertByteArrayToByteBuffer() {
    ISCardTypeConv *pISCardTypeConv = create();
    BYTE byArray[4] = {0, 1, 2, 3};
    LPBYTEBUFFER pIByteBuff = NULL;
    HRESULT hr = pISCardTypeConv->ConvertByteArrayToByteBuffer(byArray, 4, &pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\0\1\2\3")));
    pIByteBuff->Release();
    pISCardTypeConv->Release();
}

static void ConvertByteBufferToByteArray() {
    ISCardTypeConv *pISCardTypeConv = create();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("Hello"));
    LPBYTEARRAY pArray = NULL;
    HRESULT hr = pISCardTypeConv->ConvertByteBufferToByteArray(pIByteBuff, &pArray);
    MUST(hr == S_OK && pArray->dwSize == 5 && pArray->pbyData[4] == 'o');
    CoTaskMemFree(pArray);
    pIByteBuff->Release();
    pISCardTypeConv->Release();
}

static void ConvertByteBufferToSafeArray() {
    ISCardTypeConv *pISCardTypeConv = create();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("Hello"));
    LPSAFEARRAY pSafeArray = NULL;
    LONG lIndex = 4, lUpper = 0;
    BYTE byElement = 0;
    HRESULT hr = pISCardTypeConv->ConvertByteBufferToSafeArray(pIByteBuff, &pSafeArray);
    MUST(hr == S_OK);
    hr = SafeArrayGetUBound(pSafeArray, 1, &lUpper);
    MUST(hr == S_OK && lUpper == 4);
    hr = SafeArrayGetElement(pSafeArray, &lIndex, &byElement);
    MUST(hr == S_OK && byElement == 'o');
    SafeArrayDestroy(pSafeArray);
    pIByteBuff->Release();
    pISCardTypeConv->Release();
}

static void ConvertSafeArrayToByteBuffer() {
    ISCardTypeConv *pISCardTypeConv = create();
    LPBYTEBUFFER pIByteBuff = NULL;
    SAFEARRAYBOUND bound;
    LONG lIndex = 1;
    BYTE byElement = 'i';
    bound.cElements = 2;
    bound.lLbound = 0;
    LPSAFEARRAY pSafeArray = SafeArrayCreate(VT_UI1, 1, &bound);
    HRESULT hr = SafeArrayPutElement(pSafeArray, &lIndex, &byElement);
    MUST(hr == S_OK);
    hr = pISCardTypeConv->ConvertSafeArrayToByteBuffer(pSafeArray, &pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\0i")));
    SafeArrayDestroy(pSafeArray);
    pIByteBuff->Release();
    pISCardTypeConv->Release();
}

static void CreateByteArray() {
    ISCardTypeConv *pISCardTypeConv = create();
    LPBYTE pbyArray = NULL;
    HRESULT hr = pISCardTypeConv->CreateByteArray(64, &pbyArray);
    MUST(hr == S_OK && pbyArray != NULL && pbyArray[63] == 0);
    CoTaskMemFree(pbyArray);
    pISCardTypeConv->Release();
}

static void CreateByteBuffer() {
    ISCardTypeConv *pISCardTypeConv = create();
    LPBYTEBUFFER pIByteBuff = NULL;
    HRESULT hr = pISCardTypeConv->CreateByteBuffer(3, &pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\0\0\0")));
    pIByteBuff->Release();
    pISCardTypeConv->Release();
}

static void CreateSafeArray() {
    ISCardTypeConv *pISCardTypeConv = create();
    LPSAFEARRAY pSafeArray = NULL;
    LONG lUpper = 0;
    HRESULT hr = pISCardTypeConv->CreateSafeArray(16, &pSafeArray);
    MUST(hr == S_OK && SafeArrayGetDim(pSafeArray) == 1 && SafeArrayGetElemsize(pSafeArray) == 1);
    hr = SafeArrayGetUBound(pSafeArray, 1, &lUpper);
    MUST(hr == S_OK && lUpper == 15);
    SafeArrayDestroy(pSafeArray);
    pISCardTypeConv->Release();
}

static void GetAtIStreamMemory() {
    ISCardTypeConv *pISCardTypeConv = create();
    LPSTREAM pStrm = NULL;
    LPBYTEARRAY pMem = NULL;
    ULONG ulWritten = 0;
    HRESULT hr = CreateStreamOnHGlobal(NULL, TRUE, &pStrm);
    MUST(hr == S_OK);
    hr = pStrm->Write("memory", 6, &ulWritten);
    MUST(hr == S_OK);
    hr = pISCardTypeConv->GetAtIStreamMemory(pStrm, &pMem);
    MUST(hr == S_OK && pMem->dwSize == 6 && pMem->pbyData[0] == 'm');
    hr = pISCardTypeConv->FreeIStreamMemoryPtr(pStrm, pMem->pbyData);
    MUST(hr == S_OK);
    CoTaskMemFree(pMem);
    pStrm->Release();
    pISCardTypeConv->Release();
}

static void FreeIStreamMemoryPtr() {
    ISCardTypeConv *pISCardTypeConv = create();
    LPSTREAM pStrm = NULL;
    LPBYTEARRAY pMem = NULL;
    BYTE byOther = 0;
    HRESULT hr = CreateStreamOnHGlobal(NULL, TRUE, &pStrm);
    MUST(hr == S_OK);
    hr = pISCardTypeConv->GetAtIStreamMemory(pStrm, &pMem);
    MUST(hr == S_OK);
    hr = pISCardTypeConv->FreeIStreamMemoryPtr(pStrm, &byOther);
    MUST(hr == E_INVALIDARG);
    hr = pISCardTypeConv->FreeIStreamMemoryPtr(pStrm, pMem->pbyData);
    MUST(hr == S_OK);
    CoTaskMemFree(pMem);
    pStrm->Release();
    pISCardTypeConv->Release();
}

static void SizeOfIStream() {
    ISCardTypeConv *pISCardTypeConv = create();
    LPSTREAM pStrm = NULL;
    ULARGE_INTEGER uliSize;
    ULONG ulWritten = 0;
    HRESULT hr = CreateStreamOnHGlobal(NULL, TRUE, &pStrm);
    MUST(hr == S_OK);
    hr = pStrm->Write("memory", 6, &ulWritten);
    MUST(hr == S_OK);
    hr = pISCardTypeConv->SizeOfIStream(pStrm, &uliSize);
    MUST(hr == S_OK && uliSize.LowPart == 6 && uliSize.HighPart == 0 && uliSize.QuadPart == 6);
    pStrm->Release();
    pISCardTypeConv->Release();
}

const struct page typeconv_pages[] = {
    {"ISCardTypeConv::ConvertByteArrayToByteBuffer", ConvertByteArrayToByteBuffer},
    {"ISCardTypeConv::ConvertByteBufferToByteArray", ConvertByteBufferToByteArray},
    {"ISCardTypeConv::ConvertByteBufferToSafeArray", ConvertByteBufferToSafeArray},
    {"ISCardTypeConv::ConvertSafeArrayToByteBuffer", ConvertSafeArrayToByteBuffer},
    {"ISCardTypeConv::CreateByteArray", CreateByteArray},
    {"ISCardTypeConv::CreateByteBuffer", CreateByteBuffer},
    {"ISCardTypeConv::CreateSafeArray", CreateSafeArray},
    {"ISCardTypeConv::GetAtIStreamMemory", GetAtIStreamMemory},
    {"ISCardTypeConv::FreeIStreamMemoryPtr", FreeIStreamMemoryPtr},
    {"ISCardTypeConv::SizeOfIStream", SizeOfIStream},
    {NULL, NULL},
};
