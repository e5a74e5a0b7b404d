/*
 * P13 and P14: a command, and a file, of a card that is lent over NATS, beside plain requests and replies of
 * the same sizes. The server, the agent with the simulated card, and who answers plainly are processes of
 * their own; who asks is this one, both ways in turn.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <scardssp_rm.h>
#include <scardssp_share.h>

#include "files.h"
#include "pairs.h"
#include "plainnats.h"
#include "rivals.h"
#include "subject.h"
#include "support/services/nats_server.h"

#define TURNS_TRANSMIT 4000
#define TURNS_FILE 400
#define READER "Simulated Reader 00 @bench"
#define PLAINNATS_SMALL "bench.small"
#define PLAINNATS_LARGE "bench.large"
/* Head, two words, the command; head, the card's answer (docs/remote.md). */
#define ASKED (36 + 8 + 5)
#define ANSWERED (48 + CHALLENGE_SIZE + 2)
#define ASKED_FILE (36 + 8 + 7)
#define ANSWERED_FILE (48 + FILES_SIZE + 2)

/* Both ways. files is what it begins with, as files_read() wants it. */
struct ways {
    struct files_subject files;
    struct subject subject;
    struct plainnats *plain;
};

static bool command_ours(void *ways) {
    return subject_transaction(&((struct ways *)ways)->subject);
}

static bool command_plain(void *ways) {
    return plainnats_ask(((struct ways *)ways)->plain, PLAINNATS_SMALL, ASKED, ANSWERED);
}

static bool file_plain(void *ways) {
    return plainnats_ask(((struct ways *)ways)->plain, PLAINNATS_LARGE, ASKED_FILE, ANSWERED_FILE);
}

static void compare(struct row *row, struct ways *ways, pairs_step ours, pairs_step plain, double turns) {
    struct pairs_result result;
    if (!pairs_run(ours, plain, ways, (size_t)turns, &result)) {
        rivals_skip(row, "a call failed");
        return;
    }
    row->value = result.ratio;
    row->low = result.low;
    row->high = result.high;
    (void)snprintf(row->measured, sizeof row->measured, "%.1f / %.1f us", result.ours / 1000,
                   result.reference / 1000);
}

static pid_t lend(const char *url) {
    const pid_t child = fork();
    if (child != 0)
        return child;
    const struct scardssp_share_options options = {.server = url, .name = "bench"};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    _exit(scardssp_use_rm("sim", NULL, 0) != S_OK || scardssp_share(&options, -1, NULL, 0) != S_OK);
}

/* The agent takes a moment to be there. */
static bool attach(struct ways *ways, const char **why) {
    const struct timespec moment = {.tv_nsec = 50000000};
    for (int i = 0; i < 100; ++i) {
        if (subject_open(&ways->subject, READER, T1, why))
            return true;
        subject_close(&ways->subject);
        (void)nanosleep(&moment, NULL);
    }
    return false;
}

/* On the connection of the other object, which is over T=1: the file is one command. */
static HRESULT open_file(struct ways *ways) {
    HSCARD handle = 0;
    HRESULT hr = CoCreateInstance(&CLSID_CSCardManage, NULL, CLSCTX_ALL, &IID_ISCardManage,
                                  (void **)&ways->files.manage);
    if (SUCCEEDED(hr))
        hr = ISCard_get_CardHandle(ways->subject.card, &handle);
    if (SUCCEEDED(hr))
        hr = ISCardManage_AttachByHandle(ways->files.manage, handle);
    return SUCCEEDED(hr) ? files_open(&ways->files) : hr;
}

static void measure(struct row rows[2], struct ways *ways, double effort) {
    const char *why = "";
    if (!attach(ways, &why)) {
        rivals_skip(&rows[0], why);
        rivals_skip(&rows[1], why);
        return;
    }
    compare(&rows[0], ways, command_ours, command_plain, TURNS_TRANSMIT * effort);
    const HRESULT hr = open_file(ways);
    if (FAILED(hr))
        rivals_skip(&rows[1], scardssp_status_name(hr));
    else
        compare(&rows[1], ways, files_read, file_plain, TURNS_FILE * effort);
    files_close(&ways->files);
    subject_close(&ways->subject);
}

/* With a server: the processes first, then what makes threads in this one. */
static const char *with_server(struct row rows[2], const char *url, double effort) {
    struct ways ways = {.plain = NULL};
    static const struct plainnats_place places[] = {{PLAINNATS_SMALL, ANSWERED},
                                                    {PLAINNATS_LARGE, ANSWERED_FILE}};
    const char *why = "the agent, or who answers plainly, cannot be started";
    const pid_t agent = lend(url), responder = plainnats_start(url, places, 2);
    if (agent > 0 && responder > 0 && scardssp_use_rm(url, NULL, 0) == S_OK &&
        (ways.plain = plainnats_open(url))) {
        measure(rows, &ways, effort);
        why = NULL;
    }
    plainnats_close(ways.plain);
    plainnats_stop(responder);
    plainnats_stop(agent);
    return why;
}

size_t rows_remote(struct row *rows, double effort) {
    static const struct row plan[] = {
        {.number = "P13", .what = "Transaction, nats: / request and reply", .target = 1.15, .decimals = 3},
        {.number = "P14", .what = "32 KiB file, nats: / one request", .target = 1.2, .decimals = 3},
    };
    char said[120] = "";
    const char *why = said;
    struct nats_server server = {.port = 0};
    memcpy(rows, plan, sizeof plan);
    if (nats_server_start(&server, said, sizeof said))
        why = with_server(rows, nats_server_url(&server), effort);
    nats_server_stop(&server);
    for (size_t i = 0; why && i < sizeof plan / sizeof *plan; ++i)
        rivals_skip(&rows[i], why);
    return sizeof plan / sizeof *plan;
}
