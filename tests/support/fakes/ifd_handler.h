/*
 * A reader driver (IFD handler) for tests that does what it is told, wrong things too. It is a library of its
 * own, which the backend loads; a test tells it by a struct, whose address is in the device's name
 * ("fake:0x...") or is the channel's number. All readers and slots that are opened with the same struct share
 * it.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_IFD_HANDLER_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_IFD_HANDLER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define FAKE_IFD_SLOTS 4
#define FAKE_IFD_USB                                                                                         \
    "FAKE_IFD_USB" /* the variable with "fake:0x..." for devices whose names begin with "usb:" */

struct fake_ifd {
    /* What it is, read while it is opened. */
    unsigned slots;        /* 0: it does not tell */
    unsigned simultaneous; /* readers it serves; 0: it does not tell */
    bool thread_safe, slot_thread_safe;
    bool polls;     /* it has a function that waits for a card to come or go */
    long open_code; /* what opening a slot comes to */

    /* What it does, at any time. */
    atomic_bool card[FAKE_IFD_SLOTS]; /* is in */
    _Atomic long presence;            /* not 0: the code instead */
    _Atomic long power;               /* not 0: the code of each start instead */
    _Atomic long transmit;            /* not 0: the code instead */
    _Atomic long protocol;            /* what a choice of protocol comes to */
    atomic_bool vanishes;             /* the card is out after the next command, which fails */
    atomic_bool absurd;               /* it says of everything that it is a million bytes long */
    atomic_bool old;                  /* it has no warm reset */
    _Atomic uint32_t slow_ms;         /* each command takes that */
    atomic_uint deaf;                 /* so many times it is told to stop waiting are none */
    atomic_bool stalls;               /* commands are never answered, until this is taken back */
    atomic_int socket;                /* not 0: it waits for this socket meanwhile; its end is an error */

    /* What was done to it. */
    atomic_uint opened, closed, starts, resets, offs, stops, waits;
    _Atomic unsigned long lun;                      /* of the last slot that was opened */
    _Atomic unsigned long chosen;                   /* the last protocol */
    _Atomic unsigned long header;                   /* the protocol of the last command */
    atomic_uint in_slot[FAKE_IFD_SLOTS], in_reader; /* calls that are in it */
    atomic_uint slot_meetings, reader_meetings;     /* calls that met another in the same slot, or reader */
    void *_Atomic copy;                             /* differs from one loaded copy to the other */
    atomic_bool by_caller; /* the last command came on the thread that is the process's first */
    atomic_bool number;    /* opened by number */
    char device[100];      /* or by this name */
};

#endif
