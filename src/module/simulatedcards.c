/* The simulated cards as types of cards: see simulatedcards.h. */
#include "module/simulatedcards.h"

#include <string.h>

#include "apdu/atr.h"
#include "com/win.h"

_Static_assert(sizeof(GUID) == sizeof(struct carddb_guid), "a GUID is laid out as the database's");

#define INTERFACES 4u

#define BYTES(text) (text), sizeof(text) - 1

/* A card as its image has it (icc/image/builtin): the test of this table looks there. */
static const struct card {
    const char *name;
    unsigned protocols;     /* 0: the bytes are the whole ATR */
    const char *historical; /* the bytes that the ATR is built around */
    size_t size;            /* of these */
} cards[] = {
    {"Application card", ATR_BUILD_T1, BYTES("\x80\x31\xE0\x73\xF7\x41\xDB")},
    {"Demo card", ATR_BUILD_T0 | ATR_BUILD_T1, BYTES("\x80\x31\xE0\x73\xF7\x41\xDB\x54\x44\x45\x4D\x4F")},
    {"GSM SIM", ATR_BUILD_T0, BYTES("\x47\x53\x4D\x31\x31\x2E\x31\x31")},
    {"OpenPGP card", ATR_BUILD_T0 | ATR_BUILD_T1, BYTES("\x00\x73\xC0\x01\xC0\x05\x90\x00")},
    {"PIV card", ATR_BUILD_T0 | ATR_BUILD_T1, BYTES("\x80\x73\xC0\x21\xC0\x57\x50\x49\x56\x20\x31\x2E\x30")},
    {"UICC with a USIM", 0,
     BYTES("\x3B\x9F\x96\x80\x1F\xC7\x80\x31\xE0\x73\xFE\x21\x1B\x67\x55\x53\x49\x4D\x30\x30\x31\xE3")},
};
#define CARDS (sizeof cards / sizeof cards[0])
#define CHOICES 3u /* of protocols: T=0, T=1, both */

static struct {
    struct simulatedcards_provider provider;
    struct carddb_guid interfaces[INTERFACES];
    struct carddb_type types[CARDS * CHOICES];
    size_t count;
} known;

static void copy_guid(const GUID *from, struct carddb_guid *to) {
    memcpy(to, from, sizeof *to);
}

const struct simulatedcards_provider *simulatedcards_provider(void) {
    return &known.provider;
}

static void make_provider(void) {
    copy_guid(&CLSID_CSCardManage, &known.provider.class);
    copy_guid(&IID_ISCardManage, &known.interfaces[0]);
    copy_guid(&IID_ISCardFileAccess, &known.interfaces[1]);
    copy_guid(&IID_ISCardVerify, &known.interfaces[2]);
    copy_guid(&IID_ISCardAuth, &known.interfaces[3]);
    known.provider.interfaces = known.interfaces;
    known.provider.interface_count = INTERFACES;
}

static void add_type(const struct card *card, unsigned protocols) {
    const struct simulatedcards_provider *const provider = &known.provider;
    struct carddb_type *const type = &known.types[known.count++];
    *type = (struct carddb_type){.name = card->name,
                                 .has_provider = true,
                                 .provider = provider->class,
                                 .interfaces = provider->interfaces,
                                 .interface_count = provider->interface_count};
    type->atr_size = protocols
                         ? atr_build(protocols, (const uint8_t *)card->historical, card->size, type->atr)
                         : card->size;
    if (!protocols)
        memcpy(type->atr, card->historical, card->size);
    memset(type->mask, 0xFF, type->atr_size);
}

static void make_types(void) {
    make_provider();
    for (size_t i = 0; i < CARDS; ++i) {
        add_type(&cards[i], cards[i].protocols);
        for (unsigned one = ATR_BUILD_T0; one <= ATR_BUILD_T1; one <<= 1)
            if (cards[i].protocols != one && (cards[i].protocols & one))
                add_type(&cards[i], one);
    }
}

const struct carddb_type *simulatedcards_types(size_t *count) {
    if (!known.count)
        make_types();
    *count = known.count;
    return known.types;
}
