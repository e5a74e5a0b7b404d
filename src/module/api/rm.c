/* scardssp_rm.h: the resource manager as programs (the tool above all) see it. */
#include "scardssp_rm.h"

#include <stdlib.h>
#include <string.h>

#include "com/hresult.h"
#include "module/manager.h"

#define LOOK_TRIES 5

/* A context for one question. */
static rm_status context_open(struct rm_context **out) {
    struct rm_service *service = NULL;
    rm_status status = manager_service(&service);
    if (status == RM_OK)
        status = rm_context_open(service, out);
    manager_note(status);
    return status;
}

/* The border's own codes for what the callers of this header may get wrong. */
static int32_t result_from(rm_status status) {
    return hresult_of_argument(status, RM_E_INVALID_PARAMETER);
}

int32_t scardssp_use_rm(const char *spec, char *message, size_t message_size) {
    if (!spec)
        return E_INVALIDARG;
    rm_status status = manager_choose(spec, message, message_size);
    return status == RM_E_UNEXPECTED ? E_UNEXPECTED : result_from(status);
}

int32_t scardssp_trace(uint32_t level) {
    const rm_status status = manager_trace(level);
    return status == RM_E_UNEXPECTED ? E_UNEXPECTED : result_from(status);
}

/* Copies a list to a caller with so much room (NULL: none). *size: its bytes, the last NUL included. */
static rm_status hand_names(const struct names *list, char *out, size_t room, size_t *size) {
    *size = list->size ? list->size : 1;
    if (out && room < *size)
        return RM_E_INSUFFICIENT_BUFFER;
    if (out)
        memcpy(out, list->size ? list->list : "", *size);
    return RM_OK;
}

int32_t scardssp_list_readers(char *names, size_t *size) {
    if (!size)
        return E_POINTER;
    const size_t room = names ? *size : 0;
    *size = 0;
    struct rm_context *context = NULL;
    rm_status status = context_open(&context);
    if (status != RM_OK)
        return result_from(status);
    struct names list = {0};
    status = rm_list_readers(context, &list);
    rm_context_close(context);
    if (status == RM_OK)
        status = hand_names(&list, names, room, size);
    names_clear(&list);
    return result_from(status);
}

static void hand_state(const struct rm_reader_state *state, struct scardssp_reader_state *out) {
    memset(out, 0, sizeof *out);
    out->state = state->event & ~(uint32_t)RM_STATE_CHANGED;
    out->atr_size = (uint32_t)state->atr_size;
    memcpy(out->atr, state->atr, state->atr_size);
}

int32_t scardssp_get_reader_state(const char *reader, struct scardssp_reader_state *out,
                                  uint32_t timeout_ms) {
    if (!out)
        return E_POINTER;
    if (!reader || !*reader)
        return E_INVALIDARG;
    struct rm_context *context = NULL;
    rm_status status = context_open(&context);
    if (status != RM_OK)
        return result_from(status);
    /* Not waiting means telling what is: a state the reader cannot have makes the port answer at once. */
    struct rm_reader_state state = {.reader = reader, .current = timeout_ms ? out->state : RM_STATE_UNAWARE};
    status = rm_wait(context, &state, 1, RM_WITHIN(timeout_ms));
    rm_context_close(context);
    if (status != RM_OK && status != RM_E_TIMEOUT)
        return result_from(status);
    hand_state(&state, out);
    return status == RM_E_TIMEOUT && timeout_ms == 0 ? S_OK : result_from(status);
}

/* *states: one for each name on the list, in new memory; their names are the list's. */
static rm_status look_into(struct rm_context *context, const struct names *list,
                           struct rm_reader_state **states) {
    const size_t count = names_count(list);
    const char *name = NULL;
    *states = calloc(count + 1, sizeof **states);
    if (!*states)
        return RM_E_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        (*states)[i] = (struct rm_reader_state){.reader = name = names_next(list, name)};
    const rm_status status = count ? rm_wait(context, *states, count, RM_WITHIN(0)) : RM_OK;
    return status == RM_E_TIMEOUT ? RM_OK : status;
}

/* The list of a moment ago is worth nothing where a reader has gone since. */
static rm_status list_and_look(struct rm_context *context, struct names *list,
                               struct rm_reader_state **states) {
    rm_status status = RM_E_UNKNOWN_READER;
    for (int tries = 0; tries < LOOK_TRIES && status == RM_E_UNKNOWN_READER; tries++) {
        free(*states);
        *states = NULL;
        names_clear(list);
        status = rm_list_readers(context, list);
        if (status == RM_OK)
            status = look_into(context, list, states);
    }
    return status;
}

int32_t scardssp_each_reader(scardssp_reader_visitor visit, void *user) {
    struct rm_context *context = NULL;
    struct rm_reader_state *states = NULL;
    struct names list = {0};
    if (!visit)
        return E_POINTER;
    rm_status status = context_open(&context);
    if (status == RM_OK)
        status = list_and_look(context, &list, &states);
    rm_context_close(context);
    bool more = status == RM_OK;
    for (const struct rm_reader_state *state = states; more && state->reader; state++) {
        struct scardssp_reader_state told;
        hand_state(state, &told);
        more = visit(user, state->reader, &told) != 0;
    }
    free(states);
    names_clear(&list);
    return result_from(status);
}

const char *scardssp_status_name(int32_t status) {
    return hresult_name(status);
}

const char *scardssp_status_advice(int32_t status) {
    return hresult_advice(status);
}
