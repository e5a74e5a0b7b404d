/* The pages of IByteBuffer: a buffer of bytes with the manners of a stream. */
#define COBJMACROS
#include <Scardssp.h>

#include "page.h"

static void get_Stream(void) {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    LPSTREAM pStrm = NULL;
    BYTE byData[5];
    ULONG ulRead = 0;
    HRESULT hr = IByteBuffer_get_Stream(pIByteBuff, &pStrm);
    MUST(hr == S_OK);
    hr = IStream_Read(pStrm, byData, 5, &ulRead);
    MUST(hr == S_OK && ulRead == 5 && byData[4] == 'o');
    IStream_Release(pStrm);
    IByteBuffer_Release(pIByteBuff);
}

static void put_Stream(void) {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    LPSTREAM pStrm = NULL;
    ULONG ulWritten = 0;
    HRESULT hr = CreateStreamOnHGlobal(NULL, TRUE, &pStrm);
    MUST(hr == S_OK);
    hr = IStream_Write(pStrm, "other", 5, &ulWritten);
    MUST(hr == S_OK && ulWritten == 5);
    hr = IByteBuffer_put_Stream(pIByteBuff, pStrm);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("other")));
    IStream_Release(pStrm);
    IByteBuffer_Release(pIByteBuff);
}

static void Clone(void) {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    IByteBuffer *pIByteBuff2 = NULL;
    LONG lPosition = 0;
    HRESULT hr = IByteBuffer_Clone(pIByteBuff, &pIByteBuff2);
    MUST(hr == S_OK && page_holds(pIByteBuff2, BYTES("Hello")));
    /* Each has its own pointer: that of the clone is at the end now. */
    hr = IByteBuffer_Seek(pIByteBuff, 0, STREAM_SEEK_CUR, &lPosition);
    MUST(hr == S_OK && lPosition == 0);
    IByteBuffer_Release(pIByteBuff2);
    IByteBuffer_Release(pIByteBuff);
}

static void Commit(void) {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    HRESULT hr = IByteBuffer_Commit(pIByteBuff, STGC_DEFAULT);
    MUST(hr == S_OK);
    hr = IByteBuffer_Commit(pIByteBuff, STGC_OVERWRITE | STGC_DANGEROUSLYCOMMITMERELYTODISKCACHE);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("Hello")));
    IByteBuffer_Release(pIByteBuff);
}

static void CopyTo(void) {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    IByteBuffer *pIByteBuff2 = page_buffer(BYTES(""));
    LONG lBytesRead = 0, lBytesWrite = 0;
    HRESULT hr = IByteBuffer_CopyTo(pIByteBuff, &pIByteBuff2, 4, &lBytesRead, &lBytesWrite);
    MUST(hr == S_OK && lBytesRead == 4 && lBytesWrite == 4);
    MUST(page_holds(pIByteBuff2, BYTES("Hell")));
    IByteBuffer_Release(pIByteBuff2);
    IByteBuffer_Release(pIByteBuff);
}

static void Initialize(void) {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("former"));
    BYTE byData[3] = {1, 2, 3};
    HRESULT hr = IByteBuffer_Initialize(pIByteBuff, 3, byData);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\1\2\3")));
    hr = IByteBuffer_Initialize(pIByteBuff, 2, NULL);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\0\0")));
    IByteBuffer_Release(pIByteBuff);
}

static void LockRegion(void) {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    HRESULT hr = IByteBuffer_LockRegion(pIByteBuff, 0, 2, LOCK_EXCLUSIVE);
    MUST(hr == S_OK);
    hr = IByteBuffer_LockRegion(pIByteBuff, 0, 2, 77);
    MUST(hr == STG_E_INVALIDFUNCTION);
    IByteBuffer_Release(pIByteBuff);
}

