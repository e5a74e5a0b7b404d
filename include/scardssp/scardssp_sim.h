/*
 * scardssp_sim.h: the simulator, for tests, demonstrations and CI without hardware.
 *
 * Readers and cards that live in this process behind the same ISCard objects as real ones. They are seen by
 * the objects of this process when the resource manager is "sim" (SCARDSSP_RM=sim, or
 * scardssp_use_rm("sim"), see scardssp_rm.h). The calls here play the hand that inserts a card, the
 * cable that is pulled, the other program that resets. They act at once; programs blocked in a wait see it.
 *
 * Text is UTF-8. Functions may be called from any thread. Status codes are SCARD_* numbers as HRESULT, and
 * E_INVALIDARG / E_OUTOFMEMORY. reader: the name of a simulated reader. message (may be NULL) of message_size
 * bytes: where the sentence goes that says why a call has failed.
 *
 * A card is named by `image`: one of those that come with the library, which scardssp_sim_image() lists
 * ("demo", for one), else the path of a card image in JSON (docs/card-image.md).
 */
#ifndef SCARDSSP_SIM_H
#define SCARDSSP_SIM_H

#include <stddef.h>
#include <stdint.h>

#ifndef _WIN32
#include "scarderr.h" /* the numbers that are returned, also beside <winscard.h> */
#endif

#ifdef __cplusplus
extern "C" {
#endif
#ifndef _WIN32
#pragma GCC visibility push(default)
#endif

/*
 * The card images that come with the library, by their place: 0 is "demo". Returns the name, NULL where there
 * are no more; *summary (may be NULL) then stays, else it is one line that says what card it is. Both are
 * static text. Whatever the resource manager is.
 */
const char *scardssp_sim_image(uint32_t place, const char **summary);

/*
 * The calls that move readers and cards return E_UNEXPECTED when the resource manager of this process is not
 * the simulator. Of several backends at once ("system,sim") they move those of the first simulator, by the
 * names that it has for its readers: where a list shows "NAME (2)", because another backend has a "NAME",
 * that is "NAME".
 */

/*
 * Plugs in a reader, empty or with a card in it (image NULL: empty). flags: SCARDSSP_SIM_*.
 * SCARD_E_DUPLICATE_READER; E_INVALIDARG: name NULL, empty or longer than 127 bytes, or the image is bad:
 * then message (may be NULL) of message_size bytes gets a line "file:line: field: what is wrong".
 */
#define SCARDSSP_SIM_EJECTOR 1u /* the reader can eject a card (SCARD_ATTR_CHARACTERISTICS) */
int32_t scardssp_sim_plug(const char *reader, const char *image, uint32_t flags, char *message,
                          size_t message_size);

/* Pulls the reader's cable. Connections to it fail from now on. SCARD_E_UNKNOWN_READER. */
int32_t scardssp_sim_unplug(const char *reader);

/*
 * Puts a card in; one that is there is taken out first. Each call makes a fresh card from the image.
 * SCARD_E_UNKNOWN_READER; E_INVALIDARG and message as above.
 */
int32_t scardssp_sim_insert(const char *reader, const char *image, char *message, size_t message_size);

/* Takes the card out and keeps it aside. SCARD_E_UNKNOWN_READER, SCARD_E_NO_SMARTCARD. */
int32_t scardssp_sim_remove(const char *reader);

/* Puts back the very card that was taken out last, with all it holds. SCARD_E_NO_SMARTCARD: there is none. */
int32_t scardssp_sim_put_back(const char *reader);

/* Faults that a card or reader meets (scardssp_sim_fault). */
enum scardssp_sim_fault {
    SCARDSSP_SIM_FAULT_MUTE = 1,      /* no ATR and no answer until a cold reset (count of them: `value`) */
    SCARDSSP_SIM_FAULT_TRANSPORT = 2, /* the next `value` exchanges fail as a bad contact makes them fail */
    SCARDSSP_SIM_FAULT_REMOVE_AFTER =
        3,                      /* the card is pulled in the middle of the exchange after `value` more */
    SCARDSSP_SIM_FAULT_SLOW = 4 /* every exchange takes `value` ms, 4294967295: never ends; 0 takes it back */
};

/*
 * Arms a fault in the reader. fault: one of enum scardssp_sim_fault, which says what `value` means for it.
 * SCARD_E_UNKNOWN_READER; E_INVALIDARG: an unknown fault.
 */
int32_t scardssp_sim_fault(const char *reader, uint32_t fault, uint32_t value);

/* Takes every simulated reader away, and with them all cards. Objects that are attached lose their reader. */
void scardssp_sim_clear(void);

/*
 * Serves a card to a virtual reader over TCP: connects to a vpcd driver (of pcscd, say) at host:port and
 * answers for the card until it is stopped, the other end goes away for good, or an error.
 *
 * On Linux, where the host is this machine, the call is a client of the PC/SC service as long as it serves:
 * that wakes a pcscd which systemd starts by its socket, and keeps it from ending for want of clients. When
 * the service ends all the same (a restart), it is woken and waited for, for half a minute at least, and gets
 * the card again.
 */
struct scardssp_sim_serve_options {
    const char *host;              /* NULL: 127.0.0.1 */
    uint16_t port;                 /* 0: 35963, vpcd's first slot */
    const char *image;             /* NULL: "demo" */
    uint32_t protocol;             /* 0: the card's own choice; 1: offer only T=0; 2: offer only T=1 */
    uint32_t wait_ms;              /* how long to keep trying to connect, also after a hang-up; 0: once */
    void (*connected)(void *user); /* called each time the card is in the reader; may be NULL */
    void *user;
};

/*
 * Serves a card as `options` say, until it is stopped. S_OK after a stop through `stop_fd` (becomes
 * readable or is closed at its other end; on Windows the handle of an event or the like, signalled; -1:
 * none), SCARD_E_READER_UNAVAILABLE: nobody answers at host:port or it is no driver, or the driver hung up;
 * SCARD_E_SHARING_VIOLATION: another card is in the slot; where nobody answers on this machine:
 * SCARD_E_NO_SERVICE, SCARD_W_SECURITY_VIOLATION, SCARD_E_TIMEOUT and other codes of a service that cannot
 * be woken. message then gets "host:port: what is wrong; what to do" (1024 bytes are enough). E_INVALIDARG
 * with message as above.
 */
int32_t scardssp_sim_serve(const struct scardssp_sim_serve_options *options, int stop_fd, char *message,
                           size_t message_size);

#ifndef _WIN32
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#endif
