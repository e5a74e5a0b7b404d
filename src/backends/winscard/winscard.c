/* The backend for Windows' smart card service: its creator and the table of its calls. */
#include "backends/system.h"

#include <stdlib.h>

#include "backends/winscard/adopt.h"
#include "backends/winscard/api.h"
#include "backends/winscard/attach.h"
#include "backends/winscard/card.h"
#include "backends/winscard/context.h"
#include "backends/winscard/hold.h"
#include "backends/winscard/question.h"
#include "backends/winscard/wait.h"
#include "backends/winscard/worker.h"
#include "base/container.h"
#include "base/windows/ending.h"

static void service_release(struct rm_service *base) {
    free(CONTAINER_OF(base, struct winscard_service, base));
}

static void take_back(struct rm_service *base, uint64_t context) {
    const struct winscard_service *service = CONTAINER_OF_CONST(base, struct winscard_service, base);
    if (!ending_has_begun())
        (void)service->api->release_context((SCARDCONTEXT)context);
}

const struct rm_ops winscard_ops = {
    .service_release = service_release,
    .context_open = winscard_context_open,
    .context_close = winscard_context_close,
    .context_handle = winscard_context_handle,
    .cancel = winscard_context_cancel,
    .list_readers = winscard_context_list_readers,
    .list_groups = winscard_context_list_groups,
    .wait = winscard_wait,
    .connect = winscard_attach_connect,
    .adopt = winscard_adopt,
    .card_handle = winscard_card_handle,
    .reader_name = winscard_card_reader_name,
    .reconnect = winscard_attach_reconnect,
    .disconnect = winscard_card_disconnect,
    .abandon = winscard_card_abandon,
    .hand_out = winscard_card_hand_out,
    .take_back = take_back,
    .begin = winscard_card_begin,
    .end = winscard_card_end,
    .status = winscard_card_status,
    .transmit = winscard_card_transmit,
    .control = winscard_card_control,
    .get_attrib = winscard_card_get_attrib,
    .set_attrib = winscard_card_set_attrib,
};

rm_status winscard_service_create_with(const struct winscard_api *api, struct rm_service **out) {
    struct winscard_service *service = calloc(1, sizeof *service);
    *out = NULL;
    if (!service)
        return RM_E_NO_MEMORY;
    service->base =
        (struct rm_service){.ops = &winscard_ops, .name = "winscard", .receive_max = WINSCARD_BUFFER_MAX};
    service->api = api;
    *out = &service->base;
    return RM_OK;
}

rm_status system_service_create(struct rm_service **out) {
    const struct winscard_api *api = winscard_api_load();
    *out = NULL;
    return api ? winscard_service_create_with(api, out) : RM_E_NO_SERVICE;
}
