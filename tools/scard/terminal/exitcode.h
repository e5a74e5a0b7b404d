/* How the tool ends: what main.c and every command return. */
#ifndef SCARD_EXITCODE_H
#define SCARD_EXITCODE_H

/* Exit codes, documented in `scard help`. */
enum exit_code {
    EXIT_GOOD = 0,  /* done */
    EXIT_CARD = 1,  /* the card, the reader, the service or a file said no */
    EXIT_USAGE = 2, /* the command line makes no sense */
    EXIT_CODE = 3   /* a code (PIN) was wrong, is blocked, or has one try left */
};

#endif
