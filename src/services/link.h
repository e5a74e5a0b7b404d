/*
 * The card as what is built on commands sees it: one command goes in, its whole answer comes out. Who
 * implements it sees to the connection, to keeping other programs away for the length of a call, and to 61xx
 * and 6Cxx. Used by everything in services/.
 */
#ifndef SCARDSSP_SERVICES_LINK_H
#define SCARDSSP_SERVICES_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "apdu/apdu.h"
#include "com/win.h"

#define SERVICE_ATR_MAX 36u /* what services have room for; the longest of ISO/IEC 7816-3 has 33 */

struct service_link;

/* What a command brought. The bytes are the link's, valid until its next command. */
struct service_answer {
    const uint8_t *data;
    size_t size; /* without SW1 SW2 */
    uint16_t sw;
};

struct service_link_ops {
    /*
     * Sends one command; S_OK whatever the status word says. The codes of ISCard::Transaction when nothing
     * came back: then *answer is empty, with the status word 0.
     */
    HRESULT (*send)(struct service_link *link, const struct apdu *command, struct service_answer *answer);
    /*
     * Resets the card (warm) and takes the connection up again: all that was verified or selected is gone.
     * The codes of ISCard::ReAttach.
     */
    HRESULT (*reset)(struct service_link *link);
    /*
     * A command to the reader itself (SCardControl, `code` in WinSCard's numbering). *receive_size in:
     * room, out: bytes. SCARD_E_UNSUPPORTED_FEATURE: it has none such. NULL: there is no reader to be
     * asked.
     */
    HRESULT(*control)
    (struct service_link *link, uint32_t code, const uint8_t *send, size_t send_size, uint8_t *receive,
     size_t *receive_size);
};

struct service_link {
    const struct service_link_ops *ops;
    uint8_t atr[SERVICE_ATR_MAX];
    uint8_t atr_size;
    uint32_t command_max; /* bytes of data in one command: 255; 65535 where extended ones can be tried */
    uint32_t answer_max;  /* bytes of data one answer may bring: 256 or 65536 */
    uint32_t card; /* grows whenever another card is behind the link: what was opened on the former is void */
    uint32_t session; /* grows with each attaching and detaching: what was opened before is closed */
    uint32_t turn;    /* grows whenever somebody else may have selected a file: a new transaction, a reset */
};

/* The calls as functions: what they do and return is said at struct service_link_ops. */

static inline HRESULT service_send(struct service_link *link, const struct apdu *command,
                                   struct service_answer *answer) {
    return link->ops->send(link, command, answer);
}
static inline HRESULT service_reset(struct service_link *link) {
    return link->ops->reset(link);
}

#endif
