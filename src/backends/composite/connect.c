/*
 * Connecting, and taking connections over: see connect.h. What is handed to the caller is the member's own
 * connection wherever that can be.
 */
#include "backends/composite/connect.h"

#include "backends/composite/context.h"
#include "backends/composite/lists.h"
#include "backends/composite/renamed.h"

/* What of this member a card has to be wrapped for: nothing, or what it takes in one answer. */
static size_t receive_max_of(const struct composite *composite, size_t place) {
    const struct composite_member *member = composite->members[place];
    const size_t most = member->service->receive_max; /* it is there: there is a context with it */
    return most < composite->base.receive_max ? most : composite->base.receive_max;
}

/* The card as the caller gets it; NULL: out of memory. */
static struct rm_card *dress(struct composite_context *context, size_t place, const struct readername *name,
                             struct rm_card *card) {
    const size_t most = receive_max_of(context->composite, place);
    if (!(name && name->is_other) && most == context->composite->base.receive_max)
        return card;
    return renamed_wrap(&context->cards, card, name ? name->outer : rm_reader_name(card), most);
}

/* The context goes by the number of the one that has the card. */
static void show(struct composite_context *context, size_t place) {
    lock_take(&context->lock);
    context->shown = place;
    lock_give(&context->lock);
}

rm_status composite_connect(struct rm_context *base, const char *reader, uint32_t share, uint32_t protocols,
                            struct rm_bound *bound, struct rm_card **out) {
    struct composite_context *context = composite_context_of(base);
    const struct readername *name = NULL;
    struct rm_context *inner = NULL;
    struct rm_card *card = NULL;
    rm_status status = composite_find(context, reader, bound, &name);
    if (status == RM_OK)
        status = composite_context_with(context, name->place, bound, &inner, NULL);
    if (status != RM_OK)
        return status;
    status = rm_connect(inner, name->inner, share, protocols, bound, &card);
    (void)composite_context_judge(context, name->place, inner, status);
    if (status != RM_OK)
        return status;
    struct rm_card *dressed = dress(context, name->place, name, card);
    if (!dressed) {
        (void)rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
        return RM_E_NO_MEMORY;
    }
    show(context, name->place);
    *out = dressed;
    return RM_OK;
}

/* Takes the connection over from the member at `place`, if it is one of that. */
static rm_status adopt_from(struct composite_context *context, size_t place, uint64_t handle,
                            struct rm_bound *bound, struct rm_card **out) {
    struct rm_context *inner = NULL;
    struct rm_card *card = NULL;
    if (composite_context_with(context, place, bound, &inner, NULL) != RM_OK)
        return RM_E_INVALID_HANDLE; /* who has no service has no connection */
    const rm_status status = rm_adopt(inner, handle, bound, &card);
    if (status != RM_OK)
        return status == RM_E_NO_SERVICE || status == RM_E_SERVICE_STOPPED ? RM_E_INVALID_HANDLE : status;
    const char *reader = rm_reader_name(card);
    const struct readername *name =
        *reader ? readernames_enter(&context->composite->names, place, reader) : NULL;
    struct rm_card *dressed = *reader && !name ? NULL : dress(context, place, name, card);
    if (!dressed) {
        rm_abandon(card);
        return RM_E_NO_MEMORY;
    }
    show(context, place);
    *out = dressed;
    return RM_OK;
}

/* Each member counts its connections by itself: the first that knows the number has it. */
rm_status composite_adopt(struct rm_context *base, uint64_t handle, struct rm_bound *bound,
                          struct rm_card **out) {
    struct composite_context *context = composite_context_of(base);
    bool supported = false;
    for (size_t place = 0; place < context->composite->count; place++) {
        const rm_status status = adopt_from(context, place, handle, bound, out);
        if (status != RM_E_INVALID_HANDLE && status != RM_E_UNSUPPORTED_FEATURE)
            return status;
        supported |= status == RM_E_INVALID_HANDLE;
    }
    return supported ? RM_E_INVALID_HANDLE : RM_E_UNSUPPORTED_FEATURE;
}

/* Whoever has handed it out knows the number; to the others it is none. */
void composite_take_back(struct rm_service *base, uint64_t handle) {
    const struct composite *composite = composite_of(base);
    for (size_t place = 0; place < composite->count; place++) {
        struct rm_service *service = NULL;
        if (composite_member_service(composite->members[place], &service) == RM_OK)
            rm_take_back(service, handle);
    }
}
