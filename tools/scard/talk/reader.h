/* The readers there are, and what their states say. Used by the commands that show readers, and choose.h. */
#ifndef SCARD_READER_H
#define SCARD_READER_H

#include <stddef.h>
#include <stdint.h>

#include "scardssp_rm.h"
#include "terminal/drawing/colour.h"

/* The bits of a reader's state, as in WinSCard (SCARD_STATE_*). */
enum reader_bit {
    READER_UNKNOWN = 0x4,
    READER_UNAVAILABLE = 0x8,
    READER_EMPTY = 0x10,
    READER_PRESENT = 0x20,
    READER_EXCLUSIVE = 0x80,
    READER_INUSE = 0x100,
    READER_MUTE = 0x200,
    READER_UNPOWERED = 0x400
};

struct reader {
    char *name;
    struct scardssp_reader_state state; /* when the list was made */
};

struct reader_list {
    struct reader *readers;
    size_t count;
};

/*
 * Asks for the readers and what they hold. On S_OK ended by reader_list_free(); otherwise the list is empty.
 * The codes of scardssp_each_reader().
 */
int32_t reader_list_get(struct reader_list *out);
void reader_list_free(struct reader_list *list);

/* The same for a command: tells a failure, and what to do when there is no reader. Returns an exit code. */
int reader_list_need(struct reader_list *out);

/* What a state says, in words: "empty", "card present, in use". Static text for the bits in `state`. */
const char *reader_state_text(uint32_t state);

/* The colour that says the same: a card that can be used, one in use, none, something that is wrong. */
enum colour reader_state_colour(uint32_t state);

#endif
