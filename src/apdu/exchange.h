/*
 * The exchange engine: one command APDU in, the complete reply out, over a link that moves one unit of its
 * protocol at a time. Does what the terminal's side of ISO/IEC 7816-3 §12.2 and 7816-4 §5.3.4 asks. Used by
 * the card object; the simulated card is the other side of it.
 *
 * T=0, the units are TPDUs (header, P3, data):
 * - case 1: P3 = 00. Case 2S: as it is. Case 3S: as it is. Case 4S: sent without Le.
 * - extended form with Nc <= 255 and Ne <= 256: sent in short form, which says the same (7816-3 §12.2).
 * - any other extended command goes by ENVELOPE (INS C2, the command's class, P1 P2 = 0000; 7816-4:2005
 *   §7.6.2): the whole extended APDU, header and length fields included, is cut into blocks of 255 bytes,
 *   one ENVELOPE TPDU each. The card answers 9000 to a block of 255 bytes and goes on collecting; a block of
 *   fewer bytes ends the string, so that an APDU whose size is a multiple of 255 ends with an ENVELOPE
 *   without data (P3 = 00), as 7816-4 has it for the end of a data string. The answer to the block that ends
 *   it is the answer to the enclosed command (61xx and GET RESPONSE when there is data). Any other SW than
 *   9000 on the way ends the exchange. Where the card has no ENVELOPE (6Dxx or 6Exx to the first one) and Nc
 *   <= 255, the command is sent in short form with Le = 00 (7816-3 §12.2, case 2E and 4E).
 * - case 4 answered with 9000 or a warning (62xx, 63xx) and no data: the answer is asked for by GET RESPONSE
 *   with P3 = Le (7816-3 §12.2, case 4S). When the card has none (any error SW, or no data), its first
 *   answer stands; a warning also outlives the 9000 of the GET RESPONSE that brought the data.
 * - 6Cxx to a case 2 command: one re-send with P3 = xx.
 *
 * T=1 and RAW, the units are APDUs: the command as it is. 6Cxx to a command with Le: one re-send with that
 * Le.
 *
 * All: 61xx, whether or not the command has Le, is followed by GET RESPONSE (P3 = xx, 6100 means 256) until
 * an SW other than 61xx closes the reply; the pieces are joined. 6Cxx to a GET RESPONSE: one re-send of it.
 * A GET RESPONSE that brings nothing but another 61xx, or more than 65536 bytes in all, is
 * EXCHANGE_BAD_REPLY. `raw` leaves 61xx and 6Cxx to the caller on T=1 and RAW; T=0 needs them to move an
 * APDU at all and ignores it. 9Fxx (GSM 11.11) is the caller's business and passes through.
 */
#ifndef SCARDSSP_APDU_EXCHANGE_H
#define SCARDSSP_APDU_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum exchange_protocol { EXCHANGE_T0 = 1, EXCHANGE_T1 = 2, EXCHANGE_RAW = 3 };

/* Results of exchange_run() beside the link's own codes; a link never returns these itself. */
#define EXCHANGE_OK 0u
#define EXCHANGE_MALFORMED 1u /* the command is no APDU; nothing was sent */
#define EXCHANGE_NO_MEMORY 2u /* the reply buffer could not grow */
#define EXCHANGE_BAD_REPLY 3u /* the card answered with fewer than two bytes, or without end */

/*
 * Sends one unit and receives the answer (data, SW1, SW2). *receive_size in: room; out: bytes received.
 * Returns 0, or the link's error code (any number but 1..3), which ends the exchange and is passed through.
 */
typedef uint32_t (*exchange_transmit)(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                                      size_t *receive_size);

/* A growing reply buffer owned by the caller, who may reuse it from one exchange to the next; start zeroed. */
struct exchange_reply {
    uint8_t *bytes; /* malloc()ed */
    size_t size;    /* bytes of the reply, SW1 SW2 included; 0 after a failure */
    size_t room;    /* bytes allocated */
};

struct exchange {
    exchange_transmit transmit;
    void *link;
    enum exchange_protocol protocol;
    bool raw;                 /* T=1/RAW: leave 61xx and 6Cxx to the caller */
    bool alternate_class_set; /* GET RESPONSE uses alternate_class instead of the command's class */
    uint8_t alternate_class;
    size_t receive_max; /* largest receive size the link takes; sizes are clamped to it */
};

/*
 * Runs one command to its end. The receive size is Ne + 2, 258 at least (cards answer with more than they
 * were asked for), receive_max at most. An SW other than 9000 is a result, not an error. Returns EXCHANGE_*,
 * or the link's code; a link that claims to have received more than there was room for counts as
 * EXCHANGE_BAD_REPLY. The buffer keeps its memory in every case; its content beyond `size` is undefined.
 */
uint32_t exchange_run(const struct exchange *exchange, const uint8_t *command, size_t command_size,
                      struct exchange_reply *reply);

/* Makes room for at least `room` bytes, keeping the content. false: out of memory, nothing changed. */
bool exchange_reply_reserve(struct exchange_reply *reply, size_t room);

/* Wipes and frees the buffer, leaves it zeroed for reuse. */
void exchange_reply_clear(struct exchange_reply *reply);

#endif
