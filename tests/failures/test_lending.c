/*
 * Readers that are lent through a NATS server, each failure point in turn: an agent and a client from their
 * making to their end. The calls of their own threads count, too. Arguments as in test_port.c; the world's
 * reader is lent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "backends/nats/setup.h"
#include "base/clock.h"
#include "failures/program.h"
#include "support/kits/scratch.h"
#include "support/services/lent.h"

#define ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)
#define PATIENCE_MS 10000u

static struct world *world;
static struct lent lent; /* a server and an agent for those that come and go */
static char folder[SCRATCH_ROOM];

/* Who is nobody may do everything; whoever comes with a name, hear of one reader at a time. */
static const char permissions[] =
    "no_auth_user: anybody\n"
    "authorization { users: [\n"
    "  { user: anybody, password: none }\n"
    "  { user: single, password: one, permissions {\n"
    "      publish { allow: [\">\"] }\n"
    "      subscribe { allow: [\"scard.from.*\", \"scard.from.*.*\", \"_INBOX.>\"] }\n"
    "  } } ] }\n";

static rm_status lend(void) {
    static const struct share_options options = {.name = "another"};
    struct share *agent = NULL;
    char message[300] = "";
    const rm_status status =
        share_start(world->service, &lent.settings, &options, &agent, message, sizeof message);
    assert_true((status == RM_OK) == (agent != NULL));
    share_stop(agent);
    return status;
}

static const char *far_reader(void) {
    static char name[160];
    (void)snprintf(name, sizeof name, "%s" LENT_BEHIND, world->reader_utf8);
    return name;
}

/* A command to the card far away. */
static rm_status ask_card(struct rm_context *context) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[258];
    size_t size = sizeof answer;
    struct rm_card *card = NULL;
    rm_status status = rm_connect(context, far_reader(), RM_SHARE_SHARED, ANY, RM_WITHIN(PATIENCE_MS), &card);
    if (status == RM_OK)
        status = rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(PATIENCE_MS));
    assert_true(status != RM_OK || size == 10);
    return status;
}

static rm_status borrow(void) {
    struct rm_service *service = NULL;
    struct rm_context *context = NULL;
    rm_status status = nats_service_create(nats_server_spec(&lent.server), &service, NULL, 0);
    assert_true((status == RM_OK) == (service != NULL));
    if (status == RM_OK)
        status = rm_context_open(service, RM_WITHIN(RM_INFINITE), &context);
    if (status == RM_OK)
        status = ask_card(context);
    rm_context_close(context);
    rm_service_release(service);
    return status;
}

/* A service whose first context was not to be had lets the second one through to the card. */
static rm_status borrow_again(void) {
    struct rm_service *service = NULL;
    struct rm_context *context = NULL;
    rm_status status = nats_service_create(nats_server_spec(&lent.server), &service, NULL, 0);
    if (status != RM_OK)
        return status;
    status = rm_context_open(service, RM_WITHIN(RM_INFINITE), &context);
    if (status == RM_OK) {
        status = ask_card(context);
    } else {
        assert_int_equal(rm_context_open(service, RM_WITHIN(RM_INFINITE), &context), RM_OK);
        assert_int_equal(ask_card(context), RM_OK);
    }
    rm_context_close(context);
    rm_service_release(service);
    return status;
}

/* Waits until the reader far away shows the bit. */
static bool is_seen(struct rm_context *context, uint32_t bit) {
    const uint64_t end = clock_deadline(PATIENCE_MS);
    struct rm_reader_state state = {.reader = far_reader()};
    while (rm_wait(context, &state, 1, RM_WITHIN(clock_left(end))) == RM_OK && !(state.event & bit))
        state.current = state.event & ~(uint32_t)RM_STATE_CHANGED;
    return state.event & bit;
}

/*
 * Whom the server does not let have all news at once hears of each reader all the same: from the reader's
 * news, or from its agent's signs of life, which tell that something was missed.
 */
static rm_status borrow_singly(void) {
    struct rm_service *service = NULL;
    struct rm_context *context = NULL;
    char spec[400];
    (void)snprintf(spec, sizeof spec, "%s?user=%s/user", nats_server_spec(&lent.server), folder);
    rm_status status = nats_service_create(spec, &service, NULL, 0);
    if (status == RM_OK)
        status = rm_context_open(service, RM_WITHIN(RM_INFINITE), &context);
    if (status == RM_OK)
        status = ask_card(context);
    points_pause(true);
    if (status == RM_OK) {
        world_remove(world);
        assert_true(is_seen(context, RM_STATE_EMPTY));
        world_put_back(world);
        assert_true(is_seen(context, RM_STATE_PRESENT));
    }
    points_pause(false);
    rm_context_close(context);
    rm_service_release(service);
    return status;
}

static const struct sweep_row rows[] = {
    SWEEP_ROW(lend),
    SWEEP_ROW(borrow),
    SWEEP_ROW(borrow_again),
    SWEEP_ROW(borrow_singly),
};

/* Without randomness there are no names that nobody guesses; who cannot say who it is gets no service. */
static const uint32_t losses[] = {RM_F_INTERNAL_ERROR, RM_E_NO_SERVICE, 0};

static const struct sweep_plan plan = {
    .no_memory = RM_E_NO_MEMORY, .losses = losses, .rows = rows, .count = sizeof rows / sizeof *rows};

static void write_file(const char *name, const char *text, char path[SCRATCH_ROOM + 20]) {
    (void)snprintf(path, SCRATCH_ROOM + 20, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state) {
    static char path[SCRATCH_ROOM + 20];
    static const char *const arguments[] = {"-c", path, NULL};
    char why[300] = "";
    (void)state;
    assert_true(scratch_create(folder));
    write_file("user", "single\none\n", path);
    write_file("server.conf", permissions, path);
    lent.server.arguments = arguments;
    if (!lent_start(&lent, world->service, why, sizeof why))
        fail_msg("%s", why);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    lent_stop(&lent);
    return scratch_remove(folder) ? 0 : -1;
}

int main(int argc, char **argv) {
    static const struct program program = {
        .plan = &plan, .world = &world, .set_up = set_up, .tear_down = tear_down};
    struct nats_server tried = {0};
    char why[300] = "";
    if (!nats_server_start(&tried, why, sizeof why)) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    nats_server_stop(&tried);
    return program_run(&program, argc, argv);
}
