/* The table of commands that carry secrets: see secret.h. */
#include "apdu/secret.h"

#include <stdbool.h>

#include "apdu/apdu.h"
#include "apdu/iso7816.h"

#define MIFARE_BLOCK 16u
#define MIFARE_WRITE 0xA0u
#define ULTRALIGHT_WRITE 0xA2u
#define ULTRALIGHT_PAGE 4u
#define ULTRALIGHT_KEY_FIRST 0x2Cu /* MIFARE Ultralight C: four pages with its key */
#define ULTRALIGHT_KEY_LAST 0x2Fu
#define OPENPGP_PRIVATE_KEY 0x4Du    /* extended header list: ISO/IEC 7816-4 §8.5.3, OpenPGP card 4.4.3.12 */
#define PRIVATE_KEY_TEMPLATE 0x7F48u /* ISO/IEC 7816-6 */
#define PRIVATE_KEY_DATA 0x5F48u     /* ISO/IEC 7816-6 */
#define TAG_LIST 0x5Cu               /* ISO/IEC 7816-4 §8.5.1; begins what PIV puts */

/* Judges a well-formed command whose instruction has uses without a secret, too. */
typedef enum secret (*judge)(const struct apdu *apdu);

static unsigned parameters_of(const struct apdu *apdu) {
    return (unsigned)apdu->p1 << 8 | apdu->p2;
}

/* A tag of one or two bytes; 0: there is none. */
static unsigned first_tag(const uint8_t *data, size_t size) {
    if (size == 0)
        return 0;
    if ((data[0] & 0x1F) != 0x1F)
        return data[0];
    return size > 1 ? (unsigned)data[0] << 8 | data[1] : 0;
}

static bool is_key_object(unsigned tag) {
    switch (tag) {
    case OPENPGP_PRIVATE_KEY:
    case PRIVATE_KEY_TEMPLATE:
    case PRIVATE_KEY_DATA:
    case 0xD1: /* OpenPGP card 4.4.1: keys of secure messaging, resetting code, AES key, key container */
    case 0xD2:
    case 0xD3:
    case 0xD5:
    case 0xF4:
        return true;
    default:
        return false;
    }
}

/* PUT DATA, even: P1 P2 name the object. */
static enum secret judge_put_data(const struct apdu *apdu) {
    return is_key_object(parameters_of(apdu)) ? SECRET_CERTAIN : SECRET_NONE;
}

/*
 * PUT DATA, odd: the data names it. A link of a chain that begins with neither a tag list nor a template may
 * be the middle of a private key: RSA keys are longer than a command.
 */
static enum secret judge_put_object(const struct apdu *apdu) {
    const unsigned tag = first_tag(apdu->data, apdu->nc);
    if (is_key_object(tag))
        return SECRET_CERTAIN;
    return tag == TAG_LIST ? SECRET_NONE : SECRET_PERHAPS;
}

/* A sector's last block of MIFARE Classic holds both of its keys. */
static bool is_trailer(unsigned block) {
    return block < 0x80 ? (block & 3) == 3 : block < 0x100 && (block & 15) == 15;
}

/* UPDATE BINARY of PC/SC part 3. */
static enum secret judge_update_block(const struct apdu *apdu) {
    return is_trailer(parameters_of(apdu)) && apdu->nc == MIFARE_BLOCK ? SECRET_CERTAIN : SECRET_NONE;
}

/*
 * What a reader's chip hands on to a card: a MIFARE card authenticated or given keys, or a whole command in a
 * command.
 */
static enum secret judge_handed_on(const uint8_t *data, size_t size) {
    size_t front, back;
    switch (data[0]) {
    case 0x60: /* authentication with a key */
    case 0x61:
    case 0x1B: /* with a password */
        return SECRET_CERTAIN;
    case MIFARE_WRITE:
        if (size == 2 + MIFARE_BLOCK && is_trailer(data[1]))
            return SECRET_CERTAIN;
        break;
    case ULTRALIGHT_WRITE:
        if (size == 2 + ULTRALIGHT_PAGE && data[1] >= ULTRALIGHT_KEY_FIRST && data[1] <= ULTRALIGHT_KEY_LAST)
            return SECRET_CERTAIN;
        break;
    case 0xFF: /* no class of a card's: what is for readers does not stand in itself */
        return SECRET_NONE;
    default:
        break;
    }
    return secret_find(data, size, &front, &back);
}

/* A command to a PN53x reader chip that has it talk to the card. */
static enum secret judge_direct(const struct apdu *apdu) {
    const uint8_t *data = apdu->data;
    if (apdu->nc < 4 || data[0] != 0xD4)
        return SECRET_NONE;
    const unsigned at = data[1] == 0x40 ? 3 : 2; /* InDataExchange names a target first; 42 does not */
    const bool talks = data[1] == 0x40 || data[1] == 0x42;
    return talks ? judge_handed_on(data + at, apdu->nc - at) : SECRET_NONE;
}

/*
 * INITIALIZE DEVICE of SmartCard-HSM: simple TLV objects to the last byte, one of them a PIN; else
 * GlobalPlatform's challenge.
 */
