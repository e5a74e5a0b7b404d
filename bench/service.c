/*
 * P1, P1b, P2, P6, P16 and P19: objects against the PC/SC library's own calls, on the very same connection to
 * a simulated card in a virtual reader of a private pcscd. P1: a command that needs no transaction of its
 * own; P1b: one that does, over T=0.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <winscard.h>

#include <scardssp_rm.h>
#include <scardssp_sim.h>

#include "files.h"
#include "memory.h"
#include "pairs.h"
#include "rows.h"
#include "session.h"
#include "subject.h"
#include "support/services/pcscd.h"

#define TURNS_TRANSMIT 10000
#define TURNS_HELD 6000
#define TURNS_LEAVE 4000
#define TURNS_RESET 1500
#define SERVICE_CARDS 10 /* pcscd serves 200 threads, two for each */

struct link {
    struct subject subject;
    SCARDHANDLE handle; /* the library's, the same that the object uses */
    const SCARD_IO_REQUEST *pci;
    SCARD_SHARE_MODES share;
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
    return SCardTransmit(((struct link *)link)->handle, ((struct link *)link)->pci, challenge,
                         sizeof challenge, NULL, reply, &size) == SCARD_S_SUCCESS &&
           size == CHALLENGE_SIZE + 2;
}

static bool held_raw(void *link) {
    const SCARDHANDLE handle = ((struct link *)link)->handle;
    return SCardBeginTransaction(handle) == SCARD_S_SUCCESS && transaction_raw(link) &&
           SCardEndTransaction(handle, SCARD_LEAVE_CARD) == SCARD_S_SUCCESS;
}

static bool reattach_ours(void *link) {
    return ISCard_ReAttach(((struct link *)link)->subject.card, ((struct link *)link)->share,
                           ((struct link *)link)->init) == S_OK;
}

static bool reattach_raw(void *link) {
    DWORD protocol = 0;
    return SCardReconnect(((struct link *)link)->handle, (DWORD)((struct link *)link)->share,
                          SCARD_PROTOCOL_T1, (DWORD)((struct link *)link)->init,
                          &protocol) == SCARD_S_SUCCESS;
}

