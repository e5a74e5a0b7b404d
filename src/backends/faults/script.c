/* Reads fault scripts, by tables of their words: see script.h. */
#include "backends/faults/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

#define SHOWN_MAX 24 /* of what was found instead */

struct reader {
    const char *at;
    const char *end;
    const char *line_start;
    uint32_t line;
    struct script_rule *rule;
    struct script *script;
    char *message;
    size_t message_size;
};

/* Where there are no more words in the line: its end, a comment, a semicolon. */
static bool line_is_over(const struct reader *reader) {
    return reader->at == reader->end || *reader->at == '\n' || *reader->at == ';' || *reader->at == '#';
}

static void skip_blanks(struct reader *reader) {
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\r'))
        reader->at++;
}

/* Is this byte part of a word? */
static bool in_word(char byte) {
    return byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n' && byte != ';' && byte != '#' &&
           byte != ':' && byte != '"';
}

static size_t word_length(const struct reader *reader) {
    size_t length = 0;
    while (reader->at + length < reader->end && in_word(reader->at[length]))
        length++;
    return length;
}

/* Says what was expected where the reader stands; false, for its callers to return. */
static bool complain(const struct reader *reader, const char *expected) {
    char found[SHOWN_MAX + 3] = "the end of the line";
    size_t length = word_length(reader);
    if (!length && !line_is_over(reader))
        length = 1;
    if (length > SHOWN_MAX)
        length = SHOWN_MAX;
    if (length) {
        found[0] = '\'';
        for (size_t i = 0; i < length; i++)
            found[i + 1] = reader->at[i] < ' ' || reader->at[i] > '~' ? '?' : reader->at[i];
        found[length + 1] = '\'';
        found[length + 2] = '\0';
    }
    if (reader->message && reader->message_size)
        (void)snprintf(reader->message, reader->message_size, "%u:%u: expected %s, found %s",
                       (unsigned)reader->line, (unsigned)(reader->at - reader->line_start) + 1, expected,
                       found);
    return false;
}

/* Takes this word, in capitals or not, if it comes next. */
static bool take_word(struct reader *reader, const char *word) {
    const size_t length = word_length(reader);
    if (length != strlen(word))
        return false;
    for (size_t i = 0; i < length; i++)
        if (ascii_lower(reader->at[i]) != word[i])
            return false;
    reader->at += length;
    skip_blanks(reader);
    return true;
}

/* A decimal number of up to nine digits, with nothing or one of `units` behind it. */
static bool take_digits(struct reader *reader, uint32_t *out, size_t *length) {
    uint64_t value = 0;
    *length = 0;
    while (reader->at + *length < reader->end && reader->at[*length] >= '0' && reader->at[*length] <= '9' &&
           *length < 9)
        value = value * 10 + (uint64_t)(reader->at[(*length)++] - '0');
    *out = (uint32_t)value;
    return *length > 0;
}

static bool take_number(struct reader *reader, uint32_t *out) {
    size_t length;
    if (!take_digits(reader, out, &length) || length != word_length(reader))
        return complain(reader, "a number up to 999999999");
    reader->at += length;
    skip_blanks(reader);
    return true;
}

/* A time: a number with "ms" or "s" behind it, at once or after a blank. */
static bool take_time(struct reader *reader, uint32_t *out) {
    const char *const start = reader->at;
    size_t length;
    if (!take_digits(reader, out, &length))
        return complain(reader, "a time (200 ms, 5 s)");
    reader->at += length;
    skip_blanks(reader);
    if (take_word(reader, "ms"))
        return true;
    if (take_word(reader, "s") && *out <= 1000000) {
        *out *= 1000;
        return true;
    }
    reader->at = start;
    return complain(reader, "a time with its unit (200 ms, 5 s)");
}

/* So many hexadecimal digits. */
static bool take_hex(struct reader *reader, size_t digits, const char *what, uint32_t *out) {
    uint32_t value = 0;
    size_t i = 0;
    for (; i < digits && i < word_length(reader); i++) {
        const int digit = ascii_digit(reader->at[i]);
        if (digit < 0)
            return complain(reader, what);
        value = value << 4 | (uint32_t)digit;
    }
    if (i < digits || word_length(reader) != digits)
        return complain(reader, what);
    *out = value;
    reader->at += digits;
    skip_blanks(reader);
    return true;
}

