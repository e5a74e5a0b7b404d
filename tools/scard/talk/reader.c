/* The readers there are, and what their states say: see reader.h. */
#include "talk/reader.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scardssp.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"

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

enum colour reader_state_colour(uint32_t state) {
    if (state & READER_EMPTY)
        return COLOUR_FAINT;
    if (!(state & READER_PRESENT) || (state & (READER_UNKNOWN | READER_UNAVAILABLE | READER_MUTE)))
        return COLOUR_BAD;
    return state & (READER_EXCLUSIVE | READER_INUSE | READER_UNPOWERED) ? COLOUR_WARNING : COLOUR_GOOD;
}
