/* The reader that a user means: see choose.h. */
#include "talk/choose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "scardssp.h"
#include "talk/alias.h"
#include "talk/atrpattern.h"
#include "talk/cardname.h"
#include "talk/serial.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/glob.h"
#include "terminal/text.h"

static bool holds_card(const struct reader *reader) {
    return (reader->state.state & READER_PRESENT) != 0;
}

/* Whether a name is this one, or is like it; nothing is like nothing. */
static bool is_like(const char *name, const char *wanted) {
    if (wanted[0] == '\0')
        return false;
    return text_contains(name, wanted) || (glob_is(wanted) && glob_fits(name, wanted));
}

static bool name_fits(const struct reader *reader, const char *wanted) {
    return is_like(reader->name, wanted);
}

static bool atr_fits(const struct reader *reader, const char *wanted) {
    return atrpattern_is(wanted) && atrpattern_fits(wanted, reader->state.atr, reader->state.atr_size);
}

static bool card_fits(const struct reader *reader, const char *wanted) {
    return cardname_any(reader->state.atr, reader->state.atr_size, is_like, wanted);
}

static bool serial_fits(const struct reader *reader, const char *wanted) {
    char serial[SERIAL_MAX];
    return wanted[0] != '\0' && serial_find(reader->name, serial) &&
           (ascii_equal(serial, wanted) || (glob_is(wanted) && glob_fits(serial, wanted)));
}

/* What may be known of a reader, in the order in which it is tried. */
static const struct way {
    const char *prefix;
    const char *what;                      /* several readers have in common */
    bool (*is_likely)(const char *wanted); /* without the prefix; NULL: always */
    bool (*fits)(const struct reader *reader, const char *wanted);
    bool asks; /* the readers themselves */
} ways[] = {{"name:", "names like it", NULL, name_fits, false},
            {"atr:", "such an ATR", atrpattern_is_likely, atr_fits, false},
            {"card:", "cards of such a name", NULL, card_fits, false},
            {"serial:", "this serial number", NULL, serial_fits, true}};
#define WAYS (sizeof ways / sizeof *ways)

/* The way that a prefix names, which is passed by; NULL: there is none. */
static const struct way *take_prefix(const char **wanted) {
    for (size_t i = 0; i < WAYS; ++i) {
        const size_t size = strlen(ways[i].prefix);
        if (strncmp(*wanted, ways[i].prefix, size) == 0) {
            *wanted += size;
            return &ways[i];
        }
    }
    return NULL;
}

bool reader_is_meant(const char *name, const struct scardssp_reader_state *state, const char *wanted) {
    if (strcmp(name, wanted) == 0)
        return true;
    struct reader reader = {.name = strdup(name)};
    if (state)
        reader.state = *state;
    const struct way *named = take_prefix(&wanted);
    bool fits = false;
    for (size_t i = 0; i < WAYS && reader.name && !fits; ++i) {
        const struct way *way = &ways[i];
        const bool tried = named ? way == named : !way->asks && (!way->is_likely || way->is_likely(wanted));
        fits = tried && way->fits(&reader, wanted);
    }
    free(reader.name);
    return fits;
}

/* A reader, and what tells it from others. */
static void print_reader(size_t number, const struct reader *reader) {
    char name[CARDNAME_MAX], serial[SERIAL_MAX];
    fprintf(stderr, "  %zu: ", number);
    text_print(stderr, reader->name);
    if (!holds_card(reader)) {
        fprintf(stderr, " (no card");
    } else if (cardname_find(reader->state.atr, reader->state.atr_size, name)) {
        fprintf(stderr, " (");
        text_print(stderr, name);
    } else {
        fprintf(stderr, " (unknown card");
    }
    if (serial_find(reader->name, serial)) {
        fprintf(stderr, ", serial ");
        text_print(stderr, serial);
    }
    fprintf(stderr, ")\n");
}

static void print_how(const char *how) {
    fprintf(
        stderr,
        "Choose one with %s: its number, more of its name, serial:NUMBER, card:NAME or atr:PATTERN; 'scard "
        "list --help' tells more.\n",
        how);
}

static void print_all(const struct reader_list *list) {
    fprintf(stderr, "The readers are:\n");
    for (size_t i = 0; i < list->count; ++i) {
        fprintf(stderr, "  %zu: ", i);
        text_print(stderr, list->readers[i].name);
        fprintf(stderr, "%s\n", holds_card(&list->readers[i]) ? "" : " (no card)");
    }
}

