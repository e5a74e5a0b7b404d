/*
 * The calls of the port on each backend, each failure point in turn. The first argument is the world
 * (support/worlds/world.h), the others are sweep.h's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "failures/program.h"
#include "support/worlds/world.h"

#define ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)
#define PATIENCE_MS 10000u

static struct world *world;

/* What the calls are made with: a client, and its connection. */
static struct {
    struct rm_context *context;
    struct rm_card *card;
} at_hand;

static rm_status connect_card(struct rm_context *context, struct rm_card **out) {
    return rm_connect(context, world->reader_utf8, RM_SHARE_SHARED, ANY, RM_WITHIN(PATIENCE_MS), out);
}

static rm_status open_context(void) {
    struct rm_context *context = NULL;
    const rm_status status = rm_context_open(world->service, RM_WITHIN(RM_INFINITE), &context);
    assert_true((status == RM_OK) == (context != NULL));
    rm_context_close(context);
    return status;
}

static rm_status list_readers(void) {
    struct names names = {0};
    const rm_status status = rm_list_readers(at_hand.context, RM_WITHIN(RM_INFINITE), &names);
    if (status == RM_OK)
        assert_non_null(strstr(names.list, world->reader_utf8));
    else
        assert_int_equal(names_count(&names), 0);
    names_clear(&names);
    return status;
}

static rm_status list_groups(void) {
    struct names names = {0};
    const rm_status status = rm_list_groups(at_hand.context, RM_WITHIN(RM_INFINITE), &names);
    names_clear(&names);
    return status;
}

static rm_status wait_once(void) {
    struct rm_reader_state state = {.reader = world->reader_utf8};
    const rm_status status = rm_wait(at_hand.context, &state, 1, RM_WITHIN(0));
    if (status == RM_OK)
        assert_true(state.event & RM_STATE_PRESENT && state.atr_size);
    return status;
}

static rm_status wait_for_readers(void) {
    struct rm_reader_state states[] = {{.reader = RM_PNP_NOTIFICATION}, {.reader = world->reader_utf8}};
    const rm_status status = rm_wait(at_hand.context, states, 2, RM_WITHIN(0));
    return status == RM_E_TIMEOUT ? RM_OK : status;
}

static rm_status connect_and_leave(void) {
    struct rm_card *card = NULL;
    rm_status status = connect_card(at_hand.context, &card);
    assert_true((status == RM_OK) == (card != NULL));
    if (card)
        status = rm_disconnect(card, RM_LEAVE, RM_WITHIN(PATIENCE_MS));
    return status;
}

static rm_status whole_client(void) {
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    rm_status status = rm_context_open(world->service, RM_WITHIN(RM_INFINITE), &context);
    if (status == RM_OK)
        status = connect_card(context, &card);
    rm_context_close(context); /* with its connection */
    return status;
}

static rm_status reconnect(uint32_t init) {
    return rm_reconnect(at_hand.card, RM_SHARE_SHARED, ANY, init, RM_WITHIN(PATIENCE_MS));
}

static rm_status reconnect_leave(void) {
    return reconnect(RM_LEAVE);
}

static rm_status reconnect_reset(void) {
    return reconnect(RM_RESET);
}

static rm_status reconnect_unpower(void) {
    return reconnect(RM_UNPOWER);
}

/* What is held after a failure is let go of. */
static rm_status begin_and_end(void) {
    rm_status status = rm_begin(at_hand.card, RM_WITHIN(PATIENCE_MS));
    if (status == RM_OK)
        status = rm_end(at_hand.card, RM_LEAVE, RM_WITHIN(RM_INFINITE));
    return status;
}

static rm_status ask_status(void) {
    struct rm_card_status about;
    const rm_status status = rm_status_of(at_hand.card, &about, RM_WITHIN(PATIENCE_MS));
    if (status == RM_OK)
        assert_true(about.atr_size);
    return status;
}

static rm_status transmit(void) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[258];
    size_t size = sizeof answer;
    const rm_status status =
        rm_transmit(at_hand.card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(PATIENCE_MS));
    assert_int_equal(size, status == RM_OK ? 10 : 0);
    return status;
}

