/* The port over a stage (stage.h) and another port: see faulty.h. */
#include "backends/faults/faulty.h"

#include <stdlib.h>
#include <string.h>

#include "backends/faults/faulty_object.h"
#include "backends/faults/wait.h"
#include "base/clock.h"

static const struct rm_ops faulty_ops;

static struct faulty_card *from_card(struct rm_card *card) {
    return CONTAINER_OF(card, struct faulty_card, base);
}

static struct stage *stage_of(const struct faulty_card *card) {
    return &card->context->service->stage;
}

/* Service and contexts */

static void faulty_service_release(struct rm_service *base) {
    struct faulty *service = from_service(base);
    rm_service_release(service->inner);
    stage_end(&service->stage);
    free(service);
}

static rm_status faulty_context_open(struct rm_service *base, struct rm_bound *bound,
                                     struct rm_context **out) {
    struct faulty *service = from_service(base);
    stage_pass(&service->stage);
    const uint32_t services = stage_services(&service->stage);
    rm_status status = stage_service(&service->stage, services);
    struct faulty_context *context = status == RM_OK ? calloc(1, sizeof *context) : NULL;
    if (status == RM_OK)
        status = context ? rm_context_open(service->inner, bound, &context->inner) : RM_E_NO_MEMORY;
    if (status != RM_OK) {
        free(context);
        return status;
    }
    context->base.ops = &faulty_ops;
    context->service = service;
    context->services = services;
    *out = &context->base;
    return RM_OK;
}

static void faulty_context_close(struct rm_context *base) {
    struct faulty_context *context = from_context(base);
    rm_context_close(context->inner);
    while (context->cards) {
        struct faulty_card *card = context->cards;
        context->cards = card->next;
        free(card);
    }
    free(context);
}

static uint64_t faulty_context_handle(const struct rm_context *base) {
    return rm_context_handle(CONTAINER_OF_CONST(base, struct faulty_context, base)->inner);
}

/* Connections */

/* What the backend below keeps of its connection, shown in ours. */
static void mirror(struct faulty_card *card) {
    card->base.protocol = card->inner ? card->inner->protocol : card->base.protocol;
    card->base.locked = card->inner && card->inner->locked;
}

/* A connection of ours around one of the backend's; NULL: no memory, and that has ended. */
static struct rm_card *wrap(struct faulty_context *context, struct stage_reader *reader, const char *target,
                            struct rm_card *inner) {
    struct faulty_card *card = reader ? calloc(1, sizeof *card) : NULL;
    if (!card)
        return NULL;
    card->base.ops = &faulty_ops;
    card->context = context;
    card->inner = inner;
    card->mark = stage_mark(&context->service->stage, reader);
    memcpy(card->target, target, strlen(target) + 1);
    memcpy(card->name, reader->name, sizeof card->name);
    mirror(card);
    lock_take(&context->mutex);
    card->next = context->cards;
    context->cards = card;
    lock_give(&context->mutex);
    return &card->base;
}

static void card_free(struct faulty_card *card) {
    struct faulty_context *context = card->context;
    lock_take(&context->mutex);
    struct faulty_card **at = &context->cards;
    while (*at != card)
        at = &(*at)->next;
    *at = card->next;
    lock_give(&context->mutex);
    free(card);
}

static rm_status faulty_connect(struct rm_context *base, const char *name, uint32_t share, uint32_t protocols,
                                struct rm_bound *bound, struct rm_card **out) {
    struct faulty_context *context = from_context(base);
    struct stage *stage = &context->service->stage;
    struct rm_card *inner = NULL;
    char target[STAGE_NAME_MAX];
    *out = NULL;
    rm_status status = faulty_enter(context);
    struct stage_reader *reader = status == RM_OK ? stage_find(stage, name) : NULL;
    if (status == RM_OK)
        status = reader ? stage_connect(stage, reader, share, target) : RM_E_NO_MEMORY;
    if (status == RM_OK)
        status = rm_connect(context->inner, target, share, protocols, bound, &inner);
    if (status != RM_OK)
        return status;
    *out = wrap(context, reader, target, inner);
    if (!*out)
        (void)rm_disconnect(inner, RM_LEAVE, RM_WITHIN(0));
    return *out ? RM_OK : RM_E_NO_MEMORY;
}

