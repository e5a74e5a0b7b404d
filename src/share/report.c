/* What an agent tells: see report.h. */
#include "share/report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "remote/description.h"
#include "remote/usage.h"

size_t report_description(struct share *share, uint8_t *out, size_t room) {
    char host[65] = "?", who[128];
    struct names readers = {0};
    bool complete = true;
    (void)gethostname(host, sizeof host - 1);
    (void)snprintf(who, sizeof who, "process %ld on %s", (long)getpid(), host);
    lock_take(&share->lock);
    for (const struct share_lane *lane = share->lanes; lane && complete; lane = lane->next)
        if (lane->lent)
            complete = names_add(&readers, lane->name, strlen(lane->name));
    const struct description description = {.instance = share->instance,
                                            .news = share->news,
                                            .since = share->since,
                                            .lease_ms = share->settings->lease_ms,
                                            .settled = atomic_load(&share->settled),
                                            .name = share->name,
                                            .name_size = strlen(share->name),
                                            .who = who,
                                            .who_size = strlen(who)};
    lock_give(&share->lock);
    const size_t size = complete ? description_encode(&description, &readers, out, room) : 0;
    names_clear(&readers);
    return size;
}

/* The readers a session is connected to, in words of one line. With the lock held. */
static void list_readers(const struct share_session *session, char *out, size_t room) {
    size_t used = 0;
    *out = '\0';
    for (size_t i = 0; i < SHARE_CHANNELS && used < room; i++) {
        const struct share_channel *channel = session->channels[i];
        if (channel && channel->card)
            used += (size_t)snprintf(out + used, room - used, "%s%s%s", used ? ", " : "", channel->lane->name,
                                     channel->lane->owner == channel ? " (transaction)" : "");
    }
}

size_t report_sessions(struct share *share, uint32_t skip, uint8_t *out, size_t room) {
    char readers[MESSAGE_NAME_MAX + 1];
    size_t used = 0, size = 1;
    const uint64_t now = clock_ms();
    lock_take(&share->lock);
    for (size_t i = 0; i < SHARE_BUCKETS && size; i++)
        for (const struct share_session *session = share->buckets[i]; session && size;
             session = session->next) {
            if (skip && skip--)
                continue;
            list_readers(session, readers, sizeof readers);
            const struct usage usage = {.since = session->since,
                                        .idle_ms = (uint32_t)(now - session->heard),
                                        .who = session->who,
                                        .who_size = strlen(session->who),
                                        .readers = readers,
                                        .readers_size = strlen(readers)};
            size = usage_encode(&usage, out + used, room - used);
            used += size;
        }
    lock_give(&share->lock);
    return used;
}
