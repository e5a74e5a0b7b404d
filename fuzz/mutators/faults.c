/* Fault scripts (docs/faults.md): see mutators.h. A rule moves as a whole, or gets another part. */
#include <stdio.h>

#include "mutators/dice.h"
#include "mutators/mutators.h"

#define RULE_MAX 160u

#define PICK(dice, list) ((list)[dice_roll((dice), sizeof(list) / sizeof *(list))])

static unsigned any_number(struct dice *dice) {
    static const unsigned edges[] = {1, 2, 3, 4, 7, 8, 9, 10, 100, 1000, 65535, 65536, 1000000, 999999999};
    return PICK(dice, edges);
}

static const char *any_name(struct dice *dice) {
    static const char *const names[] = {"A", "B", "Desk 00 00", "A;B", "#", ":", "a\tb"};
    return PICK(dice, names);
}

static size_t time_of(struct dice *dice, char *out, size_t room) {
    static const char *const units[] = {"ms", " ms", "s", " s", "MS", "S"};
    static const unsigned times[] = {0, 1, 2, 499, 500, 501, 1000, 4000, 1000000};
    const unsigned value = PICK(dice, times);
    return (size_t)snprintf(out, room, "%u%s", value, PICK(dice, units));
}

/* A blank and a condition. Returns its size. */
static size_t condition_of(struct dice *dice, char *out, size_t room) {
    char time[20];
    switch (dice_roll(dice, 8)) {
    case 0:
        return (size_t)snprintf(out, room, " after %u", any_number(dice) - 1);
    case 1:
        return (size_t)snprintf(out, room, " every %u", any_number(dice));
    case 2:
        return (size_t)snprintf(out, room, " times %u", any_number(dice));
    case 3:
        return (size_t)snprintf(out, room, " always");
    case 4:
        return (size_t)snprintf(out, room, " chance %u%%", (unsigned)dice_roll(dice, 100) + 1);
    case 5:
        return (size_t)snprintf(out, room, " ins %02x", (unsigned)dice_roll(dice, 256));
    case 6:
        return (size_t)snprintf(out, room, " reader \"%s\"", any_name(dice));
    default:
        (void)time_of(dice, time, sizeof time);
        return (size_t)snprintf(out, room, " at %s", time);
    }
}

/* A fault with what it may or must have behind it. */
static size_t fault_of(struct dice *dice, char *out, size_t room) {
    static const char *const bare[] = {"insert", "swap",     "reset",    "mute", "start", "replug",
                                       "RESET",  "renumber", "storm 61", "drop", "cut",   "garble"};
    static const char *const lasting[] = {"remove", "stop", "unplug"};
    static const char *const timed[] = {"idle", "delay"};
    static const char *const counted[] = {"mute", "cut", "garble", "storm 61", "storm 6C"};
    char time[20];
    (void)time_of(dice, time, sizeof time);
    switch (dice_roll(dice, 7)) {
    case 0:
        return (size_t)snprintf(out, room, "%s", PICK(dice, lasting));
    case 1:
        return (size_t)snprintf(out, room, "%s for %s", PICK(dice, lasting), time);
    case 2:
        return (size_t)snprintf(out, room, "%s %s", PICK(dice, timed), time);
    case 3:
        return (size_t)snprintf(out, room, "%s %u", PICK(dice, counted), any_number(dice));
    case 4:
        return (size_t)snprintf(out, room, "sw %04X", (unsigned)dice_roll(dice, 65536));
    case 5:
        return (size_t)snprintf(out, room, "swap \"%s\"", any_name(dice));
    default:
        return (size_t)snprintf(out, room, "%s", PICK(dice, bare));
    }
}

/* A whole rule of none to three conditions, and what ends it. */
static size_t rule_of(struct dice *dice, char *out, size_t room) {
    size_t size = 0;
    for (size_t i = dice_roll(dice, 4); i; --i)
        size += condition_of(dice, out + size, room - size);
    size += (size_t)snprintf(out + size, room - size, ": ");
    size += fault_of(dice, out + size, room - size);
    return size + (size_t)snprintf(out + size, room - size, "%s", dice_roll(dice, 3) ? "\n" : ";");
}

