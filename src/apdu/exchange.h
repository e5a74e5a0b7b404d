/*
 * The exchange engine: one command APDU in, the complete reply out, over a link that moves one unit of its
 * protocol at a time. Does what the terminal's side of ISO/IEC 7816-3 §12.2 and 7816-4 §5.3.4 asks:
 * T=0: case 4 sends the data part and fetches the answer; 61xx is followed by GET RESPONSE until the data is
 * whole (6100 means 256), 6Cxx by one re-send with Le = xx; extended length goes by ENVELOPE.
 * T=1 and RAW: the APDU as it is; 61xx and 6Cxx completed as above unless `raw`.
 * 9Fxx (GSM 11.11) is the caller's business and passes through.
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
 * Runs one command to its end. The receive size is taken from Le. An SW other than 9000 is a result, not an
 * error. Returns EXCHANGE_*, or the link's code. The buffer keeps its memory in every case; its content
 * beyond `size` is undefined.
 */
uint32_t exchange_run(const struct exchange *exchange, const uint8_t *command, size_t command_size,
                      struct exchange_reply *reply);

/* Makes room for at least `room` bytes, keeping the content. false: out of memory, nothing changed. */
bool exchange_reply_reserve(struct exchange_reply *reply, size_t room);

/* Wipes and frees the buffer, leaves it zeroed for reuse. */
void exchange_reply_clear(struct exchange_reply *reply);

#endif
