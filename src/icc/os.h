/*
 * The card's operating system from the inside: its state and the command in work. Included by the card's own
 * files only; readers and tests see card.h. What is done with it has headers of its own: answer.h, access.h,
 * channel.h, commands.h.
 */
#ifndef SCARDSSP_SIM_OS_H
#define SCARDSSP_SIM_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apdu/apdu.h"
#include "icc/atr.h"
#include "icc/file.h"
#include "icc/random.h"

/* What GET CHALLENGE, sent more often than anything else, does not need is kept out of its way. */
#define SLOW_PATH __attribute__((noinline, cold))

#define USIM_SEQUENCES 32u /* TS 33.102 C.3.2: places for sequence numbers */
#define CARD_CHANNELS_MAX 20u
#define CARD_PINS_MAX 32u
#define CARD_KEYS_MAX 32u
#define CARD_FILES_MAX 512u
#define CARD_NAME_MAX 64u
#define PIN_SIZE_MAX 16u
#define PIN_LOCAL 0x80u /* bit of a reference: belongs to a DF, not to the whole card */
#define KEY_SIZE_MAX 32u
#define CHALLENGE_MIN 8u
#define CHALLENGE_MAX 16u

/* Status words of ISO/IEC 7816-4 §5.6 that the commands give. */
enum {
    SW_OK = 0x9000,
    SW_CHANNEL_CLOSED = 0x6200,
    SW_END_OF_FILE = 0x6282,
    SW_DEACTIVATED = 0x6283,
    SW_AUTH_FAILED = 0x6300,
    SW_TRIES_LEFT = 0x63C0,
    SW_MEMORY_FAILURE = 0x6581,
    SW_WRONG_LENGTH = 0x6700,
    SW_NO_CHANNEL = 0x6881,
    SW_NO_SECURE_MESSAGING = 0x6882,
    SW_CHAINING_UNSUPPORTED = 0x6884,
    SW_WRONG_FILE_KIND = 0x6981,
    SW_SECURITY = 0x6982,
    SW_BLOCKED = 0x6983,
    SW_CONDITIONS = 0x6985,
    SW_NO_CURRENT_EF = 0x6986,
    SW_WRONG_DATA = 0x6A80,
    SW_NOT_SUPPORTED = 0x6A81,
    SW_FILE_NOT_FOUND = 0x6A82,
    SW_RECORD_NOT_FOUND = 0x6A83,
    SW_NO_SPACE = 0x6A84,
    SW_WRONG_P1P2 = 0x6A86,
    SW_NC_AGAINST_P1P2 = 0x6A87,
    SW_REFERENCE_NOT_FOUND = 0x6A88,
    SW_FILE_EXISTS = 0x6A89,
    SW_NAME_EXISTS = 0x6A8A,
    SW_WRONG_OFFSET = 0x6B00,
    SW_WRONG_LE = 0x6C00,
    SW_WRONG_INS = 0x6D00,
    SW_WRONG_CLASS = 0x6E00
};

/* A code that must be shown, with the tries the card still grants. */
struct secret {
    uint8_t value[PIN_SIZE_MAX];
    uint8_t size; /* 0: there is none */
    uint8_t tries, tries_max;
};

struct pin {
    const struct file *owner; /* NULL: was deleted with its directory */
    uint8_t reference;        /* P2 of VERIFY */
    uint8_t min, max;         /* sizes a new value may have */
    bool padded;              /* values are always `max` bytes, FF behind the digits */
    bool may_disable;
    struct secret code, puk;
    struct condition reset; /* who may RESET RETRY COUNTER without the PUK */
};

struct keypair;

struct key {
    const struct file *owner; /* NULL: was deleted with its directory */
    uint8_t reference;        /* P2 of the AUTHENTICATE commands */
    struct keypair *pair;     /* NULL: it is AES. In PIV and OpenPGP cards (keypair.h) */
    bool pin_always;          /* of a pair: VERIFY comes before each use */
    uint8_t size;             /* 16, 24 or 32: AES */
    uint8_t value[KEY_SIZE_MAX];
    uint8_t tries, tries_max;  /* tries_max 0: not counted */
    bool external;             /* may prove the outside to the card */
    struct condition internal; /* who may ask for INTERNAL AUTHENTICATE with it */
};

