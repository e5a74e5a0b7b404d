/* scard who: which readers are used, and by whom, as far as anybody can know. In the table of main.c. */
#include <stdio.h>
#include <time.h>

#include "command.h"
#include "doctor/elsewhere.h"
#include "doctor/usage.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "terminal/text.h"

#define NAME_COLUMN "READER"

struct who_settings {
    bool json;
};

/* Insertions and removals since the service knows the reader. */
static uint32_t events_of(const struct reader *reader) {
    return reader->state.state >> 16;
}

/* What is known of all readers. */
struct knowledge {
    struct usage usage;
    struct elsewhere elsewhere;
};

/* "pytest, process 4711 on laptop since 2026-11-30 12:30:05". */
static void print_user(const struct elsewhere_user *user, bool transaction) {
    char since[40] = "";
    const time_t when = (time_t)user->since;
    const struct tm *parts = localtime(&when);
    if (parts)
        (void)strftime(since, sizeof since, " since %Y-%m-%d %H:%M:%S", parts);
    text_print(stdout, user->who);
    printf("%s%s", since, transaction ? " (transaction)" : "");
}

/* Who is not among an agent's sessions is at the agent's machine itself. */
static void print_users_elsewhere(const struct elsewhere *elsewhere, const char *reader) {
    const struct elsewhere_user *user = NULL;
    bool transaction = false, any = false;
    while ((user = elsewhere_next(elsewhere, reader, user, &transaction)) != NULL) {
        printf("%s", any ? "; " : "");
        print_user(user, transaction);
        any = true;
    }
    if (!any)
        printf("a program on that machine");
}

static void print_users(const struct knowledge *known, const struct reader *reader) {
    const struct usage *usage = &known->usage;
    if (!usage_is_used(reader->state.state))
        printf("-");
    else if (elsewhere_knows(&known->elsewhere, reader->name))
        print_users_elsewhere(&known->elsewhere, reader->name);
    else if (usage->own && !usage->service)
        printf("this program itself");
    else if (usage->clients.count == 0)
        printf("nobody knows");
    else {
        if (!usage_is_certain(usage))
            printf("perhaps ");
        holder_list_print(&usage->clients, stdout);
    }
    putchar('\n');
}

static void print_readers(const struct knowledge *known, const struct reader_list *list) {
    size_t width = sizeof NAME_COLUMN - 1;
    for (size_t i = 0; i < list->count; ++i) {
        const size_t columns = text_columns(list->readers[i].name);
        width = columns > width ? columns : width;
    }
    printf("%-*s  %-26s  EVENTS  USED BY\n", (int)width, NAME_COLUMN, "STATE");
    for (size_t i = 0; i < list->count; ++i) {
        const struct reader *reader = &list->readers[i];
        const size_t columns = text_print(stdout, reader->name);
        printf("%*s  %-26s  %6u  ", (int)(width - columns), "", reader_state_text(reader->state.state),
               (unsigned)events_of(reader));
        print_users(known, reader);
    }
}

/* What is known beside, and what is not. */
static void print_rest(const struct usage *usage) {
    if (usage->told && usage->clients.count == 0 && usage->clients.unseen == 0)
        printf("\nNo other program is connected to the PC/SC service.\n");
    if (usage->clients.count > 0) {
        printf("\nConnected to the PC/SC service: ");
        holder_list_print(&usage->clients, stdout);
        printf("\n");
    }
    if (usage->clients.count > 1)
        printf("The service does not tell which of them uses which reader.\n");
    if (usage->clients.unseen > 0)
        printf(
            "%sConnections of programs that cannot be seen from here: %zu. They are of other users ('sudo scard "
            "who' shows those), or outside of this container.\n",
            usage->clients.count == 0 ? "\n" : "", usage->clients.unseen);
    if (usage->service && !usage->told)
        printf("\nThis system does not tell who is connected to its smart card service.\n");
    if (usage->own)
        printf("\nReaders of %s program itself: no other program can use them.\n",
               usage->service ? "the other backends live in this" : "this");
}

