/* A link that has a command's data watched: see watching_link.h. */
#include "support/fakes/watching_link.h"

#include "base/container.h"
#include "support/fakes/allocator.h"

static HRESULT watching_send(struct service_link *link, const struct apdu *command,
                             struct service_answer *answer) {
    struct watching_link *watching = CONTAINER_OF(link, struct watching_link, link);
    watching->sent = command->nc;
    allocator_watch(command->data, command->nc);
    *answer = (struct service_answer){.sw = watching->sw};
    return watching->outcome;
}

void watching_link_init(struct watching_link *watching) {
    static const struct service_link_ops ops = {.send = watching_send};
    *watching = (struct watching_link){.link = {.ops = &ops, .command_max = 255, .answer_max = 256}};
}
