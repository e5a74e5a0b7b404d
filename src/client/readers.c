/* Lists that a resource manager gives, in memory of their own. */
#include "client/readers.h"

#include <stdlib.h>
#include <string.h>

#include "rm/mstring.h"
#include "rm/names.h"

#define TRIES 10

typedef rm_status (*list_call)(struct rm_context *context, char *names, size_t *size);

/* Fetches a list; it may grow between asking for its size and fetching it. */
static rm_status fetch(struct rm_context *context, list_call call, char **out, size_t *size_out) {
    rm_status status = RM_E_INSUFFICIENT_BUFFER;
    for (int tries = 0; status == RM_E_INSUFFICIENT_BUFFER && tries < TRIES; ++tries) {
        size_t size = 0;
        status = call(context, NULL, &size);
        char *const names = status == RM_OK ? malloc(size + 1) : NULL;
        if (status == RM_OK && !names)
            return RM_E_NO_MEMORY;
        if (status == RM_OK)
            status = call(context, names, &size);
        if (status == RM_OK) {
            *out = names;
            *size_out = size;
        } else {
            free(names);
        }
    }
    return status;
}

static rm_status list(struct rm_context *context, list_call call, struct names *out) {
    char *names = NULL;
    size_t size = 0;
    rm_status status = fetch(context, call, &names, &size);
    if (status == RM_E_NO_READERS_AVAILABLE)
        return RM_OK;
    const char *name = NULL;
    while (status == RM_OK && (name = mstring_next(names, size, name)) != NULL)
        if (!names_add(out, name, strlen(name)))
            status = RM_E_NO_MEMORY;
    free(names);
    return status;
}

rm_status readers_list(struct rm_context *context, struct names *out) {
    return list(context, rm_list_readers, out);
}

rm_status readers_groups(struct rm_context *context, struct names *out) {
    return list(context, rm_list_groups, out);
}
