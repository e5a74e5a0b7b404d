/* What the readers' states say beside who is connected to the service: see usage.h. */
#include "doctor/usage.h"

#include <string.h>

#include "doctor/clients.h"
#include "doctor/elsewhere.h"
#include "scardssp.h"
#include "scardssp_rm.h"

static void note_backend(void *user, const struct scardssp_backend *backend) {
    struct usage *usage = user;
    if (strcmp(backend->name, "system") == 0)
        usage->service = true;
    else if (!elsewhere_is_backend(backend->name))
        usage->own = true;
}

void usage_find(struct usage *out) {
    *out = (struct usage){0};
    (void)scardssp_used_backends(note_backend, out);
    if (out->service)
        out->told = clients_find(&out->clients);
}

void usage_free(struct usage *usage) {
    holder_list_free(&usage->clients);
}

bool usage_is_used(uint32_t state) {
    return (state & (READER_INUSE | READER_EXCLUSIVE)) != 0;
}

bool usage_is_certain(const struct usage *usage) {
    return usage->told && !usage->own && usage->clients.count == 1 && usage->clients.unseen == 0;
}