static rm_status faulty_adopt(struct rm_context *base, uint64_t handle, struct rm_bound *bound,
                              struct rm_card **out) {
    struct faulty_context *context = from_context(base);
    struct rm_card *inner = NULL;
    *out = NULL;
    rm_status status = faulty_enter(context);
    if (status == RM_OK)
        status = rm_adopt(context->inner, handle, bound, &inner);
    if (status != RM_OK)
        return status;
    const char *name = rm_reader_name(inner);
    if (strlen(name) < STAGE_NAME_MAX)
        *out = wrap(context, stage_find(&context->service->stage, name), name, inner);
    if (!*out)
        rm_abandon(inner);
    return *out ? RM_OK : RM_E_NO_MEMORY;
}

static uint64_t faulty_card_handle(const struct rm_card *base) {
    const struct faulty_card *card = CONTAINER_OF_CONST(base, struct faulty_card, base);
    return card->inner ? rm_card_handle(card->inner) : 0;
}

static const char *faulty_reader_name(const struct rm_card *base) {
    return CONTAINER_OF_CONST(base, struct faulty_card, base)->name;
}

/* Windows' rule: who holds a transaction and says nothing for so long finds its card reset. */
static void keep_idle_rule(struct faulty_card *card) {
    if (!card->base.locked || !stage_is_idle(stage_of(card), card->mark.reader, card->used))
        return;
    (void)rm_reconnect(card->inner, RM_SHARE_SHARED, card->base.protocol, RM_RESET, RM_WITHIN(0));
    (void)rm_end(card->inner, RM_LEAVE, RM_WITHIN(0));
    mirror(card);
}

/* Every call on a connection: what has happened to it, as the code of the call. */
static rm_status enter_card(struct faulty_card *card) {
    stage_pass(stage_of(card));
    if (!card->inner)
        return RM_E_INVALID_HANDLE;
    keep_idle_rule(card);
    card->used = clock_ms();
    const rm_status status = stage_news(stage_of(card), &card->mark);
    if (status == RM_W_REMOVED_CARD && card->base.locked) { /* services end the transaction with the card */
        (void)rm_end(card->inner, RM_LEAVE, RM_WITHIN(0));
        mirror(card);
    }
    return status;
}

/* The card of another reader has come into this one: connects to that. */
static rm_status follow_swap(struct faulty_card *card, uint32_t share, uint32_t protocols,
                             struct rm_bound *bound) {
    char target[STAGE_NAME_MAX];
    const rm_status status = stage_connect(stage_of(card), card->mark.reader, share, target);
    if (status != RM_OK || strcmp(target, card->target) == 0)
        return status;
    (void)rm_disconnect(card->inner, RM_LEAVE, RM_WITHIN(0));
    card->inner = NULL;
    memcpy(card->target, target, sizeof target);
    return rm_connect(card->context->inner, target, share, protocols, bound, &card->inner);
}

static rm_status faulty_reconnect(struct rm_card *base, uint32_t share, uint32_t protocols, uint32_t init,
                                  struct rm_bound *bound) {
    struct faulty_card *card = from_card(base);
    bool cold = false;
    if (enter_card(card) == RM_E_INVALID_HANDLE)
        return RM_E_INVALID_HANDLE;
    const struct stage_mark now = stage_mark(stage_of(card), card->mark.reader);
    rm_status status = stage_reconnect(stage_of(card), &card->mark, init, &cold);
    if (status == RM_OK && cold)
        status = follow_swap(card, share, protocols, bound);
    if (status == RM_OK)
        status =
            rm_reconnect(card->inner, share, protocols, cold && init == RM_LEAVE ? RM_UNPOWER : init, bound);
    mirror(card);
    if (status == RM_OK)
        card->mark = now;
    return status;
}

