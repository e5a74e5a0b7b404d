/* The contract of the port, kept by virtual readers of our own with a simulated card that connects. */
#include <stdio.h>

#include "backends/vpcd/setup.h"
#include "support/contract/contract.h"
#include "support/services/served.h"

static struct served served;
static struct sim_card *card;
static uint16_t port;

static bool take_out(void *user) {
    (void)user;
    served_stop(&served);
    return true;
}

static bool put_back(void *user) {
    (void)user;
    return served_start(&served, card, port);
}

int main(void) {
    static const struct place place = {.host = "127.0.0.1", .doors = 1, .readers = 1};
    char reader[40], message[300] = "";
    struct rm_service *service = NULL;
    int failures = 1;
    card = sim_card_create("demo", NULL, 0, NULL);
    if (card && sim_card_offer_only(card, SIM_T1) &&
        vpcd_service_create_at(&place, &service, &port, message, sizeof message) == RM_OK && put_back(NULL)) {
        (void)snprintf(reader, sizeof reader, "Virtual Reader %u", (unsigned)port);
        const struct rm_contract contract = {.name = "vpcd",
                                             .service = service,
                                             .reader = reader,
                                             .lacks = RM_CONTRACT_NO_LOSS,
                                             .settle_ms = 2000,
                                             .remove = take_out,
                                             .put_back = put_back};
        failures = rm_contract_run(&contract);
    }
    (void)fputs(message, stderr);
    served_stop(&served);
    if (service)
        rm_service_release(service);
    sim_card_destroy(card);
    return failures;
}
