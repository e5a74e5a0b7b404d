/* Where the programs of the acceptance tests play: see stage.h. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

#include <scardssp.h>
#include <scardssp_rm.h>
#include <scardssp_sim.h>

#include "support/pcscd.h"

#define NAME_ROOM 64

static struct {
    struct pcscd *pcscd; /* NULL on the simulator */
    struct scardssp_sim_serve_options card;
    char image[8];
    char reader[NAME_ROOM];
    wchar_t reader_wide[NAME_ROOM];
} stage;

static int serve(const void *card, uint16_t port, int stop_fd, void (*connected)(void *user), void *user) {
    struct scardssp_sim_serve_options options = *(const struct scardssp_sim_serve_options *)card;
    options.port = port;
    options.connected = connected;
    options.user = user;
    return scardssp_sim_serve(&options, stop_fd, NULL, 0) == S_OK ? 0 : 1;
}

bool stage_insert(const char *image) {
    if (!stage.pcscd)
        return scardssp_sim_insert(stage.reader, image, NULL, 0) == S_OK;
    pcscd_pull(stage.pcscd, 0);
    (void)snprintf(stage.image, sizeof stage.image, "%s", image);
    stage.card.image = stage.image;
    stage.card.protocol = strcmp(image, "gsm") == 0 ? 1 : 2;
    stage.card.wait_ms = 5000;
    return pcscd_remove(stage.pcscd, 0) && pcscd_insert(stage.pcscd, 0, serve, &stage.card);
}

static void name_reader(const char *name) {
    (void)snprintf(stage.reader, sizeof stage.reader, "%s", name);
    for (size_t i = 0; i <= strlen(stage.reader); ++i)
        stage.reader_wide[i] = (wchar_t)stage.reader[i];
}

bool stage_open(const char *kind, char *why, size_t why_size) {
    const bool service = kind && strcmp(kind, "pcscd") == 0;
    if (service && !(stage.pcscd = pcscd_start(why, why_size)))
        return false;
    name_reader(service ? pcscd_reader(0) : "Simulated Reader 00");
    return scardssp_use_rm(service ? "system" : "sim", why, why_size) == S_OK && stage_insert("demo");
}

void stage_close(void) {
    pcscd_stop(stage.pcscd);
    stage.pcscd = NULL;
}

const char *stage_kind(void) {
    return stage.pcscd ? "pcscd" : "sim";
}

bool stage_is_service(void) {
    return stage.pcscd != NULL;
}

const char *stage_reader(void) {
    return stage.reader;
}

wchar_t *stage_reader_wide(void) {
    return stage.reader_wide;
}