/* A line, or its part up to a semicolon, with what ends it. */
struct piece {
    size_t at, size;
    size_t colon; /* where it stands, before the fault; SIZE_MAX: nowhere */
};

static struct piece piece_at(const uint8_t *text, size_t size, size_t at) {
    struct piece piece = {.at = at, .colon = SIZE_MAX};
    bool quoted = false, comment = false, over = false;
    for (; !over && at + piece.size < size; ++piece.size) {
        const uint8_t c = text[at + piece.size];
        over = c == '\n' || (c == ';' && !quoted && !comment);
        comment |= c == '#' && !quoted;
        quoted ^= c == '"' && !comment;
        if (c == ':' && !quoted && !comment && piece.colon == SIZE_MAX)
            piece.colon = at + piece.size;
    }
    return piece;
}

static struct piece choose(struct dice *dice, const uint8_t *text, size_t size) {
    struct piece chosen = {.colon = SIZE_MAX};
    size_t seen = 0;
    for (size_t at = 0; at < size;) {
        const struct piece piece = piece_at(text, size, at);
        if (dice_roll(dice, ++seen) == 0)
            chosen = piece;
        at += piece.size;
    }
    return chosen;
}

/* Another number in the place of one of the piece's; it may be one that is refused there. */
static bool renumber(struct dice *dice, struct dough *dough, const struct piece *piece) {
    char made[16];
    size_t chosen = 0, length = 0, seen = 0;
    for (size_t i = piece->at; i < piece->at + piece->size; ++i) {
        size_t digits = 0;
        while (i + digits < piece->at + piece->size && dough->bytes[i + digits] >= '0' &&
               dough->bytes[i + digits] <= '9')
            ++digits;
        if (digits && dice_roll(dice, ++seen) == 0) {
            chosen = i;
            length = digits;
        }
        i += digits;
    }
    const int size = snprintf(made, sizeof made, "%u", any_number(dice));
    return seen && dough_replace(dough, chosen, length, made, (size_t)size);
}

/* A rule with a colon gets another part; where the piece is none, one takes its place. */
static bool change(struct dice *dice, struct dough *dough, const struct piece *piece) {
    char made[RULE_MAX];
    if (piece->colon == SIZE_MAX)
        return dough_replace(dough, piece->at, piece->size, made, rule_of(dice, made, sizeof made));
    if (dice_roll(dice, 2))
        return dough_replace(dough, piece->colon, 0, made, condition_of(dice, made, sizeof made));
    const uint8_t last = dough->bytes[piece->at + piece->size - 1];
    const size_t end = piece->at + piece->size - (last == '\n' || last == ';'), begin = piece->colon + 1;
    return dough_replace(dough, begin, end - begin, made, fault_of(dice, made, sizeof made));
}

size_t mutate_faults(uint8_t *data, size_t size, size_t room, unsigned seed) {
    struct dice dice = {seed};
    struct dough dough = {data, size, room};
    const struct piece piece = choose(&dice, data, size);
    char made[RULE_MAX];
    bool done = false;
    switch (dice_roll(&dice, 8)) {
    case 0:
        done = dough_replace(&dough, piece.at, 0, made, rule_of(&dice, made, sizeof made));
        break;
    case 1: /* the rule once more */
        done = piece.size && piece.at + piece.size < size &&
               dough_replace(&dough, piece.at, 0, data + piece.at, piece.size);
        break;
    case 2:
        done = piece.size < size && dough_replace(&dough, piece.at, piece.size, NULL, 0);
        break;
    case 3:
        done = renumber(&dice, &dough, &piece);
        break;
    default:
        break;
    }
    done = done || change(&dice, &dough, &piece);
    return done ? dough.size : LLVMFuzzerMutate(data, size, room);
}
