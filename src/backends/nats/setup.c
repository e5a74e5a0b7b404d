/* What a service of readers elsewhere starts with: see setup.h. */
#include "backends/nats/setup.h"

#include <stdio.h>

#include "backends/nats/service.h"
#include "remote/settings.h"
#include "remote/transport.h"

static rm_status create(const char *spec, bool secure, struct rm_service **out, char *message,
                        size_t message_size) {
    const char *cause = NULL, *remedy = NULL;
    struct settings settings;
    if (!transport_is_available(&cause, &remedy)) {
        (void)snprintf(message, message ? message_size : 0, "%s", cause);
        return RM_E_NO_SERVICE;
    }
    rm_status status = settings_read(spec, secure, &settings, message, message_size);
    if (status != RM_OK)
        return status;
    status = settings_judge(&settings, message, message_size);
    if (status == RM_OK)
        status = nats_service_make(&settings, out);
    if (status != RM_OK)
        settings_clear(&settings);
    return status;
}

rm_status nats_service_create(const char *spec, struct rm_service **out, char *message, size_t message_size) {
    return create(spec, false, out, message, message_size);
}

rm_status tls_service_create(const char *spec, struct rm_service **out, char *message, size_t message_size) {
    return create(spec, true, out, message, message_size);
}

void nats_service_explain(bool made, rm_status status, const char **cause, const char **remedy) {
    if (!transport_is_available(cause, remedy))
        return;
    if (made && status == RM_E_NO_SERVICE) {
        *cause = "no NATS server can be reached at this address";
        *remedy = "start nats-server there, or correct the address: nats://HOST:PORT";
    } else if (made && status == RM_W_SECURITY_VIOLATION) {
        *cause = "the NATS server does not know us, or its certificate is not one we trust";
        *remedy = "see SCARDSSP_NATS_CREDS, _USER, _NKEY, _CERT and _CA in docs/remote.md";
    }
}
