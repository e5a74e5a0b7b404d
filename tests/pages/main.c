/* Runs the programs of the pages (page.h) on the simulator. Speaks TAP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COBJMACROS
#include <Scardssp.h>

#include "page.h"

static int failures;

void page_failed(const char *file, int line, const char *what) {
    ++failures;
    printf("# %s:%d: %s\n", file, line, what);
}

IByteBuffer *page_buffer(const char *bytes, LONG size) {
    IByteBuffer *buffer = NULL;
    BYTE copy[256];
    memcpy(copy, bytes, (size_t)size);
    if (FAILED(CoCreateInstance(&CLSID_CByteBuffer, NULL, CLSCTX_ALL, &IID_IByteBuffer, (void **)&buffer)) ||
        FAILED(IByteBuffer_Initialize(buffer, size, copy)))
        abort();
    return buffer;
}

ISCard *page_card(void) {
    ISCard *card = NULL;
    BSTR reader = SysAllocString(PAGE_READER);
    if (FAILED(CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&card)) ||
        FAILED(ISCard_AttachByReader(card, reader, SHARED, T0)))
        abort();
    SysFreeString(reader);
    return card;
}

ISCardCmd *page_command(void) {
    ISCardCmd *command = NULL;
    if (FAILED(CoCreateInstance(&CLSID_CSCardCmd, NULL, CLSCTX_ALL, &IID_ISCardCmd, (void **)&command)))
        abort();
    return command;
}

int page_holds(IByteBuffer *buffer, const char *bytes, LONG size) {
    BYTE held[256];
    LONG read = 0, position = 0;
    const HRESULT sought = IByteBuffer_Seek(buffer, 0, STREAM_SEEK_SET, &position);
    const HRESULT hr = IByteBuffer_Read(buffer, held, (LONG)sizeof held, &read);
    return sought == S_OK && hr == S_OK && read == size && memcmp(held, bytes, (size_t)size) == 0;
}

int page_apdu(ISCardCmd *command, const char *bytes, LONG size) {
    IByteBuffer *apdu = NULL;
    if (ISCardCmd_get_Apdu(command, &apdu) != S_OK)
        return 0;
    const int same = page_holds(apdu, bytes, size);
    IByteBuffer_Release(apdu);
    return same;
}

static void run(const struct page *page, int number) {
    failures = 0;
    page->program();
    printf("%s %d - %s\n", failures ? "not ok" : "ok", number, page->name);
}

int main(void) {
    int number = 0;
    CoInitialize(NULL);
    if (!page_stage()) {
        printf("Bail out! There is no simulator, or its card cannot be introduced.\n");
        return 2;
    }
    for (size_t i = 0; page_interfaces[i]; ++i)
        for (const struct page *page = page_interfaces[i]; page->name; ++page)
            run(page, ++number);
    printf("1..%d\n", number);
    CoUninitialize();
    page_unstage();
    return 0;
}
