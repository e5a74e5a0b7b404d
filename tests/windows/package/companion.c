/*
 * Uses each header of the package that has functions, against scardssp-extra.dll and nothing that is
 * registered: what one of them does, the objects and the others see. Built by sdk.sh with what the package
 * has.
 */
#include <stdio.h>
#include <string.h>

#define COBJMACROS
#define SCARDSSP_EXTRA
#include "scardssp.h"
#include "scardssp_card.h"
#include "scardssp_db.h"
#include "scardssp_profile.h"
#include "scardssp_provider.h"
#include "scardssp_rm.h"
#include "scardssp_sim.h"

static int failures;

static void expect(const char *what, int holds) {
    if (!holds) {
        printf("not so: %s\n", what);
        ++failures;
    }
}

static int count(void *user, const char *name, const struct scardssp_reader_state *state) {
    (void)state;
    *(int *)user += strcmp(name, "Till 7") == 0;
    return 1;
}

/* The object sees the reader that scardssp_sim_plug() has made, and no other. */
static void attach(void) {
    ISCard *card = NULL;
    BSTR reader = SysAllocString(L"Till 7");
    expect("an object is made",
           CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&card) == S_OK);
    if (card) {
        expect("it attaches",
               ISCard_AttachByReader(card, reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1)) == S_OK);
        ISCard_Release(card);
    }
    SysFreeString(reader);
}

int main(void) {
    static const uint8_t select[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x00, 0x02};
    uint8_t reply[258];
    char text[256] = "";
    size_t size = sizeof reply;
    int readers = 0;
    struct scardssp_card *card = NULL;

    CoInitialize(NULL);
    expect("scardssp_rm.h: a resource manager is chosen", scardssp_use_rm("sim:", text, sizeof text) == S_OK);
    expect("scardssp_sim.h: a reader is plugged in",
           scardssp_sim_plug("Till 7", "demo", 0, text, sizeof text) == S_OK);
    expect("scardssp_rm.h: it is listed", scardssp_each_reader(count, &readers) == S_OK && readers == 1);
    expect("scardssp_card.h: it opens", scardssp_open("Till 7", &card) == S_OK);
    expect("scardssp_card.h: the card answers",
           scardssp_transmit(card, select, sizeof select, reply, &size) == S_OK && size == 2 &&
               reply[0] == 0x90);
    scardssp_close(card);
    attach();
    expect("scardssp_sim.h: the card is taken out", scardssp_sim_remove("Till 7") == S_OK);
    expect("scardssp_card.h: then there is none", scardssp_open("Till 7", &card) == SCARD_E_NO_SMARTCARD);
    expect("scardssp_db.h: a group without readers is told of as one that is not there",
           scardssp_db_group_readers("No such group", NULL, NULL, text, sizeof text) < 0);
    expect("scardssp_provider.h: providers without somebody who is told",
           scardssp_providers(NULL, NULL) == E_POINTER);
    CoUninitialize();
    if (!failures)
        printf("as it should be\n");
    return failures != 0;
}
