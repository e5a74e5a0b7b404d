/*
 * A reader: a slot with or without a card, who is connected to it and how, the transaction lock and what the
 * world may see of it. connection.c works on it for clients, plug.c for whoever puts cards in and takes them
 * out. Everything but name, flags, owner and the reference count is guarded by `mutex`, which the caller of
 * each function below holds unless said otherwise. Calls into the slot (work.h) give it up meanwhile.
 */
#ifndef SCARDSSP_SLOTS_READER_H
#define SCARDSSP_SLOTS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/lock.h"
#include "base/refcount.h"
#include "rm/rm.h"
#include "slots/events.h"
#include "slots/lock.h"
#include "slots/slot.h"
#include "slots/work.h"

#define SLOTS_READER_NAME_MAX 127u /* bytes, without the NUL */
#define SLOTS_READER_EJECTOR 1u    /* flag: the reader can eject a card */

enum slots_power {
    SLOTS_EMPTY, /* no card */
    SLOTS_OFF,   /* card without power */
    SLOTS_MUTE,  /* card that did not answer the last reset, or no longer answers */
    SLOTS_ON
};

struct slots_connection;

struct slots_reader {
    struct slots_reader *next; /* in the service's list, guarded by the service's mutex */
    struct refcount refs;      /* the list's and one of each connection */
    char name[SLOTS_READER_NAME_MAX + 1];
    uint32_t flags;
    struct slots_events *events; /* of the service; told about each change that a wait could be for */

    void *owner; /* what the backend knows of the reader */
    /* Ends that, before the reader gives its card back; NULL: there is none. */
    void (*release_owner)(void *owner);

    struct lock mutex;
    struct slot *slot; /* the card, referred to; NULL: none is in */
    /*
     * Answers for the reader itself, its control and attributes, while no card is in it; referred to, set
     * before the reader is plugged. NULL: nobody does.
     */
    struct slot *vacant;
    struct slot_works works;
    enum slots_power power;
    uint8_t atr[RM_ATR_MAX]; /* of the last reset that was answered */
    size_t atr_size;
    uint32_t protocol; /* in use: RM_PROTOCOL_* once a connection has settled it, until the next reset */
    uint16_t changes;  /* insertions and removals */
    struct slots_lock lock;
    struct slots_connection *connections;
};

/* A connection as the service keeps it; a client's `struct rm_card` refers to it (connection.h). */
struct slots_connection {
    struct slots_connection *next; /* in the reader's list */
    /* in the service's table of handles, guarded by the service's mutex */
    struct slots_connection *table_next;
    struct refcount refs; /* the table's and one of each rm_card */
    struct slots_reader *reader;
    const void *opener; /* the context that made it */
    uint64_t handle;    /* its number in the table; never a pointer */
    uint32_t share;
    uint32_t protocol; /* RM_PROTOCOL_*, UNDEFINED for a DIRECT connection that has none */
    uint32_t usable;   /* the same while exchanges go by it; 0: none, or not the one in use */
    /*
     * What keeps it from working: RM_OK, RM_W_RESET_CARD or RM_W_REMOVED_CARD until a reconnect,
     * RM_E_READER_UNAVAILABLE or RM_E_INVALID_HANDLE (closed) for ever.
     */
    rm_status notice;
    /* of a transaction that ended with a removed card, taken again by a reconnect */
    uint32_t levels_to_resume;
    uint32_t calls; /* levels of the reader's lock that calls hold until they return */
};

/*
 * Makes an empty reader with one reference. The name has 1..SLOTS_READER_NAME_MAX bytes. NULL: out of memory.
 * No lock needed.
 */
struct slots_reader *slots_reader_create(const char *name, uint32_t flags, struct slots_events *events);

/*
 * Takes one more reference / gives one back; the last one frees the reader, gives its card back and ends its
 * owner. Mutex not held.
 */
struct slots_reader *slots_reader_hold(struct slots_reader *reader);
void slots_reader_drop(struct slots_reader *reader);

/*
 * A card that has been powered (ATR of `size` bytes; 0: it is mute) is in the reader from now on, which
 * refers to it. The reader is empty.
 */
void slots_reader_insert(struct slots_reader *reader, struct slot *slot, const uint8_t *atr, size_t size);

/* Takes the card out. false: there is none. */
bool slots_reader_remove(struct slots_reader *reader);

/* The card no longer answers. */
void slots_reader_mute(struct slots_reader *reader);

/* Pulls the cable: every connection and every wait on it fails for ever. */
void slots_reader_unplug(struct slots_reader *reader);

/*
 * In a forked child: every connection is the parent's and dead here, whoever has or awaits the lock is
 * another process's thread. The card stays as it is.
 */
void slots_reader_disown(struct slots_reader *reader);

/*
 * Resets the card, cold (power off and on) or warm; every connection but `except` gets a reset notice. The
 * caller of this and of the next two holds a level of the lock, and looks at the reader anew afterwards.
 * RM_E_NO_SMARTCARD, also where it has been taken out meanwhile; RM_W_UNRESPONSIVE_CARD: it stays mute.
 */
rm_status slots_reader_reset(struct slots_reader *reader, bool cold, const struct slots_connection *except);

/*
 * Takes the power from the card; every connection but `except` gets a reset notice. Nothing without a card.
 */
void slots_reader_unpower(struct slots_reader *reader, const struct slots_connection *except);

/*
 * Powers a card that has no power, and once more one that is mute while nobody is connected to it: a start
 * may fail by chance, and who connects anew has no other way to it. RM_E_NO_SMARTCARD,
 * RM_W_UNRESPONSIVE_CARD.
 */
rm_status slots_reader_wake(struct slots_reader *reader);

/* Whether share mode `share` agrees with the connections there are, `self` (may be NULL) left out. */
bool slots_reader_can_share(const struct slots_reader *reader, uint32_t share,
                            const struct slots_connection *self);

/*
 * The protocol a connection gets that accepts the set `protocols`, by pcscd's rules: RAW when it is in the
 * set; else the one in use if there is one, which stays until the next reset whoever leaves; else the first
 * one of the ATR that is in the set. `anew`: as after a reset, none is in use. RM_E_PROTO_MISMATCH. Changes
 * nothing; a card must be there.
 */
rm_status slots_reader_choose(const struct slots_reader *reader, uint32_t protocols, bool anew,
                              uint32_t *out);

/*
 * Puts the protocol in use for all, after agreeing on it with the card if it is not yet (with a level of the
 * lock): connections with another one cannot exchange any more (RM_E_PROTO_MISMATCH), only those in RAW can
 * always. The codes of slot_ops.settle(), RM_E_NO_SMARTCARD.
 */
rm_status slots_reader_use(struct slots_reader *reader, uint32_t protocol);

/*
 * Whether a call that only asks has to wait: another connection than `self` holds a transaction. A slow
 * call of another connection is no transaction.
 */
bool slots_reader_is_transacted(const struct slots_reader *reader, const struct slots_connection *self);

/* Adds a connection to the reader / takes it away (with the lock it may hold). */
void slots_reader_join(struct slots_reader *reader, struct slots_connection *connection);
void slots_reader_leave(struct slots_reader *reader, struct slots_connection *connection);

/* RM_STATE_* bits and the count of changes in the high 16 bits, as rm_wait() reports them. */
uint32_t slots_reader_state(const struct slots_reader *reader);

#endif