/* What a program has to do itself where others may have switched the card off: ask for its power. */
static bool reattach_asking_raw(void *link) {
    DWORD state = 0, protocol = 0, size = 0;
    return reattach_raw(link) && SCardStatus(((struct link *)link)->handle, NULL, NULL, &state, &protocol,
                                             NULL, &size) == SCARD_S_SUCCESS;
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

/* Over T=1, on the first reader. */
static void measure_t1(struct row *rows, struct link *link, double effort) {
    measure(&rows[0], link, transaction_ours, transaction_raw, TURNS_TRANSMIT * effort);
    link->init = LEAVE;
    measure(&rows[2], link, reattach_ours, reattach_asking_raw, TURNS_LEAVE * effort);
    for (int init = RESET; init <= UNPOWER; ++init) {
        link->init = (SCARD_DISPOSITIONS)init;
        measure(&rows[2 + init], link, reattach_ours, reattach_raw, TURNS_RESET * effort);
    }
    files_measure(&rows[5], link->handle, effort);
    memory_measure(&rows[7], pcscd_reader(0), SERVICE_CARDS);
    /* Alone with the card, nobody has to be asked. */
    link->share = EXCLUSIVE;
    link->init = LEAVE;
    if (FAILED(ISCard_ReAttach(link->subject.card, EXCLUSIVE, LEAVE)))
        (void)snprintf(rows[1].skipped, sizeof rows[1].skipped, "the card cannot be had alone");
    else
        measure(&rows[1], link, reattach_ours, reattach_raw, TURNS_LEAVE * effort);
}

/* Over T=0, on the second. */
static void measure_t0(struct row *rows, struct link *link, double effort) {
    measure(&rows[1], link, transaction_ours, held_raw, TURNS_HELD * effort);
    if (FAILED(ISCard_LockSCard(link->subject.card))) {
        (void)snprintf(rows[0].skipped, sizeof rows[0].skipped, "the card cannot be locked");
        return;
    }
    measure(&rows[0], link, transaction_ours, transaction_raw, TURNS_TRANSMIT * effort);
    (void)ISCard_UnlockSCard(link->subject.card, LEAVE);
}

static int serve(const void *card, uint16_t port, int stop_fd, void (*connected)(void *user), void *user) {
    struct scardssp_sim_serve_options options = *(const struct scardssp_sim_serve_options *)card;
    options.port = port;
    options.connected = connected;
    options.user = user;
    return scardssp_sim_serve(&options, stop_fd, NULL, 0) == S_OK ? 0 : 1;
}

static void skip(struct row *rows, size_t count, const char *why) {
    for (size_t i = 0; i < count; ++i)
        (void)snprintf(rows[i].skipped, sizeof rows[i].skipped, "%s", why);
}

/* Rows that are measured on each slot's card. */
static const size_t slot_rows[] = {8, 2};

/* A connection to the card in a slot, and what is measured on it. */
static void with_card(struct row *rows, unsigned slot, double effort) {
    const char *why = "";
    HSCARD handle = 0;
    struct link link = {.pci = slot ? SCARD_PCI_T0 : SCARD_PCI_T1, .share = SHARED};
    if (!subject_open(&link.subject, pcscd_reader(slot), slot ? T0 : T1, &why)) {
        skip(rows, slot_rows[slot], why);
    } else if (FAILED(ISCard_get_CardHandle(link.subject.card, &handle)) || !handle) {
        skip(rows, slot_rows[slot], "the connection has no handle");
    } else {
        link.handle = (SCARDHANDLE)handle;
        (slot ? measure_t0 : measure_t1)(rows, &link, effort);
    }
    subject_close(&link.subject);
    if (slot == 0 && !*rows[6].skipped)
        session_measure(&rows[6], pcscd_reader(slot), effort);
}

size_t rows_service(struct row *rows, double effort) {
    static const struct scardssp_sim_serve_options cards[] = {
        {.image = "demo", .protocol = 2, .wait_ms = 5000}, {.image = "demo", .protocol = 1, .wait_ms = 5000}};
    static const struct row plan[] = {
        {.number = "P1", .what = "Transaction, T=1 SHARED / SCardTransmit", .target = 1.01, .decimals = 3},
        {.number = "P2", .what = "ReAttach LEAVE, alone / SCardReconnect", .target = 1.02, .decimals = 3},
        {.number = "P2", .what = "ReAttach LEAVE / Reconnect+Status", .target = 1.02, .decimals = 3},
        {.number = "P2", .what = "ReAttach RESET / SCardReconnect", .target = 1.02, .decimals = 3},
        {.number = "P2", .what = "ReAttach UNPOWER / SCardReconnect", .target = 1.02, .decimals = 3},
        {.number = "P6", .what = "32 KiB read by path / 128 READ BINARY", .target = 0.012, .decimals = 4},
        {.number = "P16", .what = "A whole session / the same by SCard*", .target = 1.03, .decimals = 3},
        {.number = "P19", .what = "An attached card, pcscd: KiB", .target = 96, .decimals = 1},
        {.number = "P1", .what = "Transaction, T=0 locked / SCardTransmit", .target = 1.01, .decimals = 3},
        {.number = "P1b", .what = "Transaction, T=0 / Begin+Transmit+End", .target = 1.02, .decimals = 3},
    };
    const size_t count = sizeof plan / sizeof *plan;
    char why[sizeof rows->skipped] = "";
    memcpy(rows, plan, sizeof plan);
    struct pcscd *pcscd = pcscd_start(why, sizeof why);
    if (!pcscd) {
        skip(rows, count, why);
    } else if (FAILED(scardssp_use_rm("system", NULL, 0))) {
        skip(rows, count, "the PC/SC library cannot be used");
    } else {
        for (unsigned slot = 0; slot < 2; ++slot) {
            struct row *const own = rows + (slot ? slot_rows[0] : 0);
            if (pcscd_insert(pcscd, slot, serve, &cards[slot]))
                with_card(own, slot, effort);
            else
                skip(own, slot_rows[slot], "the service does not see the served card");
        }
    }
    pcscd_stop(pcscd);
    return count;
}
