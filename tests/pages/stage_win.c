/*
 * The interfaces that need no card database on the simulator: on Windows the database is the system's, which
 * a test leaves alone.
 */
#define COBJMACROS
#include <Scardssp.h>
#include <scardssp_rm.h>

#include "page.h"

const struct page *const page_interfaces[] = {bytebuffer_pages, typeconv_pages, cmd_pages,
                                              iso7816_pages,    card_pages,     NULL};

int page_stage(void) {
    return SUCCEEDED(scardssp_use_rm("sim", NULL, 0));
}

void page_unstage(void) {
}
