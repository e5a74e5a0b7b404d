/* Who uses readers on other machines: their agents tell it. For `scard who`. */
#ifndef SCARD_ELSEWHERE_H
#define SCARD_ELSEWHERE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "talk/reader.h"

/* A session with an agent. */
struct elsewhere_user {
    char *agent;
    char *who;      /* as its client describes itself: shown with text_print() */
    char *readers;  /* which it is connected to, by the names they have there, with commas */
    uint64_t since; /* seconds since 1970 */
};

struct elsewhere {
    struct elsewhere_user *users;
    size_t count;
    char **agents; /* those that have answered */
    size_t agent_count;
};

/* Whether a backend, by the name it was chosen by, is one of readers on other machines. */
bool elsewhere_is_backend(const char *name);

/*
 * Asks the agents of these readers. Ended by elsewhere_free(). Agents that do not answer are missing; so is
 * all of it on Windows, which has no readers elsewhere.
 */
void elsewhere_find(struct elsewhere *out, const struct reader_list *list);
void elsewhere_free(struct elsewhere *elsewhere);

/* Whether this reader is one whose agent has answered: what is told of it is all there is. */
bool elsewhere_knows(const struct elsewhere *elsewhere, const char *reader);

/*
 * The next user of a reader behind `user` (NULL: the first); NULL: there are no more. *transaction: it has
 * the card to itself.
 */
const struct elsewhere_user *elsewhere_next(const struct elsewhere *elsewhere, const char *reader,
                                            const struct elsewhere_user *user, bool *transaction);

#endif
