/* scard groups: groups of readers in the card database. Called by main.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "scardssp.h"
#include "scardssp_db.h"
#include "talk/cardtype.h"
#include "talk/reader.h"
#include "terminal/failure.h"
#include "terminal/options.h"
#include "terminal/subcommand.h"
#include "terminal/text.h"

static const char unknown_advice[] =
    "'scard groups list' shows which readers are in it; --system tells the system's "
    "part from the user's.";

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

static int groups_list(int argc, char **argv) {
    bool as_json = false;
    const struct option_row rows[] = {JSON_OPTION(as_json), {0}};
    const struct options options = {
        .command = "scard groups list",
        .summary =
            "Lists the groups of readers and the readers in each, the user's and the system's together. The "
            "groups that always exist (SCard$AllReaders, SCard$DefaultReaders) are not among them.",
        .rows = rows,
        .notes = "JSON: {\"groups\":[{\"name\",\"readers\":[]}]}; \"failed\" (a code) where the database "
                 "could not be "
                 "read to its end.\n",
        .examples = "  scard groups list\n"};
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return options_exit(first);
    if (first < argc)
        return options_complain(&options, "takes no arguments, but there is '%s'", argv[first]);
    struct json json = {.file = stdout};
    struct listing listing = {.json = as_json ? &json : NULL, .code = EXIT_GOOD};
    if (as_json) {
        json_object(&json, NULL);
        json_array(&json, "groups");
    }
    const int32_t status = scardssp_db_groups(show_group, &listing, listing.message, sizeof listing.message);
    if (as_json) {
        json_end(&json, ']');
        cardtype_write_failed(&json, status);
        json_end(&json, '}');
    }
    if (status != S_OK)
        return cardtype_fail(status, listing.message, "cannot ask the card database", NULL);
    if (!as_json && listing.count == 0)
        printf("There are no groups of readers.\n");
    return listing.code;
}

/* What is done, and for whom. */
struct change {
    const char *group;
    const char *reader; /* NULL: the group as a whole */
    bool add;
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
    const char *const part = change->system ? "system's" : "user's";
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

static int groups_add(int argc, char **argv) {
    struct change change = {.add = true};
    bool exact = false;
    const struct option_row rows[] = {
        {.name = "exact",
         .letter = 'e',
         .help = "READER is its whole name; it need not be there now",
         .flag = &exact},
        {.name = "system", .letter = 's', .help = "for all users of this machine", .flag = &change.system},
        JSON_OPTION(change.json),
        {0}};
    const struct options options = {
        .command = "scard groups add",
        .operands = "GROUP READER",
        .summary =
            "Puts a reader into a group, which is made with its first reader. READER: name, part of it, or "
            "number from 'scard list'. Searches ('scard locate', ISCardLocate) can be bounded to groups.",
        .rows = rows,
        .notes = "JSON: {\"group\",\"added\"}.\n",
        .examples = "  scard groups add Counter 0\n  scard groups add --exact Counter 'ACME Reader 00 00'\n"};
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return options_exit(first);
    if (argc - first != 2)
        return options_complain(&options, "takes a GROUP and a READER");
    change.group = argv[first];
    change.reader = argv[first + 1];
    if (exact)
        return change_run(&change);
    char *found = NULL;
    int code = reader_choose(change.reader, READER_ANY, "READER", &found);
    change.reader = found;
    if (code == EXIT_GOOD)
        code = change_run(&change);
    free(found);
    return code;
}

static int groups_remove(int argc, char **argv) {
    struct change change = {.add = false};
    const struct option_row rows[] = {
        {.name = "system", .letter = 's', .help = "from the group of all users", .flag = &change.system},
        JSON_OPTION(change.json),
        {0}};
    const struct options options = {.command = "scard groups remove",
                                    .operands = "GROUP READER",
                                    .summary =
                                        "Takes a reader out of a group; the group goes with its last reader. "
                                        "READER: its whole name, as 'scard groups list' shows it.",
                                    .rows = rows,
                                    .notes = "JSON: {\"group\",\"removed\"}.\n",
                                    .examples = "  scard groups remove Counter 'ACME Reader 00 00'\n"};
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return options_exit(first);
    if (argc - first != 2)
        return options_complain(&options, "takes a GROUP and a READER");
    change.group = argv[first];
    change.reader = argv[first + 1];
    return change_run(&change);
}

static int groups_forget(int argc, char **argv) {
    struct change change = {.reader = NULL};
    const struct option_row rows[] = {
        {.name = "system", .letter = 's', .help = "the group of all users", .flag = &change.system},
        JSON_OPTION(change.json),
        {0}};
    const struct options options = {.command = "scard groups forget",
                                    .operands = "GROUP",
                                    .summary = "Forgets a group with all its readers.",
                                    .rows = rows,
                                    .notes = "JSON: {\"forgotten\":\"GROUP\"}.\n",
                                    .examples = "  scard groups forget Counter\n"};
    const int first = options_parse(&options, argc, argv);
    if (first < 0)
        return options_exit(first);
    if (argc - first != 1)
        return options_complain(&options, "takes one GROUP");
    change.group = argv[first];
    return change_run(&change);
}

int cmd_groups(const struct invocation *invocation, int argc, char **argv) {
    (void)invocation;
    static const struct subcommand table[] = {{"list", groups_list, "the groups and their readers"},
                                              {"add", groups_add, "puts a reader into a group"},
                                              {"remove", groups_remove, "takes a reader out of a group"},
                                              {"forget", groups_forget, "forgets a group"},
                                              {NULL, NULL, NULL}};
    static const struct subcommands commands = {
        .command = "scard groups",
        .summary = "Groups of readers, to which searches can be bounded. Without a command: 'scard groups "
                   "list'.",
        .table = table,
        .optional = true};
    return subcommand_run(&commands, argc, argv);
}