static rm_status control(void) {
    static const uint8_t none[1] = {0};
    uint8_t answer[64];
    size_t size = sizeof answer;
    const rm_status status =
        rm_control(at_hand.card, 0x00310000 + 3400, none, 0, answer, &size, RM_WITHIN(RM_INFINITE));
    return status == RM_E_UNSUPPORTED_FEATURE || status == RM_E_NOT_TRANSACTED ? RM_OK : status;
}

static rm_status get_attrib(void) {
    uint8_t value[64];
    size_t size = sizeof value;
    const rm_status status =
        rm_get_attrib(at_hand.card, RM_ATTR_ATR_STRING, value, &size, RM_WITHIN(RM_INFINITE));
    return status == RM_E_UNSUPPORTED_FEATURE ? RM_OK : status;
}

/* A connection goes to another context and is left to who made it. */
static rm_status adopt(void) {
    struct rm_context *other = NULL;
    struct rm_card *card = NULL;
    rm_status status = rm_context_open(world->service, RM_WITHIN(RM_INFINITE), &other);
    if (status == RM_OK)
        status = rm_adopt(other, rm_card_handle(at_hand.card), RM_WITHIN(PATIENCE_MS), &card);
    if (card)
        rm_abandon(card);
    rm_context_close(other);
    return status == RM_E_UNSUPPORTED_FEATURE ? RM_OK : status;
}

static rm_status hand_out(void) {
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    uint64_t number = 0;
    rm_status status = rm_context_open(world->service, RM_WITHIN(RM_INFINITE), &context);
    if (status == RM_OK)
        status = connect_card(context, &card);
    if (status == RM_OK)
        status = rm_hand_out(card, &number);
    if (number)
        rm_take_back(world->service, number);
    rm_context_close(context);
    return status == RM_E_UNSUPPORTED_FEATURE ? RM_OK : status;
}

static const struct sweep_row rows[] = {
    SWEEP_ROW(open_context),     SWEEP_ROW(list_readers),
    SWEEP_ROW(list_groups),      SWEEP_ROW(wait_once),
    SWEEP_ROW(wait_for_readers), SWEEP_ROW(connect_and_leave),
    SWEEP_ROW(whole_client),     SWEEP_ROW(reconnect_leave),
    SWEEP_ROW(reconnect_reset),  SWEEP_ROW(reconnect_unpower),
    SWEEP_ROW(begin_and_end),    SWEEP_ROW(ask_status),
    SWEEP_ROW(transmit),         SWEEP_ROW(control),
    SWEEP_ROW(get_attrib),       SWEEP_ROW(adopt),
    SWEEP_ROW(hand_out),
};

static bool open_and_connect(void) {
    rm_context_close(at_hand.context);
    at_hand.context = NULL;
    return rm_context_open(world->service, RM_WITHIN(RM_INFINITE), &at_hand.context) == RM_OK &&
           connect_card(at_hand.context, &at_hand.card) == RM_OK;
}

/* What a client of the port does whose connection was lost. A card that has gone is put in again. */
static bool connect_anew(void) {
    if (at_hand.card)
        (void)rm_disconnect(at_hand.card, RM_LEAVE, RM_WITHIN(PATIENCE_MS));
    at_hand.card = NULL;
    if (program_finds_card(world, open_and_connect))
        return true;
    world_tidy(world);
    return open_and_connect();
}

/*
 * Of a card that hangs on a connection: that has ended. Readers elsewhere are used under a name that nobody
 * guesses, or not at all.
 */
static const uint32_t losses[] = {RM_W_UNRESPONSIVE_CARD, RM_W_REMOVED_CARD, RM_E_NO_SMARTCARD,
                                  RM_F_INTERNAL_ERROR, 0};

static const struct sweep_plan plan = {.no_memory = RM_E_NO_MEMORY,
                                       .mend = connect_anew,
                                       .losses = losses,
                                       .rows = rows,
                                       .count = sizeof rows / sizeof *rows};

static int set_up(void **state) {
    (void)state;
    return open_and_connect() ? 0 : -1;
}

static int tear_down(void **state) {
    (void)rm_disconnect(at_hand.card, RM_LEAVE, RM_WITHIN(PATIENCE_MS));
    rm_context_close(at_hand.context);
    at_hand.card = NULL;
    at_hand.context = NULL;
    (void)state;
    return 0;
}

int main(int argc, char **argv) {
    static const struct program program = {
        .plan = &plan, .world = &world, .set_up = set_up, .tear_down = tear_down};
    return program_run(&program, argc, argv);
}
