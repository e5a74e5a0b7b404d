/* Waiting for the first card: see firstcard.h. In a context of its own, which the program does not know. */
#include "dropin/firstcard.h"

#include <stdatomic.h>
#include <stdbool.h>

#include "base/env.h"
#include "client/roster.h"
#include "module/manager.h"

static atomic_bool asked;

static bool has_card(const struct roster *roster) {
    size_t i = 0;
    while (i < roster->count &&
           (roster->states[i].event & (RM_STATE_PRESENT | RM_STATE_MUTE)) != RM_STATE_PRESENT)
        i++;
    return i < roster->count;
}

static rm_status wait_in(void *user, struct rm_context *context, struct rm_reader_state *states, size_t count,
                         struct rm_bound *bound) {
    (void)user;
    return rm_wait(context, states, count, bound);
}

static void await(struct rm_context *context, struct rm_bound *bound) {
    struct roster roster = {.count = 0};
    rm_status status = roster_take(&roster, context);
    while (status == RM_OK && !has_card(&roster)) {
        status = roster_wait(&roster, context, wait_in, NULL, bound);
        if (status == RM_OK)
            status = roster_take(&roster, context);
    }
    roster_clear(&roster);
}

void firstcard_await(void) {
    struct rm_service *service = NULL;
    struct rm_context *context = NULL;
    const uint32_t timeout_ms = atomic_exchange(&asked, true) ? 0 : env_get_ms("SCARDSSP_CARD_TIMEOUT", 0);
    struct rm_bound bound = {.timeout_ms = timeout_ms};
    if (!timeout_ms || manager_service(&service) != RM_OK ||
        rm_context_open(service, &bound, &context) != RM_OK)
        return;
    await(context, &bound);
    rm_context_close(context);
}
