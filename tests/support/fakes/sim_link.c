/* A link to a simulated card: see sim_link.h. */
#include "support/fakes/sim_link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/container.h"
#include "com/hresult.h"

static uint32_t transmit(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                         size_t *receive_size) {
    struct sim_link *const sim = link;
    *receive_size = sim_card_exchange(sim->card, sim->protocol, send, send_size, receive, *receive_size);
    return 0;
}

static uint32_t go_on(void *link) {
    (void)link;
    return 0;
}

static HRESULT sim_send(struct service_link *link, const struct apdu *command,
                        struct service_answer *answer) {
    struct sim_link *const sim = CONTAINER_OF(link, struct sim_link, link);
    bool announced = false;
    const struct exchange exchange = {.transmit = transmit,
                                      .go_on = go_on,
                                      .link = sim,
                                      .announced = &announced,
                                      .receive = sim->receive,
                                      .receive_max = SIM_ANSWER_MAX,
                                      .protocol = sim->protocol == SIM_T0 ? EXCHANGE_T0 : EXCHANGE_T1};
    uint8_t *const bytes = malloc(APDU_COMMAND_MAX);
    const size_t size = apdu_encode(command, bytes, APDU_COMMAND_MAX);
    memset(answer, 0, sizeof *answer);
    assert_true(size != 0);
    assert_true(command->nc <= link->command_max && command->ne <= link->answer_max);
    ++sim->commands;
    sim->last = *command;
    uint32_t result = sim->refusal;
    if (!sim->refuse_extended || (command->nc <= APDU_SHORT_NC_MAX && command->ne <= APDU_SHORT_NE_MAX))
        result = exchange_run(&exchange, bytes, size, &sim->reply);
    else
        ++link->turn;
    free(bytes);
    if (result != EXCHANGE_OK)
        return hresult_from_exchange(result);
    answer->data = sim->reply.bytes;
    answer->size = sim->reply.size - 2;
    answer->sw = (uint16_t)(sim->reply.bytes[answer->size] << 8 | sim->reply.bytes[answer->size + 1]);
    return S_OK;
}

static HRESULT sim_reset(struct service_link *link) {
    struct sim_link *const sim = CONTAINER_OF(link, struct sim_link, link);
    link->atr_size = (uint8_t)sim_card_reset(sim->card, link->atr);
    ++link->turn;
    return S_OK;
}

static const struct service_link_ops ops = {.send = sim_send, .reset = sim_reset};

void sim_link_open(struct sim_link *sim, const char *image, enum sim_protocol protocol) {
    char message[256] = "";
    const bool extended = protocol != SIM_T0;
    memset(sim, 0, sizeof *sim);
    sim->protocol = protocol;
    sim->card = sim_card_create(image, message, sizeof message, NULL);
    if (!sim->card)
        fail_msg("%s", message);
    sim->receive = malloc(SIM_ANSWER_MAX);
    sim->link.ops = &ops;
    sim->link.command_max = extended ? APDU_NC_MAX : APDU_SHORT_NC_MAX;
    sim->link.answer_max = extended ? APDU_NE_MAX : APDU_SHORT_NE_MAX;
    sim->link.card = sim->link.turn = 1;
    sim->link.atr_size = (uint8_t)sim_card_power_up(sim->card, sim->link.atr);
    assert_true(sim->link.atr_size != 0);
}

void sim_link_turn(struct sim_link *sim) {
    static const struct apdu master = {.ins = 0xA4, .p2 = 0x0C};
    struct service_answer answer;
    assert_int_equal(sim_send(&sim->link, &master, &answer), S_OK);
    ++sim->link.turn;
}

void sim_link_close(struct sim_link *sim) {
    sim_card_destroy(sim->card);
    exchange_reply_clear(&sim->reply);
    free(sim->receive);
}
