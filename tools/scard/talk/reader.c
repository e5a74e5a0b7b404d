/* The readers there are, and the one a user means. Called by every command that takes a READER. */
#include "talk/reader.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scardssp.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/text.h"

static const char no_reader_advice[] = "plug a reader in; without one, 'scard --rm sim list' shows simulated "
                                       "readers, and 'scard sim serve' puts a "
                                       "simulated card into the service's virtual reader.";

struct listing {
    struct reader_list list;
    bool no_memory;
};

static int add_reader(void *user, const char *name, const struct scardssp_reader_state *state) {
    struct listing *listing = user;
    struct reader_list *list = &listing->list;
    struct reader *more = realloc(list->readers, (list->count + 1) * sizeof *more);
    char *own = more ? strdup(name) : NULL;
    if (more)
        list->readers = more;
    listing->no_memory = own == NULL;
    if (listing->no_memory)
        return 0;
    more[list->count++] = (struct reader){.name = own, .state = *state};
    return 1;
}

int32_t reader_list_get(struct reader_list *out) {
    struct listing listing = {0};
    int32_t status = scardssp_each_reader(add_reader, &listing);
    if (status == S_OK && listing.no_memory)
        status = E_OUTOFMEMORY;
    if (status != S_OK)
        reader_list_free(&listing.list);
    *out = listing.list;
    return status;
}

void reader_list_free(struct reader_list *list) {
    for (size_t i = 0; i < list->count; ++i)
        free(list->readers[i].name);
    free(list->readers);
    *list = (struct reader_list){0};
}

int reader_list_need(struct reader_list *out) {
    const int32_t status = reader_list_get(out);
    if (status != S_OK)
        return failure(status, NULL, "cannot list the readers");
    if (out->count == 0) {
        reader_list_free(out);
        return failure((HRESULT)SCARD_E_NO_READERS_AVAILABLE, no_reader_advice, "there is no reader");
    }
    return EXIT_GOOD;
}

static bool reader_holds_card(const struct reader *reader) {
    return (reader->state.state & READER_PRESENT) != 0;
}

static void print_readers(const struct reader_list *list) {
    fprintf(stderr, "The readers are:\n");
    for (size_t i = 0; i < list->count; ++i) {
        fprintf(stderr, "  %zu: ", i);
        text_print(stderr, list->readers[i].name);
        fprintf(stderr, "%s\n", reader_holds_card(&list->readers[i]) ? "" : " (no card)");
    }
}

/* The only reader with a card, or the only one. how: what chooses another one, "-r READER". */
static int choose_alone(const struct reader_list *list, enum reader_need need, const char *how, size_t *out) {
    size_t found = 0;
    for (size_t i = 0; i < list->count; ++i) {
        if (reader_holds_card(&list->readers[i])) {
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
        print_readers(list);
        return EXIT_CARD;
    }
    fprintf(
        stderr,
        "scard: several readers hold a card: choose one with %s, its number, name or a part of the name\n",
        how);
    print_readers(list);
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
    print_readers(list);
    return EXIT_CARD;
}

static int choose_named(const struct reader_list *list, const char *wanted, size_t *out) {
    size_t found = 0;
    for (size_t i = 0; i < list->count; ++i) {
        if (strcmp(list->readers[i].name, wanted) == 0) {
            *out = i;
            return EXIT_GOOD;
        }
    }
    if (parse_number(wanted, list->count, out))
        return EXIT_GOOD;
    for (size_t i = 0; i < list->count; ++i) {
        if (reader_is_named(list->readers[i].name, wanted)) {
            *out = i;
            ++found;
        }
    }
    if (found == 1)
        return EXIT_GOOD;
    if (found == 0)
        return complain_of_name(list, wanted);
    fprintf(stderr, "scard: '%s' is part of several readers' names: say more of it, or the number\n", wanted);
    print_readers(list);
    return EXIT_USAGE;
}

int reader_choose(const char *wanted, enum reader_need need, const char *how, char **out) {
    struct reader_list list = {0};
    int code = reader_list_need(&list);
    if (code != EXIT_GOOD)
        return code;
    size_t index = 0;
    code = wanted ? choose_named(&list, wanted, &index) : choose_alone(&list, need, how, &index);
    if (code == EXIT_GOOD) {
        *out = strdup(list.readers[index].name);
        if (*out == NULL)
            code = failure(E_OUTOFMEMORY, NULL, "cannot remember the reader");
    }
    reader_list_free(&list);
    return code;
}

bool reader_is_named(const char *name, const char *wanted) {
    return wanted[0] != '\0' && text_contains(name, wanted);
}

const char *reader_state_text(uint32_t state) {
    if (state & (READER_UNKNOWN | READER_UNAVAILABLE))
        return "not available";
    if (state & READER_EMPTY)
        return "empty";
    if (!(state & READER_PRESENT))
        return "not known";
    if (state & READER_MUTE)
        return "card mute";
    if (state & READER_EXCLUSIVE)
        return "card in exclusive use";
    if (state & READER_INUSE)
        return "card in use";
    if (state & READER_UNPOWERED)
        return "card present, not powered";
    return "card present";
}
