/* scardssp_rm.h: which backends there are, and what has become of those in use. */
#include "module/backends.h"
#include "com/hresult.h"
#include "module/manager.h"
#include "scardssp_rm.h"

/* Hands one over, in the words of the public header. */
static void tell(const struct backend_state *state, scardssp_backend_visitor visitor, void *user) {
    const bool works = state->status == RM_OK;
    const struct scardssp_backend backend = {
        .name = state->name,
        .summary = state->summary,
        .argument = state->argument,
        .status = hresult_of_argument(state->status, RM_E_INVALID_PARAMETER),
        .cause = works || !state->cause[0] ? NULL : state->cause,
        .remedy = works ? NULL : state->remedy,
    };
    visitor(user, &backend);
}

int32_t scardssp_list_backends(scardssp_backend_visitor visitor, void *user) {
    struct backend_state state;
    if (!visitor)
        return E_POINTER;
    for (size_t place = 0; backends_try(place, &state); place++)
        tell(&state, visitor, user);
    return S_OK;
}

/* One alone keeps nothing of its failures: where nobody has asked before, it is asked. */
static rm_status ask(struct rm_service *service) {
    struct rm_context *context = NULL;
    rm_status status = RM_OK;
    if (manager_noted(&status))
        return status;
    status = rm_context_open(service, RM_WITHIN(RM_INFINITE), &context);
    if (status == RM_OK)
        rm_context_close(context);
    return status;
}

int32_t scardssp_used_backends(scardssp_backend_visitor visitor, void *user) {
    const char *spec = NULL;
    struct rm_service *service = NULL, *several = NULL;
    struct backend_state state;
    if (!visitor)
        return E_POINTER;
    const rm_status status = manager_used(&spec, &service, &several);
    if (status != RM_OK)
        return hresult_of_argument(status, RM_E_INVALID_PARAMETER);
    if (!several) {
        backends_alone(spec, ask(service), &state);
        tell(&state, visitor, user);
    }
    for (size_t place = 0; several && backends_member(several, place, &state); place++)
        tell(&state, visitor, user);
    return S_OK;
}
