/*
 * The simulated card: an ISO/IEC 7816-4 operating system over a file tree, as its reader sees it. It has
 * five verbs (power up, power down, reset, exchange, destroy) and knows nothing about readers, sharing or
 * clients; rm.c (the resource manager) and serve.c (the link to vpcd) drive it.
 * Not thread-safe: its reader serialises.
 */
#ifndef SCARDSSP_SIM_CARD_H
#define SCARDSSP_SIM_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_ATR_MAX 33
/* The largest answer of one exchange: 65536 bytes and SW1 SW2. */
#define SIM_ANSWER_MAX 65538u
/* Of sim_card_delay(): the card does not answer. */
#define SIM_CARD_NEVER UINT32_MAX

enum sim_protocol { SIM_T0 = 1, SIM_T1 = 2, SIM_RAW = 3 };

struct image_reader;
struct sim_card;

/*
 * Makes a card from an image: the name of one that comes with the library, or the path of a JSON file. NULL
 * when it cannot be had; message (may be NULL) of message_size bytes then holds "file:line: field: what is
 * wrong", and *no_memory (may be NULL) says whether the image is not to blame but a want of memory.
 */
struct sim_card *sim_card_create(const char *image, char *message, size_t message_size, bool *no_memory);

/*
 * The same from an image that has been opened and is closed by the caller (image/image.h). NULL: the reader's
 * message and `no_memory` say why.
 */
struct sim_card *sim_card_create_from(struct image_reader *image);

/* Ends the card and wipes its secrets. NULL: does nothing. */
void sim_card_destroy(struct sim_card *card);

/* The name its image gives the card (UTF-8); belongs to the card. */
const char *sim_card_name(const struct sim_card *card);

/* Protocols the card offers: bits 1 (T=0) and 2 (T=1); *first: the one its ATR names first. */
unsigned sim_card_protocols(const struct sim_card *card, enum sim_protocol *first);

/* Narrows the offer (and the ATR) to one protocol; false when the card does not have it. */
bool sim_card_offer_only(struct sim_card *card, enum sim_protocol protocol);

/* Cold start; returns the bytes of the ATR stored in atr, 0 when the card stays mute. */
size_t sim_card_power_up(struct sim_card *card, uint8_t atr[SIM_ATR_MAX]);

/* Contacts off: all volatile state (selection, PINs, channels, challenges, pending data) is gone. */
void sim_card_power_down(struct sim_card *card);

/* Warm reset; as power up, without the loss of power. */
size_t sim_card_reset(struct sim_card *card, uint8_t atr[SIM_ATR_MAX]);

/*
 * One exchange. T=0: `send` is a TPDU (header, P3, data); T=1 and RAW: an APDU. Writes data and SW1 SW2 to
 * `answer` (room for `room` bytes) and returns the size; 0: the card stays mute, or `room` is too small.
 */
size_t sim_card_exchange(struct sim_card *card, enum sim_protocol protocol, const uint8_t *send,
                         size_t send_size, uint8_t *answer, size_t room);

/*
 * How long a card whose image says so thinks about this command before it answers: milliseconds that whoever
 * drives the card lets pass before the exchange; 0 as a rule, SIM_CARD_NEVER: it does not answer at all.
 */
uint32_t sim_card_delay(const struct sim_card *card, const uint8_t *send, size_t send_size);

/* Whether there is a command that sim_card_delay() could give a time for. */
bool sim_card_delays(const struct sim_card *card);

#endif
