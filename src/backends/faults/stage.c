/* Readers, cards and service under a script: see stage.h. */
#include "backends/faults/stage.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rm/readerstate.h"

rm_status stage_play(struct stage *stage, struct script *script) {
    struct plan plan;
    if (!plan_begin(&plan, script, clock_ms()))
        return RM_E_NO_MEMORY;
    lock_take(&stage->mutex);
    plan_end(&stage->plan);
    stage->plan = plan;
    lock_give(&stage->mutex);
    return RM_OK;
}

void stage_end(struct stage *stage) {
    plan_end(&stage->plan);
    while (stage->readers) {
        struct stage_reader *reader = stage->readers;
        stage->readers = reader->next;
        free(reader);
    }
}

static uint64_t end_of(const struct script_rule *rule, uint64_t now) {
    return rule->for_ms ? now + rule->for_ms : CLOCK_NEVER;
}

static void take_out(struct stage_reader *reader, uint64_t end) {
    reader->moves += !reader->out;
    reader->out = true;
    reader->out_end = end;
}

static void put_in(struct stage_reader *reader) {
    reader->moves += reader->out;
    reader->out = false;
    reader->mute = 0;
}

/*
 * Another number in the name, as a reader gets one that is plugged in elsewhere: of two at its end the first
 * ("Reader 00 00" becomes "Reader 01 00"), else the last.
 */
static void renumber(struct stage_reader *reader) {
    char *name = reader->name;
    size_t at = strlen(name);
    if (at >= 6 && name[at - 3] == ' ' && isdigit((unsigned char)name[at - 4]))
        at -= 3;
    while (at > 0 && name[at - 1] == '9')
        name[--at] = '0';
    if (at > 0 && isdigit((unsigned char)name[at - 1])) {
        name[at - 1]++;
        return;
    }
    const size_t length = strlen(name);
    (void)snprintf(name + length, STAGE_NAME_MAX - length, " (2)");
}

/* Their targets change places: what is in the one reader is in the other now. */
static void swap(struct stage *stage, struct stage_reader *reader, const char *partner) {
    struct stage_reader *other = *partner ? stage->readers : NULL;
    char target[STAGE_NAME_MAX];
    while (other && strcmp(other->name, partner) != 0)
        other = other->next;
    if (!*partner)
        other = reader->next ? reader->next : stage->readers;
    reader->moves += 2;
    if (!other || other == reader)
        return; /* there is no other card: the same one again */
    other->moves += 2;
    memcpy(target, reader->target, sizeof target);
    memcpy(reader->target, other->target, sizeof target);
    memcpy(other->target, target, sizeof target);
}

/* What a rule does to one reader. */
static void befall(struct stage *stage, struct stage_reader *reader, const struct script_rule *rule,
                   uint64_t now) {
    switch (rule->fault) {
    case SCRIPT_REMOVE:
        take_out(reader, end_of(rule, now));
        return;
    case SCRIPT_INSERT:
        put_in(reader);
        return;
    case SCRIPT_SWAP:
        swap(stage, reader, rule->partner);
        return;
    case SCRIPT_RESET:
        reader->resets++;
        return;
    case SCRIPT_MUTE:
        reader->mute = rule->value;
        return;
    case SCRIPT_UNPLUG:
        reader->cables += !reader->unplugged;
        reader->unplugged = true;
        reader->unplugged_end = end_of(rule, now);
        return;
    case SCRIPT_REPLUG:
        reader->unplugged = false;
        return;
    case SCRIPT_RENUMBER:
        reader->cables++;
        renumber(reader);
        return;
    default:
        return;
    }
}

/* What it does to the service; false: it is one of readers. */
static bool befall_service(struct stage *stage, const struct script_rule *rule, uint64_t now) {
    switch (rule->fault) {
    case SCRIPT_STOP:
        stage->services += !stage->stopped;
        stage->stopped = true;
        stage->stopped_end = end_of(rule, now);
        return true;
    case SCRIPT_START:
        stage->stopped = false;
        return true;
    case SCRIPT_IDLE:
        stage->idle_ms = rule->value;
        return true;
    default:
        return false;
    }
}

/* A rule strikes by the clock: the reader it names, or all of them. */
static void strike_all(struct stage *stage, const struct script_rule *rule, uint64_t now) {
    struct stage_reader *last = NULL;
    if (befall_service(stage, rule, now))
        return;
    for (struct stage_reader *reader = stage->readers; reader && reader != last; reader = reader->next) {
        if (*rule->reader && strcmp(rule->reader, reader->name) != 0)
            continue;
        befall(stage, reader, rule, now);
        if (rule->fault == SCRIPT_SWAP)
            return; /* one exchange, not one for each */
    }
}

