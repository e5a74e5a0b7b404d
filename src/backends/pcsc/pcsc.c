/* The backend for the system's PC/SC service: its creator and the table of its calls. */
#include "backends/system.h"

#include <stdlib.h>

#include "backends/pcsc/api.h"
#include "backends/pcsc/attach.h"
#include "backends/pcsc/attempt.h"
#include "backends/pcsc/card.h"
#include "backends/pcsc/context.h"
#include "backends/pcsc/find.h"
#include "backends/pcsc/fork.h"
#include "backends/pcsc/handout.h"
#include "backends/pcsc/hold.h"
#include "backends/pcsc/links.h"
#include "backends/pcsc/ops.h"
#include "backends/pcsc/readers.h"
#include "backends/pcsc/wait.h"
#include "base/container.h"
#include "pcsclite/map.h"

static void service_release(struct rm_service *base) {
    struct pcsc_service *service = CONTAINER_OF(base, struct pcsc_service, base);
    pcsc_service_check_fork(service);
    pcsc_attempt_forget(&service->attempts);
    pcsc_watch_destroy(&service->watch);
    free(service);
}

const struct rm_ops pcsc_ops = {
    .service_release = service_release,
    .context_open = pcsc_context_open,
    .context_close = pcsc_context_close,
    .context_handle = pcsc_context_handle,
    .cancel = pcsc_context_cancel,
    .list_readers = pcsc_context_list_readers,
    .list_groups = pcsc_context_list_groups,
    .wait = pcsc_context_wait,
    .connect = pcsc_attach_connect,
    .adopt = pcsc_attach_adopt,
    .card_handle = pcsc_card_handle,
    .reader_name = pcsc_card_reader_name,
    .reconnect = pcsc_attach_reconnect,
    .disconnect = pcsc_card_disconnect,
    .abandon = pcsc_card_abandon,
    .hand_out = pcsc_hand_out,
    .take_back = pcsc_take_back,
    .begin = pcsc_card_begin,
    .end = pcsc_card_end_transaction,
    .status = pcsc_card_status,
    .transmit = pcsc_card_transmit,
    .control = pcsc_card_control,
    .get_attrib = pcsc_card_get_attrib,
    .set_attrib = pcsc_card_set_attrib,
};

rm_status pcsc_service_create_with(const struct pcsc_api *api, struct rm_service **out) {
    struct pcsc_service *service = calloc(1, sizeof *service);
    *out = NULL;
    if (!service)
        return RM_E_NO_MEMORY;
    pcsc_fork_watch();
    service->base = (struct rm_service){.ops = &pcsc_ops, .name = "pcsc", .receive_max = PCSC_RECEIVE_MAX};
    service->api = api;
    service->forks = pcsc_fork_count();
    pcsc_watch_init(&service->watch);
    *out = &service->base;
    return RM_OK;
}

rm_status system_service_create(struct rm_service **out) {
    const struct pcsc_api *api = pcsc_api_load();
    *out = NULL;
    return api ? pcsc_service_create_with(api, out) : RM_E_NO_SERVICE;
}
