/* Every call of the port, passed on and written down. */
#include "backends/tracer/tracer.h"

#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include "backends/tracer/journal.h"
#include "base/container.h"
#include "base/lock.h"

#define NAME_ROOM 256

struct tracer {
    struct rm_service base;
    struct rm_service *inner;
    struct trace_journal journal;
    struct lock mutex; /* guards the lists of cards */
};

struct traced_context {
    struct rm_context base;
    struct tracer *tracer;
    struct rm_context *inner;
    struct traced_card *cards; /* those that are not disconnected yet */
};

struct traced_card {
    struct rm_card base;
    struct traced_context *context;
    struct rm_card *inner;
    struct traced_card *next;
};

static struct tracer *impl_from_service(struct rm_service *service) {
    return CONTAINER_OF(service, struct tracer, base);
}

static struct traced_context *impl_from_context(struct rm_context *context) {
    return CONTAINER_OF(context, struct traced_context, base);
}

static struct traced_card *impl_from_card(struct rm_card *card) {
    return CONTAINER_OF(card, struct traced_card, base);
}

static const struct rm_ops traced_ops;

/* Lines */

/* Writes down a call that has begun at `start`, which is not recorded before it ends. */
__attribute__((format(__printf__, 6, 7))) static void line(struct tracer *tracer, const char *name,
                                                           const char *on, rm_status status, uint64_t start,
                                                           const char *detail, ...) {
    struct traced_call call = {.name = name, .on = on, .status = status};
    va_list arguments;
    journal_begin(&tracer->journal, &call, false);
    call.began -= call.start - start;
    call.start = start;
    va_start(arguments, detail);
    journal_end_list(&tracer->journal, &call, detail, arguments);
    va_end(arguments);
}

static struct tracer *tracer_of(const struct rm_card *card) {
    return CONTAINER_OF_CONST(card, struct traced_card, base)->context->tracer;
}

/* A line for a call on a card that has nothing more to say. */
static rm_status card_line(const struct rm_card *card, const char *name, rm_status status, uint64_t start) {
    const struct traced_card *traced = CONTAINER_OF_CONST(card, struct traced_card, base);
    line(traced->context->tracer, name, rm_reader_name(traced->inner), status, start, "%s", "");
    return status;
}

static void show_atr(struct traced_call *call, const uint8_t *atr, size_t size) {
    call->atr = atr;
    call->atr_size = size;
}

/* Service and contexts */

static void traced_service_release(struct rm_service *base) {
    struct tracer *tracer = impl_from_service(base);
    const uint64_t start = trace_now_us();
    rm_service_release(tracer->inner);
    line(tracer, "service_release", "", RM_OK, start, "%s", "");
    journal_close(&tracer->journal);
    free(tracer);
}

static rm_status traced_context_open(struct rm_service *base, struct rm_bound *bound,
                                     struct rm_context **out) {
    struct tracer *tracer = impl_from_service(base);
    const uint64_t start = trace_now_us();
    struct traced_context *context = calloc(1, sizeof *context);
    rm_status status = context ? rm_context_open(tracer->inner, bound, &context->inner) : RM_E_NO_MEMORY;
    line(tracer, "context_open", tracer->inner->name, status, start, "%s", "");
    if (status != RM_OK) {
        free(context);
        return status;
    }
    context->base.ops = &traced_ops;
    context->tracer = tracer;
    *out = &context->base;
    return RM_OK;
}

static void traced_context_close(struct rm_context *base) {
    struct traced_context *context = impl_from_context(base);
    const uint64_t start = trace_now_us();
    rm_context_close(context->inner);
    line(context->tracer, "context_close", "", RM_OK, start, "%s", "");
    for (struct traced_card *card = context->cards, *next; card; card = next) {
        next = card->next;
        free(card);
    }
    free(context);
}

static uint64_t traced_context_handle(const struct rm_context *base) {
    return rm_context_handle(CONTAINER_OF_CONST(base, struct traced_context, base)->inner);
}

static void traced_cancel(struct rm_context *base) {
    struct traced_context *context = impl_from_context(base);
    const uint64_t start = trace_now_us();
    rm_cancel(context->inner);
    line(context->tracer, "cancel", "", RM_OK, start, "%s", "");
}

