/* Messages to a card and back, no length of which is taken on trust: see dialog.h. */
#include "backends/vpcd/dialog.h"

#include "backends/vpcd/peer.h"
#include "base/clock.h"

#define HEADER 2u
#define CONTROLS_MAX 3u
#define CONTROL_SIZE (HEADER + 1u)
#define STALL_MS 3000u  /* between two pieces of one message */
#define SPILL_SIZE 512u /* for what has no room, piece by piece */

/* Whether the call that is in the slot may go on. */
static bool may_go_on(const struct dialog *dialog) {
    return slot_sleep(dialog->slot, 0);
}

void dialog_break(struct dialog *dialog) {
    dialog->broken = true;
    peer_break(dialog->peer);
}

/* A message was left in the middle: nobody could find the beginning of the next one. */
static enum dialog_end give_up(struct dialog *dialog) {
    dialog_break(dialog);
    return DIALOG_BROKEN;
}

/* In the middle of a message nothing happened for a tick; *stalled, 0 at first, is when it is too long. */
static bool is_stuck(const struct dialog *dialog, uint64_t *stalled) {
    if (!*stalled)
        *stalled = clock_deadline(STALL_MS);
    return clock_left(*stalled) == 0 || !may_go_on(dialog);
}

static enum dialog_end send_all(struct dialog *dialog, const struct peer_part *parts, size_t count,
                                size_t size) {
    uint64_t stalled = 0;
    for (size_t sent = dialog->broken ? size : 0; sent < size;) {
        const long put = peer_send(dialog->peer, parts, count, sent);
        if (put < 0 || (put == 0 && is_stuck(dialog, &stalled)))
            return give_up(dialog);
        if (put > 0)
            stalled = 0;
        sent += (size_t)put;
    }
    return dialog->broken ? DIALOG_BROKEN : DIALOG_DONE;
}

enum dialog_end dialog_say(struct dialog *dialog, const uint8_t *bytes, size_t size) {
    uint8_t header[HEADER] = {(uint8_t)(size >> 8), (uint8_t)size};
    union { /* the same parts receive, elsewhere */
        const uint8_t *in;
        uint8_t *out;
    } message = {.in = bytes};
    const struct peer_part parts[] = {{header, HEADER}, {message.out, size}};
    return send_all(dialog, parts, 2, HEADER + size);
}

enum dialog_end dialog_control(struct dialog *dialog, const uint8_t *controls, size_t count) {
    uint8_t messages[CONTROLS_MAX * CONTROL_SIZE];
    for (size_t i = 0; i < count; ++i) {
        messages[i * CONTROL_SIZE] = 0;
        messages[i * CONTROL_SIZE + 1] = 1;
        messages[i * CONTROL_SIZE + 2] = controls[i];
    }
    const struct peer_part part = {messages, count * CONTROL_SIZE};
    return send_all(dialog, &part, 1, count * CONTROL_SIZE);
}

/* A message on its way in. */
struct hearing {
    uint8_t *bytes;
    size_t room;
    bool last;  /* nothing may come behind it, so as much may be taken as there is */
    size_t got; /* header included */
    uint8_t header[HEADER];
    uint8_t spill[SPILL_SIZE];
};

static size_t announced(const struct hearing *hearing) {
    return (size_t)hearing->header[0] << 8 | hearing->header[1];
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Takes what comes next; as peer_receive(). */
static long hear_some(struct dialog *dialog, struct hearing *hearing) {
    size_t room = hearing->room, spill = SPILL_SIZE;
    if (!hearing->last && hearing->got < HEADER) {
        room = spill = 0;
    } else if (!hearing->last) {
        const size_t size = announced(hearing), kept = hearing->got - HEADER;
        room = least(room, size);
        spill = least(spill, size - (kept > room ? kept : room));
    }
    const struct peer_part parts[] = {
        {hearing->header, HEADER}, {hearing->bytes, room}, {hearing->spill, spill}};
    const long got = peer_receive(dialog->peer, parts, 3, least(hearing->got, HEADER + room));
    if (got > 0)
        hearing->got += (size_t)got;
    return got;
}

/* Why the card is no longer waited for, after a tick without a byte; DIALOG_DONE: it is. */
static enum dialog_end patience(const struct dialog *dialog, const struct hearing *hearing, uint64_t deadline,
                                uint64_t *stalled) {
    if (hearing->got)
        return is_stuck(dialog, stalled) ? DIALOG_BROKEN : DIALOG_DONE;
    if (!may_go_on(dialog))
        return DIALOG_CALLED_OFF;
    return clock_left(deadline) == 0 ? DIALOG_LATE : DIALOG_DONE;
}

/* One message. */
static enum dialog_end hear(struct dialog *dialog, struct hearing *hearing, uint64_t deadline, size_t *size) {
    uint64_t stalled = 0;
    while (hearing->got < HEADER || hearing->got < HEADER + announced(hearing)) {
        const long got = hear_some(dialog, hearing);
        const enum dialog_end end = got < 0    ? DIALOG_BROKEN
                                    : got == 0 ? patience(dialog, hearing, deadline, &stalled)
                                               : DIALOG_DONE;
        if (end != DIALOG_DONE)
            return end == DIALOG_BROKEN ? give_up(dialog) : end;
        if (got > 0)
            stalled = 0;
    }
    *size = announced(hearing);
    return hearing->got > HEADER + *size ? give_up(dialog) : DIALOG_DONE;
}

enum dialog_end dialog_hear(struct dialog *dialog, uint8_t *bytes, size_t room, uint64_t deadline,
                            size_t *size) {
    enum dialog_end end = DIALOG_DONE;
    size_t unused;
    while (end == DIALOG_DONE && dialog->owed) {
        struct hearing late;
        late.bytes = NULL;
        late.room = 0;
        late.last = false;
        late.got = 0;
        end = hear(dialog, &late, deadline, &unused);
        dialog->owed -= end == DIALOG_DONE;
    }
    if (end == DIALOG_DONE) {
        struct hearing answer; /* most of it is room */
        answer.bytes = bytes;
        answer.room = room;
        answer.last = true;
        answer.got = 0;
        end = hear(dialog, &answer, deadline, size);
    }
    dialog->owed += end == DIALOG_CALLED_OFF || end == DIALOG_LATE;
    return end;
}

bool dialog_is_over(const struct dialog *dialog) {
    const int found = dialog->broken ? -1 : peer_peek(dialog->peer);
    return found < 0 || (found > 0 && !dialog->owed);
}