static rm_status faulty_disconnect(struct rm_card *base, uint32_t disposition, struct rm_bound *bound) {
    struct faulty_card *card = from_card(base);
    const rm_status status =
        card->inner ? rm_disconnect(card->inner, disposition, bound) : RM_E_INVALID_HANDLE;
    card_free(card);
    return status;
}

static void faulty_abandon(struct rm_card *base) {
    struct faulty_card *card = from_card(base);
    if (card->inner)
        rm_abandon(card->inner);
    card_free(card);
}

static rm_status faulty_hand_out(struct rm_card *base, uint64_t *context) {
    struct faulty_card *card = from_card(base);
    const rm_status status = card->inner ? rm_hand_out(card->inner, context) : RM_E_INVALID_HANDLE;
    if (status == RM_OK)
        card_free(card);
    return status;
}

static void faulty_take_back(struct rm_service *base, uint64_t context) {
    rm_take_back(from_service(base)->inner, context);
}

static rm_status faulty_begin(struct rm_card *base, struct rm_bound *bound) {
    struct faulty_card *card = from_card(base);
    rm_status status = enter_card(card);
    if (status == RM_OK)
        status = rm_begin(card->inner, bound);
    mirror(card);
    card->used = clock_ms();
    return status;
}

static rm_status faulty_end(struct rm_card *base, uint32_t disposition, struct rm_bound *bound) {
    struct faulty_card *card = from_card(base);
    rm_status status = enter_card(card);
    if (status == RM_OK ||
        status == RM_W_UNRESPONSIVE_CARD) /* to let others in needs no answer of the card */
        status = rm_end(card->inner, disposition, bound);
    mirror(card);
    return status;
}

static rm_status faulty_status(struct rm_card *base, struct rm_card_status *out, struct rm_bound *bound) {
    struct faulty_card *card = from_card(base);
    rm_status status = enter_card(card);
    if (status == RM_OK)
        status = rm_status_of(card->inner, out, bound);
    mirror(card);
    return status;
}

/* What becomes of an answer on its way. */
static rm_status spoil(struct faulty_card *card, const struct stage_verdict *verdict, uint8_t *receive,
                       size_t *size) {
    if (verdict->cut && *size > verdict->keep)
        *size = verdict->keep;
    if (verdict->garbles)
        stage_garble(stage_of(card), receive, *size, verdict->garbles);
    if (verdict->sw && *size >= 2) {
        receive[*size - 2] = (uint8_t)(verdict->sw >> 8);
        receive[*size - 1] = (uint8_t)verdict->sw;
    }
    if (*size >= 2 || card->base.protocol == RM_PROTOCOL_RAW)
        return RM_OK;
    *size = 0;
    return RM_E_NOT_TRANSACTED; /* no status word is left */
}

/* What the card does not get. *answered: there is an answer, or a code instead of one. */
static rm_status meet(struct faulty_card *card, const struct stage_verdict *verdict, uint8_t *receive,
                      size_t room, size_t *size, bool *answered) {
    *answered = true;
    if (verdict->resets)
        (void)rm_reconnect(card->inner, RM_SHARE_SHARED, card->base.protocol, RM_RESET, RM_WITHIN(0));
    if (verdict->status != RM_OK)
        return verdict->status;
    if (verdict->drop)
        return RM_E_NOT_TRANSACTED;
    if (!verdict->instead) {
        *answered = false;
        return RM_OK;
    }
    if (room < 2)
        return RM_E_INSUFFICIENT_BUFFER;
    receive[0] = (uint8_t)(verdict->sw >> 8);
    receive[1] = (uint8_t)verdict->sw;
    *size = 2;
    return RM_OK;
}

