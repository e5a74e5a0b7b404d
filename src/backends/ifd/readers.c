/* A reader with several slots is several readers of the service. */
#include "backends/ifd/readers.h"

#include <stdio.h>

#include "backends/ifd/ports.h"

#define NUMBERS 256u

static void name_slot(char full[SLOTS_READER_NAME_MAX + 1], const char *name, unsigned number,
                      unsigned slot) {
    (void)snprintf(full, SLOTS_READER_NAME_MAX + 1, "%.100s %02X %02X", name, number, slot);
}

static unsigned free_number(struct slots_service *service, const char *name) {
    char full[SLOTS_READER_NAME_MAX + 1];
    for (unsigned number = 0; number < NUMBERS; ++number) {
        name_slot(full, name, number, 0);
        struct slots_reader *reader = slots_service_find(service, full);
        if (!reader)
            return number;
        slots_reader_drop(reader);
    }
    return NUMBERS;
}

rm_status ifd_readers_plug(struct slots_service *service, const char *name,
                           const struct ifd_reader_spec *spec, struct ifd_channel **out, char *message,
                           size_t message_size) {
    const unsigned number = free_number(service, name);
    rm_status status = ifd_channel_open(spec, out, message, message_size);
    if (status != RM_OK)
        return status;
    for (unsigned slot = 0; slot < (*out)->slots && status == RM_OK; ++slot) {
        char full[SLOTS_READER_NAME_MAX + 1];
        name_slot(full, name, number, slot);
        status = ifd_port_plug(service, full, *out, slot);
    }
    if (status != RM_OK)
        ifd_readers_unplug(service, *out);
    return status;
}

void ifd_readers_unplug(struct slots_service *service, struct ifd_channel *channel) {
    for (unsigned slot = 0; slot < channel->slots; ++slot)
        ifd_port_unplug(service, channel, slot);
    ifd_channel_drop(channel);
}