static rm_status traced_list_readers(struct rm_context *base, struct rm_bound *bound, struct names *out) {
    struct traced_context *context = impl_from_context(base);
    const size_t before = names_count(out);
    const uint64_t start = trace_now_us();
    rm_status status = rm_list_readers(context->inner, bound, out);
    line(context->tracer, "list_readers", "", status, start, "%zu readers", names_count(out) - before);
    return status;
}

static rm_status traced_list_groups(struct rm_context *base, struct rm_bound *bound, struct names *out) {
    struct traced_context *context = impl_from_context(base);
    const size_t before = names_count(out);
    const uint64_t start = trace_now_us();
    rm_status status = rm_list_groups(context->inner, bound, out);
    line(context->tracer, "list_groups", "", status, start, "%zu groups", names_count(out) - before);
    return status;
}

static rm_status traced_wait(struct rm_context *base, struct rm_reader_state *states, size_t count,
                             struct rm_bound *bound) {
    struct traced_context *context = impl_from_context(base);
    struct traced_call call = {.name = "wait", .on = count == 1 ? states[0].reader : ""};
    journal_begin(&context->tracer->journal, &call, false);
    rm_status status = rm_wait(context->inner, states, count, bound);
    call.status = status;
    if (count == 1 && states[0].atr_size)
        show_atr(&call, states[0].atr, states[0].atr_size);
    call.readers = count > 1 ? states : NULL;
    call.reader_count = count;
    journal_end(&context->tracer->journal, &call, "%zu readers, event %08X", count,
                count ? (unsigned)states[0].event : 0u);
    return status;
}

/* Cards */

/* Wraps a connection; NULL: out of memory. */
static struct traced_card *card_new(struct traced_context *context, struct rm_card *inner) {
    struct traced_card *card = calloc(1, sizeof *card);
    if (!card)
        return NULL;
    card->base.ops = &traced_ops;
    card->base.protocol = inner->protocol;
    card->context = context;
    card->inner = inner;
    lock_take(&context->tracer->mutex);
    card->next = context->cards;
    context->cards = card;
    lock_give(&context->tracer->mutex);
    return card;
}

static void card_free(struct traced_card *card) {
    struct tracer *tracer = card->context->tracer;
    lock_take(&tracer->mutex);
    struct traced_card **at = &card->context->cards;
    while (*at != card)
        at = &(*at)->next;
    *at = card->next;
    lock_give(&tracer->mutex);
    free(card);
}

static rm_status traced_connect(struct rm_context *base, const char *reader, uint32_t share,
                                uint32_t protocols, struct rm_bound *bound, struct rm_card **out) {
    struct traced_context *context = impl_from_context(base);
    struct rm_card *inner = NULL;
    struct traced_call call = {.name = "connect", .on = reader};
    journal_begin(&context->tracer->journal, &call, true);
    rm_status status = rm_connect(context->inner, reader, share, protocols, bound, &inner);
    call.status = status;
    journal_end(&context->tracer->journal, &call, "share %u, protocols %X, got %X", (unsigned)share,
                (unsigned)protocols, status == RM_OK ? (unsigned)inner->protocol : 0u);
    if (status != RM_OK)
        return status;
    struct traced_card *card = card_new(context, inner);
    if (!card) {
        (void)rm_disconnect(inner, RM_LEAVE, RM_WITHIN(0));
        return RM_E_NO_MEMORY;
    }
    *out = &card->base;
    return RM_OK;
}

static rm_status traced_adopt(struct rm_context *base, uint64_t handle, struct rm_bound *bound,
                              struct rm_card **out) {
    struct traced_context *context = impl_from_context(base);
    struct rm_card *inner = NULL;
    const uint64_t start = trace_now_us();
    rm_status status = rm_adopt(context->inner, handle, bound, &inner);
    line(context->tracer, "adopt", status == RM_OK ? rm_reader_name(inner) : "", status, start, "handle %llX",
         (unsigned long long)handle);
    if (status != RM_OK)
        return status;
    struct traced_card *card = card_new(context, inner);
    if (!card) {
        rm_abandon(inner);
        return RM_E_NO_MEMORY;
    }
    *out = &card->base;
    return RM_OK;
}