static enum secret judge_initialize(const struct apdu *apdu) {
    bool pin = false;
    size_t at = 0;
    while (at + 2 <= apdu->nc && apdu->data[at] >= 0x80) {
        pin = pin || apdu->data[at] == 0x81 || apdu->data[at] == 0x82;
        at += 2u + apdu->data[at + 1];
    }
    return pin && at == apdu->nc ? SECRET_CERTAIN : SECRET_NONE;
}

/* What encloses a command may enclose VERIFY; a block of a longer one shows nothing of the beginning. */
static enum secret judge_envelope(const struct apdu *apdu) {
    (void)apdu;
    return SECRET_PERHAPS;
}

static const struct row {
    uint8_t first, last; /* classes */
    uint8_t ins, mask;
    judge judge; /* NULL: its data is always a secret */
} rows[] = {
    /*
     * PINs: ISO/IEC 7816-4 §7.5.6 to §7.5.10 and their odd siblings, TS 102 221 11.1.9 to .13, GSM 11.11
     * 9.2.9 to .13
     */
    {0x00, 0xFF, ISO7816_INS_VERIFY, 0xFE, NULL},
    {0x00, 0xFF, ISO7816_INS_CHANGE_REFERENCE_DATA, 0xFE, NULL},
    {0x00, 0xFF, ISO7816_INS_DISABLE_VERIFICATION, 0xFE, NULL},
    {0x00, 0xFF, ISO7816_INS_ENABLE_VERIFICATION, 0xFE, NULL},
    {0x00, 0xFF, ISO7816_INS_RESET_RETRY_COUNTER, 0xFE, NULL},
    {0x00, 0x7F, ISO7816_INS_ENVELOPE, 0xFE, judge_envelope},
    /* Keys, interindustry classes */
    {0x00, 0x7F, ISO7816_INS_PUT_DATA, 0xFF, judge_put_data},
    {0x00, 0x7F, ISO7816_INS_PUT_DATA | 1, 0xFF, judge_put_object},
    {0x00, 0x7F, 0x48, 0xFF, NULL}, /* IMPORT CARD SECRET */
    {0x00, 0x7F, 0xFE, 0xFF, NULL}, /* PIV as Yubico has it: IMPORT ASYMMETRIC KEY */
    {0x00, 0x7F, 0xFF, 0xFF, NULL}, /* the same: SET MANAGEMENT KEY */
    /* GlobalPlatform Card Specification 11.8: PUT KEY */
    {0x80, 0x8F, 0xD8, 0xFF, NULL},
    {0xC0, 0xCF, 0xD8, 0xFF, NULL},
    {0xE0, 0xEF, 0xD8, 0xFF, NULL},
    /* SmartCard-HSM: INITIALIZE DEVICE has both PINs, IMPORT DKEK SHARE a key */
    {0x80, 0x80, 0x50, 0xFF, judge_initialize},
    {0x80, 0x80, 0x52, 0xFF, NULL},
    /*
     * MIFARE DESFire: ChangeKey, ChangeKeyEV2, SetConfiguration (default key), CreateTransactionMACFile,
     * CreateDelegatedApplication
     */
    {0x90, 0x90, 0xC4, 0xFF, NULL},
    {0x90, 0x90, 0xC6, 0xFF, NULL},
    {0x90, 0x90, 0x5C, 0xFF, NULL},
    {0x90, 0x90, 0xCE, 0xFF, NULL},
    {0x90, 0x90, 0xC9, 0xFF, NULL},
    /* MIFARE Plus: WritePerso */
    {0x90, 0x90, 0xA8, 0xFF, NULL},
    /* PC/SC part 3, 3.2.2.1: LOAD KEYS, UPDATE BINARY; direct commands to the reader's chip */
    {0xFF, 0xFF, 0x82, 0xFF, NULL},
    {0xFF, 0xFF, 0xD6, 0xFF, judge_update_block},
    {0xFF, 0xFF, 0x00, 0xFF, judge_direct},
    /* PC/SC part 3, supplement: transparent exchange */
    {0xFF, 0xFF, 0xC2, 0xFF, judge_envelope},
};

/* NULL: no row. */
static const struct row *row_find(uint8_t cla, uint8_t ins) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i)
        if (cla >= rows[i].first && cla <= rows[i].last && (ins & rows[i].mask) == rows[i].ins)
            return &rows[i];
    return NULL;
}

enum secret secret_find(const uint8_t *command, size_t size, size_t *front, size_t *back) {
    struct apdu apdu;
    *front = size;
    *back = 0;
    const struct row *row = size > APDU_HEADER ? row_find(command[0], command[1]) : NULL;
    if (!row)
        return SECRET_NONE;
    if (!apdu_parse(command, size, &apdu)) {
        *front = APDU_HEADER;
        return row->judge ? SECRET_PERHAPS : SECRET_CERTAIN;
    }
    const enum secret found = !apdu.nc ? SECRET_NONE : row->judge ? row->judge(&apdu) : SECRET_CERTAIN;
    if (found != SECRET_NONE) {
        *front = (size_t)(apdu.data - command);
        *back = size - *front - apdu.nc;
    }
    return found;
}
