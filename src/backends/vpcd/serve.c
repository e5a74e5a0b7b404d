/* Answers a vpcd driver for a simulated card: power, ATR, commands. */
#include "backends/vpcd/serve.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/vpcd/diagnosis.h"
#include "backends/vpcd/link.h"
#include "backends/vpcd/ports.h"
#include "base/clock.h"
#include "base/wipe.h"
#include "rm/rm.h"

/* The driver's messages of one byte; every other length is a command. */
enum { CONTROL_OFF = 0, CONTROL_ON = 1, CONTROL_RESET = 2, CONTROL_ATR = 4 };

#define PAUSE_MS 20       /* before the next attempt at a driver that has hung up */
#define GLANCE_MS 1000u   /* after which it is looked for another card in the slot */
#define QUESTION_MS 9000u /* and as long again is waited for the driver's question */
#define WAKE_MS 15000u    /* for a service that is being started */
#define SETTLE_MS 1000u   /* for its driver, once it has answered */
#define AGAIN_MS 500u     /* between two attempts to wake a service that is not there */

struct server {
    struct link link;
    const struct vpcd_serve *options;
    struct sim_card *card;
    enum sim_protocol protocol;
    /* of the last start: asked for several times a second, to see whether we are there */
    uint8_t atr[SIM_ATR_MAX];
    size_t atr_size;
    bool connected; /* the driver has taken the ATR */
    bool powered;
    bool failed;       /* a command could not be carried out: the driver is to see a failed transmission */
    bool strange;      /* messages came before the ATR was asked for that no driver sends then */
    bool looked;       /* it has been looked for another card in the slot */
    uint64_t patience; /* until when a driver that does not ask is waited for */
    struct keeper *keeper; /* our client of the service; NULL: none */
    uint64_t woken;        /* when it was started */
    uint64_t answered;     /* when its answer was seen */
    struct diagnosis told; /* host and port, and how the last attempt ended */
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
        server->link.deadline = 0;
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
static enum link_result obey(struct server *server, const uint8_t *command, size_t size) {
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

/* A PIN in the command lies there no longer than the card needs it. */
static enum link_result answer_command(struct server *server, const uint8_t *command, size_t size) {
    const enum link_result result = obey(server, command, size);
    link_forget(&server->link);
    return result;
}

/*
 * Waits for a message. A driver asks for the ATR within a second; one that has not asked for a while
 * never will: it has another card, or it is no driver that listens.
 */
static enum link_result receive(struct server *server, const uint8_t **message, size_t *size) {
    struct link *link = &server->link;
    for (;;) {
        const enum link_result result = link_receive(link, message, size);
        if (result != LINK_LATE)
            return result;
        const bool taken = link->local && link->used == 0 && ports_has_guest(server->told.port, link->fd);
        if (clock_left(server->patience) == 0 && (taken || server->looked)) {
            server->told.end = taken                           ? DIAGNOSIS_TAKEN
                               : link->used || server->strange ? DIAGNOSIS_NONSENSE
                                                               : DIAGNOSIS_NO_QUESTION;
            return LINK_LATE;
        }
        server->looked = true;
        link->deadline = clock_deadline(QUESTION_MS);
        if (server->patience > link->deadline)
            link->deadline = server->patience;
    }
}

/* Answers until the wire breaks or the stop. */
static enum link_result serve_link(struct server *server) {
    const uint8_t *message = NULL;
    size_t size = 0;
    enum link_result result;
    while ((result = receive(server, &message, &size)) == LINK_OK) {
        server->strange = server->strange || (!server->connected && size != 1);
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
 * One insertion: from the connection until it ends for another reason than a command that failed. After one
 * of those it is the same card to the driver, as it was: without power.
 */
static enum link_result serve_insertion(struct server *server) {
    start_card(server, false);
    server->connected = server->failed = server->looked = server->strange = false;
    server->told.end = DIAGNOSIS_REFUSED;
    server->link.deadline = clock_deadline(GLANCE_MS);
    enum link_result result = serve_link(server);
    while (server->failed) {
        server->failed = false;
        result = link_fail(&server->link, server->told.host, server->told.port,
                           clock_deadline(server->options->wait_ms));
        if (result == LINK_OK)
            result = serve_link(server);
    }
    if (server->connected)
        server->told.end = DIAGNOSIS_HUNG_UP;
    else if (server->told.end == DIAGNOSIS_REFUSED &&
             (server->strange || server->link.used > server->link.taken))
        server->told.end = DIAGNOSIS_NONSENSE;
    link_close(&server->link);
    stop_card(server);
    return result;
}

/* Leaves the service, if we are a client of it, and becomes one. */
static void wake(struct server *server) {
    keeper_end(server->keeper);
    server->keeper = keeper_start(server->options->service);
    server->told.asked = server->keeper != NULL;
    server->woken = clock_ms();
}

/* Whether it is of use to knock once more where nobody answers, for the service is on its way. */
static bool is_on_its_way(struct server *server, uint64_t deadline) {
    struct keeper_report *service = &server->told.service;
    const bool was_done = service->done;
    if (!server->keeper)
        wake(server);
    const uint64_t now = clock_ms();
    keeper_look(server->keeper, service);
    if (!server->keeper)
        return clock_left(deadline) > 0;
    if (!service->done)
        return now - server->woken < WAKE_MS || clock_left(deadline) > 0;
    if (!was_done)
        server->answered = now;
    if (clock_left(deadline) == 0)
        return service->status != RM_E_NO_SERVICE && now - server->answered < SETTLE_MS;
    /* Nobody starts it now; somebody may, as long as we wait. */
    if ((service->status == RM_E_NO_SERVICE || service->status == RM_E_SERVICE_STOPPED) &&
        now - server->woken > AGAIN_MS)
        wake(server);
    return true;
}

/* Connects until the deadline, and longer where the service has to be started first. */
static enum link_result reach(struct server *server, uint64_t deadline) {
    struct link *link = &server->link;
    enum link_result result = link_open(link, server->told.host, server->told.port, 0);
    server->told.end = DIAGNOSIS_UNREACHED;
    server->told.local = link->local;
    server->told.service.done = false;
    while (result == LINK_CLOSED && link->local && server->options->service &&
           is_on_its_way(server, deadline))
        result = link_pause(link, PAUSE_MS) == LINK_STOPPED
                     ? LINK_STOPPED
                     : link_open(link, server->told.host, server->told.port, 0);
    if (result == LINK_CLOSED && clock_left(deadline) > 0)
        result = link_open(link, server->told.host, server->told.port, deadline);
    /* It runs: it is to stay. A client of a while ago may have been another service's. */
    if (result == LINK_OK && link->local && (!server->keeper || clock_ms() - server->woken > SETTLE_MS))
        wake(server);
    server->told.problem = link->problem;
    if (result == LINK_CLOSED && link->local && link->problem == LINK_SILENT &&
        ports_listened_at(server->told.port))
        server->told.end = DIAGNOSIS_TAKEN;
    return result;
}

/*
 * Until when a driver that took the card and hung up is waited for. Where it belongs to a service that we
 * were a client of, that has ended: it is woken, or somebody starts it again.
 */
static uint64_t return_deadline(struct server *server) {
    uint32_t wait_ms = server->options->wait_ms;
    keeper_look(server->keeper, &server->told.service);
    const struct keeper_report *service = &server->told.service;
    if (service->done && (service->status == RM_OK || service->status == RM_W_SECURITY_VIOLATION) &&
        server->options->return_ms > wait_ms)
        wait_ms = server->options->return_ms;
    if (server->keeper && wait_ms)
        wake(server);
    return wait_ms ? clock_deadline(wait_ms) : 0;
}

/* Insertions one after the other. */
static enum link_result serve_links(struct server *server) {
    uint64_t deadline = clock_deadline(server->options->wait_ms);
    enum link_result result;
    bool once = false;
    for (;;) {
        server->patience = deadline;
        result = reach(server, deadline);
        if (result == LINK_CLOSED && once)
            server->told.end = DIAGNOSIS_HUNG_UP;
        if (result != LINK_OK)
            break;
        result = serve_insertion(server);
        if (result == LINK_STOPPED)
            break;
        once = once || server->connected;
        /* A driver that took the card starts the wait for its return; one that only hangs up does not. */
        if (server->connected)
            deadline = return_deadline(server);
        if (clock_left(deadline) == 0)
            break;
        result = link_pause(&server->link, PAUSE_MS);
        if (result == LINK_STOPPED)
            break;
    }
    return result;
}

static rm_status explain(rm_status status, const struct vpcd_serve *options, const char *what, char *message,
                         size_t message_size) {
    if (message && message_size)
        (void)snprintf(message, message_size, "%s:%u: %s", options->host ? options->host : "127.0.0.1",
                       options->port ? options->port : VPCD_PORT, what);
    return status;
}

rm_status vpcd_serve_card(struct sim_card *card, const struct vpcd_serve *options, int stop_fd, char *message,
                          size_t message_size) {
    struct server *server = calloc(1, sizeof *server);
    if (!server)
        return RM_E_NO_MEMORY;
    server->link.fd = -1;
    server->link.stop_fd = stop_fd;
    server->options = options;
    server->card = card;
    server->told.host = options->host ? options->host : "127.0.0.1";
    server->told.port = options->port ? options->port : (uint16_t)VPCD_PORT;
    if (sim_card_protocols(card, &server->protocol) == (SIM_T0 | SIM_T1))
        server->protocol = SIM_T1;

    rm_status status = RM_OK;
    if (serve_links(server) != LINK_STOPPED) {
        keeper_look(server->keeper, &server->told.service);
        status = diagnosis_tell(&server->told, message, message_size);
    }
    keeper_end(server->keeper);
    wipe_free(server, sizeof *server); /* the commands it received */
    return status;
}

rm_status vpcd_serve(const struct vpcd_serve *options, int stop_fd, char *message, size_t message_size) {
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
        status = vpcd_serve_card(card, options, stop_fd, message, message_size);
    else
        status =
            explain(RM_E_INVALID_PARAMETER, options,
                    "protocol: the card does not have it; let it choose (0, any)", message, message_size);
    sim_card_destroy(card);
    return status;
}
