/*
 * Files as ISCardFileAccess reads and writes them, byte for byte, for scripts that compare them with what
 * another program sees:
 *
 *   content READER get PATH [RECORD]     the file's bytes, or those of a record (the first: 1), to stdout
 *   content READER put PATH              bytes from stdin over the beginning of the file
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COBJMACROS
#include "scardssp.h"

#define TEXT_MAX 256u
#define INPUT_MAX 4096u

/* A word of the command line; NULL: it is none. */
static BSTR text(const char *word) {
    wchar_t wide[TEXT_MAX];
    const size_t length = mbstowcs(wide, word, TEXT_MAX);
    return length < TEXT_MAX ? SysAllocString(wide) : NULL;
}

/* The first `size` bytes of the buffer to stdout. */
static HRESULT show(IByteBuffer *buffer, LONG size) {
    BYTE *bytes = size ? malloc((size_t)size) : NULL;
    HRESULT hr = S_OK;
    LONG got = 0;
    if (size && !bytes)
        return E_OUTOFMEMORY;
    if (size)
        hr = IByteBuffer_Read(buffer, bytes, size, &got);
    if (SUCCEEDED(hr) && (got != size || fwrite(bytes, 1, (size_t)size, stdout) != (size_t)size))
        hr = E_FAIL;
    free(bytes);
    return hr;
}

/* `record` NULL: from the beginning of the file. */
static HRESULT get(ISCardFileAccess *files, HSCARD_FILE file, const char *record) {
    IByteBuffer *buffer = NULL;
    LONG size = 0; /* all there is */
    HRESULT hr = S_OK;
    if (record)
        hr = ISCardFileAccess_Seek(files, file, atoi(record) - 1, SC_SEEK_FROM_BEGINNING);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_Read(files, file, &size, &buffer, SC_FL_NO_FLAGS);
    if (SUCCEEDED(hr))
        hr = show(buffer, size);
    if (buffer)
        IByteBuffer_Release(buffer);
    return hr;
}

static HRESULT put(ISCardFileAccess *files, HSCARD_FILE file) {
    BYTE bytes[INPUT_MAX];
    IByteBuffer *buffer = NULL;
    const size_t size = fread(bytes, 1, sizeof bytes, stdin);
    HRESULT hr = CoCreateInstance(&CLSID_CByteBuffer, NULL, CLSCTX_ALL, &IID_IByteBuffer, (void **)&buffer);
    if (FAILED(hr))
        return hr;
    hr = IByteBuffer_Initialize(buffer, (LONG)size, bytes);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_Write(files, file, (LONG)size, buffer, SC_FL_NO_FLAGS);
    IByteBuffer_Release(buffer);
    return hr;
}

/* Opens the file that `words` name and does with it what they say: see above. */
static HRESULT run(ISCardFileAccess *files, int count, char **words) {
    HSCARD_FILE file = 0;
    BSTR path = text(words[1]);
    HRESULT hr = ISCardFileAccess_Open(files, SC_TYPE_BY_ID, path, &file);
    if (SUCCEEDED(hr)) {
        hr = strcmp(words[0], "put") == 0 ? put(files, file) : get(files, file, count > 2 ? words[2] : NULL);
        (void)ISCardFileAccess_Close(files, file);
    }
    SysFreeString(path);
    return hr;
}

int main(int argc, char **argv) {
    ISCardManage *manage = NULL;
    ISCardFileAccess *files = NULL;
    BSTR reader = NULL;
    if (argc < 4)
        return 2;
    (void)setlocale(LC_ALL, "");
    HRESULT hr = CoInitialize(NULL);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&CLSID_CSCardManage, NULL, CLSCTX_ALL, &IID_ISCardManage, (void **)&manage);
    if (SUCCEEDED(hr)) {
        reader = text(argv[1]);
        hr = ISCardManage_AttachByIFD(manage, reader, SHARED);
    }
    if (SUCCEEDED(hr))
        hr = ISCardManage_CreateFileAccess(manage, &files);
    if (SUCCEEDED(hr))
        hr = run(files, argc - 2, argv + 2);
    if (FAILED(hr))
        (void)fprintf(stderr, "content: error 0x%08X\n", (unsigned)hr);
    if (files)
        ISCardFileAccess_Release(files);
    if (manage)
        ISCardManage_Release(manage);
    SysFreeString(reader);
    CoUninitialize();
    return FAILED(hr) ? 1 : 0;
}
