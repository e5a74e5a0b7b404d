/*
 * The bytes of one command to a virtual card and of its answer over TCP, and nothing else: two sockets of one
 * process, each with a thread, which wait for, send and receive what either end has to. No way over TCP is
 * quicker; P3 and P4 tell it beside what they measure.
 */
#ifndef SCARDSSP_BENCH_WIRE_H
#define SCARDSSP_BENCH_WIRE_H

#include <pthread.h>
#include <stdbool.h>

/* One wire. Where it is not open, both ends are -1. */
struct wire {
    int near, far; /* the reader's end, the card's */
    /* The reader's end sends and receives length and bytes apart, as vsmartcard's driver does. */
    bool pieces;
    pthread_t card;
};

/* Opens it; false: no sockets or no thread. */
bool wire_open(struct wire *wire, bool pieces);

/* A GET CHALLENGE of 8 bytes and its answer there and back; false: the wire is broken. */
bool wire_trip(struct wire *wire);

/* Ends the card and gives the sockets back; what is not open is let be. */
void wire_close(struct wire *wire);

#endif
