/*
 * scardssp_profile.h: cards of other vendors for ISCardManage and what it makes. A profile is one table that
 * says how a kind of card, or an application on cards, differs from ISO/IEC 7816-4: how it is recognised,
 * which files it has and what they are called, how it takes PINs and keys. The library's own cards (SIM,
 * UICC, PIV, OpenPGP) are such tables, and a vendor's shared object may bring more.
 *
 * The object exports ScardsspGetProfile(); a small file NAME.provider (Windows: a key of the registry) says
 * where it is and which profile it has. docs/providers.md has the file, docs/services.md a table explained
 * line by line, examples/profile/ one that is built and run. Nothing of the library is linked: this header is
 * all there is, and needs nothing but the language.
 *
 * Whatever a table leaves out, 0 or NULL, is as in ISO/IEC 7816-4. The library copies what it is given, after
 * it has looked at all of it: a table that makes no sense is refused as a whole, and "scard providers --try"
 * says why.
 */
#ifndef SCARDSSP_PROFILE_PUBLIC_H
#define SCARDSSP_PROFILE_PUBLIC_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a text, the terminator included. */
#define SCARDSSP_PROFILE_TEXT_SIZE 32
/* Bytes of an application's name (ISO/IEC 7816-4:2005 §5.3.1.1) and of an ATR (ISO/IEC 7816-3:2006 §8.2). */
#define SCARDSSP_PROFILE_AID_SIZE 16
#define SCARDSSP_PROFILE_ATR_SIZE 33
/* Identifiers that lead to a file. */
#define SCARDSSP_PROFILE_DEPTH 4
/* Rows that an array may have. */
#define SCARDSSP_PROFILE_ROWS 256

/*
 * An application, recognised when a program makes it the current directory by name: its name begins with
 * these bytes, at least 5. The profile then holds in that directory. Where several know a name, the one that
 * knows most of it counts; of equals the one of the last file, a vendor's before the library's.
 */
struct scardssp_profile_aid {
    uint8_t size;
    uint8_t bytes[SCARDSSP_PROFILE_AID_SIZE];
};

/*
 * A card, recognised when it is attached: its ATR has this size, and is equal in all bits that are set in the
 * mask. The profile then holds for the card from the master file down, but for applications that have one of
 * their own.
 */
struct scardssp_profile_atr {
    uint8_t size;
    uint8_t bytes[SCARDSSP_PROFILE_ATR_SIZE];
    uint8_t mask[SCARDSSP_PROFILE_ATR_SIZE];
};

/*
 * A card that no ATR tells, recognised by its answer to the first SELECT: this status word, and among the
 * file control parameters a data object with this tag (0: none is looked for).
 */
struct scardssp_profile_sign {
    uint16_t sw;
    uint16_t tag;
};

/* A status word of the card's own: what it is, after the mask, and what it is in ISO/IEC 7816-4. */
struct scardssp_profile_word {
    uint16_t sw, mask, iso;
};

/* Identifiers from `first` to `last`, for which ISCardFileAccess::Directory asks the card. */
struct scardssp_profile_range {
    uint16_t first, last;
};

/*
 * A file, or a directory, that has a name for people: "Balance" instead of 0001. Letters, digits, '-', '_'
 * and '.', a letter first and not all of it hexadecimal digits; upper or lower case is the same. The
 * identifiers lead there from the master file, or from the application where the profile is that of one.
 * Programs say the name by SC_TYPE_BY_NAME or SC_TYPE_BY_ANY.
 */
struct scardssp_profile_file {
    char name[SCARDSSP_PROFILE_TEXT_SIZE];
    uint8_t depth; /* identifiers in use, at least 1 */
    uint16_t ids[SCARDSSP_PROFILE_DEPTH];
};

/*
 * A data object of an application that has no files: GET DATA and PUT DATA move it whole, and programs see it
 * as the file with this identifier.
 */
struct scardssp_profile_object {
    uint16_t id;
    uint32_t tag; /* BER: 4F, 5F2D, 5FC102 */
};

/* How a code (PIN) is written down for the card. */
#define SCARDSSP_PROFILE_CODE_PLAIN 0u /* its bytes, filled up with `pad` */
#define SCARDSSP_PROFILE_CODE_BCD 1u   /* two digits a byte, the first one high; the rest from `pad` */
#define SCARDSSP_PROFILE_CODE_BLOCK 2u /* ISO 9564-1 format 2: 2, number of digits, digits, F to the end */

/* The form in which a card takes codes: how they are written down, and how long they may be. */
struct scardssp_profile_form {
    uint8_t encoding; /* SCARDSSP_PROFILE_CODE_* */
    uint8_t size;     /* bytes on the card, for what is shorter; 0: as long as the code is. A block has 8 */
    uint8_t pad;
    /* Characters of a code; others are SCARD_E_INVALID_CHV, and cost no try. most 0: any. */
    uint8_t least, most;
};

/*
 * A code of the card holder. `asked` is what a program asks for as ISCardVerify has it: lRef, or what
 * SC_FL_IHV_GLOBAL and SC_FL_IHV_LOCAL make of it (0 to 31, 128 to 159). `reference` is P2 of the card's
 * commands.
 */