static void write_sessions(struct json *json, const struct elsewhere *elsewhere, const char *reader) {
    const struct elsewhere_user *user = NULL;
    bool transaction = false;
    json_array(json, "sessions");
    while ((user = elsewhere_next(elsewhere, reader, user, &transaction)) != NULL) {
        json_object(json, NULL);
        json_text(json, "who", user->who);
        json_number(json, "since", user->since);
        json_flag(json, "transaction", transaction);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void write_reader(struct json *json, const struct knowledge *known, const struct reader *reader,
                         size_t number) {
    static const struct holder_list nobody = {0};
    const struct usage *usage = &known->usage;
    const bool is_elsewhere = elsewhere_knows(&known->elsewhere, reader->name);
    const uint32_t state = reader->state.state;
    json_object(json, NULL);
    json_number(json, "number", number);
    json_text(json, "name", reader->name);
    json_text(json, "state", reader_state_text(state));
    json_flag(json, "inUse", usage_is_used(state));
    json_flag(json, "exclusive", (state & READER_EXCLUSIVE) != 0);
    json_number(json, "events", events_of(reader));
    holder_list_write(json, "users", usage_is_used(state) && !is_elsewhere ? &usage->clients : &nobody);
    write_sessions(json, &known->elsewhere, reader->name);
    json_flag(json, "certain", is_elsewhere || !usage_is_used(state) || usage_is_certain(usage));
    json_end(json, '}');
}

static void write_all(const struct knowledge *known, const struct reader_list *list) {
    const struct usage *usage = &known->usage;
    struct json json = {.file = stdout};
    json_object(&json, NULL);
    json_array(&json, "readers");
    for (size_t i = 0; i < list->count; ++i)
        write_reader(&json, known, &list->readers[i], i);
    json_end(&json, ']');
    holder_list_write(&json, "clients", &usage->clients);
    json_number(&json, "unseen", usage->clients.unseen);
    json_flag(&json, "told", usage->told);
    json_end(&json, '}');
}

static int run(const struct invocation *invocation) {
    const struct who_settings *settings = invocation->settings;
    struct reader_list list;
    struct knowledge known;
    const int code = reader_list_need(&list);
    if (code != EXIT_GOOD)
        return code;
    usage_find(&known.usage);
    elsewhere_find(&known.elsewhere, &list);
    if (settings->json) {
        write_all(&known, &list);
    } else {
        print_readers(&known, &list);
        print_rest(&known.usage);
    }
    elsewhere_free(&known.elsewhere);
    usage_free(&known.usage);
    reader_list_free(&list);
    return EXIT_GOOD;
}

static const struct who_settings defaults = {.json = false};

static const struct option_row options[] = {JSON_OPTION(struct who_settings), {0}};

const struct command cmd_who = {
    .name = "scard who",
    .line = "which readers are used, and by which programs",
    .summary =
        "Shows the readers, whether programs use them, and which programs are connected to the smart card "
        "service. No card is touched.",
    .options = options,
    .notes =
        "The service tells that a reader is used, not by whom; who is connected to it, the kernel tells (Linux; "
        "Windows does not). Where one program is connected it is the user; where several are, each may be, which "
        "the list says with 'perhaps'. Programs of other users are shown to root only.\n"
        "Of readers on other machines (nats) the agents tell who uses them, and since when.\n"
        "EVENTS counts insertions and removals since the service knows the reader.\n"
        "JSON: {\"readers\":[{\"number\",\"name\",\"state\",\"inUse\",\"exclusive\",\"events\",\"users\":[], "
        "\"sessions\":[{\"who\",\"since\",\"transaction\"}],\"certain\"}], \"clients\":[{\"pid\",\"program\",\"user\",\"connections\"}],\"unseen\",\"told\"}; users "
        "are like clients; readers on other machines have sessions instead.\n",
    .examples = "  scard who           who keeps me from my card?\n"
                "  sudo scard who      programs of other users, too\n"
                "  scard who --json    for scripts\n",
    SETTINGS(defaults),
    .run = run};
