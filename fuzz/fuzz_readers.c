/*
 * Lists of readers: a file gives a simulator with just the readers it names, or is refused with a message
 * about it.
 */
#include <stdlib.h>
#include <string.h>

#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "fuzz.h"

#define MESSAGE_ROOM 200

static void check_readers(struct rm_service *service) {
    struct names names = {0};
    struct rm_context *context = NULL;
    FUZZ_CHECK(rm_context_open(service, RM_WITHIN(RM_INFINITE), &context) == RM_OK);
    FUZZ_CHECK(rm_list_readers(context, RM_WITHIN(RM_INFINITE), &names) == RM_OK);
    for (const char *name = NULL; (name = names_next(&names, name)) != NULL;) {
        struct rm_reader_state state = {.reader = name};
        FUZZ_CHECK(*name && strcmp(name, RM_PNP_NOTIFICATION) != 0);
        FUZZ_CHECK(rm_wait(context, &state, 1, RM_WITHIN(0)) == RM_OK && (state.event & RM_STATE_CHANGED));
        FUZZ_CHECK(((state.event & RM_STATE_PRESENT) != 0) == (state.atr_size != 0));
        FUZZ_CHECK(sim_plug(service, name, NULL, 0, NULL, 0) == RM_E_DUPLICATE_READER);
    }
    names_clear(&names);
    rm_context_close(context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char message[MESSAGE_ROOM + 1];
    struct rm_service *service = NULL;
    const char *const path = scratch_write("readers.json", data, size);
    memset(message, 'x', sizeof message);
    const rm_status status = sim_service_create(path, &service, message, MESSAGE_ROOM);
    FUZZ_CHECK(message[MESSAGE_ROOM] == 'x');
    if (status == RM_OK) {
        check_readers(service);
        rm_service_release(service);
    } else {
        FUZZ_CHECK(status == RM_E_INVALID_PARAMETER && !service);
        FUZZ_CHECK(memchr(message, '\0', MESSAGE_ROOM) && *message);
    }
    return 0;
}
