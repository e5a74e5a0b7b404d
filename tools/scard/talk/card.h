/*
 * The connection to a card as the commands of the tool use it: the COM calls, with UTF-8 names and plain
 * bytes around them. Includes scardssp.h with the C macros for its methods.
 */
#ifndef SCARD_CARD_H
#define SCARD_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COBJMACROS
#include "scardssp.h"
#undef COBJMACROS

#include "terminal/table.h"

#define CARD_ATR_MAX 36

/* What an attached card object tells about itself. */
struct card_look {
    SCARD_STATES state;
    SCARD_PROTOCOLS protocol;
    uint64_t handle;
    uint8_t atr[CARD_ATR_MAX];
    size_t atr_size;
};

/* Words for --share, --protocol and --init. */
extern const struct option_choice card_shares[];
extern const struct option_choice card_protocols[];
extern const struct option_choice card_dispositions[];

/* A new card object, not attached; Released by the caller. SCARD_E_NO_SERVICE, E_OUTOFMEMORY. */
HRESULT card_make(ISCard **out);

/*
 * Attaches to the reader of exactly this UTF-8 name. share, protocol: values of SCARD_SHARE_MODES,
 * SCARD_PROTOCOLS.
 */
HRESULT card_attach(ISCard *card, const char *reader, int share, int protocol);

/*
 * Makes an object and attaches it, for a command: failures are told. On EXIT_GOOD *out is ended with
 * card_close(); otherwise an exit code.
 */
int card_open(const char *reader, int share, int protocol, ISCard **out);

/*
 * Detaches and releases; NULL is fine. The card is left as it is, but for a connection in protocol RAW, which
 * ends with a reset: the service keeps a card in the protocol it was left in, and would refuse every other
 * one.
 */
void card_close(ISCard *card);

/* Asks an attached object for its state, protocol, handle and ATR. The code of the first call that fails. */
HRESULT card_look(ISCard *card, struct card_look *out);

/* A new buffer with a copy of the bytes, pointer at 0. */
HRESULT card_buffer(const uint8_t *bytes, size_t size, IByteBuffer **out);

/* The bytes of a buffer from its start, in new memory (never NULL on S_OK) that the caller frees. */
HRESULT card_buffer_bytes(IByteBuffer *buffer, uint8_t **out, size_t *size_out);

/* The reply of a command, data and status bytes, in new memory that the caller frees. No reply: no bytes. */
HRESULT card_reply(ISCardCmd *command, uint8_t **out, size_t *size_out);

/*
 * Sends bytes as they stand and leaves 61xx and 6Cxx alone: ISCardEx::TransmitBytes in raw mode, in which the
 * object stays. The answer as it came is new memory that the caller frees.
 */
HRESULT card_send_raw(ISCard *card, const uint8_t *bytes, size_t size, uint8_t **out, size_t *size_out);

/* Bytes of what card_words() writes, terminator included. */
#define CARD_WORDS_MAX 128

/* What a status word says as the answer to this command: "63C2: verification failed, 2 tries left". */
void card_words(ISCardCmd *command, uint16_t sw, char out[CARD_WORDS_MAX]);

/* "T=0", "SPECIFICMODE", "SHARED", "RESET". Static text. */
const char *card_protocol_text(SCARD_PROTOCOLS protocol);
const char *card_state_text(SCARD_STATES state);
const char *card_share_text(int share);
const char *card_disposition_text(int disposition);

#endif
