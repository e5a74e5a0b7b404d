/* A driver in the process, and cards for its virtual readers. */
#include "support/services/ifd_rig.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "backends/ifd/port.h"
#include "backends/ifd/readers.h"
#include "backends/ifd/setup.h"
#include "base/clock.h"

#define NAME "ifdvpcd"
#define PATIENCE_MS 10000u
#define OPENINGS 5
#define INSERTIONS 5

static const char *const names[IFD_RIG_SLOTS] = {NAME " 00 00", NAME " 00 01"};

bool ifd_rig_open(struct ifd_rig *rig, char *why, size_t why_size) {
    char spec[256];
    const char *driver = vpcd_driver();
    memset(rig, 0, sizeof *rig);
    if (!driver) {
        (void)snprintf(why, why_size, "the virtual readers' driver (vsmartcard-vpcd) is not installed");
        return false;
    }
    for (int i = 0; i < OPENINGS && !rig->service; ++i) { /* somebody else may take the ports */
        rig->port = vpcd_free_ports();
        (void)snprintf(spec, sizeof spec, "%s:%u", driver, (unsigned)rig->port);
        if (ifd_service_create(spec, &rig->service, why, why_size) != RM_OK)
            rig->service = NULL;
    }
    return rig->service != NULL;
}

void ifd_rig_close(struct ifd_rig *rig) {
    for (unsigned slot = 0; slot < IFD_RIG_SLOTS; ++slot)
        vpcd_slot_pull(&rig->slots[slot]);
    rm_service_release(rig->service);
    rig->service = NULL;
}

const char *ifd_rig_reader(unsigned slot) {
    return names[slot];
}

/* Waits until the reader shows the bit; *seen: all that it shows then. */
static bool await(struct ifd_rig *rig, unsigned slot, uint32_t bit, uint32_t *seen) {
    const uint64_t end = clock_deadline(PATIENCE_MS);
    struct rm_reader_state state = {.reader = names[slot]};
    struct rm_context *context = NULL;
    *seen = 0;
    if (rm_context_open(rig->service, RM_WITHIN(RM_INFINITE), &context) != RM_OK)
        return false;
    while (!(*seen & bit) && clock_left(end)) {
        if (rm_wait(context, &state, 1, RM_WITHIN(clock_left(end))) != RM_OK)
            break;
        *seen = state.event;
        state.current = state.event & ~(uint32_t)RM_STATE_CHANGED;
    }
    rm_context_close(context);
    return *seen & bit;
}

/*
 * A card that is pulled while the reader is starting it leaves a mute one there, and another that is plugged
 * in at once is the same to the driver: once more, then.
 */
bool ifd_rig_insert(struct ifd_rig *rig, unsigned slot, vpcd_serve_card_fn serve, const void *card) {
    const uint16_t port = (uint16_t)(rig->port + slot);
    uint32_t seen = RM_STATE_MUTE;
    for (int i = 0; seen & RM_STATE_MUTE && i < INSERTIONS; ++i)
        if (!ifd_rig_remove(rig, slot) || !vpcd_slot_plug(&rig->slots[slot], port, serve, card) ||
            !await(rig, slot, RM_STATE_PRESENT, &seen))
            return false;
    return !(seen & RM_STATE_MUTE);
}

bool ifd_rig_remove(struct ifd_rig *rig, unsigned slot) {
    uint32_t seen;
    vpcd_slot_pull(&rig->slots[slot]);
    return await(rig, slot, RM_STATE_EMPTY, &seen);
}

bool ifd_rig_unplug(struct ifd_rig *rig) {
    struct slots_service *service = slots_service_of(rig->service);
    struct slots_reader *reader = slots_service_find(service, names[0]);
    if (!reader)
        return false;
    struct ifd_channel *channel = ifd_channel_hold(((struct ifd_port *)reader->owner)->channel);
    slots_reader_drop(reader);
    for (unsigned slot = 0; slot < IFD_RIG_SLOTS; ++slot)
        vpcd_slot_pull(&rig->slots[slot]);
    ifd_readers_unplug(service, channel);
    return true;
}

bool ifd_rig_replug(struct ifd_rig *rig) {
    const struct ifd_reader_spec spec = {.driver = vpcd_driver(), .channel = rig->port};
    struct ifd_channel *channel = NULL;
    char why[300] = "";
    const rm_status status =
        ifd_readers_plug(slots_service_of(rig->service), NAME, &spec, &channel, why, sizeof why);
    if (status == RM_OK)
        ifd_channel_drop(channel);
    else
        (void)fprintf(stderr, "# %s\n", why);
    return status == RM_OK;
}

bool ifd_rig_cut(struct ifd_rig *rig) {
    return ifd_rig_unplug(rig) && ifd_rig_replug(rig);
}
