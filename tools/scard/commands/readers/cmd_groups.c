/* scard groups: groups of readers in the card database. In the table of main.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "scardssp.h"
#include "scardssp_db.h"
#include "talk/cardtype.h"
#include "talk/choose.h"
#include "terminal/failure.h"
#include "terminal/text.h"

static const char unknown_advice[] =
    "'scard groups list' shows which readers are in it; --system tells the system's part from the user's.";

/* Where groups and readers go. */
struct listing {
    struct json *json; /* NULL: as lines */
    size_t count;
    int code;
    char message[CARDTYPE_MESSAGE_MAX];
};

static int show_reader(void *user, const char *name) {
    const struct listing *listing = user;
    if (listing->json) {
        json_text(listing->json, NULL, name);
        return 0;
    }
    printf("  ");
    text_print(stdout, name);
    putchar('\n');
    return 0;
}

static int show_group(void *user, const char *name) {
    struct listing *listing = user;
    ++listing->count;
    if (listing->json) {
        json_object(listing->json, NULL);
        json_text(listing->json, "name", name);
        json_array(listing->json, "readers");
    } else {
        text_print(stdout, name);
        putchar('\n');
    }
    const int32_t status =
        scardssp_db_group_readers(name, show_reader, listing, listing->message, sizeof listing->message);
    if (status != S_OK)
        listing->code = cardtype_fail(status, listing->message, "cannot look into the group", name);
    if (listing->json) {
        json_end(listing->json, ']');
        cardtype_write_failed(listing->json, status);
        json_end(listing->json, '}');
    }
    return status != S_OK;
}

struct list_settings {
    bool json;
};

static int list_run(const struct invocation *invocation) {
    const struct list_settings *settings = invocation->settings;
    struct json json = {.file = stdout};
    struct listing listing = {.json = settings->json ? &json : NULL, .code = EXIT_GOOD};
    if (settings->json) {
        json_object(&json, NULL);
        json_array(&json, "groups");
    }
    const int32_t status = scardssp_db_groups(show_group, &listing, listing.message, sizeof listing.message);
    if (settings->json) {
        json_end(&json, ']');
        cardtype_write_failed(&json, status);
        json_end(&json, '}');
    }
    if (status != S_OK)
        return cardtype_fail(status, listing.message, "cannot ask the card database", NULL);
    if (!settings->json && listing.count == 0)
        printf("There are no groups of readers.\n");
    return listing.code;
}

static const struct list_settings list_defaults = {.json = false};

static const struct option_row list_options[] = {JSON_OPTION(struct list_settings), {0}};

static const struct command groups_list = {
    .name = "scard groups list",
    .line = "the groups and their readers",
    .summary =
        "Lists the groups of readers and the readers in each, the user's and the system's together. The "
        "groups that always exist (SCard$AllReaders, SCard$DefaultReaders) are not among them.",
    .options = list_options,
    .notes =
        "JSON: {\"groups\":[{\"name\",\"readers\":[]}]}; \"failed\" (a code) where the database could not "
        "be read to its end.\n",
    .examples = "  scard groups list\n",
    SETTINGS(list_defaults),
    .run = list_run};

/* What is done, and for whom. */
struct change {
    const char *group;
    const char *reader; /* NULL: the group as a whole */
    bool add;
    bool exact; /* the reader's name is whole: it need not be there now */
    bool system;
    bool json;
};

static int32_t change_make(const struct change *change, char *message, size_t size) {
    const uint32_t scope = change->system ? SCARDSSP_DB_SYSTEM : SCARDSSP_DB_USER;
    if (!change->reader)
        return scardssp_db_group_forget(scope, change->group, message, size);
    return change->add ? scardssp_db_group_add(scope, change->group, change->reader, message, size)
                       : scardssp_db_group_remove(scope, change->group, change->reader, message, size);
}

static void change_tell(const struct change *change) {
    if (change->json) {
        struct json json = {.file = stdout};
        json_object(&json, NULL);
        json_text(&json, change->reader ? "group" : "forgotten", change->group);
        if (change->reader)
            json_text(&json, change->add ? "added" : "removed", change->reader);
        json_end(&json, '}');
        return;
    }
    printf(!change->reader ? "Forgot " : change->add ? "Added '" : "Removed '");
    if (change->reader) {
        text_print(stdout, change->reader);
        printf(change->add ? "' to " : "' from ");
    }
    printf("the group '");
    text_print(stdout, change->group);
    printf("'.\n");
}

