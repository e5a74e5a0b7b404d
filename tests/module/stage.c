/* Where the programs of the acceptance tests play: see stage.h. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

#include "kit.h"
#include "stage_service.h"

#define NAME_ROOM 64

/* The first reader is the demo card's; all others come into the second. A third one is empty. */
#define SIM_READERS 3
#define SERVICE_READERS 2

static struct {
    bool is_service;
    char names[SIM_READERS][NAME_ROOM];
    wchar_t wide[SIM_READERS][NAME_ROOM];
    struct stage_reader readers[SIM_READERS];
} stage;

static const struct {
    const char *image;
    unsigned protocol;      /* what the card is to offer in the service's reader, which cannot negotiate */
    const char *atr_served; /* what it answers then; NULL: as ever */
} cards[STAGE_CARDS] = {
    [STAGE_DEMO] = {"demo", 2, "3B 8C 81 31 FE 45 80 31 E0 73 F7 41 DB 54 44 45 4D 4F 9F"},
    [STAGE_GSM] = {"gsm", 1, NULL},
    [STAGE_GSM_TO_BLOCK] = {"gsm", 1, NULL},
    [STAGE_CLASS_90] = {CLIENT_CARDS "/class-90.json", 2, "3B 81 81 31 FE 45 80 0A"},
    [STAGE_CLASS_80] = {CLIENT_CARDS "/class-80.json", 1, NULL},
};

static bool insert(unsigned reader, enum stage_card card) {
    const bool done = stage.is_service
                          ? stage_service_insert(reader, cards[card].image, cards[card].protocol)
                          : scardssp_sim_insert(stage.names[reader], cards[card].image, NULL, 0) == S_OK;
    const char *const served = stage.is_service ? cards[card].atr_served : NULL;
    stage.readers[reader].atr = !done ? NULL : served ? served : stage_atr(card);
    return done;
}

bool stage_insert(enum stage_card card) {
    return insert(0, card);
}

const wchar_t *stage_take(enum stage_card card) {
    const unsigned reader = card == STAGE_DEMO ? 0 : 1;
    if (card != STAGE_DEMO)
        expect(insert(reader, card));
    return stage.wide[reader];
}

size_t stage_readers(const struct stage_reader **readers_out) {
    *readers_out = stage.readers;
    return stage.is_service ? SERVICE_READERS : SIM_READERS;
}

/*
 * There is no other library than the one that the program is linked with. A scenario that broke off may still
 * have the demo card.
 */
int stage_leave(void **state) {
    (void)state;
    ISCard *card = kit_card();
    const HRESULT hr = ISCard_AttachByReader(card, stage.wide[0], EXCLUSIVE, (SCARD_PROTOCOLS)(T0 | T1));
    if (hr == S_OK)
        (void)ISCard_Detach(card, UNPOWER);
    (void)ISCard_Release(card);
    return hr == S_OK || stage_insert(STAGE_DEMO) ? 0 : -1;
}

static void name_reader(unsigned reader) {
    char *const name = stage.names[reader];
    if (stage.is_service)
        (void)snprintf(name, NAME_ROOM, "%s", stage_service_reader(reader));
    else
        (void)snprintf(name, NAME_ROOM, "Simulated Reader %02u", reader);
    for (size_t i = 0; i <= strlen(name); ++i)
        stage.wide[reader][i] = (wchar_t)name[i];
    stage.readers[reader] = (struct stage_reader){stage.wide[reader], NULL};
}

bool stage_open(const char *kind, char *why, size_t why_size) {
    const bool service = kind && strcmp(kind, "pcscd") == 0;
    if (service && !stage_service_open(why, why_size))
        return false;
    stage.is_service = service;
    for (unsigned i = 0; i < (service ? SERVICE_READERS : SIM_READERS); ++i)
        name_reader(i);
    if (scardssp_use_rm(service ? "system" : "sim", why, why_size) != S_OK)
        return false;
    for (unsigned i = 1; !service && i < SIM_READERS; ++i)
        (void)scardssp_sim_remove(stage.names[i]); /* the simulator begins with a card in each */
    return stage_insert(STAGE_DEMO);
}

void stage_close(void) {
    if (stage.is_service)
        stage_service_close();
    stage.is_service = false;
}

const char *stage_kind(void) {
    return stage.is_service ? "pcscd" : "sim";
}

bool stage_is_service(void) {
    return stage.is_service;
}

const char *stage_reader(void) {
    return stage.names[0];
}

wchar_t *stage_reader_wide(void) {
    return stage.wide[0];
}