/* A logical channel: its selection, record pointer and security state (ISO/IEC 7816-4 §5.1.2). */
struct channel {
    bool open;
    uint8_t challenge_size; /* 0: none waits for an EXTERNAL AUTHENTICATE */
    uint8_t challenge[CHALLENGE_MAX];
    int proving;         /* PIV: place of the key that the challenge is for */
    bool mutual;         /* PIV: the challenge was given as a witness */
    bool pin_fresh;      /* PIV: VERIFY has succeeded since a private key was used last */
    uint8_t certificate; /* OpenPGP: which one SELECT DATA has chosen */
    struct file *df, *ef;
    struct file *application; /* the one selected last; NULL: none, or the card has none (file.h) */
    uint32_t record;          /* the current one, 0: undefined */
    uint32_t pins, keys;      /* verified, authenticated */
};

struct sim_card;
struct command;

/* Carries a command out; returns the status word. Data goes out through sim_command_append(). */
typedef uint16_t command_handler(struct sim_card *card, struct command *command);

/* How a set of commands differs from that of ISO/IEC 7816-4: NULL, it does not have this instruction. */
struct command_row {
    uint8_t ins;
    command_handler *handler;
};
struct command_set {
    const struct command_row *rows;
    size_t count;
};

/* The sets there are: see dispatch.h. */
enum command_set_kind { COMMANDS_ISO, COMMANDS_UICC, COMMANDS_PIV, COMMANDS_OPENPGP };

/* What a class byte means to this card. */
enum class_kind {
    CLASS_NONE,
    CLASS_ISO,
    CLASS_CHAINED, /* interindustry with the chaining bit */
    CLASS_SECURED, /* interindustry with secure messaging */
    CLASS_GSM
};
struct class_info {
    uint8_t kind; /* enum class_kind */
    uint8_t channel;
};

/* Whether the card has power, and whether it then goes by its image's quirks. */
enum card_power { CARD_OFF, CARD_ON, CARD_QUIRKY };

/* A byte string that grows over several commands. */
struct collector {
    uint8_t *bytes; /* room for `room`; kept once made */
    uint32_t size, room;
};

struct quirk;

struct sim_card {
    uint8_t power; /* enum card_power */
    bool busy;     /* something of an earlier command waits: an answer, a chain, an envelope */
    uint8_t offer; /* protocols in the ATR, as sim_card_protocols() tells them */
    uint8_t channel_count;
    struct channel channels[CARD_CHANNELS_MAX];
    struct class_info classes[256];
    command_handler *handlers[256]; /* by instruction, for all classes but a SIM's; NULL: not supported */
    enum command_set_kind command_set;

    struct collector pending; /* answer data not fetched yet */
    uint32_t pending_at;
    uint16_t pending_sw;
    const struct channel *pending_channel; /* the only one that may fetch it */
    struct collector chain;                /* data of a command chain */
    uint8_t chain_header[APDU_HEADER];
    bool chaining;
    struct collector envelope; /* the enveloped command */
    bool enveloping;

    struct quirk *quirks; /* see quirk.h; NULL: none */
    uint32_t quirk_count;
    uint16_t quirk_state; /* 0 after each reset */

    struct file *mf;
    uint32_t file_count; /* the MF not counted */
    uint32_t space;      /* bytes of content that CREATE FILE may still give to files */
    struct pin pins[CARD_PINS_MAX];
    struct key keys[CARD_KEYS_MAX];
    uint32_t pin_count, key_count;
    uint32_t pins_disabled; /* verification not required */

    bool has_milenage; /* RUN GSM ALGORITHM of a SIM, AUTHENTICATE of a USIM */
    bool
        milenage_is_op; /* OP is given, of which the first challenge makes OPc: that takes a crypto library */
    uint8_t milenage_k[16], milenage_opc[16];
    uint64_t usim_sequence[USIM_SEQUENCES]; /* the last number taken at each place */

    char name[CARD_NAME_MAX + 1];
    struct atr_plan atr;
    struct random_pool random;
};

/* The command in work. */
struct command {
    struct apdu apdu;
    struct channel *channel;
    uint8_t *answer; /* the caller's buffer */
    size_t room;     /* bytes of data that fit there, SW not counted */
    uint32_t limit;  /* bytes that may go there at once; the rest waits for GET RESPONSE */
    uint32_t size;   /* bytes of answer so far, waiting ones included */
    bool exact;   /* T=0 case 2: the answer must have exactly Ne bytes, or the right number is told by 6Cxx */
    bool t0;      /* came as TPDU */
    bool special; /* the answer is more than data and SW: exact, lost, or some of it waits */
    uint8_t more_sw1; /* SW1 that announces waiting data: 61, 9F in GSM 11.11 */
    bool lost;        /* the answer did not fit into `room`, or memory ran out */
};

#endif
