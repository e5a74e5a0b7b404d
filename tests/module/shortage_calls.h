/*
 * Calls of the library, each with all it needs at hand, to be made while memory lacks. Used by
 * test_shortage.c.
 */
#ifndef SCARDSSP_TESTS_MODULE_SHORTAGE_CALLS_H
#define SCARDSSP_TESTS_MODULE_SHORTAGE_CALLS_H

#include "kit.h"

/* A call: what it returned; what came of it is looked at and freed. It can be made again. */
typedef HRESULT (*program_call)(void);

#define ROW(function)                                                                                        \
    { #function, function }
struct row {
    const char *name;
    program_call call;
};

/*
 * Makes the objects that the calls are made with, and attaches the card in this reader; drops them, which
 * still work.
 */
void shortage_gather(const wchar_t *reader);
void shortage_drop(void);

/* All calls on them, the hand at the simulator left out; *count: how many. */
const struct row *shortage_calls(size_t *count);

/* Calls that need nothing. The first introduces a type of cards that the second then has to see. */
HRESULT shortage_introduce(void);
HRESULT shortage_see_cards(void);
HRESULT shortage_plug_and_unplug(void);
HRESULT shortage_insert(void);

/* Ends a call that makes an object: there is one if it succeeded, and it is released. */
HRESULT shortage_released(HRESULT hr, void *object);

#endif
