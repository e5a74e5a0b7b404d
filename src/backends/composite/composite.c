/* Several backends as one: its creator, what is told of its members, and the table of its calls. */
#include "backends/composite/composite.h"

#include <stdlib.h>

#include "backends/composite/connect.h"
#include "backends/composite/context.h"
#include "backends/composite/lists.h"
#include "backends/composite/ops.h"
#include "backends/composite/renamed.h"
#include "backends/composite/service.h"
#include "backends/composite/wait.h"
#include "slots/slot.h"

struct rm_service *composite_create(void) {
    struct composite *composite = calloc(1, sizeof *composite);
    if (!composite)
        return NULL;
    composite->base =
        (struct rm_service){.ops = &composite_ops, .name = "composite", .receive_max = SLOT_ANSWER_MAX};
    return &composite->base;
}

rm_status composite_add(struct rm_service *base, const char *spec, composite_maker make,
                        struct rm_service **made) {
    struct composite *composite = composite_of(base);
    struct rm_service *service = NULL;
    struct composite_member **grown =
        realloc(composite->members, (composite->count + 1) * sizeof *composite->members);
    if (!grown)
        return RM_E_NO_MEMORY;
    composite->members = grown;
    struct composite_member *member = composite_member_new(spec, make, &composite->events);
    if (!member)
        return RM_E_NO_MEMORY;
    composite->members[composite->count++] = member;
    if (composite_member_service(member, &service) == RM_OK &&
        service->receive_max < composite->base.receive_max)
        composite->base.receive_max = service->receive_max;
    if (made)
        *made = service;
    return RM_OK;
}

bool composite_report(struct rm_service *base, size_t place, struct composite_report *out) {
    const struct composite *composite = composite_of(base);
    if (place >= composite->count)
        return false;
    composite_member_report(composite->members[place], out);
    return true;
}

static void service_release(struct rm_service *base) {
    struct composite *composite = composite_of(base);
    for (size_t place = 0; place < composite->count; place++)
        composite_member_free(composite->members[place]);
    readernames_clear(&composite->names);
    free(composite->members);
    free(composite);
}

const struct rm_ops composite_ops = {
    .service_release = service_release,
    .context_open = composite_context_open,
    .context_close = composite_context_close,
    .context_handle = composite_context_handle,
    .cancel = composite_context_cancel,
    .list_readers = composite_list_readers,
    .list_groups = composite_list_groups,
    .wait = composite_wait,
    .connect = composite_connect,
    .adopt = composite_adopt,
    .card_handle = renamed_card_handle,
    .reader_name = renamed_reader_name,
    .reconnect = renamed_reconnect,
    .disconnect = renamed_disconnect,
    .abandon = renamed_abandon,
    .hand_out = renamed_hand_out,
    .take_back = composite_take_back,
    .begin = renamed_begin,
    .end = renamed_end,
    .status = renamed_status,
    .transmit = renamed_transmit,
    .control = renamed_control,
    .get_attrib = renamed_get_attrib,
    .set_attrib = renamed_set_attrib,
};
