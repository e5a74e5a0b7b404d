/*
 * P1 and P2: ISCard against the PC/SC library's own calls, on the very same connection to a simulated card in a virtual
 * reader of a private pcscd.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <winscard.h>

#include <scardssp_rm.h>
#include <scardssp_sim.h>

#include "pairs.h"
#include "rows.h"
#include "subject.h"
#include "support/pcscd.h"

#define TURNS_TRANSMIT 10000
#define TURNS_LEAVE 4000
#define TURNS_RESET 1500

struct link {
    struct subject subject;
    SCARDHANDLE handle; /* the library's, the same that the object uses */
    SCARD_DISPOSITIONS init;
};

static bool transaction_ours(void *link) {
    return ISCard_Transaction(((struct link *)link)->subject.card, &((struct link *)link)->subject.cmd) ==
           S_OK;
}

static bool transaction_raw(void *link) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, CHALLENGE_SIZE};
    uint8_t reply[258];
    DWORD size = sizeof reply;
    return SCardTransmit(((struct link *)link)->handle, SCARD_PCI_T1, challenge, sizeof challenge, NULL,
                         reply, &size) == SCARD_S_SUCCESS &&
           size == CHALLENGE_SIZE + 2;
}

static bool reattach_ours(void *link) {
    return ISCard_ReAttach(((struct link *)link)->subject.card, SHARED, ((struct link *)link)->init) == S_OK;
}

static bool reattach_raw(void *link) {
    DWORD protocol = 0;
    return SCardReconnect(((struct link *)link)->handle, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1,
                          (DWORD)((struct link *)link)->init, &protocol) == SCARD_S_SUCCESS;
}

static void measure(struct row *row, struct link *link, pairs_step ours, pairs_step raw, double turns) {
    struct pairs_result result;
    if (!pairs_run(ours, raw, link, (size_t)turns, &result)) {
        (void)snprintf(row->skipped, sizeof row->skipped, "a call failed");
        return;
    }
    row->value = result.ratio;
    row->low = result.low;
    row->high = result.high;
    (void)snprintf(row->measured, sizeof row->measured, "%.2f / %.2f us", result.ours / 1000,
                   result.reference / 1000);
}

static void measure_all(struct row *rows, struct link *link, double effort) {
    measure(&rows[0], link, transaction_ours, transaction_raw, TURNS_TRANSMIT * effort);
    for (int init = LEAVE; init <= UNPOWER; ++init) {
        link->init = (SCARD_DISPOSITIONS)init;
        measure(&rows[1 + init], link, reattach_ours, reattach_raw,
                (init == LEAVE ? TURNS_LEAVE : TURNS_RESET) * effort);
    }
}

static int serve(const void *card, uint16_t port, int stop_fd, void (*connected)(void *user), void *user) {
    struct scardssp_sim_serve_options options = *(const struct scardssp_sim_serve_options *)card;
    options.port = port;
    options.connected = connected;
    options.user = user;
    return scardssp_sim_serve(&options, stop_fd, NULL, 0) == S_OK ? 0 : 1;
}

static void skip_all(struct row *rows, const char *why) {
    for (size_t i = 0; i < ROWS_SERVICE; ++i)
        (void)snprintf(rows[i].skipped, sizeof rows[i].skipped, "%s", why);
}

static void with_card(struct row *rows, double effort) {
    const char *why = "";
    HSCARD handle = 0;
    struct link link = {.handle = 0};
    if (FAILED(scardssp_use_rm("system", NULL, 0)))
        skip_all(rows, "the PC/SC library cannot be used");
    else if (!subject_open(&link.subject, pcscd_reader(0), &why))
        skip_all(rows, why);
    else if (FAILED(ISCard_get_CardHandle(link.subject.card, &handle)) || !handle)
        skip_all(rows, "the connection has no handle");
    else {
        link.handle = (SCARDHANDLE)handle;
        measure_all(rows, &link, effort);
    }
    subject_close(&link.subject);
}

size_t rows_service(struct row *rows, double effort) {
    static const struct scardssp_sim_serve_options card = {.image = "demo", .protocol = 2, .wait_ms = 5000};
    static const struct row plan[ROWS_SERVICE] = {
        {.number = "P1", .what = "Transaction, pcscd / SCardTransmit", .target = 1.02, .decimals = 3},
        {.number = "P2", .what = "ReAttach LEAVE / SCardReconnect", .target = 1.05, .decimals = 3},
        {.number = "P2", .what = "ReAttach RESET / SCardReconnect", .target = 1.05, .decimals = 3},
        {.number = "P2", .what = "ReAttach UNPOWER / SCardReconnect", .target = 1.05, .decimals = 3},
    };
    char why[sizeof rows->skipped] = "";
    memcpy(rows, plan, sizeof plan);
    struct pcscd *pcscd = pcscd_start(why, sizeof why);
    if (!pcscd)
        skip_all(rows, why);
    else if (!pcscd_insert(pcscd, 0, serve, &card))
        skip_all(rows, "the service does not see the served card");
    else
        with_card(rows, effort);
    pcscd_stop(pcscd);
    return ROWS_SERVICE;
}
