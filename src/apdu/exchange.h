/*
 * The exchange engine: one command APDU in, the complete reply out, over a link that moves one unit of its
 * protocol at a time. Does what the terminal's side of ISO/IEC 7816-3 §12.2 and 7816-4 §5.3.4 asks. Used by
 * the card object; the simulated card is the other side of it.
 *
 * T=0, the units are TPDUs (header, P3, data):
 * - case 1: P3 = 00. Case 2: P3 = Le, 00 for Ne of 256 and more (7816-3 §12.2.6, case 2E.2). Case 3 and 4, Nc
 *   up to 255: P3 = Lc, sent without Le (§12.2.8, case 4E.1). Short form or extended makes no difference.
 * - Nc above 255 goes by ENVELOPE (INS C2, P1 P2 = 0000; 7816-4:2005 §7.6.2), for interindustry classes only:
 *   in others C2 is somebody's own command, and the command is EXCHANGE_UNSUPPORTED. The whole extended APDU,
 *   header and length fields included, is cut into blocks of 255 bytes, one ENVELOPE TPDU each. The card
 *   answers 9000 to a block of 255 bytes and goes on collecting; a block of fewer bytes ends the string, so
 *   that an APDU whose size is a multiple of 255 ends with an ENVELOPE without data (P3 = 00), as 7816-4 has
 *   it for the end of a data string. The answer to the block that ends it is the answer to the enclosed
 *   command. Any other SW than 9000 on the way ends the exchange.
 * - case 4 answered with 9000 or a warning (62xx, 63xx) and no data: the answer is asked for by GET RESPONSE
 *   with P3 = Le (7816-3 §12.2.5). When that brings no data, the first answer stands; a warning also outlives
 *   the 9000 of the GET RESPONSE that brought the data.
 * - 6Cxx to a case 2 command: one re-send with P3 = xx.
 *
 * T=1 and RAW, the units are APDUs: the command as it is. 6Cxx to a command with Le: one re-send with that
 * Le.
 *
 * All:
 * - 61xx, whether or not the command has Le, is followed by GET RESPONSE until an SW other than 61xx closes
 *   the reply; the pieces are joined. 6Cxx to a GET RESPONSE: one re-send of it.
 * - Never more than Ne: P3 of GET RESPONSE is the smaller of what is still wanted and xx (6100: 256); of the
 *   answer to a re-send the first Ne bytes are taken. When Ne bytes are there and the card has more, the SW
 *   is the 61xx last seen. No Le and a short Le of 00 want everything. What a card gives beyond what it was
 *   asked for is kept; but pieces are joined up to 65536 bytes, and no further.
 * - The class of GET RESPONSE is the alternate class where one is set, else the command's without its secure
 *   messaging and chaining bits, channel kept. 6Dxx or 6Exx to one in a class of 80..FF: once more in class
 *   00.
 * - The command's own verdict is never lost: a GET RESPONSE that the card refuses (an SW but 61xx, 62xx,
 *   63xx, 9000, and no data) leaves what came so far and the SW that announced more. One that brings nothing
 *   but another 61xx ends the exchange with that.
 * - Nothing is fetched between the links of a chain (bit 10 of an interindustry class; 7816-4 §5.3.3).
 * - 9Fxx (GSM 11.11) is the caller's business and passes through.
 *
 * `raw` sends the bytes as they are, an APDU or not, in every protocol, and hands back what came: one unit.
 */
#ifndef SCARDSSP_APDU_EXCHANGE_H
#define SCARDSSP_APDU_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apdu/apdu.h"

enum exchange_protocol { EXCHANGE_T0 = 1, EXCHANGE_T1 = 2, EXCHANGE_RAW = 0x10000 }; /* PC/SC's numbers */

/* Results of exchange_run() beside the link's own codes; a link never returns these itself. */
#define EXCHANGE_OK 0u
/* The command is no APDU, or for `raw` no bytes or too many; nothing was sent. */
#define EXCHANGE_MALFORMED 1u
/* The reply buffer could not grow. */
#define EXCHANGE_NO_MEMORY 2u
/* The card answered with fewer than two bytes, or the link with more than fit. */
#define EXCHANGE_BAD_REPLY 3u
/* The protocol cannot carry the command; nothing was sent. */
#define EXCHANGE_UNSUPPORTED 4u

/* The largest unit that is sent: an extended APDU and a few bytes more, which is what services take. */
#define EXCHANGE_UNIT_MAX 65548u
/* Least memory to receive in: the largest answer to a short command. */
#define EXCHANGE_RECEIVE_MIN 258u

/*
 * Sends one unit and receives the answer (data, SW1, SW2). *receive_size in: room; out: bytes received.
 * Returns 0, or the link's error code (any number but EXCHANGE_*), which ends the exchange and is passed
 * through.
 */
typedef uint32_t (*exchange_transmit)(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                                      size_t *receive_size);

/*
 * Asked before every unit but the first: returns 0 to go on, or the link's error code, which ends the
 * exchange.
 */
typedef uint32_t (*exchange_go_on)(void *link);

/*
 * A growing reply buffer owned by the caller, who may reuse it from one exchange to the next; start zeroed.
 */
struct exchange_reply {
    uint8_t *bytes; /* malloc()ed */
    size_t size;    /* bytes of the reply, SW1 SW2 included; 0 after a failure */
    size_t room;    /* bytes allocated */
};

/* How one command is to be exchanged; all zero is the ordinary way. */
struct exchange_options {
    bool raw;                 /* one unit as it is; 61xx and 6Cxx are the caller's */
    bool alternate_class_set; /* GET RESPONSE uses alternate_class instead of the command's class */
    uint8_t alternate_class;
    uint8_t nad; /* node address of T=1: the link's business */
};

struct exchange {
    exchange_transmit transmit;
    exchange_go_on go_on;
    void *link;
    bool *announced; /* set when a whole command or, raw, a unit is answered by 61xx or 6Cxx; never unset */
    /*
     * What every unit is received in: the largest room that the link takes, whatever Le says, since cards
     * give more than they were asked for. The caller's, good for any number of exchanges; what came there is
     * wiped.
     */
    uint8_t *receive;   /* EXCHANGE_RECEIVE_MIN bytes at least */
    size_t receive_max; /* ... of which the link takes this many */
    enum exchange_protocol protocol;
    struct exchange_options options;
};

/*
 * Runs one command to its end. An SW other than 9000 is a result, not an error. Returns EXCHANGE_*, or the
 * link's code. The reply's buffer keeps its memory in every case; its content beyond `size` is undefined.
 */
uint32_t exchange_run(const struct exchange *exchange, const uint8_t *command, size_t command_size,
                      struct exchange_reply *reply);

/*
 * The same for a command that the caller has taken apart already: `apdu` is what apdu_parse() made of its
 * bytes. Not for `raw`; never EXCHANGE_MALFORMED.
 */
uint32_t exchange_run_parsed(const struct exchange *exchange, const struct apdu *apdu, const uint8_t *command,
                             size_t command_size, struct exchange_reply *reply);

/* Makes room for at least `room` bytes, keeping the content. false: out of memory, nothing changed. */
bool exchange_reply_reserve(struct exchange_reply *reply, size_t room);

/* Wipes and frees the buffer, leaves it zeroed for reuse. */
void exchange_reply_clear(struct exchange_reply *reply);

#endif