static void pass(struct stage *stage, uint64_t now) {
    const struct script_rule *rule;
    if (stage->stopped && now >= stage->stopped_end)
        stage->stopped = false;
    for (struct stage_reader *reader = stage->readers; reader; reader = reader->next) {
        if (reader->out && now >= reader->out_end)
            put_in(reader);
        if (reader->unplugged && now >= reader->unplugged_end)
            reader->unplugged = false;
    }
    while ((rule = plan_clock(&stage->plan, now)) != NULL)
        strike_all(stage, rule, now);
}

void stage_pass(struct stage *stage) {
    lock_take(&stage->mutex);
    pass(stage, clock_ms());
    lock_give(&stage->mutex);
}

rm_status stage_service(struct stage *stage, uint32_t services) {
    lock_take(&stage->mutex);
    const bool runs = !stage->stopped && stage->services == services;
    lock_give(&stage->mutex);
    return runs ? RM_OK : RM_E_NO_SERVICE;
}

uint32_t stage_services(struct stage *stage) {
    lock_take(&stage->mutex);
    const uint32_t services = stage->services;
    lock_give(&stage->mutex);
    return services;
}

/* What has struck all readers by the clock has struck this one, too, which nobody has asked for before. */
static void catch_up(struct stage *stage, struct stage_reader *reader) {
    uint64_t when = 0;
    for (size_t i = 0; i < stage->plan.script.count; i++) {
        const struct script_rule *rule = &stage->plan.script.rules[i];
        if (rule->fault != SCRIPT_SWAP && (!*rule->reader || strcmp(rule->reader, reader->name) == 0) &&
            plan_has_struck(&stage->plan, i, &when))
            befall(stage, reader, rule, when);
    }
}

