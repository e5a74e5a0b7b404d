/*
 * The shell's session with a card: attached as long as it takes, free for other programs between two
 * commands, mended when the card is reset or taken out. Made by `scard shell`, used by its commands.
 */
#ifndef SCARD_SHELL_SESSION_H
#define SCARD_SHELL_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "shell/listing.h"
#include "shell/place.h"
#include "terminal/secret.h"
#include "terminal/table.h"
#include "transfer/recovery.h"

struct session {
    struct recovery recovery;
    ISCardFileAccess *files;
    char *reader;                   /* its name */
    char place[PLACE_MAX];          /* the current directory */
    struct listing_cache listings;  /* what directories had in them */
    struct secret_source source;    /* of PINs */
    const struct command *commands; /* the family of all */
    bool quit;                      /* the user has had enough */
    bool json;                      /* commands tell what they tell as jsonline.h has it */
    uint64_t steps;                 /* commands of the user's own so far */
};

/*
 * Attaches to the card in a reader. Failures are told. On EXIT_GOOD ended by session_detach(), and paused:
 * Ctrl-C acts as ever.
 */
int session_attach(const char *reader, uint32_t wait_seconds, const struct secret_source *source,
                   struct session *out);
void session_detach(struct session *session);

/*
 * Begins a line: Ctrl-C ends what is done until session_rest(). Failures are told: an exit code.
 */
int session_begin(struct session *session);

/* Ends it, or interrupts it while the user is asked for something: Ctrl-C acts as ever. */
void session_rest(struct session *session);

/*
 * Begins what a command does with the card, in a line: nobody else comes in. Failures are told: an exit
 * code. With EXIT_GOOD ended by session_free().
 */
int session_hold(struct session *session);
void session_free(struct session *session);

/* A piece of work that may be done again when the connection was lost on the way. */
typedef HRESULT session_work(struct session *session, void *user);

/*
 * Does it, again after each fault that passes, in the current directory. SCARD_E_CANCELLED: Ctrl-C; else its
 * own codes.
 */
HRESULT session_do(struct session *session, session_work *work, void *user);

/*
 * Where a path of the user's leads. E_INVALIDARG: nowhere; else the codes of asking for the applications,
 * which a path may name.
 */
HRESULT session_resolve(struct session *session, const char *path, char out[PLACE_MAX]);

/* What is in a directory, kept until the connection is lost; the session's. The codes of listing_get(). */
HRESULT session_list(struct session *session, const char *place, const struct listing **out);

/*
 * What is in the directory that a path leads to, at once and without a word, for who edits a line; NULL: it
 * cannot be had now. The session is not held.
 */
const struct listing *session_glance(struct session *session, const char *path);

/*
 * Tells that a command could not do what it is for; what: "read '2F00'". Ctrl-C is told in its own words.
 * Returns an exit code.
 */
int session_complain(HRESULT hr, const char *verb, const char *path);

#endif
