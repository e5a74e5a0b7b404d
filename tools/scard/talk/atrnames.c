/* All names that are known for an ATR: see atrnames.h. */
#include "talk/atrnames.h"

#include <stdlib.h>
#include <string.h>

#include "scardssp.h"
#include "scardssp_db.h"
#include "talk/cardtype.h"
#include "terminal/drawing/hyperlink.h"
#include "terminal/exitcode.h"

#define KNOWN_ATR_MAX 36

static bool make_room(struct atrnames *names) {
    if (names->count < names->room)
        return true;
    const size_t room = names->room ? 2 * names->room : 16;
    struct atrname *rows = realloc(names->rows, room * sizeof *rows);
    if (rows == NULL)
        return false;
    names->rows = rows;
    names->room = room;
    return true;
}

static int add(struct atrnames *names, const char *name, bool introduced) {
    char *text = make_room(names) ? strdup(name) : NULL;
    if (text == NULL) {
        names->failed = E_OUTOFMEMORY;
        return 1;
    }
    const bool link = !introduced && hyperlink_size(name) > 0 && strchr(name, ' ') == NULL;
    names->rows[names->count++] = (struct atrname){.text = text, .introduced = introduced, .link = link};
    return 0;
}

static int add_type(void *user, const struct scardssp_card_type *type) {
    return add(user, type->name, true);
}

static int add_public(void *user, const char *name) {
    return add(user, name, false);
}

static int judge(struct atrnames *names, int32_t status, const char *message, const char *what) {
    if (status == S_OK && names->failed == S_OK)
        return EXIT_GOOD;
    names->failed = status == S_OK ? names->failed : status;
    return cardtype_fail(names->failed, message, what, NULL);
}

int atrnames_find(struct atrnames *names, const uint8_t *atr, size_t size) {
    char message[CARDTYPE_MESSAGE_MAX] = "";
    if (size > KNOWN_ATR_MAX)
        return EXIT_GOOD;
    int32_t status = scardssp_db_cards(atr, size, add_type, names, message, sizeof message);
    const int asked = judge(names, status, message, "cannot ask the card database");
    status = scardssp_public_names(atr, size, add_public, names, message, sizeof message);
    names->no_list = status == (HRESULT)SCARD_E_NO_FILE;
    if (names->no_list)
        return asked;
    const int listed =
        status == S_OK ? EXIT_GOOD : judge(names, status, message, "cannot ask the public list");
    return listed != EXIT_GOOD ? listed : asked;
}

void atrnames_free(struct atrnames *names) {
    for (size_t i = 0; i < names->count; ++i)
        free(names->rows[i].text);
    free(names->rows);
    *names = (struct atrnames){0};
}
