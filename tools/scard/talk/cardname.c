/* What a card is called: see cardname.h. */
#include "talk/cardname.h"

#include <stdio.h>

#include "scardssp_db.h"

static int take_name(void *user, const char *name) {
    (void)snprintf(user, CARDNAME_MAX, "%s", name);
    return 1;
}

static int take_type(void *user, const struct scardssp_card_type *type) {
    return take_name(user, type->name);
}

/* A database or a list that cannot be read is told by the commands that are about it. */
bool cardname_find(const uint8_t *atr, size_t size, char *out) {
    out[0] = '\0';
    if (size == 0)
        return false;
    (void)scardssp_db_cards(atr, size, take_type, out, NULL, 0);
    if (out[0] == '\0')
        (void)scardssp_public_names(atr, size, take_name, out, NULL, 0);
    return out[0] != '\0';
}

/* One search among the names of a card. */
struct search {
    bool (*fits)(const char *name, const char *wanted);
    const char *wanted;
    bool found;
};

static int try_name(void *user, const char *name) {
    struct search *search = user;
    search->found = search->fits(name, search->wanted);
    return search->found;
}

static int try_type(void *user, const struct scardssp_card_type *type) {
    return try_name(user, type->name);
}

bool cardname_any(const uint8_t *atr, size_t size, bool (*fits)(const char *name, const char *wanted),
                  const char *wanted) {
    struct search search = {.fits = fits, .wanted = wanted};
    if (size == 0)
        return false;
    (void)scardssp_db_cards(atr, size, try_type, &search, NULL, 0);
    if (!search.found)
        (void)scardssp_public_names(atr, size, try_name, &search, NULL, 0);
    return search.found;
}
