/*
 * A slot that takes its time: every call sleeps, as a driver's calls do. In it is a card that answers GET
 * CHALLENGE (00 84 00 00 08) and nothing else. It watches those who call it: one at a time, and no exchange
 * in a protocol that was not agreed on.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_SLOW_SLOT_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_SLOW_SLOT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "slots/slot.h"

#define SLOW_SLOT_CODE 0x42000D48u         /* the control command it knows: sends the bytes back */
#define SLOW_SLOT_VENDOR "Slow and Steady" /* RM_ATTR_VENDOR_NAME */

struct slow_slot {
    struct slot slot;          /* first */
    _Atomic uint32_t ms;       /* what each call takes */
    _Atomic bool deaf;         /* sleeps on when it is called off, as most drivers do */
    _Atomic bool held;         /* no call ends, whatever happens, until this is false again */
    _Atomic bool stubborn;     /* agrees on no protocol */
    _Atomic bool pulled;       /* the next exchange finds that the card is gone */
    _Atomic uint32_t overlaps; /* calls that came while another was there; has to stay 0 */
    _Atomic uint32_t mistakes; /* exchanges without power, or without an agreement; has to stay 0 */
    _Atomic uint32_t powers, settles, exchanges; /* calls so far */
    _Atomic bool *released;                      /* told at the end; may be NULL */
    _Atomic uint32_t inside;
    uint32_t agreed;
    bool on;
};

/* Makes one with one reference whose calls take `ms`; the test fails where memory is short. */
struct slow_slot *slow_slot_create(uint32_t ms);

#endif
