/*
 * Services from their making to their end, with a card in between, each failure point in turn: the simulator,
 * several backends as one, virtual readers that a card connects to, a driver in the process. There the calls
 * of the library's own threads count, too. Arguments as in test_port.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backends/composite/composite.h"
#include "backends/ifd/setup.h"
#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "backends/vpcd/setup.h"
#include "failures/program.h"
#include "icc/card.h"
#include "scardssp_sim.h"
#include "support/kits/sim_source.h"
#include "support/services/served.h"
#include "support/services/vpcd_slot.h"

#define ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)
#define PATIENCE_MS 10000u
#define DRIVEN "ifdvpcd 00 00" /* the driver's first reader */

static struct world *world;

/* A client that asks a card for a challenge. */
static rm_status use(struct rm_service *service, const char *reader) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[258];
    size_t size = sizeof answer;
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    rm_status status = rm_context_open(service, RM_WITHIN(RM_INFINITE), &context);
    if (status == RM_OK)
        status = rm_connect(context, reader, RM_SHARE_SHARED, ANY, RM_WITHIN(PATIENCE_MS), &card);
    if (status == RM_OK)
        status = rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(PATIENCE_MS));
    rm_context_close(context);
    if (status == RM_OK && size != 10) /* without randomness the card has a word of its own (6581) */
        status = size == 2 && answer[0] == 0x65 && answer[1] == 0x81 ? RM_F_INTERNAL_ERROR : RM_F_COMM_ERROR;
    return status;
}

static rm_status simulate(void) {
    struct rm_service *service = NULL;
    char message[300] = "";
    rm_status status = sim_service_create(NULL, &service, message, sizeof message);
    assert_true((status == RM_OK) == (service != NULL));
    if (status == RM_OK)
        status = use(service, "Simulated Reader 00");
    rm_service_release(service);
    return status;
}

static rm_status plug_and_swap(void) {
    struct rm_service *service = NULL;
    rm_status status = sim_service_create("", &service, NULL, 0);
    if (status == RM_OK)
        status = sim_plug(service, "Reader", "gsm", 0, NULL, 0);
    if (status == RM_OK)
        status = sim_insert(service, "Reader", "piv", NULL, 0);
    if (status == RM_OK)
        status = sim_fault(service, "Reader", SCARDSSP_SIM_FAULT_SLOW, 0);
    rm_service_release(service);
    return status;
}

static rm_status make_member(const char *spec, struct rm_service **out, char *message, size_t message_size) {
    rm_status status = sim_service_create("", out, message, message_size);
    if (status == RM_OK)
        status = sim_plug(*out, spec, "app", 0, NULL, 0);
    if (status != RM_OK) {
        rm_service_release(*out);
        *out = NULL;
    }
    return status;
}

/* A member that cannot be made takes no other with it; its readers are missing until it can be. */
static rm_status join_two(void) {
    struct rm_service *service = composite_create();
    if (!service)
        return RM_E_NO_MEMORY;
    rm_status status = composite_add(service, "One", make_member, NULL);
    if (status == RM_OK)
        status = composite_add(service, "Two", make_member, NULL);
    if (status == RM_OK)
        status = use(service, "One");
    if (status == RM_OK)
        status = use(service, "Two");
    rm_service_release(service);
    return status == RM_E_UNKNOWN_READER ? RM_E_NO_MEMORY : status;
}

/* A card of the test's own connects to a virtual reader, and gets in whatever happens to its first tries. */
static rm_status serve_card(void) {
    static const struct place place = {.host = "127.0.0.1", .doors = 1, .readers = 1};
    struct served served = {0};
    struct rm_service *service = NULL;
    uint16_t port = 0;
    char message[300] = "", reader[64];
    points_adopt(true);
    rm_status status = vpcd_service_create_at(&place, &service, &port, message, sizeof message);
    points_adopt(false);
    assert_true((status == RM_OK) == (service != NULL));
    points_pause(true);
    struct sim_card *card = sim_card_create("demo", NULL, 0, NULL);
    (void)snprintf(reader, sizeof reader, "Virtual Reader %u", (unsigned)port);
    const bool seen = service && served_start(&served, card, port) && served_is_seen(service, reader, true);
    points_pause(false);
    assert_true(!service || seen);
    if (status == RM_OK)
        status = use(service, reader);
    rm_service_release(service);
    points_pause(true);
    served_stop(&served);
    sim_card_destroy(card);
    points_pause(false);
    return status;
}

