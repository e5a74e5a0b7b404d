/*
 * P3: a command over a reader's driver in the process (vsmartcard's) against the same command through pcscd,
 * which has the same driver, to two equal cards.
 */
#include <stdio.h>
#include <unistd.h>

#include <scardssp_rm.h>

#include "rivals.h"
#include "support/services/pcscd.h"
#include "support/services/vpcd_slot.h"

/* Chooses the driver on ports of its own; the name of its first reader. */
static bool open_driver(char name[RIVALS_NAME], uint16_t *port, char *why, size_t size) {
    char spec[200];
    *port = vpcd_free_ports();
    (void)snprintf(spec, sizeof spec, "ifd:%s:%u", vpcd_driver(), (unsigned)*port);
    return scardssp_use_rm(spec, why, size) == S_OK && rivals_first_reader(name);
}

/* The card in the driver's reader, then both ways. */
static void with_driver(struct row *row, double effort) {
    struct vpcd_slot slot = {.occupied = false};
    char name[RIVALS_NAME];
    uint16_t port = 0;
    if (!open_driver(name, &port, row->skipped, sizeof row->skipped)) {
        rivals_skip(row, *row->skipped ? row->skipped : "the driver cannot be loaded");
    } else if (!vpcd_slot_plug(&slot, port, rivals_serve, NULL) || !rivals_is_in(name)) {
        rivals_skip(row, "the card does not come in");
    } else {
        rivals_compare(row, name, true, effort);
    }
    vpcd_slot_pull(&slot);
    for (int i = 0; i < 50 && !*row->skipped && rivals_holds_card(name); ++i)
        (void)usleep(10000);
}

size_t rows_driver(struct row *rows, double effort) {
    char why[sizeof rows->skipped] = "";
    rows[0] = (struct row){
        .number = "P3", .what = "Transaction, driver here / through pcscd", .target = 0.42, .decimals = 3};
    struct pcscd *pcscd = pcscd_start(why, sizeof why);
    if (!pcscd)
        rivals_skip(&rows[0], why);
    else if (!pcscd_insert(pcscd, 0, rivals_serve, NULL))
        rivals_skip(&rows[0], "the service does not see the served card");
    else
        with_driver(&rows[0], effort);
    pcscd_stop(pcscd);
    return 1;
}
