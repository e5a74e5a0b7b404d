/*
 * A first word with the PC/SC service, past its library: whether anybody listens, and which protocol it
 * speaks. Linux only. For service.c.
 */
#ifndef SCARD_HELLO_H
#define SCARD_HELLO_H

#include <stdint.h>

enum hello_result {
    HELLO_NOWHERE,   /* there is no socket at the path */
    HELLO_FORBIDDEN, /* it may not be opened */
    HELLO_DEAD,      /* nobody listens there any more */
    HELLO_HUNG_UP,   /* the service ended the conversation at once */
    HELLO_SILENT,    /* it did not answer in time */
    HELLO_STRANGE,   /* what answered is no PC/SC service */
    HELLO_ANSWERED
};

struct hello {
    enum hello_result result;
    int32_t major, minor; /* of HELLO_ANSWERED: the protocol that the service speaks */
};

/* Asks the service at this path, five seconds at most. */
struct hello hello_ask(const char *path);

#endif