/* A name in quotation marks. */
static bool take_name(struct reader *reader, char *out) {
    size_t length = 0;
    if (line_is_over(reader) || *reader->at != '"')
        return complain(reader, "a reader's name in quotation marks");
    const char *const start = reader->at + 1;
    while (start + length < reader->end && start[length] != '"' && start[length] != '\n' && start[length])
        length++;
    if (start + length == reader->end || start[length] != '"' || !length || length >= SCRIPT_READER_MAX)
        return complain(reader, "a reader's name of 1 to 127 bytes in quotation marks");
    memcpy(out, start, length);
    out[length] = '\0';
    reader->at = start + length + 1;
    skip_blanks(reader);
    return true;
}

/* Conditions */

static bool read_after(struct reader *reader) {
    if (!take_number(reader, &reader->rule->after))
        return false;
    if (!take_word(reader, "commands"))
        (void)take_word(reader, "command");
    return true;
}

static bool read_every(struct reader *reader) {
    const char *const start = reader->at;
    if (!take_number(reader, &reader->rule->every))
        return false;
    if (reader->rule->every)
        return true;
    reader->at = start;
    return complain(reader, "a number from 1");
}

static bool read_ins(struct reader *reader) {
    uint32_t ins = 0;
    if (!take_hex(reader, 2, "an instruction byte of two hexadecimal digits (B0)", &ins))
        return false;
    reader->rule->has_ins = true;
    reader->rule->ins = (uint8_t)ins;
    return true;
}

static bool read_at(struct reader *reader) {
    reader->rule->has_at = true;
    return take_time(reader, &reader->rule->at_ms);
}

static bool read_chance(struct reader *reader) {
    const char *const start = reader->at;
    size_t length;
    if (take_digits(reader, &reader->rule->chance, &length) && reader->rule->chance >= 1 &&
        reader->rule->chance <= 100) {
        reader->at += length;
        skip_blanks(reader);
        if (take_word(reader, "%"))
            return true;
    }
    reader->at = start;
    return complain(reader, "a chance from 1% to 100%");
}

static bool read_times(struct reader *reader) {
    const char *const start = reader->at;
    if (!take_number(reader, &reader->rule->times))
        return false;
    if (reader->rule->times)
        return true;
    reader->at = start;
    return complain(reader, "a number from 1");
}

static bool read_always(struct reader *reader) {
    reader->rule->times = UINT32_MAX;
    return true;
}

static bool read_reader(struct reader *reader) {
    return take_name(reader, reader->rule->reader);
}

static const struct {
    const char *word;
    bool (*read)(struct reader *reader);
} conditions[] = {{"after", read_after},   {"ins", read_ins},       {"at", read_at},
                  {"every", read_every},   {"chance", read_chance}, {"times", read_times},
                  {"always", read_always}, {"reader", read_reader}};

#define CONDITIONS                                                                                           \
    "a condition (after, ins, at, every, chance, times, always, reader), seed, or ':' and a fault"

/* Faults */

enum argument { NONE, COUNT, TIME, STATUS_WORD, STORM, PARTNER };

static const struct {
    const char *word;
    enum script_fault fault;
    enum argument argument;
    uint32_t usual; /* COUNT: where none is said */
    bool lasts;     /* "for TIME" may follow */
} faults[] = {
    {"remove", SCRIPT_REMOVE, NONE, 0, true},  {"insert", SCRIPT_INSERT, NONE, 0, false},
    {"swap", SCRIPT_SWAP, PARTNER, 0, false},  {"reset", SCRIPT_RESET, NONE, 0, false},
    {"mute", SCRIPT_MUTE, COUNT, 1, false},    {"stop", SCRIPT_STOP, NONE, 0, true},
    {"start", SCRIPT_START, NONE, 0, false},   {"unplug", SCRIPT_UNPLUG, NONE, 0, true},
    {"replug", SCRIPT_REPLUG, NONE, 0, false}, {"renumber", SCRIPT_RENUMBER, NONE, 0, false},
    {"idle", SCRIPT_IDLE, TIME, 0, false},     {"drop", SCRIPT_DROP, NONE, 0, false},
    {"cut", SCRIPT_CUT, COUNT, 1, false},      {"garble", SCRIPT_GARBLE, COUNT, 1, false},
    {"delay", SCRIPT_DELAY, TIME, 0, false},   {"storm", SCRIPT_STORM_61, STORM, 10, false},
    {"sw", SCRIPT_SW, STATUS_WORD, 0, false},
};

