/*
 * Answers the library in the daemon's place. While another client is in the way libpcsclite repeats its
 * request for as long as it takes, and sleeps in between. Then its end of the connection can be exchanged for
 * one of ours: the next try comes to us and gets an answer that ends the repeating, and the library gets its
 * own end back. The daemon hears nothing of all that, so that the connection stays, and with it a transaction
 * that is held. Used by watch.c.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_STANDIN_H
#define SCARDSSP_BACKENDS_PCSC_STANDIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The library's requests begin so: size of what follows the header, and the command; then its arguments, a
 * result last.
 */
#define PCSC_STANDIN_HEADER 8u
#define PCSC_STANDIN_REQUEST_MAX 128u

enum pcsc_standin_step {
    PCSC_STANDIN_WAITS,    /* the library has not asked yet */
    PCSC_STANDIN_ANSWERED, /* it has its answer */
    PCSC_STANDIN_FAILED    /* what it says is not understood: both ends are shut */
};

struct pcsc_standin {
    int peer; /* our end, the library has the other one; -1: none */
    uint8_t request[PCSC_STANDIN_HEADER + PCSC_STANDIN_REQUEST_MAX];
    size_t received; /* bytes of the request, with data that is not kept */
};

/* Makes one that is not in place. */
void pcsc_standin_init(struct pcsc_standin *standin);

/*
 * Exchanges the library's descriptor for one of ours. `socket` is our duplicate of the connection. false, and
 * nothing is changed: no descriptors are left, or the library's is not that connection any more.
 */
bool pcsc_standin_place(struct pcsc_standin *standin, int library, int socket);

/*
 * Does what can be done without waiting: hands on what the daemon still has to say, and answers the request
 * with `code` once it is whole.
 */
enum pcsc_standin_step pcsc_standin_serve(struct pcsc_standin *standin, int socket, uint32_t code);

/*
 * Gives the library its own end back; called by the thread that has made the call, after it. Not in place:
 * nothing.
 */
void pcsc_standin_remove(struct pcsc_standin *standin, int library, int socket);

#endif
