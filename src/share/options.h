/* What an agent is told when it is started, and what it tells from then on. */
#ifndef SCARDSSP_SHARE_OPTIONS_H
#define SCARDSSP_SHARE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an agent tells whoever runs it. */
enum share_event_kind {
    SHARE_READER_LENT,
    SHARE_READER_GONE,
    SHARE_SESSION_OPENED,
    SHARE_SESSION_CLOSED,
    SHARE_SESSION_LOST, /* its client was not heard of for the lease */
    SHARE_CARD_USED,    /* a session has connected to a reader */
    SHARE_CARD_LEFT,
    SHARE_CARD_RESET, /* because its session was lost; status says whether that worked */
    SHARE_SERVER_GONE,
    SHARE_SERVER_BACK,
    SHARE_REFUSED, /* a request that makes no sense; status is a message_refusal */
    SHARE_SERVICE  /* the readers' own service: status says what is wrong with it, RM_OK: nothing any more */
};

/* Texts end with the call; NULL where there is none. */
struct share_event {
    enum share_event_kind kind;
    const char *who;    /* the session, as its client describes itself */
    const char *reader; /* its name on this machine */
    uint32_t status;
};

struct share_options {
    const char *name;           /* the agent's; NULL: the host's */
    const char *const *readers; /* patterns of the shell's kind; a reader that none fits is not lent */
    size_t reader_count;        /* 0: all are */
    bool allow_control;         /* SCardControl is passed on */
    /* What happens, on any thread; may be NULL. */
    void (*tell)(void *user, const struct share_event *event);
    void *user;
};

#endif
