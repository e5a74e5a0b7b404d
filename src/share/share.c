/* An agent's beginning and end: see share.h. */
#include "share/share.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "remote/subject.h"
#include "share/burial.h"
#include "share/claim.h"
#include "share/keeper.h"
#include "share/news.h"
#include "share/request.h"
#include "share/session.h"
#include "share/state.h"
#include "share/tell.h"
#include "share/watch.h"

#define AGENT_NAME_MAX 63u
#define THREADS_MIN 8u

static void on_changed(void *user, bool up) {
    struct share *share = user;
    if (atomic_load(&share->stopping))
        return;
    share_tell(share, up ? SHARE_SERVER_BACK : SHARE_SERVER_GONE, NULL, NULL, 0);
    if (up)
        news_beat(share);
}

/* Later ones are the server's own affair: nobody is answered who may not be. */
static void on_denied(void *user, const char *subject) {
    const struct share *share = user;
    if (!atomic_load(&share->settled))
        claim_deny(share->claim, subject);
}

/* A name for people and subjects: printable, without what separates it from the reader's. */
static bool is_name(const char *name) {
    const size_t size = strlen(name);
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)name[i] <= ' ' || name[i] == 0x7F || name[i] == '@')
            return false;
    return size > 0 && size <= AGENT_NAME_MAX;
}

static rm_status refuse_name(const char *name, char *message, size_t size) {
    (void)snprintf(message, message ? size : 0,
                   "\"%s\" cannot be an agent's name: that has 1 to 63 bytes, without spaces and @", name);
    return RM_E_INVALID_PARAMETER;
}

static bool copy_patterns(struct share *share, const struct share_options *options) {
    share->patterns = calloc(options->reader_count + 1, sizeof *share->patterns);
    for (size_t i = 0; share->patterns && i < options->reader_count; i++)
        if (!(share->patterns[i] = strdup(options->readers[i])))
            return false;
    return share->patterns != NULL;
}

static void free_share(struct share *share) {
    for (struct share_lane *lane = share->lanes, *next; lane; lane = next) {
        next = lane->next;
        free(lane->name);
        free(lane);
    }
    for (size_t i = 0; share->patterns && i < share->options.reader_count; i++)
        free(share->patterns[i]);
    free(share->patterns);
    free(share->name);
    free(share);
}

/* Starts of one agent are told apart by when they were, and otherwise by chance. */
static uint64_t make_instance(void) {
    uint32_t chance = 0;
    struct timespec now = {.tv_sec = 0};
    (void)clock_gettime(CLOCK_REALTIME, &now);
    if (getrandom(&chance, sizeof chance, 0) < 0)
        chance = (uint32_t)getpid();
    return ((uint64_t)now.tv_sec << 32) | (chance & 0xFFFFFFFFu);
}

/* Makes one that does nothing yet. NULL: out of memory. */
static struct share *make(struct rm_service *service, const struct settings *settings,
                          const struct share_options *options) {
    char host[AGENT_NAME_MAX + 1] = "";
    struct share *share = calloc(1, sizeof *share);
    if (!share)
        return NULL;
    (void)gethostname(host, sizeof host - 1);
    share->service = service;
    share->settings = settings;
    share->options = *options;
    share->instance = make_instance();
    share->since = (uint64_t)time(NULL);
    share->name = strdup(options->name ? options->name : host);
    if (copy_patterns(share, options) && share->name)
        return share;
    free_share(share);
    return NULL;
}

/* Waits until no thread of ours is left, nor anybody to bury. */
static void wait_for_threads(struct share *share) {
    lock_take(&share->lock);
    while (share->threads) {
        lock_ring(&share->keeper);
        (void)lock_sleep(&share->lock, &share->ends, clock_deadline(20));
        lock_give(&share->lock);
        watch_end(share);
        lock_take(&share->lock);
    }
    lock_give(&share->lock);
}

/* Listens, and makes sure of the name. */
static rm_status settle(struct share *share, struct claim *claim, char *message, size_t size) {
    char subject[SUBJECT_ROOM], inbox[TRANSPORT_INBOX_MAX + 8];
    (void)snprintf(inbox, sizeof inbox, "%s.claim", transport_inbox(share->transport));
    rm_status status = subject_of_all(share->name, subject) ? transport_queue(share->transport, subject)
                                                            : RM_E_INVALID_PARAMETER;
    if (status == RM_OK)
        status = transport_listen(share->transport, SUBJECT_AGENTS, request_take_who, share);
    if (status == RM_OK)
        status = transport_listen(share->transport, inbox, claim_take, claim);
    if (status == RM_OK)
        status = transport_connect(share->transport, 0, message, size);
    if (status == RM_OK && !pool_start(&share->pool, share->transport, request_take, share, THREADS_MIN))
        status = RM_E_NO_MEMORY;
    if (status == RM_OK)
        status = claim_make(claim);
    if (status == RM_E_DUPLICATE_READER)
        (void)snprintf(message, message ? size : 0,
                       "there is an agent of the name \"%s\" already: %s; give this one another name",
                       share->name, claim->owner);
    if (claim->denied && status == RM_W_SECURITY_VIOLATION)
        (void)snprintf(message, message ? size : 0,
                       "the server does not permit us to be the agent \"%s\" (\"%s\"); see its configuration",
                       share->name, claim->owner);
    return status;
}

rm_status share_start(struct rm_service *service, const struct settings *settings,
                      const struct share_options *options, struct share **out, char *message,
                      size_t message_size) {
    const char *cause = NULL, *remedy = NULL;
    if (!transport_is_available(&cause, &remedy)) {
        (void)snprintf(message, message ? message_size : 0, "%s: %s", cause, remedy);
        return RM_E_NO_SERVICE;
    }
    struct share *share = make(service, settings, options);
    if (!share)
        return RM_E_NO_MEMORY;
    const struct transport_hears hears = {.user = share, .changed = on_changed, .denied = on_denied};
    rm_status status = is_name(share->name) ? RM_OK : refuse_name(share->name, message, message_size);
    if (status == RM_OK)
        status = transport_open(settings, "scard share", &hears, &share->transport);
    struct claim *claim = calloc(1, sizeof *claim);
    if (status == RM_OK)
        status = claim ? RM_OK : RM_E_NO_MEMORY;
    if (status == RM_OK) {
        claim->share = share;
        share->claim = claim;
        status = settle(share, claim, message, message_size);
    }
    if (status == RM_OK) {
        atomic_store(&share->settled, true);
        status = watch_begin(share) && share_keeper_begin(share) ? RM_OK : RM_E_NO_MEMORY;
    }
    if (status == RM_OK) {
        *out = share;
        return RM_OK;
    }
    share->claim = claim;
    share_stop(share);
    return status;
}

void share_stop(struct share *share) {
    if (!share)
        return;
    atomic_store(&share->stopping, true);
    if (share->transport) {
        transport_end_queue(share->transport);
        session_expire_all(share);
        pool_stop(&share->pool);
        session_expire_all(share);
        wait_for_threads(share);
        watch_withdraw(share);
    }
    transport_close(share->transport);
    rm_context_close(share->context);
    free(share->claim);
    free_share(share);
}

const char *share_name(const struct share *share) {
    return share->name;
}

void share_load(struct share *share, size_t *sessions, size_t *threads) {
    lock_take(&share->lock);
    *sessions = share->session_count;
    lock_give(&share->lock);
    lock_take(&share->pool.lock);
    *threads = share->pool.threads;
    lock_give(&share->pool.lock);
}
