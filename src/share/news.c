/* Readers, and news of them: see news.h. */
#include "share/news.h"

#include <string.h>

#include "remote/subject.h"
#include "rm/readerstate.h"

#define NEWS_ROOM 400u /* of one of them, encoded */

struct share_lane *news_lane(const struct share *share, const char *reader) {
    struct share_lane *lane = share->lanes;
    while (lane && strcmp(lane->name, reader) != 0)
        lane = lane->next;
    return lane;
}

/* Telling */

size_t news_encode(struct share *share, const struct share_lane *lane, uint8_t *out, size_t room) {
    struct message_news news = {.instance = share->instance, .lease_ms = share->settings->lease_ms};
    news.number = lane ? lane->number : share->news;
    if (lane) {
        news.state = lane->lent ? lane->state : RM_STATE_GONE;
        news.atr_size = lane->lent ? lane->atr_size : 0;
        memcpy(news.atr, lane->atr, news.atr_size);
        news.name = lane->name;
        news.name_size = strlen(lane->name);
    }
    return message_encode_news(&news, out, room);
}

void news_publish(struct share *share, const struct share_lane *lane) {
    uint8_t bytes[NEWS_ROOM];
    char subject[SUBJECT_ROOM];
    lock_take(&share->lock);
    const size_t size = news_encode(share, lane, bytes, sizeof bytes);
    lock_give(&share->lock);
    if (size && subject_of_news(share->name, lane ? lane->name : NULL, subject))
        (void)transport_send(share->transport, subject, NULL, bytes, size);
}

void news_beat(struct share *share) {
    news_publish(share, NULL);
}

/* The context for looks, made anew where it was lost. With `looking` held. */
static rm_status look_context(struct share *share, struct rm_context **out) {
    const rm_status status =
        share->context ? RM_OK : rm_context_open(share->service, RM_WITHIN(RM_INFINITE), &share->context);
    *out = share->context;
    return status;
}

static void lose_context(struct share *share) {
    rm_context_close(share->context);
    share->context = NULL;
}

/* What is in the reader, without waiting. With `looking` held. */
static void ask_state(struct share *share, struct rm_reader_state *state) {
    struct rm_context *context = NULL;
    rm_status status = look_context(share, &context);
    if (status == RM_OK)
        status = rm_wait(context, state, 1, RM_WITHIN(0));
    if (rm_context_is_lost(status))
        lose_context(share);
    if (status != RM_OK && status != RM_E_TIMEOUT) {
        state->event = RM_STATE_GONE;
        state->atr_size = 0;
    }
    state->event &= ~(uint32_t)RM_STATE_CHANGED;
}

/* Notes a state; true: it is news. With the lock held. */
static bool note(struct share *share, struct share_lane *lane, const struct rm_reader_state *state) {
    if (lane->number && lane->state == state->event && lane->atr_size == state->atr_size &&
        memcmp(lane->atr, state->atr, state->atr_size) == 0)
        return false;
    lane->state = state->event;
    lane->atr_size = state->atr_size;
    memcpy(lane->atr, state->atr, state->atr_size);
    lane->number = ++share->news;
    return true;
}

uint64_t news_look(struct share *share, struct share_lane *lane) {
    struct rm_reader_state state = {.reader = lane->name};
    lock_take(&share->looking);
    ask_state(share, &state);
    lock_take(&share->lock);
    const bool is_news = note(share, lane, &state);
    const uint64_t number = lane->number;
    lock_give(&share->lock);
    if (is_news)
        news_publish(share, lane);
    lock_give(&share->looking);
    return number;
}
