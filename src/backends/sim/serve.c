/* Answers a vpcd driver for a simulated card: power, ATR, commands. */
#include "backends/sim/serve.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/sim/link.h"
#include "base/clock.h"
#include "base/wipe.h"
#include "rm/rm.h"

/* The driver's messages of one byte; every other length is a command. */
enum { CONTROL_OFF = 0, CONTROL_ON = 1, CONTROL_RESET = 2, CONTROL_ATR = 4 };

#define PAUSE_MS 20 /* before the next attempt at a driver that has hung up */

struct server {
    struct link link;
    const struct sim_serve *options;
    struct sim_card *card;
    enum sim_protocol protocol;
    uint8_t atr
        [SIM_ATR_MAX]; /* of the last start: asked for several times a second, to see whether we are there */
    size_t atr_size;
    bool connected; /* the driver has taken the ATR */
    bool powered;
    bool failed; /* a command could not be carried out: the driver is to see a failed transmission */
};

static void start_card(struct server *server, bool warm) {
    size_t size = warm ? sim_card_reset(server->card, server->atr) : 0;
    server->atr_size = size ? size : sim_card_power_up(server->card, server->atr);
    server->powered = server->atr_size != 0;
}

static void stop_card(struct server *server) {
    sim_card_power_down(server->card);
    server->powered = false;
}

static enum link_result tell_atr(struct server *server) {
    if (!server->atr_size)
        return LINK_CLOSED;
    memcpy(link_answer(&server->link), server->atr, server->atr_size);
    enum link_result result = link_send(&server->link, server->atr_size);
    if (result == LINK_OK && !server->connected) {
        server->connected = true;
        if (server->options->connected)
            server->options->connected(server->options->user);
    }
    return result;
}

static enum link_result answer_control(struct server *server, uint8_t control) {
    switch (control) {
    case CONTROL_ATR:
        return tell_atr(server);
    case CONTROL_OFF:
        stop_card(server);
        break;
    case CONTROL_ON:
        start_card(server, false);
        break;
    case CONTROL_RESET:
        start_card(server, true);
        break;
    default:
        break; /* the driver expects no answer to what it does not send */
    }
    link_acknowledge(&server->link);
    return LINK_OK;
}

/* A card without power answers nothing, and nothing may be said in its name. */
static enum link_result answer_command(struct server *server, const uint8_t *command, size_t size) {
    uint8_t *answer = link_answer(&server->link);
    if (!server->powered) {
        server->failed = true;
        return LINK_CLOSED;
    }
    const uint32_t delay_ms = sim_card_delay(server->card, command, size);
    if (delay_ms == SIM_CARD_NEVER)
        return LINK_OK;
    if (delay_ms && link_pause(&server->link, delay_ms) == LINK_STOPPED)
        return LINK_STOPPED;
    size_t answer_size =
        sim_card_exchange(server->card, server->protocol, command, size, answer, LINK_MESSAGE_MAX);
    if (!answer_size) {
        /* More data than a message holds. The driver waits for ever for an answer: it gets one. */
        answer[0] = 0x6F;
        answer[1] = 0x00;
        answer_size = 2;
    }
    return link_send(&server->link, answer_size);
}

/* Answers until the wire breaks or the stop. */
static enum link_result serve_link(struct server *server) {
    const uint8_t *message = NULL;
    size_t size = 0;
    enum link_result result;
    while ((result = link_receive(&server->link, &message, &size)) == LINK_OK) {
        if (size == 1)
            result = answer_control(server, message[0]);
        else if (size)
            result = answer_command(server, message, size);
        if (result != LINK_OK)
            break;
    }
    return result;
}

/*
 * One insertion: from the connection until it ends for another reason than a command that failed. After one of those it is
 * the same card to the driver, as it was: without power.
 */
static enum link_result serve_insertion(struct server *server, const char *host, uint16_t port) {
    start_card(server, false);
    server->connected = false;
    server->failed = false;
    enum link_result result = serve_link(server);
    while (server->failed) {
        server->failed = false;
        result = link_fail(&server->link, host, port, clock_deadline(server->options->wait_ms));
        if (result == LINK_OK)
            result = serve_link(server);
    }
    link_close(&server->link);
    stop_card(server);
    return result;
}

/* Insertions one after the other. *once: the driver has taken the card at least once. */
static enum link_result serve_links(struct server *server, const char *host, uint16_t port, bool *once) {
    const uint32_t wait_ms = server->options->wait_ms;
    uint64_t deadline = clock_deadline(wait_ms);
    enum link_result result;
    while ((result = link_open(&server->link, host, port, deadline)) == LINK_OK) {
        result = serve_insertion(server, host, port);
        *once = *once || server->connected;
        if (result == LINK_STOPPED || !wait_ms)
            break;
        /* A driver that took the card starts the wait for its return; one that only hangs up does not. */
        if (server->connected)
            deadline = clock_deadline(wait_ms);
        result = link_pause(&server->link, PAUSE_MS);
        if (result == LINK_STOPPED || (!server->connected && clock_left(deadline) == 0))
            break;
    }
    return result;
}

static rm_status explain(rm_status status, const struct sim_serve *options, const char *what, char *message,
                         size_t message_size) {
    if (message && message_size)
        (void)snprintf(message, message_size, "%s:%u: %s", options->host ? options->host : "127.0.0.1",
                       options->port ? options->port : SIM_SERVE_PORT, what);
    return status;
}

rm_status sim_serve_card(struct sim_card *card, const struct sim_serve *options, int stop_fd, char *message,
                         size_t message_size) {
    const char *host = options->host ? options->host : "127.0.0.1";
    const uint16_t port = options->port ? options->port : (uint16_t)SIM_SERVE_PORT;
    struct server *server = calloc(1, sizeof *server);
    if (!server)
        return RM_E_NO_MEMORY;
    server->link.fd = -1;
    server->link.stop_fd = stop_fd;
    server->options = options;
    server->card = card;
    if (sim_card_protocols(card, &server->protocol) == (SIM_T0 | SIM_T1))
        server->protocol = SIM_T1;

    bool once = false;
    const enum link_result result = serve_links(server, host, port, &once);
    wipe_free(server, sizeof *server); /* the commands it received */
    if (result == LINK_STOPPED)
        return RM_OK;
    return explain(RM_E_READER_UNAVAILABLE, options, once ? "the driver hung up" : "nobody answers", message,
                   message_size);
}

rm_status sim_serve(const struct sim_serve *options, int stop_fd, char *message, size_t message_size) {
    const char *image = options->image ? options->image : "demo";
    if (options->protocol > SIM_T1)
        return explain(RM_E_INVALID_PARAMETER, options, "protocol: 0, 1 (T=0) or 2 (T=1) is needed", message,
                       message_size);
    bool no_memory = false;
    struct sim_card *card = sim_card_create(image, message, message_size, &no_memory);
    if (!card)
        return no_memory ? RM_E_NO_MEMORY : RM_E_INVALID_PARAMETER;
    rm_status status;
    enum sim_protocol wanted = (enum sim_protocol)options->protocol;
    if (!wanted)
        wanted = sim_card_protocols(card, NULL) & SIM_T1 ? SIM_T1 : SIM_T0;
    if (sim_card_offer_only(card, wanted))
        status = sim_serve_card(card, options, stop_fd, message, message_size);
    else
        status = explain(RM_E_INVALID_PARAMETER, options, "protocol: the card does not have it", message,
                         message_size);
    sim_card_destroy(card);
    return status;
}