static void Read(void) {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    BYTE byData[8];
    LONG lBytesRead = 0;
    HRESULT hr = IByteBuffer_Read(pIByteBuff, byData, 2, &lBytesRead);
    MUST(hr == S_OK && lBytesRead == 2 && byData[1] == 'e');
    hr = IByteBuffer_Read(pIByteBuff, byData, 8, &lBytesRead);
    MUST(hr == S_OK && lBytesRead == 3 && byData[2] == 'o');
    IByteBuffer_Release(pIByteBuff);
}

static void Revert(void) {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    HRESULT hr = IByteBuffer_Revert(pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("Hello")));
    IByteBuffer_Release(pIByteBuff);
}

static void Seek(void) {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    LONG lNewPosition = 0;
    HRESULT hr = IByteBuffer_Seek(pIByteBuff, -1, STREAM_SEEK_END, &lNewPosition);
    MUST(hr == S_OK && lNewPosition == 4);
    hr = IByteBuffer_Seek(pIByteBuff, -9, STREAM_SEEK_CUR, &lNewPosition);
    MUST(hr == STG_E_INVALIDFUNCTION);
    IByteBuffer_Release(pIByteBuff);
}

static void SetSize(void) {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    HRESULT hr = IByteBuffer_SetSize(pIByteBuff, 7);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("Hello\0\0")));
    hr = IByteBuffer_SetSize(pIByteBuff, 1);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("H")));
    IByteBuffer_Release(pIByteBuff);
}

static void Stat(void) {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    STATSTRUCT statstruct;
    HRESULT hr = IByteBuffer_Stat(pIByteBuff, &statstruct, STATFLAG_DEFAULT);
    MUST(hr == S_OK && statstruct.type == STGTY_STREAM && statstruct.cbSize == 5);
    hr = IByteBuffer_Stat(pIByteBuff, &statstruct, STATFLAG_NONAME);
    MUST(hr == S_OK && statstruct.cbSize == 5);
    IByteBuffer_Release(pIByteBuff);
}

static void UnlockRegion(void) {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    HRESULT hr = IByteBuffer_LockRegion(pIByteBuff, 1, 3, LOCK_WRITE);
    MUST(hr == S_OK);
    hr = IByteBuffer_UnlockRegion(pIByteBuff, 1, 3, LOCK_WRITE);
    MUST(hr == S_OK);
    hr = IByteBuffer_UnlockRegion(pIByteBuff, 1, 3, LOCK_WRITE);
    MUST(hr == STG_E_LOCKVIOLATION);
    IByteBuffer_Release(pIByteBuff);
}

static void Write(void) {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    BYTE byData[2] = {'i', '!'};
    LONG lBytesWritten = 0;
    LONG lNewPosition = 0;
    HRESULT hr = IByteBuffer_Seek(pIByteBuff, 1, STREAM_SEEK_SET, &lNewPosition);
    MUST(hr == S_OK);
    hr = IByteBuffer_Write(pIByteBuff, byData, 2, &lBytesWritten);
    MUST(hr == S_OK && lBytesWritten == 2 && page_holds(pIByteBuff, BYTES("Hi!lo")));
    IByteBuffer_Release(pIByteBuff);
}

const struct page bytebuffer_pages[] = {
    {"IByteBuffer::get_Stream", get_Stream},
    {"IByteBuffer::put_Stream", put_Stream},
    {"IByteBuffer::Clone", Clone},
    {"IByteBuffer::Commit", Commit},
    {"IByteBuffer::CopyTo", CopyTo},
    {"IByteBuffer::Initialize", Initialize},
    {"IByteBuffer::LockRegion", LockRegion},
    {"IByteBuffer::Read", Read},
    {"IByteBuffer::Revert", Revert},
    {"IByteBuffer::Seek", Seek},
    {"IByteBuffer::SetSize", SetSize},
    {"IByteBuffer::Stat", Stat},
    {"IByteBuffer::UnlockRegion", UnlockRegion},
    {"IByteBuffer::Write", Write},
    {NULL, NULL},
};
