/*
 * What is in a reader's slot: a card as a reader drives it, whatever it is made of. This is what a backend of
 * readers of our own writes; the rest of this room (sharing, transactions, notices, waits) comes with it. A
 * slot is put into a reader and taken out of it by plug.h, from any thread. A slot may stand around another
 * one and change what that does.
 *
 * Who calls: one caller at a time, who holds a level of the reader's lock (lock.h). No lock of this room is
 * held meanwhile, so a call may take as long as the card does; nobody but those who want the card waits for
 * it. An `instant` slot is called under the reader's mutex, which is cheaper: for cards that answer in a
 * microsecond and never sleep. A slot around an instant one that has nothing to change in exchanges is left
 * out of them.
 *
 * A slot is counted: it stays while a call is in it, also when the card has been taken out meanwhile. The
 * card's fate is then in the hands of who took it out; the result of the call is ignored.
 */
#ifndef SCARDSSP_SLOTS_SLOT_H
#define SCARDSSP_SLOTS_SLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/lock.h"
#include "base/refcount.h"
#include "rm/rm.h"

/* The largest answer of an exchange: 65536 bytes and SW1 SW2. */
#define SLOT_ANSWER_MAX 65538u

struct slot;

/* The calls of a slot. Every member is set (no NULLs). */
struct slot_ops {
    /*
     * Gives the card power and resets it. cold: takes the power away first, if it has any; warm: a reset
     * pulse, only after a start that was answered. Returns the bytes of the ATR stored in `atr`; 0: the card
     * is mute. The protocol is open again.
     */
    size_t (*power)(struct slot *slot, bool cold, uint8_t atr[RM_ATR_MAX]);

    /* Takes the power away. Not called for a card that has been taken out. */
    void (*off)(struct slot *slot);

    /*
     * The protocols that the card offers since the last power(): RM_PROTOCOL_T0, RM_PROTOCOL_T1 or both;
     * *first: the one that its ATR names first. Called under the reader's mutex, whatever the slot is:
     * answers from memory.
     */
    uint32_t (*protocols)(const struct slot *slot, uint32_t *first);

    /*
     * Agrees with the card on one of the protocols it offers (ISO/IEC 7816-3 PPS), once after power() and
     * before the first exchange in it; not for RM_PROTOCOL_RAW. RM_OK also where there is nothing to agree
     * on. RM_E_PROTO_MISMATCH: the card refuses.
     */
    rm_status (*settle)(struct slot *slot, uint32_t protocol);

    /*
     * One exchange: a TPDU in T=0, an APDU in T=1 and RAW. *receive_size in: room, out: bytes of the answer,
     * 0 on failure. RM_E_INSUFFICIENT_BUFFER; RM_E_NOT_TRANSACTED: bad contact; RM_W_UNRESPONSIVE_CARD: no
     * answer; RM_W_REMOVED_CARD: the card has been pulled, as if by slots_remove() (never of an instant
     * slot); RM_E_CANCELLED: ended by slot_call_off(), nobody knows what the card has done.
     */
    rm_status (*exchange)(struct slot *slot, uint32_t protocol, const uint8_t *send, size_t send_size,
                          uint8_t *receive, size_t *receive_size);

    /*
     * SCardControl, `code` in WinSCard's numbering. Sizes as above. RM_E_UNSUPPORTED_FEATURE: the reader has
     * no such command.
     */
    rm_status (*control)(struct slot *slot, uint32_t code, const uint8_t *send, size_t send_size,
                         uint8_t *receive, size_t *receive_size);

    /*
     * An attribute that the slot knows better than the reader does (attrib.h). *size in: room, out: bytes of
     * the attribute, also when they do not fit; value NULL: only the size. RM_E_INSUFFICIENT_BUFFER;
     * RM_E_UNSUPPORTED_FEATURE: the slot does not have it.
     */
    rm_status (*get_attrib)(struct slot *slot, uint32_t id, uint8_t *value, size_t *size);

    /*
     * The call that is in the slot is to end (slot_call_off()): wakes it where it does not sleep in
     * slot_sleep(). From any thread, does not wait itself. May do nothing where the card cannot be left
     * alone; then the call ends when the card answers.
     */
    void (*call_off)(struct slot *slot);

    /*
     * Frees the slot, which nobody refers to any more. May be called under a reader's mutex: waits for
     * nothing.
     */
    void (*release)(struct slot *slot);
};

/* Begins whatever a slot is. */
struct slot {
    const struct slot_ops *ops;
    struct slot *inner; /* the one that this stands around, referred to; NULL: none */
    struct refcount refs;
    /*
     * The slot is instant (see above): who gets the exchanges, itself or what it stands around; NULL: it is
     * not. Taken back, never given, under the reader's mutex while no call is in the slot.
     */
    struct slot *instant;
    /* its control() and get_attrib() know nothing, so that nobody waits to be told so; set by its maker */
    bool plain;
    bool busy; /* a call is in it; guarded by the reader's mutex */
    /*
     * Guards what follows. Taken for a moment, after all the others; who works on memory under it knows that
     * the memory is whole in a child made by fork().
     */
    struct lock mutex;
    struct lock_bell called_off;
    uint64_t end; /* when the call that is in it has to end: clock_deadline() */
};

/*
 * Makes the part that all slots have: one reference, not instant. inner: the slot it stands around, whose
 * reference it takes over, or NULL.
 */
void slot_init(struct slot *slot, const struct slot_ops *ops, struct slot *inner);

/* Takes one more reference. */
static inline struct slot *slot_hold(struct slot *slot) {
    refcount_take(&slot->refs);
    return slot;
}

/* Gives one back; the last one releases the slot and gives back what it stands around. NULL: does nothing. */
void slot_drop(struct slot *slot);

/*
 * Takes `instant` back from the slot and from what it stands around. Under the reader's mutex where it is in
 * a reader.
 */
void slot_make_slow(struct slot *slot);

/* For work.c: a call is about to enter the slot, which has no end yet. Under the reader's mutex. */
void slot_enter(struct slot *slot);

/*
 * Lets the call that is in the slot end at `end` (clock_deadline(); 0: now), unless it has to sooner. From
 * any thread.
 */
void slot_call_off(struct slot *slot, uint64_t end);

/* For slots: sleeps so long (UINT32_MAX: for ever), or until the call has to end: false. */
bool slot_sleep(struct slot *slot, uint32_t ms);

/* For fork(): takes / gives the mutexes of the slot and of what it stands around. */
void slot_freeze(struct slot *slot);
void slot_thaw(struct slot *slot);

#endif
