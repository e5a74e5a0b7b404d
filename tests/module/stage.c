/* Where the programs of the acceptance tests play: see stage.h. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

#include <scardssp.h>
#include <scardssp_rm.h>
#include <scardssp_sim.h>

#include "stage_service.h"

#define NAME_ROOM 64

static struct {
    bool is_service;
    char reader[NAME_ROOM];
    wchar_t reader_wide[NAME_ROOM];
} stage;

bool stage_insert(const char *image) {
    return stage.is_service ? stage_service_insert(image)
                            : scardssp_sim_insert(stage.reader, image, NULL, 0) == S_OK;
}

static void name_reader(const char *name) {
    (void)snprintf(stage.reader, sizeof stage.reader, "%s", name);
    for (size_t i = 0; i <= strlen(stage.reader); ++i)
        stage.reader_wide[i] = (wchar_t)stage.reader[i];
}

bool stage_open(const char *kind, char *why, size_t why_size) {
    const bool service = kind && strcmp(kind, "pcscd") == 0;
    if (service && !stage_service_open(why, why_size))
        return false;
    stage.is_service = service;
    name_reader(service ? stage_service_reader() : "Simulated Reader 00");
    return scardssp_use_rm(service ? "system" : "sim", why, why_size) == S_OK && stage_insert("demo");
}

void stage_close(void) {
    if (stage.is_service)
        stage_service_close();
    stage.is_service = false;
}

const char *stage_kind(void) {
    return stage.is_service ? "pcscd" : "sim";
}

bool stage_is_service(void) {
    return stage.is_service;
}

const char *stage_reader(void) {
    return stage.reader;
}

wchar_t *stage_reader_wide(void) {
    return stage.reader_wide;
}
