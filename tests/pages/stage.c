/* All seven interfaces on the simulator, with a card database of the program's own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#define COBJMACROS
#include <Scardssp.h>
#include <scardssp_db.h>
#include <scardssp_rm.h>

#include "page.h"

const struct page *const page_interfaces[] = {bytebuffer_pages, typeconv_pages, cmd_pages,    iso7816_pages,
                                              card_pages,       database_pages, locate_pages, NULL};

static char database[] = "/tmp/scardssp-pages-XXXXXX";

/* The card in the first reader as a type of its own, in a file that goes with the program. */
static int introduce(void) {
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

int page_stage(void) {
    const int file = mkstemp(database);
    if (file < 0)
        return 0;
    close(file);
    remove(database);
    return introduce();
}

void page_unstage(void) {
    remove(database);
}