static struct stage_reader *find(struct stage *stage, const char *name) {
    struct stage_reader **at = &stage->readers;
    while (*at && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    if (!*at && (*at = calloc(1, sizeof **at)) != NULL) {
        (void)snprintf((*at)->name, sizeof(*at)->name, "%s", name);
        (void)snprintf((*at)->target, sizeof(*at)->target, "%s", name);
        catch_up(stage, *at);
    }
    return *at;
}

struct stage_reader *stage_find(struct stage *stage, const char *name) {
    lock_take(&stage->mutex);
    struct stage_reader *reader = find(stage, name);
    lock_give(&stage->mutex);
    return reader;
}

/* The reader that leads to the backend's of this name, or one that is new; NULL: no memory. */
static struct stage_reader *behind(struct stage *stage, const char *target) {
    for (struct stage_reader *reader = stage->readers; reader; reader = reader->next)
        if (strcmp(reader->target, target) == 0)
            return reader;
    return find(stage, target);
}

rm_status stage_names(struct stage *stage, const struct names *inner, struct names *out) {
    rm_status status = RM_OK;
    const char *name = NULL;
    lock_take(&stage->mutex);
    while (status == RM_OK && (name = names_next(inner, name)) != NULL) {
        const struct stage_reader *reader = behind(stage, name);
        if (!reader || (!reader->unplugged && !names_add(out, reader->name, strlen(reader->name))))
            status = RM_E_NO_MEMORY;
    }
    lock_give(&stage->mutex);
    return status;
}

/* Has another reader taken its place, under another name? */
static bool is_renamed(const struct stage *stage, const struct stage_reader *reader) {
    const struct stage_reader *other = stage->readers;
    while (other && (other == reader || strcmp(other->target, reader->target) != 0))
        other = other->next;
    return other != NULL;
}

rm_status stage_connect(struct stage *stage, const struct stage_reader *reader, uint32_t share,
                        char *target) {
    rm_status status = RM_OK;
    lock_take(&stage->mutex);
    if (reader->unplugged || is_renamed(stage, reader))
        status = RM_E_UNKNOWN_READER;
    else if (reader->out && share != RM_SHARE_DIRECT)
        status = RM_E_NO_SMARTCARD;
    else if (reader->mute && share != RM_SHARE_DIRECT)
        status = RM_W_UNRESPONSIVE_CARD;
    memcpy(target, reader->target, STAGE_NAME_MAX);
    lock_give(&stage->mutex);
    return status;
}

struct stage_mark stage_mark(struct stage *stage, struct stage_reader *reader) {
    lock_take(&stage->mutex);
    const struct stage_mark mark = {.reader = reader,
                                    .moves = reader->moves,
                                    .resets = reader->resets,
                                    .cables = reader->cables,
                                    .services = stage->services};
    lock_give(&stage->mutex);
    return mark;
}

/* Why there is no connection any more; RM_OK: there is. */
static rm_status loss(const struct stage *stage, const struct stage_mark *mark) {
    if (stage->stopped || stage->services != mark->services)
        return stage->stopped ? RM_E_SERVICE_STOPPED : RM_E_NO_SERVICE;
    return mark->reader->unplugged || mark->reader->cables != mark->cables ? RM_E_READER_UNAVAILABLE : RM_OK;
}

static rm_status news(const struct stage *stage, const struct stage_mark *mark) {
    const struct stage_reader *reader = mark->reader;
    const rm_status lost = loss(stage, mark);
    if (lost != RM_OK)
        return lost;
    if (reader->out || reader->moves != mark->moves)
        return RM_W_REMOVED_CARD;
    if (reader->mute)
        return RM_W_UNRESPONSIVE_CARD;
    return reader->resets != mark->resets ? RM_W_RESET_CARD : RM_OK;
}

rm_status stage_news(struct stage *stage, const struct stage_mark *mark) {
    lock_take(&stage->mutex);
    const rm_status status = news(stage, mark);
    lock_give(&stage->mutex);
    return status;
}

rm_status stage_reconnect(struct stage *stage, const struct stage_mark *mark, uint32_t init, bool *cold) {
    struct stage_reader *reader = mark->reader;
    lock_take(&stage->mutex);
    rm_status status = loss(stage, mark);
    *cold = reader->moves != mark->moves;
    if (status == RM_OK && reader->out)
        status = RM_E_NO_SMARTCARD;
    if (status == RM_OK && reader->mute && init == RM_UNPOWER)
        reader->mute--;
    if (status == RM_OK && reader->mute)
        status = RM_W_UNRESPONSIVE_CARD;
    lock_give(&stage->mutex);
    return status;
}

/* A rule that is about the command itself. */
static struct stage_verdict meet(const struct script_rule *rule) {
    struct stage_verdict verdict = {.status = RM_OK};
    switch (rule->fault) {
    case SCRIPT_DROP:
        verdict.drop = true;
        break;
    case SCRIPT_CUT:
        verdict.cut = true;
        verdict.keep = rule->value;
        break;
    case SCRIPT_GARBLE:
        verdict.garbles = rule->value;
        break;
    case SCRIPT_DELAY:
        verdict.delay_ms = rule->value;
        break;
    default:
        verdict.sw = (uint16_t)rule->value;
        break;
    }
    return verdict;
}

/* The next answer of a storm. */
static struct stage_verdict storm(struct stage_reader *reader) {
    reader->storm--;
    return (struct stage_verdict){
        .status = RM_OK, .instead = true, .sw = (uint16_t)(reader->storm_sw << 8 | 0x10)};
}

struct stage_verdict stage_command(struct stage *stage, struct stage_reader *reader, const uint8_t *command,
                                   size_t size) {
    struct stage_verdict verdict = {.status = RM_OK};
    const uint64_t now = clock_ms();
    lock_take(&stage->mutex);
    const struct stage_mark mark = {reader, reader->moves, reader->resets, reader->cables, stage->services};
    const struct script_rule *rule =
        reader->storm ? NULL : plan_command(&stage->plan, reader->name, command, size, now);
    if (rule && (rule->fault == SCRIPT_STORM_61 || rule->fault == SCRIPT_STORM_6C)) {
        reader->storm = rule->value;
        reader->storm_sw = rule->fault == SCRIPT_STORM_61 ? 0x61 : 0x6C;
    } else if (rule && script_is_of_command(rule->fault)) {
        verdict = meet(rule);
    } else if (rule) {
        if (!befall_service(stage, rule, now))
            befall(stage, reader, rule, now);
        verdict.status = news(stage, &mark);
        verdict.resets = rule->fault == SCRIPT_RESET;
    }
    if (reader->storm)
        verdict = storm(reader);
    lock_give(&stage->mutex);
    return verdict;
}

bool stage_is_idle(struct stage *stage, struct stage_reader *reader, uint64_t used) {
    lock_take(&stage->mutex);
    const bool idle = stage->idle_ms && clock_ms() - used > stage->idle_ms;
    reader->resets += idle;
    lock_give(&stage->mutex);
    return idle;
}

void stage_garble(struct stage *stage, uint8_t *bytes, size_t size, uint32_t bits) {
    lock_take(&stage->mutex);
    for (uint32_t i = 0; size && i < bits; i++)
        bytes[plan_random(&stage->plan, (uint32_t)size)] ^= (uint8_t)(1u << plan_random(&stage->plan, 8));
    lock_give(&stage->mutex);
}

void stage_state(struct stage *stage, const struct stage_reader *reader, struct rm_reader_state *state) {
    lock_take(&stage->mutex);
    uint32_t count = (state->event >> 16) + reader->moves;
    uint32_t bits = state->event & 0xFFFFu & ~(uint32_t)RM_STATE_CHANGED;
    if (reader->unplugged || is_renamed(stage, reader))
        bits = RM_STATE_GONE;
    else if (reader->out)
        bits = RM_STATE_EMPTY;
    else if (reader->mute)
        bits |= RM_STATE_MUTE;
    if (reader->unplugged || reader->out || reader->mute)
        state->atr_size = 0;
    state->event = (count & 0xFFFFu) << 16 | bits;
    lock_give(&stage->mutex);
}