/* What the backend below keeps of its connection, shown in ours. */
static void mirror(struct traced_card *card) {
    card->base.protocol = card->inner->protocol;
    card->base.locked = card->inner->locked;
}

static uint64_t traced_card_handle(const struct rm_card *card) {
    return rm_card_handle(CONTAINER_OF_CONST(card, struct traced_card, base)->inner);
}

static const char *traced_reader_name(const struct rm_card *card) {
    return rm_reader_name(CONTAINER_OF_CONST(card, struct traced_card, base)->inner);
}

static rm_status traced_reconnect(struct rm_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                                  struct rm_bound *bound) {
    struct traced_card *traced = impl_from_card(card);
    struct trace_journal *journal = &tracer_of(card)->journal;
    struct traced_call call = {.name = "reconnect", .on = rm_reader_name(traced->inner)};
    journal_begin(journal, &call, true);
    rm_status status = rm_reconnect(traced->inner, share, protocols, init, bound);
    mirror(traced);
    call.status = status;
    call.on = rm_reader_name(traced->inner);
    journal_end(journal, &call, "share %u, protocols %X, init %u, got %X", (unsigned)share,
                (unsigned)protocols, (unsigned)init, (unsigned)card->protocol);
    return status;
}

static rm_status traced_disconnect(struct rm_card *card, uint32_t disposition, struct rm_bound *bound) {
    struct traced_card *traced = impl_from_card(card);
    struct tracer *tracer = tracer_of(card);
    const uint64_t start = trace_now_us();
    char reader[NAME_ROOM]; /* the name goes with the connection */
    (void)snprintf(reader, sizeof reader, "%s", rm_reader_name(traced->inner));
    rm_status status = rm_disconnect(traced->inner, disposition, bound);
    line(tracer, "disconnect", reader, status, start, "disposition %u", (unsigned)disposition);
    card_free(traced);
    return status;
}

static void traced_abandon(struct rm_card *card) {
    struct traced_card *traced = impl_from_card(card);
    (void)card_line(card, "abandon", RM_OK, trace_now_us());
    rm_abandon(traced->inner);
    card_free(traced);
}

static rm_status traced_hand_out(struct rm_card *card, uint64_t *context) {
    struct traced_card *traced = impl_from_card(card);
    struct tracer *tracer = tracer_of(card);
    const uint64_t start = trace_now_us();
    char reader[NAME_ROOM]; /* the name goes with the connection */
    (void)snprintf(reader, sizeof reader, "%s", rm_reader_name(traced->inner));
    const rm_status status = rm_hand_out(traced->inner, context);
    line(tracer, "hand_out", reader, status, start, "%s", "");
    if (status == RM_OK)
        card_free(traced);
    return status;
}

static void traced_take_back(struct rm_service *service, uint64_t context) {
    struct tracer *tracer = impl_from_service(service);
    const uint64_t start = trace_now_us();
    rm_take_back(tracer->inner, context);
    line(tracer, "take_back", "", RM_OK, start, "%s", "");
}

static rm_status traced_begin(struct rm_card *card, struct rm_bound *bound) {
    struct traced_card *traced = impl_from_card(card);
    const uint64_t start = trace_now_us();
    rm_status status = rm_begin(traced->inner, bound);
    mirror(traced);
    return card_line(card, "begin", status, start);
}

static rm_status traced_end(struct rm_card *card, uint32_t disposition, struct rm_bound *bound) {
    struct traced_card *traced = impl_from_card(card);
    const uint64_t start = trace_now_us();
    rm_status status = rm_end(traced->inner, disposition, bound);
    mirror(traced);
    line(tracer_of(card), "end", rm_reader_name(traced->inner), status, start, "disposition %u",
         (unsigned)disposition);
    return status;
}

static rm_status traced_status(struct rm_card *card, struct rm_card_status *out, struct rm_bound *bound) {
    struct traced_card *traced = impl_from_card(card);
    struct traced_call call = {.name = "status", .on = rm_reader_name(traced->inner)};
    journal_begin(&tracer_of(card)->journal, &call, false);
    rm_status status = rm_status_of(traced->inner, out, bound);
    mirror(traced);
    call.status = status;
    if (status == RM_OK)
        show_atr(&call, out->atr, out->atr_size);
    journal_end(&tracer_of(card)->journal, &call, "%s", "");
    return status;
}

