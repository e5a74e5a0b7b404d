/* The pages of ISCardTypeConv: conversions between buffers, plain arrays and safe arrays. */
#define COBJMACROS
#include <Scarddat.h>

#include "page.h"

static ISCardTypeConv *create(void) {
    ISCardTypeConv *pISCardTypeConv = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCardTypeConv, NULL, CLSCTX_ALL, &IID_ISCardTypeConv,
                                  (LPVOID *)&pISCardTypeConv);
    return SUCCEEDED(hr) ? pISCardTypeConv : NULL;
}

static void ConvertByteArrayToByteBuffer(void) {
    ISCardTypeConv *pISCardTypeConv = create();
    BYTE byArray[4] = {0, 1, 2, 3};
    LPBYTEBUFFER pIByteBuff = NULL;
    HRESULT hr = ISCardTypeConv_ConvertByteArrayToByteBuffer(pISCardTypeConv, byArray, 4, &pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\0\1\2\3")));
    IByteBuffer_Release(pIByteBuff);
    ISCardTypeConv_Release(pISCardTypeConv);
}

static void ConvertByteBufferToByteArray(void) {
    ISCardTypeConv *pISCardTypeConv = create();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("Hello"));
    LPBYTEARRAY pArray = NULL;
    HRESULT hr = ISCardTypeConv_ConvertByteBufferToByteArray(pISCardTypeConv, pIByteBuff, &pArray);
    MUST(hr == S_OK && pArray->dwSize == 5 && pArray->pbyData[4] == 'o');
    CoTaskMemFree(pArray);
    IByteBuffer_Release(pIByteBuff);
    ISCardTypeConv_Release(pISCardTypeConv);
}

static void ConvertByteBufferToSafeArray(void) {
    ISCardTypeConv *pISCardTypeConv = create();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("Hello"));
    LPSAFEARRAY pSafeArray = NULL;
    LONG lIndex = 4, lUpper = 0;
    BYTE byElement = 0;
    HRESULT hr = ISCardTypeConv_ConvertByteBufferToSafeArray(pISCardTypeConv, pIByteBuff, &pSafeArray);
    MUST(hr == S_OK);
    hr = SafeArrayGetUBound(pSafeArray, 1, &lUpper);
    MUST(hr == S_OK && lUpper == 4);
    hr = SafeArrayGetElement(pSafeArray, &lIndex, &byElement);
    MUST(hr == S_OK && byElement == 'o');
    SafeArrayDestroy(pSafeArray);
    IByteBuffer_Release(pIByteBuff);
    ISCardTypeConv_Release(pISCardTypeConv);
}

static void ConvertSafeArrayToByteBuffer(void) {
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
    hr = ISCardTypeConv_ConvertSafeArrayToByteBuffer(pISCardTypeConv, pSafeArray, &pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\0i")));
    SafeArrayDestroy(pSafeArray);
    IByteBuffer_Release(pIByteBuff);
    ISCardTypeConv_Release(pISCardTypeConv);
}

static void CreateByteArray(void) {
    ISCardTypeConv *pISCardTypeConv = create();
    LPBYTE pbyArray = NULL;
    HRESULT hr = ISCardTypeConv_CreateByteArray(pISCardTypeConv, 64, &pbyArray);
    MUST(hr == S_OK && pbyArray != NULL && pbyArray[63] == 0);
    CoTaskMemFree(pbyArray);
    ISCardTypeConv_Release(pISCardTypeConv);
}

static void CreateByteBuffer(void) {
    ISCardTypeConv *pISCardTypeConv = create();
    LPBYTEBUFFER pIByteBuff = NULL;
    HRESULT hr = ISCardTypeConv_CreateByteBuffer(pISCardTypeConv, 3, &pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\0\0\0")));
    IByteBuffer_Release(pIByteBuff);
    ISCardTypeConv_Release(pISCardTypeConv);
}

static void CreateSafeArray(void) {
    ISCardTypeConv *pISCardTypeConv = create();
    LPSAFEARRAY pSafeArray = NULL;
    LONG lUpper = 0;
    HRESULT hr = ISCardTypeConv_CreateSafeArray(pISCardTypeConv, 16, &pSafeArray);
    MUST(hr == S_OK && SafeArrayGetDim(pSafeArray) == 1 && SafeArrayGetElemsize(pSafeArray) == 1);
    hr = SafeArrayGetUBound(pSafeArray, 1, &lUpper);
    MUST(hr == S_OK && lUpper == 15);
    SafeArrayDestroy(pSafeArray);
    ISCardTypeConv_Release(pISCardTypeConv);
}

static void GetAtIStreamMemory(void) {
    ISCardTypeConv *pISCardTypeConv = create();
    LPSTREAM pStrm = NULL;
    LPBYTEARRAY pMem = NULL;
    ULONG ulWritten = 0;
    HRESULT hr = CreateStreamOnHGlobal(NULL, TRUE, &pStrm);
    MUST(hr == S_OK);
    hr = IStream_Write(pStrm, "memory", 6, &ulWritten);
    MUST(hr == S_OK);
    hr = ISCardTypeConv_GetAtIStreamMemory(pISCardTypeConv, pStrm, &pMem);
    MUST(hr == S_OK && pMem->dwSize == 6 && pMem->pbyData[0] == 'm');
    hr = ISCardTypeConv_FreeIStreamMemoryPtr(pISCardTypeConv, pStrm, pMem->pbyData);
    MUST(hr == S_OK);
    CoTaskMemFree(pMem);
    IStream_Release(pStrm);
    ISCardTypeConv_Release(pISCardTypeConv);
}

static void FreeIStreamMemoryPtr(void) {
    ISCardTypeConv *pISCardTypeConv = create();
    LPSTREAM pStrm = NULL;
    LPBYTEARRAY pMem = NULL;
    BYTE byOther = 0;
    HRESULT hr = CreateStreamOnHGlobal(NULL, TRUE, &pStrm);
    MUST(hr == S_OK);
    hr = ISCardTypeConv_GetAtIStreamMemory(pISCardTypeConv, pStrm, &pMem);
    MUST(hr == S_OK);
    hr = ISCardTypeConv_FreeIStreamMemoryPtr(pISCardTypeConv, pStrm, &byOther);
    MUST(hr == E_INVALIDARG);
    hr = ISCardTypeConv_FreeIStreamMemoryPtr(pISCardTypeConv, pStrm, pMem->pbyData);
    MUST(hr == S_OK);
    CoTaskMemFree(pMem);
    IStream_Release(pStrm);
    ISCardTypeConv_Release(pISCardTypeConv);
}

static void SizeOfIStream(void) {
    ISCardTypeConv *pISCardTypeConv = create();
    LPSTREAM pStrm = NULL;
    ULARGE_INTEGER uliSize;
    ULONG ulWritten = 0;
    HRESULT hr = CreateStreamOnHGlobal(NULL, TRUE, &pStrm);
    MUST(hr == S_OK);
    hr = IStream_Write(pStrm, "memory", 6, &ulWritten);
    MUST(hr == S_OK);
    hr = ISCardTypeConv_SizeOfIStream(pISCardTypeConv, pStrm, &uliSize);
    MUST(hr == S_OK && uliSize.LowPart == 6 && uliSize.HighPart == 0 && uliSize.QuadPart == 6);
    IStream_Release(pStrm);
    ISCardTypeConv_Release(pISCardTypeConv);
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
