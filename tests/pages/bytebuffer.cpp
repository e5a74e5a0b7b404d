/* The pages of IByteBuffer: a buffer of bytes with the manners of a stream. */
#include <Scardssp.h>

#include "page.h"

static void get_Stream() {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    LPSTREAM pStrm = NULL;
    BYTE byData[5];
    ULONG ulRead = 0;
    HRESULT hr = pIByteBuff->get_Stream(&pStrm);
    MUST(hr == S_OK);
    hr = pStrm->Read(byData, 5, &ulRead);
    MUST(hr == S_OK && ulRead == 5 && byData[4] == 'o');
    pStrm->Release();
    pIByteBuff->Release();
}

static void put_Stream() {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    LPSTREAM pStrm = NULL;
    ULONG ulWritten = 0;
    HRESULT hr = CreateStreamOnHGlobal(NULL, TRUE, &pStrm);
    MUST(hr == S_OK);
    hr = pStrm->Write("other", 5, &ulWritten);
    MUST(hr == S_OK && ulWritten == 5);
    hr = pIByteBuff->put_Stream(pStrm);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("other")));
    pStrm->Release();
    pIByteBuff->Release();
}

static void Clone() {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    IByteBuffer *pIByteBuff2 = NULL;
    LONG lPosition = 0;
    HRESULT hr = pIByteBuff->Clone(&pIByteBuff2);
    MUST(hr == S_OK && page_holds(pIByteBuff2, BYTES("Hello")));
    /* Each has its own pointer: that of the clone is at the end now. */
    hr = pIByteBuff->Seek(0, STREAM_SEEK_CUR, &lPosition);
    MUST(hr == S_OK && lPosition == 0);
    pIByteBuff2->Release();
    pIByteBuff->Release();
}

static void Commit() {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    HRESULT hr = pIByteBuff->Commit(STGC_DEFAULT);
    MUST(hr == S_OK);
    hr = pIByteBuff->Commit(STGC_OVERWRITE | STGC_DANGEROUSLYCOMMITMERELYTODISKCACHE);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("Hello")));
    pIByteBuff->Release();
}

static void CopyTo() {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    IByteBuffer *pIByteBuff2 = page_buffer(BYTES(""));
    LONG lBytesRead = 0, lBytesWrite = 0;
    HRESULT hr = pIByteBuff->CopyTo(&pIByteBuff2, 4, &lBytesRead, &lBytesWrite);
    MUST(hr == S_OK && lBytesRead == 4 && lBytesWrite == 4);
    MUST(page_holds(pIByteBuff2, BYTES("Hell")));
    pIByteBuff2->Release();
    pIByteBuff->Release();
}

static void Initialize() {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("former"));
    BYTE byData[3] = {1, 2, 3};
    HRESULT hr = pIByteBuff->Initialize(3, byData);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\1\2\3")));
    hr = pIByteBuff->Initialize(2, NULL);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\0\0")));
    pIByteBuff->Release();
}

static void LockRegion() {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    HRESULT hr = pIByteBuff->LockRegion(0, 2, LOCK_EXCLUSIVE);
    MUST(hr == S_OK);
    hr = pIByteBuff->LockRegion(0, 2, 77);
    MUST(hr == STG_E_INVALIDFUNCTION);
    pIByteBuff->Release();
}

static void Read() {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    BYTE byData[8];
    LONG lBytesRead = 0;
    HRESULT hr = pIByteBuff->Read(byData, 2, &lBytesRead);
    MUST(hr == S_OK && lBytesRead == 2 && byData[1] == 'e');
    hr = pIByteBuff->Read(byData, 8, &lBytesRead);
    MUST(hr == S_OK && lBytesRead == 3 && byData[2] == 'o');
    pIByteBuff->Release();
}

static void Revert() {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    HRESULT hr = pIByteBuff->Revert();
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("Hello")));
    pIByteBuff->Release();
}

static void Seek() {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    LONG lNewPosition = 0;
    HRESULT hr = pIByteBuff->Seek(-1, STREAM_SEEK_END, &lNewPosition);
    MUST(hr == S_OK && lNewPosition == 4);
    hr = pIByteBuff->Seek(-9, STREAM_SEEK_CUR, &lNewPosition);
    MUST(hr == STG_E_INVALIDFUNCTION);
    pIByteBuff->Release();
}

static void SetSize() {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    HRESULT hr = pIByteBuff->SetSize(7);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("Hello\0\0")));
    hr = pIByteBuff->SetSize(1);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("H")));
    pIByteBuff->Release();
}

static void Stat() {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    STATSTRUCT statstruct;
    HRESULT hr = pIByteBuff->Stat(&statstruct, STATFLAG_DEFAULT);
    MUST(hr == S_OK && statstruct.type == STGTY_STREAM && statstruct.cbSize == 5);
    hr = pIByteBuff->Stat(&statstruct, STATFLAG_NONAME);
    MUST(hr == S_OK && statstruct.cbSize == 5);
    pIByteBuff->Release();
}

static void UnlockRegion() {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    HRESULT hr = pIByteBuff->LockRegion(1, 3, LOCK_WRITE);
    MUST(hr == S_OK);
    hr = pIByteBuff->UnlockRegion(1, 3, LOCK_WRITE);
    MUST(hr == S_OK);
    hr = pIByteBuff->UnlockRegion(1, 3, LOCK_WRITE);
    MUST(hr == STG_E_LOCKVIOLATION);
    pIByteBuff->Release();
}

static void Write() {
    IByteBuffer *pIByteBuff = page_buffer(BYTES("Hello"));
    BYTE byData[2] = {'i', '!'};
    LONG lBytesWritten = 0;
    LONG lNewPosition = 0;
    HRESULT hr = pIByteBuff->Seek(1, STREAM_SEEK_SET, &lNewPosition);
    MUST(hr == S_OK);
    hr = pIByteBuff->Write(byData, 2, &lBytesWritten);
    MUST(hr == S_OK && lBytesWritten == 2 && page_holds(pIByteBuff, BYTES("Hi!lo")));
    pIByteBuff->Release();
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