static rm_status faulty_transmit(struct rm_card *base, uint8_t nad, const uint8_t *send, size_t send_size,
                                 uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    struct faulty_card *card = from_card(base);
    const size_t room = *receive_size;
    bool answered = false;
    *receive_size = 0;
    rm_status status = enter_card(card);
    if (status != RM_OK)
        return status;
    const struct stage_verdict verdict = stage_command(stage_of(card), card->mark.reader, send, send_size);
    if (verdict.delay_ms && !faulty_linger(card->context, verdict.delay_ms))
        return RM_E_CANCELLED;
    status = meet(card, &verdict, receive, room, receive_size, &answered);
    if (answered) {
        (void)enter_card(card); /* a transaction ends with its card */
        return status;
    }
    *receive_size = room;
    status = rm_transmit(card->inner, nad, send, send_size, receive, receive_size, bound);
    mirror(card);
    card->used = clock_ms();
    return status == RM_OK ? spoil(card, &verdict, receive, receive_size) : status;
}

static rm_status faulty_control(struct rm_card *base, uint32_t code, const uint8_t *send, size_t send_size,
                                uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    struct faulty_card *card = from_card(base);
    const rm_status status = enter_card(card);
    if (status == RM_OK)
        return rm_control(card->inner, code, send, send_size, receive, receive_size, bound);
    *receive_size = 0;
    return status;
}

static rm_status faulty_get_attrib(struct rm_card *base, uint32_t id, uint8_t *value, size_t *size,
                                   struct rm_bound *bound) {
    struct faulty_card *card = from_card(base);
    const rm_status status = enter_card(card);
    return status == RM_OK ? rm_get_attrib(card->inner, id, value, size, bound) : status;
}

static rm_status faulty_set_attrib(struct rm_card *base, uint32_t id, const uint8_t *value, size_t size,
                                   struct rm_bound *bound) {
    struct faulty_card *card = from_card(base);
    const rm_status status = enter_card(card);
    return status == RM_OK ? rm_set_attrib(card->inner, id, value, size, bound) : status;
}

static const struct rm_ops faulty_ops = {
    .service_release = faulty_service_release,
    .context_open = faulty_context_open,
    .context_close = faulty_context_close,
    .context_handle = faulty_context_handle,
    .cancel = faulty_cancel,
    .list_readers = faulty_list_readers,
    .list_groups = faulty_list_groups,
    .wait = faulty_wait,
    .connect = faulty_connect,
    .adopt = faulty_adopt,
    .card_handle = faulty_card_handle,
    .reader_name = faulty_reader_name,
    .reconnect = faulty_reconnect,
    .disconnect = faulty_disconnect,
    .abandon = faulty_abandon,
    .hand_out = faulty_hand_out,
    .take_back = faulty_take_back,
    .begin = faulty_begin,
    .end = faulty_end,
    .status = faulty_status,
    .transmit = faulty_transmit,
    .control = faulty_control,
    .get_attrib = faulty_get_attrib,
    .set_attrib = faulty_set_attrib,
};

rm_status faulty_check(const char *text, size_t size, char *message, size_t message_size) {
    struct script script;
    const bool good = fault_script_parse(text, size, &script, message, message_size);
    fault_script_clear(&script);
    return good ? RM_OK : RM_E_INVALID_PARAMETER;
}

rm_status faulty_play(struct rm_service *base, const char *text, size_t size, char *message,
                      size_t message_size) {
    struct script script;
    if (!fault_script_parse(text, size, &script, message, message_size)) {
        fault_script_clear(&script);
        return RM_E_INVALID_PARAMETER;
    }
    return stage_play(&from_service(base)->stage, &script);
}

rm_status faulty_wrap(struct rm_service *inner, const char *text, size_t size, struct rm_service **out,
                      char *message, size_t message_size) {
    struct faulty *service = calloc(1, sizeof *service);
    if (!service)
        return RM_E_NO_MEMORY;
    service->base = *inner;
    service->base.ops = &faulty_ops;
    service->inner = inner;
    const rm_status status = faulty_play(&service->base, text, size, message, message_size);
    if (status != RM_OK) {
        free(service);
        return status;
    }
    *out = &service->base;
    return RM_OK;
}

uint64_t faulty_struck(struct rm_service *base) {
    struct faulty *service = from_service(base);
    lock_take(&service->stage.mutex);
    const uint64_t struck = service->stage.plan.struck;
    lock_give(&service->stage.mutex);
    return struck;
}
