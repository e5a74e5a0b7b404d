/*
 * The contract of the port, kept by a composite of two simulators that have the same readers with other
 * cards. The argument says whose reader is tested: the "first" one's, or that of the second, which is
 * "renamed".
 */
#include <string.h>

#include "backends/composite/composite.h"
#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "support/contract/contract.h"

#define READER "Simulated Reader 00"
#define RENAMED READER " (2)"

/* The readers of the second simulator. */
static rm_status make(const char *spec, struct rm_service **out, char *message, size_t message_size) {
    const bool first = strcmp(spec, "first") == 0;
    rm_status status = sim_service_create("", out, message, message_size);
    if (status == RM_OK)
        status = sim_plug(*out, READER, first ? "demo" : "gsm", 0, message, message_size);
    if (status == RM_OK)
        status = sim_plug(*out, "Simulated Reader 01", first ? "gsm" : "demo", 0, message, message_size);
    return status;
}

static bool take_out(void *user) {
    return sim_remove(user, READER) == RM_OK;
}

static bool put_back(void *user) {
    return sim_put_back(user, READER) == RM_OK;
}

static bool pull_cable(void *user) {
    return sim_unplug(user, READER) == RM_OK && sim_plug(user, READER, "demo", 0, NULL, 0) == RM_OK;
}

/* The names are given in the order of the members. */
static bool give_names(struct rm_service *service) {
    struct rm_context *context = NULL;
    struct names names = {0};
    if (rm_context_open(service, RM_WITHIN(RM_INFINITE), &context) != RM_OK)
        return false;
    const bool fine =
        rm_list_readers(context, RM_WITHIN(RM_INFINITE), &names) == RM_OK && names_has(&names, RENAMED);
    names_clear(&names);
    rm_context_close(context);
    return fine;
}

int main(int argc, char **argv) {
    const bool renamed = argc > 1 && strcmp(argv[1], "renamed") == 0;
    struct rm_service *service = composite_create();
    struct rm_service *sims[2] = {NULL, NULL};
    if (!service || composite_add(service, "first", make, &sims[0]) != RM_OK ||
        composite_add(service, "second", make, &sims[1]) != RM_OK || !give_names(service))
        return 1;
    if (renamed && sim_insert(sims[1], READER, "demo", NULL, 0) != RM_OK)
        return 1;
    const struct rm_contract contract = {.name = renamed ? "renamed" : "first",
                                         .service = service,
                                         .reader = renamed ? RENAMED : READER,
                                         .remove = take_out,
                                         .put_back = put_back,
                                         .cut = pull_cable,
                                         .user = sims[renamed]};
    const int failures = rm_contract_run(&contract);
    rm_service_release(service);
    return failures;
}