struct scardssp_profile_code {
    uint8_t asked;
    uint8_t reference;
    struct scardssp_profile_form form;
};

/* Flags of a key. */
#define SCARDSSP_PROFILE_KEY_TEMPLATES 0x01u /* GENERAL AUTHENTICATE, as SCARDSSP_PROFILE_TEMPLATES */

/*
 * A key for ISCardAuth. `asked` is what a program says in pParam, 0: nothing; `reference` is P2. Where the
 * program leaves the algorithm open (lAlgoID 0), `algorithm` is P1.
 */
struct scardssp_profile_key {
    uint8_t asked;
    uint8_t reference;
    uint8_t algorithm;
    uint8_t flags; /* SCARDSSP_PROFILE_KEY_* */
};

/*
 * SELECT takes one identifier, P2 00 and no Le; the answer is fetched by GET RESPONSE after 9Fxx, and is that
 * of 3GPP TS 51.011 §9.2.1 instead of data objects. Nothing is selected by name.
 */
#define SCARDSSP_PROFILE_PLAIN_SELECT 0x01u
/* READ RECORD wants the size of a record as its Le. */
#define SCARDSSP_PROFILE_EXACT_RECORDS 0x02u
/* UPDATE RECORD of a cyclic file takes P2 03 alone: over the oldest record, which becomes the first. */
#define SCARDSSP_PROFILE_CYCLIC_PREVIOUS 0x04u
/*
 * Objects go by the odd instructions (ISO/IEC 7816-4:2005 §7.4.2): P1 P2 are 3FFF, the tag is in a list 5C,
 * the value in an object 53. Else P1 P2 are the tag, and the value is bare.
 */
#define SCARDSSP_PROFILE_LISTED_OBJECTS 0x08u
/*
 * Application and card prove themselves by templates of GENERAL AUTHENTICATE (§7.5.5); else by EXTERNAL and
 * INTERNAL AUTHENTICATE.
 */
#define SCARDSSP_PROFILE_TEMPLATES 0x10u
/*
 * What SELECT is told to answer from the first command on, where asking for file control parameters (P2 04)
 * is known to be in vain: P2 00; nothing, P2 0C. Without a flag the library finds out.
 */
#define SCARDSSP_PROFILE_SELECT_FCI 0x20u
#define SCARDSSP_PROFILE_SELECT_SILENT 0x40u
/* SELECT takes no paths (P1 08, 09): single identifiers from the first command on. */
#define SCARDSSP_PROFILE_SELECT_STEPS 0x80u

/*
 * The table. It grows at its end only: `size` says what the vendor's compiler knew of it, so that older
 * tables work with newer libraries. A newer table works with an older library as long as what that does not
 * know is 0. Arrays with no rows may be NULL.
 */
struct scardssp_profile {
    uint32_t size;                         /* sizeof(struct scardssp_profile) */
    uint32_t flags;                        /* SCARDSSP_PROFILE_* of the table */
    char name[SCARDSSP_PROFILE_TEXT_SIZE]; /* small letters, digits, '-'; a letter first */

    /* How it is recognised: by any of these; there has to be one. */
    const struct scardssp_profile_aid *aids;
    const struct scardssp_profile_atr *atrs;
    const struct scardssp_profile_sign *signs;
    uint32_t aid_count;
    uint32_t atr_count;
    uint32_t sign_count;

    /* Commands: their class, and status words; after commands about codes those of code_words come first. */
    uint8_t cla;
    uint8_t get, put; /* instructions for objects; 0: CA and DA, or CB and DB for listed ones */
    uint8_t reserved; /* 0 */
    const struct scardssp_profile_word *words;
    const struct scardssp_profile_word *code_words;
    uint32_t word_count;
    uint32_t code_word_count;

    /* Files: what to ask for (none: what other cards use), and what they are called. */
    const struct scardssp_profile_range *ranges;
    const struct scardssp_profile_file *files;
    uint32_t range_count;
    uint32_t file_count;

    /* Objects: an application that has some has no files. */
    const struct scardssp_profile_object *objects;
    uint32_t object_count;

    /* Codes and keys: those with a row as it says, others as they are asked for, codes in this form. */
    uint32_t code_count;
    const struct scardssp_profile_code *codes;
    const struct scardssp_profile_key *keys;
    uint32_t key_count;
    struct scardssp_profile_form form;
    uint8_t unused[7]; /* 0 */
};

/*
 * A profile's library exports this function: its table with that name, NULL where it has none. Called once,
 * from any thread, when a program makes the first manager of cards (ISCardManage) after the file was found.
 * What is returned is copied before the next call; it stays the library's.
 */
#ifdef _WIN32
#define SCARDSSP_PROFILE_EXPORT __declspec(dllexport)
#else
#define SCARDSSP_PROFILE_EXPORT __attribute__((visibility("default")))
#endif
SCARDSSP_PROFILE_EXPORT const struct scardssp_profile *ScardsspGetProfile(const char *name);

#ifdef __cplusplus
}
#endif

#endif
