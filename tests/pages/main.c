/* Runs the programs of all pages (page.h) on the simulator, with a card database of its own. Speaks TAP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COBJMACROS
#include <Scardssp.h>
#include <scardssp_db.h>
#include <scardssp_rm.h>

#include "page.h"

static const struct page *const all[] = {bytebuffer_pages, typeconv_pages, cmd_pages,   iso7816_pages,
                                         card_pages,       database_pages, locate_pages};
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

/* The card in the first reader as a type of its own, in a file that goes with the program. */
static int introduce(const char *database) {
    struct scardssp_reader_state reader;
    struct scardssp_card_type type;
    char provider[64], interface_text[64];
    const char *interfaces[1] = {interface_text};
    char message[256] = "";
    if (setenv("SCARDSSP_DATABASE_USER", database, 1) != 0 ||
        setenv("SCARDSSP_DATABASE_SYSTEM", database, 1) != 0)
        return 0;
    if (FAILED(scardssp_use_rm("sim", message, sizeof message)) ||
        FAILED(scardssp_get_reader_state("Simulated Reader 00", &reader, 0)))
        return 0;
    wcstombs(provider, PAGE_PROVIDER, sizeof provider);
    wcstombs(interface_text, PAGE_INTERFACE, sizeof interface_text);
    memset(&type, 0, sizeof type);
    type.name = "Page card";
    type.atr = reader.atr;
    type.atr_size = reader.atr_size;
    type.provider = provider;
    type.interfaces = interfaces;
    type.interface_count = 1;
    const HRESULT hr = scardssp_db_introduce(SCARDSSP_DB_USER, &type, message, sizeof message);
    if (FAILED(hr))
        printf("# %s: %s\n", scardssp_status_name(hr), message);
    return SUCCEEDED(hr);
}

static void run(const struct page *page, int number) {
    failures = 0;
    page->program();
    printf("%s %d - %s\n", failures ? "not ok" : "ok", number, page->name);
}

int main(void) {
    char database[] = "/tmp/scardssp-pages-XXXXXX";
    int number = 0;
    const int file = mkstemp(database);
    if (file < 0)
        return 2;
    close(file);
    remove(database);
    CoInitialize(NULL);
    if (!introduce(database)) {
        printf("Bail out! The card cannot be introduced.\n");
        return 2;
    }
    for (size_t i = 0; i < sizeof all / sizeof all[0]; ++i)
        for (const struct page *page = all[i]; page->name; ++page)
            run(page, ++number);
    printf("1..%d\n", number);
    CoUninitialize();
    remove(database);
    return 0;
}
