/* Two equal cards and the ways to them, measured in turns. */
#include "rivals.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <winscard.h>

#include <scardssp_rm.h>
#include <scardssp_sim.h>

#include "pairs.h"
#include "subject.h"
#include "support/services/pcscd.h"
#include "wire.h"

#define TURNS 5000

struct rivals {
    struct subject subject;
    SCARDHANDLE handle; /* the PC/SC library's */
    struct wire wire;
};

void rivals_skip(struct row *row, const char *why) {
    (void)snprintf(row->skipped, sizeof row->skipped, "%s", why);
}

bool rivals_first_reader(char name[RIVALS_NAME]) {
    char names[1000];
    size_t size = sizeof names;
    if (scardssp_list_readers(names, &size) != S_OK || !*names)
        return false;
    (void)snprintf(name, RIVALS_NAME, "%.*s", RIVALS_NAME - 1, names);
    return true;
}

static bool transaction_ours(void *rivals) {
    struct subject *const subject = &((struct rivals *)rivals)->subject;
    return ISCard_Transaction(subject->card, &subject->cmd) == S_OK;
}

static bool transaction_raw(void *rivals) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, CHALLENGE_SIZE};
    uint8_t reply[258];
    DWORD size = sizeof reply;
    return SCardTransmit(((struct rivals *)rivals)->handle, SCARD_PCI_T1, challenge, sizeof challenge, NULL,
                         reply, &size) == SCARD_S_SUCCESS &&
           size == CHALLENGE_SIZE + 2;
}

static bool trip(void *rivals) {
    return wire_trip(&((struct rivals *)rivals)->wire);
}

/* What no way to such a card can do without: told beside the row. */
static void add_wire(struct row *row, struct rivals *rivals, bool pieces, size_t turns) {
    struct pairs_result result;
    const size_t length = strlen(row->measured);
    if (wire_open(&rivals->wire, pieces) && pairs_run(trip, transaction_raw, rivals, turns, &result))
        (void)snprintf(row->measured + length, sizeof row->measured - length, "; the bytes alone %.3f",
                       result.ratio);
    wire_close(&rivals->wire);
}

int rivals_serve(const void *card, uint16_t port, int stop_fd, void (*connected)(void *user), void *user) {
    const struct scardssp_sim_serve_options options = {
        .image = "demo", .protocol = 2, .wait_ms = 5000, .port = port, .connected = connected, .user = user};
    (void)card;
    return scardssp_sim_serve(&options, stop_fd, NULL, 0) == S_OK ? 0 : 1;
}

bool rivals_holds_card(const char *name) {
    struct scardssp_reader_state state = {.state = 0};
    return scardssp_get_reader_state(name, &state, 0) == S_OK && state.atr_size;
}

bool rivals_is_in(const char *name) {
    for (int i = 0; i < 50 && !rivals_holds_card(name); ++i)
        (void)usleep(10000);
    return rivals_holds_card(name);
}

void rivals_compare(struct row *row, const char *name, bool pieces, double effort) {
    const char *why = "";
    SCARDCONTEXT context = 0;
    DWORD protocol = 0;
    struct rivals rivals = {.handle = 0};
    struct pairs_result result;
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS ||
        SCardConnect(context, pcscd_reader(0), SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &rivals.handle,
                     &protocol) != SCARD_S_SUCCESS) {
        rivals_skip(row, "the service's card cannot be connected to");
    } else if (!subject_open(&rivals.subject, name, T1, &why)) {
        rivals_skip(row, why);
    } else if (!pairs_run(transaction_ours, transaction_raw, &rivals, (size_t)(TURNS * effort), &result)) {
        rivals_skip(row, "a call failed");
    } else {
        row->value = result.ratio;
        row->low = result.low;
        row->high = result.high;
        (void)snprintf(row->measured, sizeof row->measured, "%.2f / %.2f us", result.ours / 1000,
                       result.reference / 1000);
        add_wire(row, &rivals, pieces, (size_t)(TURNS * effort));
    }
    subject_close(&rivals.subject);
}
