/* scardssp_rm.h: the resource manager as programs (the tool above all) see it. */
#include "scardssp_rm.h"

#include <string.h>

#include "client/roster.h"
#include "com/hresult.h"
#include "module/api/readerstate.h"
#include "module/manager.h"

#define DIRECT_MS 500 /* for others who keep a reader that is asked for an attribute */

/* A context for one question, which may have to wait for it. */
static rm_status context_open(struct rm_bound *bound, struct rm_context **out) {
    struct rm_service *service = NULL;
    rm_status status = manager_service(&service);
    if (status == RM_OK)
        status = rm_context_open(service, bound, out);
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

int32_t scardssp_trace_record(const char *path) {
    const rm_status status = manager_trace_record(path);
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
    rm_status status = context_open(RM_WITHIN(RM_INFINITE), &context);
    if (status != RM_OK)
        return result_from(status);
    struct names list = {0};
    status = rm_list_readers(context, RM_WITHIN(RM_INFINITE), &list);
    rm_context_close(context);
    if (status == RM_OK)
        status = hand_names(&list, names, room, size);
    names_clear(&list);
    return result_from(status);
}

int32_t scardssp_get_reader_state(const char *reader, struct scardssp_reader_state *out,
                                  uint32_t timeout_ms) {
    if (!out)
        return E_POINTER;
    if (!reader || !*reader)
        return E_INVALIDARG;
    struct rm_context *context = NULL;
    struct rm_bound bound = {.timeout_ms = timeout_ms};
    rm_status status = context_open(timeout_ms ? &bound : RM_WITHIN(RM_INFINITE), &context);
    if (status != RM_OK)
        return result_from(status);
    /* Not waiting means telling what is: a state the reader cannot have makes the port answer at once. */
    struct rm_reader_state state = {.reader = reader, .current = timeout_ms ? out->state : RM_STATE_UNAWARE};
    status = rm_wait(context, &state, 1, &bound);
    rm_context_close(context);
    if (status != RM_OK && status != RM_E_TIMEOUT)
        return result_from(status);
    readerstate_hand(&state, out);
    return status == RM_E_TIMEOUT && timeout_ms == 0 ? S_OK : result_from(status);
}

int32_t scardssp_each_reader(scardssp_reader_visitor visit, void *user) {
    struct rm_context *context = NULL;
    struct roster roster = {.count = 0};
    if (!visit)
        return E_POINTER;
    rm_status status = context_open(RM_WITHIN(RM_INFINITE), &context);
    if (status == RM_OK)
        status = roster_take(&roster, context);
    rm_context_close(context);
    bool more = true;
    for (size_t i = 0; more && i < roster.count; i++) {
        struct scardssp_reader_state told;
        readerstate_hand(&roster.states[i], &told);
        more = visit(user, roster.states[i].reader, &told) != 0;
    }
    roster_clear(&roster);
    return result_from(status);
}

int32_t scardssp_get_reader_attribute(const char *reader, uint32_t id, uint8_t *value, size_t *size) {
    struct rm_context *context = NULL;
    struct rm_card *connection = NULL;
    if (!value || !size)
        return E_POINTER;
    const size_t room = *size;
    *size = 0;
    if (!reader || !*reader)
        return E_INVALIDARG;
    size_t got = room;
    rm_status status = context_open(RM_WITHIN(RM_INFINITE), &context);
    if (status == RM_OK)
        status = rm_connect(context, reader, RM_SHARE_DIRECT, 0, RM_WITHIN(DIRECT_MS), &connection);
    if (status == RM_OK) {
        status = rm_get_attrib(connection, id, value, &got, RM_WITHIN(DIRECT_MS));
        (void)rm_disconnect(connection, RM_LEAVE, RM_WITHIN(DIRECT_MS));
    }
    rm_context_close(context);
    if (status == RM_OK)
        *size = got;
    return result_from(status);
}

const char *scardssp_status_name(int32_t status) {
    return hresult_name(status);
}

const char *scardssp_status_advice(int32_t status) {
    return hresult_advice(status);
}
