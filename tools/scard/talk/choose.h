/* The reader that a user means. Used by every command that takes a READER. */
#ifndef SCARD_CHOOSE_H
#define SCARD_CHOOSE_H

#include <stdbool.h>

#include "talk/reader.h"
#include "terminal/table.h"

/* What a READER may be, for the help. */
#define READER_WORDS                                                                                            \
    "number from 'scard list', name or a part of it, pattern (*?), serial:NUMBER, atr:PATTERN, card:NAME or a " \
    "name of your own ('scard list --help')"

/* The row of READER in a command's table of operands, for settings with a member `reader`. */
#define READER_OPERAND(settings)                                                                             \
    {                                                                                                        \
        .name = "READER", .help = READER_WORDS "; by default the only one with a card", .optional = true,    \
        VALUE_AT(settings, reader)                                                                           \
    }

enum reader_need { READER_WITH_CARD, READER_ANY };

/*
 * The reader a user means: by its full name, its number in `scard list`, a name of the user's own (alias.h),
 * or what fits one reader only: a part of the name or a pattern for it, a pattern for the ATR, a name of the
 * card, the serial number. What is asked of the readers comes last. "name:", "atr:", "card:" and "serial:" in
 * front say which it is. wanted NULL: the only reader with a card; with READER_ANY, where no card is in, the
 * only reader. how: what the command takes to choose one, "READER" or "-r READER", for who has to. *out is
 * new memory. Otherwise tells what is wrong and which readers there are, and returns an exit code.
 */
int reader_choose(const char *wanted, enum reader_need need, const char *how, char **out);

/*
 * Whether a reader with this state may be meant, by anything but its number and the user's own names; of the
 * serial number only where "serial:" says so. state NULL: nothing is known of what it holds.
 */
bool reader_is_meant(const char *name, const struct scardssp_reader_state *state, const char *wanted);

#endif
