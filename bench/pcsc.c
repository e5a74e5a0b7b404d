/*
 * D1, D2: PC/SC's own functions over the simulator, in libscardssp-pcsc.so: what SCardTransmit adds to the
 * bare card, and what 64 threads on 64 readers do together (gain.h).
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <winscard.h>

#include "gain.h"
#include "icc/card.h"
#include "pairs.h"
#include "rows.h"

#define BLOCK 1000u
#define BLOCKS_MAX 2000u

static const uint8_t get_challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};

/* What is called, found in the library by name: another of these names may be loaded. */
static struct {
    LONG (*establish)(DWORD, LPCVOID, LPCVOID, LPSCARDCONTEXT);
    LONG(*connect)
    (SCARDCONTEXT, LPCSTR, DWORD, DWORD, LPSCARDHANDLE, LPDWORD);
    LONG(*transmit)
    (SCARDHANDLE, const SCARD_IO_REQUEST *, LPCBYTE, DWORD, SCARD_IO_REQUEST *, LPBYTE, LPDWORD);
} pcsc;

static bool find(void *library, const char *name, void *function) {
    void *address = library ? dlsym(library, name) : NULL;
    memcpy(function, &address, sizeof address);
    return address != NULL;
}

/* One reader and its connection, on cache lines of their own as they are in programs. */
struct user {
    _Alignas(128) SCARDHANDLE card;
};

static struct user users[GAIN_THREADS_MAX];

static bool transmit(void *data) {
    static const SCARD_IO_REQUEST header = {.dwProtocol = SCARD_PROTOCOL_T1, .cbPciLength = sizeof header};
    const struct user *user = data;
    uint8_t answer[258];
    DWORD size = sizeof answer;
    return pcsc.transmit(user->card, &header, get_challenge, sizeof get_challenge, NULL, answer, &size) ==
               SCARD_S_SUCCESS &&
           size == 10;
}

static bool exchange(void *data) {
    uint8_t answer[258];
    return sim_card_exchange(data, SIM_T1, get_challenge, sizeof get_challenge, answer, sizeof answer) == 10;
}

/* A list of readers with the demo card in each. */
static bool write_readers(FILE *file) {
    fprintf(file, "{\"format\": \"scardssp-readers\", \"version\": 1, \"readers\": [");
    for (unsigned i = 0; i < GAIN_THREADS_MAX; ++i)
        fprintf(file, "%s{\"name\": \"Bench Reader %02u\", \"card\": \"demo\"}", i ? ", " : "", i);
    fprintf(file, "]}");
    return fclose(file) == 0;
}

static bool choose_readers(void) {
    char spec[64] = "sim:/tmp/scardssp-bench-XXXXXX";
    char *path = spec + strlen("sim:");
    SCARDCONTEXT context = 0;
    const int file = mkstemp(path);
    FILE *stream = file >= 0 ? fdopen(file, "w") : NULL;
    bool good = stream && write_readers(stream) && setenv("SCARDSSP_RM", spec, 1) == 0 &&
                pcsc.establish(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) == SCARD_S_SUCCESS;
    (void)unlink(path);
    for (unsigned i = 0; good && i < GAIN_THREADS_MAX; ++i) {
        char name[40];
        DWORD protocol = 0;
        (void)snprintf(name, sizeof name, "Bench Reader %02u", i);
        good = pcsc.establish(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) == SCARD_S_SUCCESS &&
               pcsc.connect(context, name, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &users[i].card,
                            &protocol) == SCARD_S_SUCCESS;
    }
    return good;
}

static bool open_all(void) {
    void *library = dlopen(BENCH_PCSC, RTLD_NOW | RTLD_LOCAL);
    return find(library, "SCardEstablishContext", &pcsc.establish) &&
           find(library, "SCardConnect", &pcsc.connect) && find(library, "SCardTransmit", &pcsc.transmit) &&
           choose_readers();
}

/* Nanoseconds of one step, the median of blocks; below 0: it failed. */
static double time_of(gain_step step, void *subject, size_t blocks) {
    static double times[BLOCKS_MAX];
    for (size_t i = 0; i < blocks; ++i) {
        const uint64_t start = now_ns();
        for (unsigned j = 0; j < BLOCK; ++j)
            if (!step(subject))
                return -1;
        times[i] = (double)(now_ns() - start) / BLOCK;
    }
    return median(times, blocks);
}

static bool measure_call(struct row *row, double effort) {
    uint8_t atr[SIM_ATR_MAX];
    const size_t blocks = effort * BLOCKS_MAX < 1 ? 1 : (size_t)(effort * BLOCKS_MAX);
    struct sim_card *card = sim_card_create("demo", NULL, 0, NULL);
    if (!card || !sim_card_power_up(card, atr))
        return false;
    const double bare = time_of(exchange, card, blocks);
    const double whole = time_of(transmit, &users[0], blocks);
    sim_card_destroy(card);
    row->value = whole - bare;
    (void)snprintf(row->measured, sizeof row->measured, "%.1f ns; the card %.1f ns", whole, bare);
    return bare >= 0 && whole >= 0;
}

size_t rows_pcsc(struct row *rows, double effort) {
    static const struct row plan[] = {
        {.number = "D1", .what = "SCardTransmit, simulator - the card: ns", .target = 150, .decimals = 1},
        {.number = "D2",
         .what = "64 readers by PC/SC: gain / a loop's gain",
         .target = 0.9,
         .at_least = 1,
         .decimals = 2},
    };
    const struct gain gain = {transmit, users, sizeof *users};
    memcpy(rows, plan, sizeof plan);
    bool good = open_all() && measure_call(&rows[0], effort);
    gain_free_cores();
    good = good && gain_measure(&rows[1], &gain, GAIN_THREADS_MAX, gain_rounds(effort));
    for (size_t i = 0; !good && i < sizeof plan / sizeof *plan; ++i)
        (void)snprintf(rows[i].skipped, sizeof rows[i].skipped,
                       "the library or its simulator cannot be used");
    return sizeof plan / sizeof *plan;
}