static int change_run(const struct change *change) {
    char message[CARDTYPE_MESSAGE_MAX] = "";
    const int32_t status = change_make(change, message, sizeof message);
    if (status == S_OK) {
        change_tell(change);
        return EXIT_GOOD;
    }
    const char *part = change->system ? "system's" : "user's";
    if (status == (HRESULT)SCARD_E_DUPLICATE_READER)
        return failure(status, "nothing is to be done.", "'%s' is in the group '%s' already", change->reader,
                       change->group);
    if (status == (HRESULT)SCARD_E_UNKNOWN_READER && change->reader)
        return failure(status, unknown_advice, "'%s' is not in the %s group '%s'", change->reader, part,
                       change->group);
    if (status == (HRESULT)SCARD_E_UNKNOWN_READER)
        return failure(status, unknown_advice, "there is no %s group '%s'", part, change->group);
    return cardtype_fail(status, message, "cannot change the group", change->group);
}

static int add_run(const struct invocation *invocation) {
    struct change change = *(const struct change *)invocation->settings;
    if (change.exact)
        return change_run(&change);
    char *found = NULL;
    int code = reader_choose(change.reader, READER_ANY, "READER", &found);
    change.reader = found;
    if (code == EXIT_GOOD)
        code = change_run(&change);
    free(found);
    return code;
}

static const struct change add_defaults = {.add = true};

static const struct option_row add_options[] = {{.name = "exact",
                                                 .letter = 'e',
                                                 .help = "READER is its whole name; it need not be there now",
                                                 VALUE_AT(struct change, exact)},
                                                {.name = "system",
                                                 .letter = 's',
                                                 .help = "for all users of this machine",
                                                 VALUE_AT(struct change, system)},
                                                JSON_OPTION(struct change),
                                                {0}};

static const struct operand_row add_operands[] = {
    {.name = "GROUP", .help = "the group's name", VALUE_AT(struct change, group)},
    {.name = "READER", .help = READER_WORDS, VALUE_AT(struct change, reader)},
    {0}};

static const struct command groups_add = {
    .name = "scard groups add",
    .line = "puts a reader into a group",
    .summary = "Puts a reader into a group, which is made with its first reader. Searches ('scard locate', "
               "ISCardLocate) can be bounded to groups.",
    .options = add_options,
    .operands = add_operands,
    .notes = "JSON: {\"group\",\"added\"}.\n",
    .examples = "  scard groups add Counter 0\n  scard groups add --exact Counter 'ACME Reader 00 00'\n",
    SETTINGS(add_defaults),
    .run = add_run};

static int take_away(const struct invocation *invocation) {
    return change_run(invocation->settings);
}

static const struct change removal_defaults = {.add = false};

static const struct option_row remove_options[] = {
    {.name = "system", .letter = 's', .help = "from the group of all users", VALUE_AT(struct change, system)},
    JSON_OPTION(struct change),
    {0}};

static const struct operand_row remove_operands[] = {
    {.name = "GROUP", .help = "the group's name", VALUE_AT(struct change, group)},
    {.name = "READER",
     .help = "its whole name, as 'scard groups list' shows it",
     VALUE_AT(struct change, reader)},
    {0}};

static const struct command groups_remove = {
    .name = "scard groups remove",
    .line = "takes a reader out of a group",
    .summary = "Takes a reader out of a group; the group goes with its last reader.",
    .options = remove_options,
    .operands = remove_operands,
    .notes = "JSON: {\"group\",\"removed\"}.\n",
    .examples = "  scard groups remove Counter 'ACME Reader 00 00'\n",
    SETTINGS(removal_defaults),
    .run = take_away};

static const struct option_row forget_options[] = {
    {.name = "system", .letter = 's', .help = "the group of all users", VALUE_AT(struct change, system)},
    JSON_OPTION(struct change),
    {0}};

static const struct operand_row forget_operands[] = {
    {.name = "GROUP", .help = "the group's name", VALUE_AT(struct change, group)}, {0}};

static const struct command groups_forget = {.name = "scard groups forget",
                                             .line = "forgets a group",
                                             .summary = "Forgets a group with all its readers.",
                                             .options = forget_options,
                                             .operands = forget_operands,
                                             .notes = "JSON: {\"forgotten\":\"GROUP\"}.\n",
                                             .examples = "  scard groups forget Counter\n",
                                             SETTINGS(removal_defaults),
                                             .run = take_away};

static const struct command *const family[] = {&groups_list, &groups_add, &groups_remove, &groups_forget,
                                               NULL};

const struct command cmd_groups = {
    .name = "scard groups",
    .line = "groups of readers: list, add, remove, forget",
    .summary = "Groups of readers, to which searches can be bounded. Without a command: 'scard groups list'.",
    .family = family,
    .first_by_default = true};
