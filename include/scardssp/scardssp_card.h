/*
 * scardssp_card.h: cards in plain C. Bytes in, bytes out; no objects, no strings of COM.
 *
 *     struct scardssp_card *card = NULL;
 *     uint8_t reply[258];
 *     size_t size = sizeof reply;
 *     int32_t status = scardssp_open(NULL, &card); // the first reader with a card
 *     if (status >= 0)
 *         status = scardssp_transmit(card, command, sizeof command, reply, &size);
 *     scardssp_close(card);
 *
 * Behind it are the card objects of scardssp.h, with all that they do: answers announced by 61xx and 6Cxx
 * are fetched and joined (no GET RESPONSE of the caller's own, whatever the protocol), no other program
 * comes in between the units of a command, and a connection is brought back after resets, removals and a
 * restart of the service. Readers and what they hold are told by scardssp_each_reader().
 *
 * Text is UTF-8, names of readers are bytes as the resource manager has them; codes are SCARD_* numbers as
 * HRESULT, S_OK is 0, and scardssp_status_advice() has a sentence on each. Functions may be called from any
 * thread; a card carries one call at a time, and others wait for it. No call waits for other programs
 * longer than SCARDSSP_TIMEOUT (30 s), or scardssp_set_timeout(), says.
 *
 * card: what scardssp_open() has made and scardssp_close() has not ended. user: whatever the caller likes,
 * handed on as it is.
 */
#ifndef SCARDSSP_CARD_PUBLIC_H
#define SCARDSSP_CARD_PUBLIC_H

#include "scardssp_rm.h"

