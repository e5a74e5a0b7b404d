/* Lists of several members as one: see lists.h. */
#include "backends/composite/lists.h"

#include <string.h>

typedef rm_status (*lister)(struct rm_context *inner, struct rm_bound *bound, struct names *out);

/* A list of one member; a context that turns out lost is replaced once. */
static rm_status ask(struct composite_context *context, size_t place, lister list, struct rm_bound *bound,
                     struct names *out) {
    for (bool again = false;; again = true) {
        struct rm_context *inner = NULL;
        bool fresh = false;
        rm_status status = composite_context_with(context, place, bound, &inner, &fresh);
        if (status != RM_OK)
            return status;
        status = list(inner, bound, out);
        if (!composite_context_judge(context, place, inner, status) || fresh || again)
            return status;
    }
}

rm_status composite_list_of(struct composite_context *context, size_t place, struct rm_bound *bound,
                            struct names *out) {
    return ask(context, place, rm_list_readers, bound, out);
}

/* Appends a member's readers by the names they have here. */
static rm_status enter_readers(struct composite_context *context, size_t place, const struct names *from,
                               struct names *out) {
    const char *inner = NULL;
    while ((inner = names_next(from, inner)) != NULL) {
        const struct readername *name = readernames_enter(&context->composite->names, place, inner);
        if (!name || !names_add(out, name->outer, strlen(name->outer)))
            return RM_E_NO_MEMORY;
    }
    return RM_OK;
}

static rm_status enter_groups(struct composite_context *context, size_t place, const struct names *from,
                              struct names *out) {
    const char *group = NULL;
    (void)context, (void)place;
    while ((group = names_next(from, group)) != NULL)
        if (!names_has(out, group) && !names_add(out, group, strlen(group)))
            return RM_E_NO_MEMORY;
    return RM_OK;
}

/* The lists of all members, each of which `enter` appends to the whole. */
static rm_status join(struct composite_context *context, lister list,
                      rm_status (*enter)(struct composite_context *context, size_t place,
                                         const struct names *from, struct names *out),
                      struct rm_bound *bound, struct names *out) {
    rm_status first = RM_OK, status = RM_OK;
    size_t failed = 0;
    for (size_t place = 0; place < context->composite->count && status == RM_OK; place++) {
        struct names own = {0};
        const rm_status answer = ask(context, place, list, bound, &own);
        if (answer == RM_OK)
            status = enter(context, place, &own, out);
        else if (failed++ == 0)
            first = answer;
        names_clear(&own);
    }
    return status == RM_OK && failed == context->composite->count ? first : status;
}

static rm_status list_within(struct composite_context *context, struct rm_bound *bound, struct names *out) {
    const size_t before = out->size;
    const rm_status status = join(context, rm_list_readers, enter_readers, bound, out);
    if (status != RM_OK)
        names_cut(out, before);
    return status;
}

rm_status composite_list_readers(struct rm_context *base, struct rm_bound *bound, struct names *out) {
    return list_within(composite_context_of(base), bound, out);
}

rm_status composite_list_groups(struct rm_context *base, struct rm_bound *bound, struct names *out) {
    struct names all = {0}; /* what is in *out already is another list */
    rm_status status = join(composite_context_of(base), rm_list_groups, enter_groups, bound, &all);
    if (status == RM_OK && all.size && !names_add_all(out, all.list, all.size))
        status = RM_E_NO_MEMORY;
    names_clear(&all);
    return status;
}

rm_status composite_find(struct composite_context *context, const char *reader, struct rm_bound *bound,
                         const struct readername **out) {
    struct readernames *names = &context->composite->names;
    rm_status status = RM_OK;
    *out = readernames_find(names, reader);
    if (*out)
        return RM_OK;
    struct names all = {0};
    status = list_within(context, bound, &all);
    names_clear(&all);
    if (status != RM_OK)
        return status;
    *out = readernames_find(names, reader);
    return *out ? RM_OK : RM_E_UNKNOWN_READER;
}