/* A driver is loaded; *port: where its first reader waits for a card. */
static rm_status load_driver(struct rm_service **out, uint16_t *port) {
    char message[300] = "", spec[256];
    points_pause(true);
    const char *driver = vpcd_driver();
    assert_non_null(driver);
    *port = vpcd_free_ports();
    (void)snprintf(spec, sizeof spec, "%s:%u", driver, (unsigned)*port);
    points_pause(false);
    points_adopt(true);
    const rm_status status = ifd_service_create(spec, out, message, sizeof message);
    points_adopt(false);
    assert_true((status == RM_OK) == (*out != NULL));
    return status;
}

/* It has its readers; no card is in them. */
static rm_status drive(void) {
    struct rm_service *service = NULL;
    struct rm_context *context = NULL;
    struct names names = {0};
    uint16_t port = 0;
    rm_status status = load_driver(&service, &port);
    if (status == RM_OK)
        status = rm_context_open(service, RM_WITHIN(RM_INFINITE), &context);
    if (status == RM_OK)
        status = rm_list_readers(context, RM_WITHIN(RM_INFINITE), &names);
    names_clear(&names);
    rm_context_close(context);
    rm_service_release(service);
    return status;
}

/* Until a card is in the driver's first reader, whatever came of its start, or the reader has gone. */
static void await_card(struct rm_service *service) {
    struct rm_reader_state state = {.reader = DRIVEN};
    struct rm_context *context = NULL;
    assert_int_equal(rm_context_open(service, RM_WITHIN(RM_INFINITE), &context), RM_OK);
    while (rm_wait(context, &state, 1, RM_WITHIN(PATIENCE_MS)) == RM_OK && state.event & RM_STATE_EMPTY)
        state.current = state.event & ~(uint32_t)RM_STATE_CHANGED;
    rm_context_close(context);
}

/* A card comes into the reader. A reader that has gone is not known by its name any more. */
static rm_status drive_a_card(void) {
    static const struct sim_source card = {.protocol = 2};
    struct vpcd_slot slot = {0};
    struct rm_service *service = NULL;
    uint16_t port = 0;
    rm_status status = load_driver(&service, &port);
    points_pause(true);
    if (status == RM_OK) {
        assert_true(vpcd_slot_plug(&slot, port, sim_source_serve, &card));
        await_card(service);
    }
    points_pause(false);
    if (status == RM_OK)
        status = use(service, DRIVEN);
    points_pause(true);
    vpcd_slot_pull(&slot);
    points_pause(false);
    rm_service_release(service);
    return status == RM_E_UNKNOWN_READER ? RM_E_READER_UNAVAILABLE : status;
}

static const struct sweep_row rows[] = {
    SWEEP_ROW(simulate),   SWEEP_ROW(plug_and_swap), SWEEP_ROW(join_two),
    SWEEP_ROW(serve_card), SWEEP_ROW(drive),         SWEEP_ROW(drive_a_card),
};

/*
 * What keeps a door from opening or a driver from being loaded; what became of a card that was in already.
 */
static const uint32_t losses[] = {RM_E_SHARING_VIOLATION, RM_E_READER_UNAVAILABLE,
                                  RM_E_INVALID_PARAMETER, RM_E_NO_ACCESS,
                                  RM_W_UNRESPONSIVE_CARD, RM_W_REMOVED_CARD,
                                  RM_E_NO_SMARTCARD,      RM_E_UNKNOWN_READER,
                                  RM_F_INTERNAL_ERROR,    0};

static const struct sweep_plan plan = {
    .no_memory = RM_E_NO_MEMORY, .losses = losses, .rows = rows, .count = sizeof rows / sizeof *rows};

static int nothing(void **state) {
    (void)state;
    return 0;
}

int main(int argc, char **argv) {
    static const struct program program = {
        .plan = &plan, .world = &world, .set_up = nothing, .tear_down = nothing};
    return program_run(&program, argc, argv);
}