#ifdef __cplusplus
extern "C" {
#endif
#ifndef _WIN32
#pragma GCC visibility push(default)
#endif

/* A connection to a card, shared with other programs. */
struct scardssp_card;

/* Room for the largest answer: 65536 bytes and the status word. 258 are enough after a short command. */
#define SCARDSSP_REPLY_MAX 65538u

/* Room for the name of any reader, its NUL included. */
#define SCARDSSP_READER_MAX 1024u

/*
 * Connects to the card in a reader; reader NULL: to the first card that can be connected to, in the order of
 * scardssp_list_readers(). Ended by scardssp_close(). SCARD_E_NO_SMARTCARD: there is none, else why it cannot
 * be had: SCARD_E_UNKNOWN_READER, SCARD_E_SHARING_VIOLATION, SCARD_E_TIMEOUT, SCARD_W_UNRESPONSIVE_CARD,
 * SCARD_E_PROTO_MISMATCH, SCARD_E_NO_SERVICE; E_OUTOFMEMORY; E_INVALIDARG: the name is empty or longer than
 * any; E_POINTER: out NULL. On failure *out is NULL.
 */
int32_t scardssp_open(const char *reader, struct scardssp_card **out);

/* Ends the connection and leaves the card as it is. No call may use it any more. NULL: nothing happens. */
void scardssp_close(struct scardssp_card *card);

/*
 * Sends a command to the card and receives the whole answer, its last two bytes the status word. command:
 * an APDU of `size` bytes, short or extended (ISO/IEC 7816-4 §5.2). reply: where the answer goes.
 * *reply_size in: bytes of room (at most SCARDSSP_REPLY_MAX are used), out: bytes of the answer. Any status
 * word is S_OK. The command and the reply may share memory. SCARD_W_RESET_CARD: another program has reset
 * the card before the answer was complete, in nearly every case before the command was sent; see
 * scardssp_prepare(). SCARD_W_REMOVED_CARD, SCARD_E_READER_UNAVAILABLE, SCARD_E_NO_SERVICE and the like:
 * the connection is lost, whether the card has seen the command is not known; scardssp_reattach() goes on.
 * SCARD_E_INSUFFICIENT_BUFFER: *reply_size is what the answer needs; the card has answered, and the answer
 * is lost. SCARD_E_TIMEOUT, SCARD_E_CANCELLED; E_INVALIDARG: no well-formed command; E_OUTOFMEMORY;
 * E_POINTER. On failure but for SCARD_E_INSUFFICIENT_BUFFER *reply_size is 0, and nothing is written to
 * reply.
 */
int32_t scardssp_transmit(struct scardssp_card *card, const uint8_t *command, size_t size, uint8_t *reply,
                          size_t *reply_size);

/*
 * Tells a card that has just been connected to, or was reset, what it has to know before it is of use: which
 * application is selected, a PIN. card: good for scardssp_transmit() and scardssp_get_reader() during this
 * call, and of no other thread's business. S_OK, or the code that the call which needed it is to return.
 */
typedef int32_t (*scardssp_preparation)(struct scardssp_card *card, void *user);

/*
 * Prepares the card now, and from now on by itself whenever another program has reset it: scardssp_transmit()
 * then connects again, prepares, and sends its command, with no other program in between, and the caller
 * hears nothing of it. So do scardssp_begin() and, after every fault, scardssp_reattach(). Between
 * scardssp_begin() and scardssp_end() a reset is always told (SCARD_W_RESET_CARD): what was sent since is
 * forgotten, too. Commands that count on one before them, but for the preparation, belong between these two.
 * A card whose preparation has failed is prepared before anything else is sent to it.
 * prepare NULL: nothing is prepared any more. The code of `prepare`, or of scardssp_transmit(), or of
 * scardssp_reattach(); then what was there before stays. E_UNEXPECTED: called by a preparation; E_POINTER:
 * card NULL.
 */
int32_t scardssp_prepare(struct scardssp_card *card, scardssp_preparation prepare, void *user);

/* How scardssp_reattach() starts the card. */
#define SCARDSSP_KEEP 0u  /* as it is, if it still has power */
#define SCARDSSP_RESET 1u /* by a warm reset; other programs are told of it */
#define SCARDSSP_POWER 2u /* its power is taken and given again */

/*
 * Connects again, to the card that is in the reader now: after a reset (SCARD_W_RESET_CARD), after the card
 * was out of the reader, the reader unplugged, or the service restarted; then prepares it
 * (scardssp_prepare()). start: SCARDSSP_KEEP, SCARDSSP_RESET or SCARDSSP_POWER. A transaction that was held
 * is held again. SCARD_E_NO_SMARTCARD: there is no card, call it again when there is one; the codes of
 * scardssp_open() and of the preparation; E_INVALIDARG: another number; E_UNEXPECTED: called by a
 * preparation; E_POINTER: card NULL.
 */
int32_t scardssp_reattach(struct scardssp_card *card, uint32_t start);

/*
 * Keeps other programs away from the card until scardssp_end(), for commands that belong together. Nests.
 * Waits for who has it now. The codes of scardssp_transmit(); scardssp_end(), without a scardssp_begin():
 * SCARD_E_NOT_TRANSACTED. E_UNEXPECTED: called by a preparation, which nobody interrupts; E_POINTER: card
 * NULL.
 */
int32_t scardssp_begin(struct scardssp_card *card);
int32_t scardssp_end(struct scardssp_card *card);

/*
 * Ends the calls of this card that wait at the moment, for other programs, for each other or for a card
 * that does not answer: they return SCARD_E_CANCELLED. From any thread. Later ones are not touched.
 * E_POINTER: card NULL.
 */
int32_t scardssp_cancel(struct scardssp_card *card);

/*
 * Says how long each call of this card waits from now on. timeout_ms: in ms; UINT32_MAX: for ever. E_POINTER:
 * card NULL.
 */
int32_t scardssp_set_timeout(struct scardssp_card *card, uint32_t timeout_ms);

/*
 * Tells the name of the card's reader, also when that is gone. name: where it goes, as text. *size in:
 * bytes of room, out: bytes with the NUL. SCARD_E_INSUFFICIENT_BUFFER, E_OUTOFMEMORY; E_POINTER: one is
 * NULL.
 */
int32_t scardssp_get_reader(struct scardssp_card *card, char *name, size_t *size);

/*
 * Tells the answer to reset of the card, 33 bytes at most. atr: where it goes. *size in: bytes of room,
 * out: its bytes. SCARD_E_INSUFFICIENT_BUFFER, the codes of scardssp_transmit(); E_POINTER: one is NULL.
 */
int32_t scardssp_get_atr(struct scardssp_card *card, uint8_t *atr, size_t *size);

/*
 * Waits up to timeout_ms (UINT32_MAX: for ever) until a card is put into any reader. reader: where the
 * reader's name goes. watch NULL: a card that is in a reader already will do. With a watch
 * (scardssp_watch_open()) each card is told once: first those that are there, one a call in the order of
 * scardssp_list_readers(), then each that comes; one that is gone again before its turn is left out, and so
 * is one that does not answer to a reset. What scardssp_watch_wait() of the same watch has told is not told
 * again, nor the other way round. scardssp_watch_cancel() ends the wait: SCARD_E_CANCELLED. size: bytes of
 * room, SCARDSSP_READER_MAX is always enough; SCARD_E_INSUFFICIENT_BUFFER: the next call tells this card
 * again. SCARD_E_TIMEOUT: no card came; SCARD_E_NO_SERVICE, SCARD_E_SERVICE_STOPPED: there are no readers
 * at all, the next call looks again; E_OUTOFMEMORY; E_POINTER: reader NULL. On failure reader is empty,
 * where it has room.
 */
int32_t scardssp_wait(struct scardssp_watch *watch, uint32_t timeout_ms, char *reader, size_t size);

#ifndef _WIN32
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#endif