static rm_status traced_transmit(struct rm_card *card, uint8_t nad, const uint8_t *send, size_t send_size,
                                 uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    struct traced_card *traced = impl_from_card(card);
    struct trace_journal *journal = &tracer_of(card)->journal;
    struct traced_call call = {
        .name = "transmit", .on = rm_reader_name(traced->inner), .command = send, .command_size = send_size};
    journal_begin(journal, &call, true);
    rm_status status = rm_transmit(traced->inner, nad, send, send_size, receive, receive_size, bound);
    mirror(traced);
    call.status = status;
    call.on = rm_reader_name(traced->inner);
    call.answer = receive;
    call.answer_size = *receive_size;
    journal_end(journal, &call, "%zu bytes, answer %zu", send_size, *receive_size);
    return status;
}

static rm_status traced_control(struct rm_card *card, uint32_t code, const uint8_t *send, size_t send_size,
                                uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    struct traced_card *traced = impl_from_card(card);
    const uint64_t start = trace_now_us();
    rm_status status = rm_control(traced->inner, code, send, send_size, receive, receive_size, bound);
    line(tracer_of(card), "control", rm_reader_name(traced->inner), status, start,
         "code %08X, %zu bytes, answer %zu", (unsigned)code, send_size, *receive_size);
    return status;
}

static rm_status traced_get_attrib(struct rm_card *card, uint32_t id, uint8_t *value, size_t *size,
                                   struct rm_bound *bound) {
    struct traced_card *traced = impl_from_card(card);
    struct traced_call call = {.name = "get_attrib", .on = rm_reader_name(traced->inner)};
    journal_begin(&tracer_of(card)->journal, &call, false);
    rm_status status = rm_get_attrib(traced->inner, id, value, size, bound);
    call.status = status;
    if (status == RM_OK && id == RM_ATTR_ATR_STRING)
        show_atr(&call, value, *size);
    journal_end(&tracer_of(card)->journal, &call, "id %08X, %zu bytes", (unsigned)id, *size);
    return status;
}

static rm_status traced_set_attrib(struct rm_card *card, uint32_t id, const uint8_t *value, size_t size,
                                   struct rm_bound *bound) {
    struct traced_card *traced = impl_from_card(card);
    const uint64_t start = trace_now_us();
    rm_status status = rm_set_attrib(traced->inner, id, value, size, bound);
    line(tracer_of(card), "set_attrib", rm_reader_name(traced->inner), status, start, "id %08X, %zu bytes",
         (unsigned)id, size);
    return status;
}

static const struct rm_ops traced_ops = {
    .service_release = traced_service_release,
    .context_open = traced_context_open,
    .context_close = traced_context_close,
    .context_handle = traced_context_handle,
    .cancel = traced_cancel,
    .list_readers = traced_list_readers,
    .list_groups = traced_list_groups,
    .wait = traced_wait,
    .connect = traced_connect,
    .adopt = traced_adopt,
    .card_handle = traced_card_handle,
    .reader_name = traced_reader_name,
    .reconnect = traced_reconnect,
    .disconnect = traced_disconnect,
    .abandon = traced_abandon,
    .hand_out = traced_hand_out,
    .take_back = traced_take_back,
    .begin = traced_begin,
    .end = traced_end,
    .status = traced_status,
    .transmit = traced_transmit,
    .control = traced_control,
    .get_attrib = traced_get_attrib,
    .set_attrib = traced_set_attrib,
};

struct rm_service *tracer_wrap(struct rm_service *inner, int level, FILE *out, const char *records) {
    struct tracer *tracer = calloc(1, sizeof *tracer);
    if (!tracer || !journal_open(&tracer->journal, level, out, records)) {
        free(tracer);
        return NULL;
    }
    tracer->base = *inner;
    tracer->base.ops = &traced_ops;
    tracer->inner = inner;
    return &tracer->base;
}
