/* Waiting for a card in any reader: see await.h. */
#include "talk/await.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "scardssp.h"
#include "scardssp_rm.h"
#include "talk/reader.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"

struct finding {
    bool found;
    char *reader;
};

uint32_t await_ms(uint32_t seconds) {
    return seconds > UINT32_MAX / 1000 ? UINT32_MAX : seconds * 1000;
}

static void look_at(void *user, const struct scardssp_reader_change *change) {
    struct finding *finding = user;
    if (finding->found || !change->now || !(change->now->state & READER_PRESENT))
        return;
    finding->found = true;
    finding->reader = strdup(change->name);
}

/* Readers come and go meanwhile; each change takes from the time. */
static int32_t wait_for_card(struct scardssp_watch *watch, uint32_t seconds, struct finding *finding) {
    const uint64_t deadline = clock_deadline(await_ms(seconds));
    int32_t status = S_OK;
    while (status == S_OK && !finding->found)
        status = scardssp_watch_wait(watch, clock_left(deadline), look_at, finding);
    return status;
}

int await_card(uint32_t seconds, char **reader) {
    struct scardssp_watch *watch = NULL;
    struct finding finding = {.found = false};
    int32_t status = scardssp_watch_open(&watch);
    if (status == S_OK)
        status = wait_for_card(watch, seconds, &finding);
    scardssp_watch_close(watch);
    if (status == S_OK && !finding.reader)
        status = E_OUTOFMEMORY;
    if (reader && status == S_OK)
        *reader = finding.reader;
    else
        free(finding.reader);
    if (status == (HRESULT)SCARD_E_TIMEOUT)
        return failure(status, "insert a card while this waits, or wait for longer.",
                       "no card came within %" PRIu32 " s", seconds);
    return status == S_OK ? EXIT_GOOD : failure(status, NULL, "cannot wait for a card");
}