#define FAULTS                                                                                               \
    "a fault (remove, insert, swap, reset, mute, drop, cut, garble, delay, storm, sw, stop, start, unplug, " \
    "replug, renumber, idle)"

/* "61 20": the word's first byte, and how often. */
static bool read_storm(struct reader *reader, uint32_t usual) {
    if (take_word(reader, "6c"))
        reader->rule->fault = SCRIPT_STORM_6C;
    else if (!take_word(reader, "61"))
        return complain(reader, "61 or 6C");
    reader->rule->value = usual;
    return line_is_over(reader) || take_number(reader, &reader->rule->value);
}

static bool read_argument(struct reader *reader, size_t place) {
    struct script_rule *rule = reader->rule;
    switch (faults[place].argument) {
    case COUNT:
        rule->value = faults[place].usual;
        return line_is_over(reader) || take_number(reader, &rule->value);
    case TIME:
        return take_time(reader, &rule->value);
    case STATUS_WORD:
        return take_hex(reader, 4, "a status word of four hexadecimal digits (6F00)", &rule->value);
    case STORM:
        return read_storm(reader, faults[place].usual);
    case PARTNER:
        return line_is_over(reader) || take_name(reader, rule->partner);
    default:
        return true;
    }
}

static bool read_fault(struct reader *reader) {
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        if (!take_word(reader, faults[i].word))
            continue;
        reader->rule->fault = faults[i].fault;
        if (!read_argument(reader, i))
            return false;
        if (faults[i].lasts && take_word(reader, "for") && !take_time(reader, &reader->rule->for_ms))
            return false;
        return line_is_over(reader) || complain(reader, faults[i].lasts ? "'for TIME' or the end of the line"
                                                                        : "the end of the line");
    }
    return complain(reader, FAULTS);
}

/* Reads one condition; *known: there was one. */
static bool read_condition(struct reader *reader, bool *known) {
    *known = false;
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions && !*known; i++)
        if (take_word(reader, conditions[i].word)) {
            *known = true;
            return conditions[i].read(reader);
        }
    return true;
}

static bool read_rule(struct reader *reader) {
    bool known = true;
    while (known && !line_is_over(reader) && *reader->at != ':')
        if (!read_condition(reader, &known))
            return false;
    if (line_is_over(reader) || *reader->at != ':')
        return complain(reader, CONDITIONS);
    reader->at++;
    skip_blanks(reader);
    return read_fault(reader);
}

/* A place for one more rule; false, with a message: there is none. */
static bool add_rule(struct reader *reader) {
    struct script *script = reader->script;
    if (script->count == SCRIPT_RULES_MAX)
        return complain(reader, "at most 1000 rules");
    if ((script->count & (script->count - 1)) == 0) { /* full at every power of two */
        struct script_rule *more =
            realloc(script->rules, (script->count ? 2 * script->count : 1) * sizeof *more);
        if (!more)
            return complain(reader, "enough memory");
        script->rules = more;
    }
    reader->rule = &script->rules[script->count++];
    *reader->rule = (struct script_rule){.chance = 100, .times = 1, .line = reader->line};
    return true;
}

static bool read_seed(struct reader *reader) {
    uint32_t seed = 0;
    if (!take_number(reader, &seed))
        return false;
    reader->script->seed = seed;
    return line_is_over(reader) || complain(reader, "the end of the line");
}

static bool read_line(struct reader *reader) {
    skip_blanks(reader);
    if (line_is_over(reader))
        return true;
    if (take_word(reader, "seed"))
        return read_seed(reader);
    return add_rule(reader) && read_rule(reader);
}

bool fault_script_parse(const char *text, size_t size, struct script *out, char *message,
                        size_t message_size) {
    struct reader reader = {.at = text,
                            .end = text + size,
                            .line_start = text,
                            .line = 1,
                            .script = out,
                            .message = message,
                            .message_size = message_size};
    *out = (struct script){.seed = 1};
    for (;;) {
        if (!read_line(&reader))
            return false;
        if (reader.at < reader.end && *reader.at == '#')
            while (reader.at < reader.end && *reader.at != '\n')
                reader.at++;
        if (reader.at == reader.end)
            return true;
        if (*reader.at++ == '\n') {
            reader.line++;
            reader.line_start = reader.at;
        }
    }
}

void fault_script_clear(struct script *script) {
    free(script->rules);
    *script = (struct script){.rules = NULL};
}
