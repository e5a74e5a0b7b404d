/* What happens at readers: see event.h. */
#include "talk/event.h"

#include <string.h>

#include "talk/reader.h"

static const struct {
    const char *name;
    const char *text;
} words[] = {[EVENT_PRESENT] = {"reader-present", "reader"},
             [EVENT_ADDED] = {"reader-added", "reader added"},
             [EVENT_GONE] = {"reader-removed", "reader removed"},
             [EVENT_INSERTED] = {"card-inserted", "card inserted"},
             [EVENT_REMOVED] = {"card-removed", "card removed"},
             [EVENT_STATE] = {"state-changed", "state changed"},
             [EVENT_SERVICE] = {"service-stopped", "service stopped"}};

/* Where they go. */
struct telling {
    const char *reader;
    event_visitor visit;
    void *user;
};

static void tell(const struct telling *telling, enum event_kind kind,
                 const struct scardssp_reader_state *state) {
    const struct event event = {.kind = kind, .reader = telling->reader, .state = state};
    telling->visit(telling->user, &event);
}

static bool holds_card(const struct scardssp_reader_state *state) {
    return state && state->state & READER_PRESENT;
}

/* How often a card came or went in between. */
static uint32_t steps_between(const struct scardssp_reader_state *before,
                              const struct scardssp_reader_state *now) {
    return ((now->state >> 16) - (before->state >> 16)) & 0xFFFFu;
}

/* Of a reader that was there before and is now. */
static void tell_change(const struct telling *telling, const struct scardssp_reader_state *before,
                        const struct scardssp_reader_state *now) {
    const bool was = holds_card(before), is = holds_card(now);
    const bool same = before->atr_size == now->atr_size && memcmp(before->atr, now->atr, now->atr_size) == 0;
    const bool twice =
        was == is && (steps_between(before, now) > 1 || (is && !same && now->atr_size && before->atr_size));
    if ((is && !was) || (twice && !is))
        tell(telling, EVENT_INSERTED, now);
    if ((was && !is) || twice)
        tell(telling, EVENT_REMOVED, now);
    if (twice && is)
        tell(telling, EVENT_INSERTED, now);
    if (was == is && !twice)
        tell(telling, EVENT_STATE, now);
}

void event_each(const struct scardssp_reader_change *change, bool first, event_visitor visit, void *user) {
    const struct telling telling = {change->name, visit, user};
    if (change->before && change->now) {
        tell_change(&telling, change->before, change->now);
    } else if (change->now) {
        tell(&telling, first ? EVENT_PRESENT : EVENT_ADDED, change->now);
        if (!first && holds_card(change->now)) /* a token: reader and card in one */
            tell(&telling, EVENT_INSERTED, change->now);
    } else {
        if (holds_card(change->before))
            tell(&telling, EVENT_REMOVED, NULL);
        tell(&telling, EVENT_GONE, NULL);
    }
}

const char *event_name(enum event_kind kind) {
    return words[kind].name;
}

const char *event_text(enum event_kind kind) {
    return words[kind].text;
}
