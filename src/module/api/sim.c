/* scardssp_sim.h: the simulator of this process for programs that test with it, and the server for vpcd. */
#include "scardssp_sim.h"

#include <stdio.h>

#include "backends/sim/sim.h"
#include "backends/system.h"
#include "backends/vpcd/serve.h"
#include "com/hresult.h"
#include "module/manager.h"

#define RETURN_MS 30000u /* a restart of the service takes a second, an update of its package some more */

static int32_t result_from(rm_status status) {
    return hresult_of_argument(status, RM_E_INVALID_PARAMETER);
}

/* The simulator, or why there is none. */
static int32_t simulator(struct rm_service **out, char *message, size_t message_size) {
    if (message && message_size)
        *message = '\0';
    rm_status status = manager_simulator(out);
    if (status == RM_E_UNEXPECTED) {
        if (message && message_size)
            (void)snprintf(message, message_size,
                           "the resource manager of this process is not the simulator; choose \"sim\" first");
        return E_UNEXPECTED;
    }
    return result_from(status);
}

const char *scardssp_sim_image(uint32_t place, const char **summary) {
    return sim_image_name(place, summary);
}

int32_t scardssp_sim_plug(const char *reader, const char *image, uint32_t flags, char *message,
                          size_t message_size) {
    struct rm_service *service = NULL;
    int32_t hr = simulator(&service, message, message_size);
    return FAILED(hr) ? hr : result_from(sim_plug(service, reader, image, flags, message, message_size));
}

int32_t scardssp_sim_unplug(const char *reader) {
    struct rm_service *service = NULL;
    int32_t hr = simulator(&service, NULL, 0);
    return FAILED(hr) ? hr : result_from(sim_unplug(service, reader));
}

int32_t scardssp_sim_insert(const char *reader, const char *image, char *message, size_t message_size) {
    struct rm_service *service = NULL;
    int32_t hr = simulator(&service, message, message_size);
    return FAILED(hr) ? hr : result_from(sim_insert(service, reader, image, message, message_size));
}

int32_t scardssp_sim_remove(const char *reader) {
    struct rm_service *service = NULL;
    int32_t hr = simulator(&service, NULL, 0);
    return FAILED(hr) ? hr : result_from(sim_remove(service, reader));
}

int32_t scardssp_sim_put_back(const char *reader) {
    struct rm_service *service = NULL;
    int32_t hr = simulator(&service, NULL, 0);
    return FAILED(hr) ? hr : result_from(sim_put_back(service, reader));
}

int32_t scardssp_sim_fault(const char *reader, uint32_t fault, uint32_t value) {
    struct rm_service *service = NULL;
    int32_t hr = simulator(&service, NULL, 0);
    return FAILED(hr) ? hr : result_from(sim_fault(service, reader, fault, value));
}

void scardssp_sim_clear(void) {
    struct rm_service *service = NULL;
    if (SUCCEEDED(simulator(&service, NULL, 0)))
        sim_clear(service);
}

int32_t scardssp_sim_serve(const struct scardssp_sim_serve_options *options, int stop_fd, char *message,
                           size_t message_size) {
    if (message && message_size)
        *message = '\0';
    if (!options)
        return E_INVALIDARG;
    const struct vpcd_serve serve = {
        .host = options->host,
        .port = options->port,
        .image = options->image,
        .protocol = options->protocol,
        .wait_ms = options->wait_ms,
        .service = system_service_create,
        .return_ms = RETURN_MS,
        .connected = options->connected,
        .user = options->user,
    };
    return result_from(vpcd_serve(&serve, stop_fd, message, message_size));
}
