/*
 * Colours on standard output, where it is a terminal that has them and the user does not refuse them
 * (NO_COLOR, see no-color.org). Used by the commands that print lines for people. Each text says without its
 * colour what it says with it.
 */
#ifndef SCARD_COLOUR_H
#define SCARD_COLOUR_H

/* What a colour says. */
enum colour {
    COLOUR_PLAIN,   /* nothing */
    COLOUR_GOOD,    /* all is as it should be */
    COLOUR_WARNING, /* look at this */
    COLOUR_BAD,     /* it has failed */
    COLOUR_STRONG,  /* what the line is about */
    COLOUR_FAINT    /* what may be passed over */
};

/* What to print before a text, and behind it: static text, "" where there are no colours. */
const char *colour_begin(enum colour colour);
const char *colour_end(enum colour colour);

#endif
