/*
 * A client of the PC/SC service: the links it has and the connections that live in them. Used by pcsc.c, which lists
 * the calls, and by the connections (card.c).
 */
#ifndef SCARDSSP_BACKENDS_PCSC_CONTEXT_H
#define SCARDSSP_BACKENDS_PCSC_CONTEXT_H

#include "backends/pcsc/api.h"
#include "backends/pcsc/link.h"
#include "backends/pcsc/watch.h"
#include "base/lock.h"

struct pcsc_card;
struct pcsc_attempt;

struct pcsc_service {
    struct rm_service base;
    const struct pcsc_api *api;
    struct pcsc_watch watch;
    unsigned forks;                /* pcsc_fork_count() the watch belongs to */
    struct lock lock;              /* guards what follows */
    struct pcsc_attempt *attempts; /* connections given up, see attempt.h */
    struct pcsc_context *contexts;
};

struct pcsc_context {
    struct rm_context base;
    struct pcsc_service *service;
    struct pcsc_context *next;   /* in the service's list */
    struct lock lock;            /* guards what follows */
    _Atomic SCARDCONTEXT handle; /* of the first link that still works: what the world sees; 0: none */
    struct pcsc_link *links;     /* those nobody uses at the moment */
    struct pcsc_card *cards;
    unsigned forks; /* pcsc_fork_count() the links belong to */
};

/* The calls of struct rm_ops that belong to a context; what they do is said there. */
rm_status pcsc_context_open(struct rm_service *service, struct rm_context **out);
void pcsc_context_close(struct rm_context *context);
uint64_t pcsc_context_handle(const struct rm_context *context);
void pcsc_context_cancel(struct rm_context *context);
rm_status pcsc_context_list_readers(struct rm_context *context, struct names *out);
rm_status pcsc_context_list_groups(struct rm_context *context, struct names *out);

/*
 * Takes a link that nobody uses, or opens one; it is the caller's until he gives it back. first: the one whose handle the
 * world sees is preferred (for a connection), otherwise avoided. *fresh: it was opened just now. The codes of
 * pcsc_link_open().
 */
rm_status pcsc_context_borrow(struct pcsc_context *context, bool first, struct pcsc_link **out, bool *fresh);

/* Gives a link back; one that is not sound (dead or broken off) is closed. NULL: nothing. */
void pcsc_context_return(struct pcsc_context *context, struct pcsc_link *link, bool sound);

/* Adds a connection to the context's list / takes it out. */
void pcsc_context_add_card(struct pcsc_context *context, struct pcsc_card *card);
void pcsc_context_remove_card(struct pcsc_context *context, struct pcsc_card *card);

/*
 * Copies the reader's name of the connection with this handle, if it is one that this service has made, into name (room
 * bytes); false: it is not.
 */
bool pcsc_service_find_reader(struct pcsc_service *service, SCARDHANDLE handle, char *name, size_t room);

/* In a forked child: forgets the parent's watching thread and attempts. Called at the end of a service. */
void pcsc_service_check_fork(struct pcsc_service *service);

/* The same, and forgets the parent's links. Called at the beginning of every call on a context. */
void pcsc_context_check_fork(struct pcsc_context *context);

#endif