/* The only reader with a card, or the only one. how: what chooses another one, "-r READER". */
static int choose_alone(const struct reader_list *list, enum reader_need need, const char *how, size_t *out) {
    size_t found = 0;
    for (size_t i = 0; i < list->count; ++i) {
        if (holds_card(&list->readers[i])) {
            *out = i;
            ++found;
        }
    }
    if (found == 1)
        return EXIT_GOOD;
    if (found == 0 && need == READER_ANY && list->count == 1) {
        *out = 0;
        return EXIT_GOOD;
    }
    if (found == 0) {
        failure((HRESULT)SCARD_E_NO_SMARTCARD, NULL, "no reader holds a card");
        print_all(list);
        return EXIT_CARD;
    }
    fprintf(stderr, "scard: several readers hold a card:\n");
    for (size_t i = 0; i < list->count; ++i)
        if (holds_card(&list->readers[i]))
            print_reader(i, &list->readers[i]);
    print_how(how);
    return EXIT_USAGE;
}

/* "0" to the last number of `scard list`. */
static bool parse_number(const char *text, size_t count, size_t *out) {
    char *end = NULL;
    const unsigned long value = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || value >= count)
        return false;
    *out = value;
    return true;
}

/* The reader whose name is nearest, where it is near enough to have been meant; else NULL. */
static const char *nearest(const struct reader_list *list, const char *wanted) {
    const char *found = NULL;
    size_t least = strlen(wanted) / 3 + 1;
    for (size_t i = 0; i < list->count; ++i) {
        const size_t distance = text_distance(wanted, list->readers[i].name);
        if (distance <= least && (found == NULL || distance < least)) {
            least = distance;
            found = list->readers[i].name;
        }
    }
    return found;
}

static int complain_of_name(const struct reader_list *list, const char *wanted) {
    failure((HRESULT)SCARD_E_UNKNOWN_READER,
            "give the number, the name or a part of the name of one there is.", "no reader is called '%s'",
            wanted);
    const char *meant = nearest(list, wanted);
    if (meant) {
        fprintf(stderr, "Is '");
        text_print(stderr, meant);
        fprintf(stderr, "' meant?\n");
    }
    print_all(list);
    return EXIT_CARD;
}

/* What one way finds: marks the readers, of `found`. Returns how many. */
static size_t find(const struct reader_list *list, const struct way *way, const char *wanted, bool *found) {
    size_t count = 0;
    for (size_t i = 0; i < list->count; ++i) {
        found[i] = way->fits(&list->readers[i], wanted);
        count += found[i];
    }
    return count;
}

static int complain_of_several(const struct reader_list *list, const bool *found, const char *wanted,
                               const char *what, const char *how) {
    fprintf(stderr, "scard: '");
    text_print(stderr, wanted);
    fprintf(stderr, "' means several readers, which have %s:\n", what);
    for (size_t i = 0; i < list->count; ++i)
        if (found[i])
            print_reader(i, &list->readers[i]);
    print_how(how);
    return EXIT_USAGE;
}

/* By what fits; found: room for a mark of each reader. */
static int choose_fitting(const struct reader_list *list, const char *wanted, const char *how, bool *found,
                          size_t *out) {
    const char *rest = wanted;
    const struct way *named = take_prefix(&rest);
    for (size_t i = 0; i < WAYS; ++i) {
        const struct way *way = &ways[i];
        if (named ? way != named : way->is_likely && !way->is_likely(rest))
            continue;
        const size_t count = find(list, way, rest, found);
        if (count > 1)
            return complain_of_several(list, found, wanted, way->what, how);
        for (size_t j = 0; count == 1 && j < list->count; ++j)
            if (found[j])
                *out = j;
        if (count == 1)
            return EXIT_GOOD;
    }
    return complain_of_name(list, wanted);
}

static bool choose_exactly(const struct reader_list *list, const char *wanted, size_t *out) {
    for (size_t i = 0; i < list->count; ++i) {
        if (strcmp(list->readers[i].name, wanted) == 0) {
            *out = i;
            return true;
        }
    }
    return parse_number(wanted, list->count, out);
}

static int choose_named(const struct reader_list *list, const char *wanted, const char *how, size_t *out) {
    char *alias = NULL;
    if (choose_exactly(list, wanted, out))
        return EXIT_GOOD;
    int code = alias_find(wanted, &alias);
    if (code != EXIT_GOOD)
        return code;
    bool *found = calloc(list->count, sizeof *found);
    if (!found)
        code = failure(E_OUTOFMEMORY, NULL, "cannot choose a reader");
    else if (!alias || !choose_exactly(list, alias, out))
        code = choose_fitting(list, alias ? alias : wanted, how, found, out);
    free(found);
    free(alias);
    return code;
}

int reader_choose(const char *wanted, enum reader_need need, const char *how, char **out) {
    struct reader_list list = {0};
    int code = reader_list_need(&list);
    if (code != EXIT_GOOD)
        return code;
    size_t index = 0;
    code = wanted ? choose_named(&list, wanted, how, &index) : choose_alone(&list, need, how, &index);
    if (code == EXIT_GOOD) {
        *out = strdup(list.readers[index].name);
        if (*out == NULL)
            code = failure(E_OUTOFMEMORY, NULL, "cannot remember the reader");
    }
    reader_list_free(&list);
    return code;
}
