/*
 * What a client of Windows' smart card service has, and the questions that need no card. Used by the other
 * files of this backend.
 */
#ifndef SCARDSSP_BACKENDS_WINSCARD_QUESTION_H
#define SCARDSSP_BACKENDS_WINSCARD_QUESTION_H

#include <stdatomic.h>

#include "backends/winscard/api.h"
#include "backends/winscard/worker.h"

struct winscard_card;

struct winscard_service {
    struct rm_service base;
    const struct winscard_api *api;
};

/*
 * Connections have workers and waits have contexts of their own; the context here serves short questions
 * about readers.
 */
struct winscard_context {
    struct rm_context base;
    const struct winscard_api *api;
    /* 0: the service has forgotten it, or sleeps; made anew by the next question */
    _Atomic SCARDCONTEXT context;
    atomic_uint cancels;   /* counts rm_cancel() */
    CRITICAL_SECTION lock; /* guards what follows */
    SCARDCONTEXT *waits;   /* contexts that wait for readers to change */
    size_t wait_count, wait_room;
    struct winscard_card *cards;
};

extern const struct rm_ops winscard_ops;

/* Members of struct rm_ops; rm.h says what they do. */
rm_status winscard_context_list_readers(struct rm_context *context, struct rm_bound *bound,
                                        struct names *out);
rm_status winscard_context_list_groups(struct rm_context *context, struct rm_bound *bound, struct names *out);

/* The implementation behind the port's context. */
struct winscard_context *winscard_context_from(struct rm_context *context);

/*
 * What ends the waits of a call: its bound, whose clock is started, and rm_cancel() from now on. grace_ms:
 * what the call may take at least, for the way to the service and back.
 */
struct winscard_limit winscard_context_limit(const struct winscard_context *context, struct rm_bound *bound,
                                             uint32_t grace_ms);

/* Makes sure that the context's number is one that the service knows, as far as that is known here. */
rm_status winscard_context_revive(struct winscard_context *context);

/* Notes that the service does not know the context any more (a code of rm_context_is_lost() came). */
void winscard_context_drop(struct winscard_context *context);

/*
 * The readers' names as the service has them, a multi-string that the caller frees. The codes of
 * rm_list_readers().
 */
rm_status winscard_context_names(struct winscard_context *context, wchar_t **out);

/*
 * Another code for that of a service which does not answer, where that sleeps for want of a reader: it is to
 * look like one that runs and has none.
 */
rm_status winscard_context_unless_asleep(const struct winscard_context *context, rm_status status,
                                         rm_status instead);

/*
 * How many readers there are; 0 without a service. RM_E_NO_MEMORY and codes that say nothing about readers.
 */
rm_status winscard_context_count(struct winscard_context *context, size_t *out);

/* The state bits of a reader, now. RM_E_UNKNOWN_READER, RM_E_NO_SERVICE. */
rm_status winscard_context_look(struct winscard_context *context, const wchar_t *reader, uint32_t *out);

#endif
