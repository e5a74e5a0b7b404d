/* The readers there are, and the one a user means. Used by every command that takes a READER. */
#ifndef SCARD_READER_H
#define SCARD_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scardssp_rm.h"
#include "terminal/table.h"

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

/* The row of READER in a command's table of operands, for settings with a member `reader`. */
#define READER_OPERAND(settings)                                                                             \
    {                                                                                                        \
        .name = "READER",                                                                                    \
        .help = "name, part of it, or number from 'scard list'; by default the only one with a card",        \
        .optional = true, VALUE_AT(settings, reader)                                                         \
    }

enum reader_need { READER_WITH_CARD, READER_ANY };

/*
 * The reader a user means by its full name, a part of it that no other has, or its number in `scard list`.
 * wanted NULL: the only reader with a card; with READER_ANY, where no card is in, the only reader. how: what
 * the command takes to choose one, "READER" or "-r READER", for who has to. *out is new memory. Otherwise
 * tells what is wrong and which readers there are, and returns an exit code.
 */
int reader_choose(const char *wanted, enum reader_need need, const char *how, char **out);

/* Whether a reader of this name is one that `wanted`, a name or a part of it, may mean. */
bool reader_is_named(const char *name, const char *wanted);

/* What a state says, in words: "empty", "card present, in use". Static text for the bits in `state`. */
const char *reader_state_text(uint32_t state);

#endif
