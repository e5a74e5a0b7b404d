/* The calls of scardssp_db.h: types of cards and groups of readers, in the user's part of the database. */
#include <string.h>

#include "scardssp_db.h"

#include "calls.h"

static const uint8_t atr[] = {0x3B, 0x02, 0x14, 0x50};

static void db_introduce(void) {
    const struct scardssp_card_type type = {"Card of the examples",   atr,  NULL, sizeof atr,
                                            SCARDSSP_DB_PROVIDER_ISO, NULL, 0};
    char message[256];
    EXPECT(scardssp_db_introduce(SCARDSSP_DB_USER, &type, message, sizeof message) == S_OK);
}

static int count_type(void *user, const struct scardssp_card_type *type) {
    int *count = user;
    *count += type->atr_size == sizeof atr;
    return 0; /* go on */
}

static void db_card(void) {
    const scardssp_card_type_visitor visitor = count_type;
    int count = 0;
    EXPECT(scardssp_db_card("card of the EXAMPLES", visitor, &count, NULL, 0) == S_OK && count == 1);
    EXPECT(scardssp_db_card("No such card", visitor, &count, NULL, 0) == SCARD_E_UNKNOWN_CARD);
}

/* What a card may be, by its answer to reset. */
static void db_cards(void) {
    int count = 0;
    EXPECT(scardssp_db_cards(atr, sizeof atr, count_type, &count, NULL, 0) == S_OK && count == 1);
}

static void db_forget(void) {
    char message[256];
    EXPECT(scardssp_db_forget(SCARDSSP_DB_USER, "Card of the examples", message, sizeof message) == S_OK);
}

static int count_name(void *user, const char *name) {
    int *count = user;
    *count += name[0] != '\0';
    return 0; /* go on */
}

static void db_group_add(void) {
    char message[256];
    EXPECT(scardssp_db_group_add(SCARDSSP_DB_USER, "Counter", "Simulated Reader 00", message,
                                 sizeof message) == S_OK);
}

static void db_groups(void) {
    const scardssp_name_visitor visitor = count_name;
    int groups = 0, readers = 0;
    EXPECT(scardssp_db_groups(visitor, &groups, NULL, 0) == S_OK && groups == 1);
    EXPECT(scardssp_db_group_readers("Counter", visitor, &readers, NULL, 0) == S_OK && readers == 1);
}

static void db_group_remove(void) {
    EXPECT(scardssp_db_group_remove(SCARDSSP_DB_USER, "Counter", "Simulated Reader 00", NULL, 0) == S_OK);
    EXPECT(scardssp_db_group_forget(SCARDSSP_DB_USER, "Counter", NULL, 0) == SCARD_E_UNKNOWN_READER);
}

/* The list of pcsc-tools may not be on this machine; then it is said where it was looked for. */
static void public_names(void) {
    char path[4096], message[1024];
    int count = 0;
    const int32_t status =
        scardssp_public_names(atr, sizeof atr, count_name, &count, message, sizeof message);
    EXPECT(status == S_OK || status == SCARD_E_NO_FILE);
    EXPECT((scardssp_public_list(SCARDSSP_LIST_USED, path, sizeof path) == S_OK) == (status == S_OK));
}

const struct call database_calls[] = {{"scardssp_db_introduce", db_introduce},
                                      {"scardssp_db_card", db_card},
                                      {"scardssp_db_cards", db_cards},
                                      {"scardssp_db_forget", db_forget},
                                      {"scardssp_db_group_add", db_group_add},
                                      {"scardssp_db_groups", db_groups},
                                      {"scardssp_db_group_remove", db_group_remove},
                                      {"scardssp_public_names", public_names},
                                      {NULL, NULL}};
