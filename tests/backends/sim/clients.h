/*
 * Two clients at simulated readers, for the tests of the simulator's resource manager: fixtures and
 * shorthands.
 */
#ifndef SCARDSSP_TEST_SIM_CLIENTS_H
#define SCARDSSP_TEST_SIM_CLIENTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "backends/sim/setup.h"
#include "backends/sim/sim.h"

#define READER "Simulated Reader 00"
#define ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)
#define SOON 5000u /* ms that nothing here takes */

struct clients {
    struct rm_service *service;
    struct rm_context *a;
    struct rm_context *b;
};

static inline int clients_setup(void **state) {
    struct clients *clients = calloc(1, sizeof *clients);
    *state = clients;
    if (!clients || sim_service_create("", &clients->service, NULL, 0) != RM_OK ||
        sim_plug(clients->service, READER, "demo", 0, NULL, 0) != RM_OK ||
        rm_context_open(clients->service, RM_WITHIN(RM_INFINITE), &clients->a) != RM_OK ||
        rm_context_open(clients->service, RM_WITHIN(RM_INFINITE), &clients->b) != RM_OK)
        return -1;
    return 0;
}

static inline int clients_teardown(void **state) {
    struct clients *clients = *state;
    rm_context_close(clients->a);
    rm_context_close(clients->b);
    rm_service_release(clients->service);
    free(clients);
    return 0;
}

static inline rm_status clients_try(struct rm_context *client, uint32_t share, uint32_t protocols,
                                    struct rm_card **out) {
    *out = NULL;
    return rm_connect(client, READER, share, protocols, RM_WITHIN(SOON), out);
}

static inline struct rm_card *clients_connect(struct rm_context *client) {
    struct rm_card *card;
    assert_int_equal(clients_try(client, RM_SHARE_SHARED, ANY, &card), RM_OK);
    return card;
}

/* GET CHALLENGE; RM_OK only for 8 bytes and 9000. */
static inline rm_status clients_ask(struct rm_card *card, uint32_t timeout_ms) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[258] = {0};
    size_t size = sizeof answer;
    rm_status status =
        rm_transmit(card, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(timeout_ms));
    if (status != RM_OK)
        return size == 0 ? status : RM_F_INTERNAL_ERROR;
    return size == 10 && answer[8] == 0x90 && answer[9] == 0x00 ? RM_OK : RM_E_UNEXPECTED;
}

static inline rm_status clients_reconnect(struct rm_card *card, uint32_t init) {
    return rm_reconnect(card, RM_SHARE_SHARED, ANY, init, RM_WITHIN(SOON));
}

/* The reader's state word now. */
static inline uint32_t clients_look(struct rm_context *client) {
    struct rm_reader_state state = {.reader = READER};
    assert_int_equal(rm_wait(client, &state, 1, RM_WITHIN(0)), RM_OK);
    return state.event;
}

#define CLIENTS_CASE(name) cmocka_unit_test_setup_teardown(name, clients_setup, clients_teardown)

#endif
