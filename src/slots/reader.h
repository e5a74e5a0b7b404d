/*
 * A simulated reader: a slot with or without a card, who is connected to it and how, the transaction lock and
 * what the world may see of it. connection.c works on it for clients, sim.c plays the hand at the slot.
 * Everything but name, flags and the reference count is guarded by `mutex`, which the caller of each function
 * below holds unless said otherwise.
 */
#ifndef SCARDSSP_SIM_READER_H
#define SCARDSSP_SIM_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/lock.h"
#include "base/refcount.h"
#include "icc/card.h"
#include "rm/rm.h"
#include "slots/events.h"
#include "slots/fault.h"
#include "slots/lock.h"

#define SIM_READER_NAME_MAX 127u /* bytes, without the NUL */
#define SIM_READER_EJECTOR 1u    /* flag: the reader can eject a card */

enum sim_power {
    SIM_EMPTY, /* no card */
    SIM_OFF,   /* card without power */
    SIM_MUTE,  /* card that did not answer the last reset, or answers no more */
    SIM_ON
};

struct sim_connection;

struct sim_reader {
    struct sim_reader *next; /* in the service's list, guarded by the service's mutex */
    struct refcount refs;    /* the list's and one of each connection */
    char name[SIM_READER_NAME_MAX + 1];
    uint32_t flags;
    struct sim_events *events; /* of the service; told about each change that a wait could be for */

    struct lock mutex;
    struct lock_bell
        jolt; /* rung when the card or the reader goes, or an exchange is called off: ends a slow one */
    const void *working; /* the client whose exchange is being slow; NULL: none is */
    bool called_off;     /* ... and is to end soon */
    struct sim_card *card;
    struct sim_card *aside; /* the card that was taken out last */
    enum sim_power power;
    uint8_t atr[RM_ATR_MAX]; /* of the last reset that was answered */
    size_t atr_size;
    uint32_t protocol; /* in use: RM_PROTOCOL_* once a connection has settled it, until the next reset */
    uint16_t changes;  /* insertions and removals */
    struct sim_lock lock;
    struct sim_fault fault;
    struct sim_connection *connections;
};

/* A connection as the service keeps it; a client's `struct rm_card` refers to it (connection.h). */
struct sim_connection {
    struct sim_connection *next;       /* in the reader's list */
    struct sim_connection *table_next; /* in the service's table of handles, guarded by the service's mutex */
    struct refcount refs;              /* the table's and one of each rm_card */
    struct sim_reader *reader;
    const void *opener; /* the context that made it */
    uint64_t handle;    /* its number in the table; never a pointer */
    uint32_t share;
    uint32_t protocol;      /* RM_PROTOCOL_*, UNDEFINED for a DIRECT connection that has none */
    enum sim_protocol link; /* the same in the card's terms; 0: none, or not the one in use */
    /*
     * What keeps it from working: RM_OK, RM_W_RESET_CARD or RM_W_REMOVED_CARD until a reconnect,
     * RM_E_READER_UNAVAILABLE or RM_E_INVALID_HANDLE (closed) for ever.
     */
    rm_status notice;
    uint32_t owed; /* levels of a transaction that ended with a removed card, taken again by a reconnect */
};

/*
 * Makes an empty reader with one reference. The name has 1..SIM_READER_NAME_MAX bytes. NULL: out of memory.
 * No lock needed.
 */
struct sim_reader *sim_reader_create(const char *name, uint32_t flags, struct sim_events *events);

/* Takes one more reference / gives one back; the last one frees the reader and its cards. Mutex not held. */
struct sim_reader *sim_reader_hold(struct sim_reader *reader);
void sim_reader_drop(struct sim_reader *reader);

/* Puts `card` in and powers it; the reader owns it from now on. A card that is there is taken out first. */
void sim_reader_insert(struct sim_reader *reader, struct sim_card *card);

/* Takes the card out and keeps it aside (the one kept before is destroyed). false: there is none. */
bool sim_reader_remove(struct sim_reader *reader);

/* Puts the card back that was taken out last, in exchange for the one that is there, if any. false: none. */
bool sim_reader_put_back(struct sim_reader *reader);

/* Pulls the cable: every connection and every wait on it fails for ever. */
void sim_reader_unplug(struct sim_reader *reader);

/* Ends a slow exchange of this client. */
void sim_reader_call_off(struct sim_reader *reader, const void *context);

/*
 * In a forked child: every connection is the parent's and dead here, whoever has or awaits the lock is another process's
 * thread. The card stays as it is.
 */
void sim_reader_disown(struct sim_reader *reader);

/* Arms a fault. false: no such kind. */
bool sim_reader_fault(struct sim_reader *reader, uint32_t kind, uint32_t value);

/*
 * Resets the card, cold (power off and on) or warm; every connection but `except` gets a reset notice.
 * RM_E_NO_SMARTCARD, RM_W_UNRESPONSIVE_CARD: it stays mute.
 */
rm_status sim_reader_reset(struct sim_reader *reader, bool cold, const struct sim_connection *except);

/* Takes the power from the card; every connection but `except` gets a reset notice. Nothing without a card. */
void sim_reader_unpower(struct sim_reader *reader, const struct sim_connection *except);

/* Powers a card that has no power. RM_E_NO_SMARTCARD, RM_W_UNRESPONSIVE_CARD. */
rm_status sim_reader_wake(struct sim_reader *reader);

/* Whether share mode `share` agrees with the connections there are, `self` (may be NULL) left out. */
bool sim_reader_can_share(const struct sim_reader *reader, uint32_t share, const struct sim_connection *self);

/*
 * The protocol a connection gets that accepts the set `protocols`, by pcscd's rules: RAW when it is in the set; else the one
 * in use if there is one, which stays until the next reset whoever leaves; else the first one of the ATR that is in the
 * set. `anew`: as after a reset, none is in use. RM_E_PROTO_MISMATCH. Changes nothing; a card must be there.
 */
rm_status sim_reader_choose(const struct sim_reader *reader, uint32_t protocols, bool anew, uint32_t *out);

/* The protocol in the card's terms, 0 for RM_PROTOCOL_UNDEFINED. */
enum sim_protocol sim_reader_link(uint32_t protocol);

/*
 * Puts the protocol in use for all: connections with another one cannot exchange any more (RM_E_PROTO_MISMATCH), only those
 * in RAW can always.
 */
void sim_reader_use(struct sim_reader *reader, uint32_t protocol);

/* Adds a connection to the reader / takes it away (with the lock it may hold). */
void sim_reader_join(struct sim_reader *reader, struct sim_connection *connection);
void sim_reader_leave(struct sim_reader *reader, struct sim_connection *connection);

/* RM_STATE_* bits and the count of changes in the high 16 bits, as rm_wait() reports them. */
uint32_t sim_reader_state(const struct sim_reader *reader);

#endif
