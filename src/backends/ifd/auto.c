/* The configuration's readers first, in its order; then those of USB. */
#include "backends/ifd/auto.h"

#include <stdio.h>

#include "backends/ifd/readerconf.h"
#include "backends/ifd/readers.h"

/* Plugs in what the configuration says; why: the first reason why not. */
static void plug_configured(struct slots_service *service, const char *path, char *why, size_t size) {
    struct ifd_conf conf = {.entries = NULL};
    (void)ifd_conf_read(&conf, path); /* none is no fault */
    for (size_t i = 0; i < conf.count; ++i) {
        const struct ifd_reader_spec spec = ifd_conf_spec(&conf.entries[i]);
        struct ifd_channel *channel = NULL;
        const bool first = !*why;
        if (ifd_readers_plug(service, conf.entries[i].name, &spec, &channel, first ? why : NULL,
                             first ? size : 0) == RM_OK)
            ifd_channel_drop(channel);
    }
    ifd_conf_clear(&conf);
}

static bool has_readers(struct slots_service *service) {
    (void)lock_take(&service->mutex);
    const bool has = service->readers != NULL;
    lock_give(&service->mutex);
    return has;
}

rm_status ifd_auto_start(struct slots_service *service, const struct ifd_places *places,
                         struct ifd_hotplug **out, char *message, size_t message_size) {
    char why[400] = "";
    plug_configured(service, places->configuration, why, sizeof why);
    const rm_status status = ifd_hotplug_start(service, places, out, why, sizeof why);
    if (status != RM_OK || !*why || has_readers(service))
        return status;
    ifd_hotplug_stop(*out);
    *out = NULL;
    if (message && message_size)
        (void)snprintf(message, message_size, "%s", why);
    return RM_E_READER_UNAVAILABLE;
}
