/* A resource manager whose every answer comes from an input (fedservice.h). */
#include "fedservice.h"

#include <stdlib.h>
#include <string.h>

#define RECEIVE_MAX 65548u

struct fed_context {
    struct rm_context rm; /* first */
    struct fedservice *service;
    long cards;
};

struct fed_card {
    struct rm_card rm; /* first */
    struct fed_context *context;
};

static struct fedservice *service_of(struct rm_service *service) {
    return (struct fedservice *)(void *)service;
}

static struct fed_context *context_of(struct rm_context *context) {
    return (struct fed_context *)(void *)context;
}

static struct fed_card *card_of(struct rm_card *card) {
    return (struct fed_card *)(void *)card;
}

/* More often than not all is well; else a code of the port, or any other. The end of the input is RM_OK. */
static rm_status next_status(struct fedservice *service) {
    const uint8_t byte = feed_byte(service->feed);
    if (byte < 0xA0)
        return RM_OK;
    if (byte < 0xF0)
        return 0x80100000u + (byte - 0xA0u + 1u);
    if (byte < 0xFC)
        return RM_W_UNSUPPORTED_CARD + (byte - 0xF0u);
    const uint32_t any = feed_long(service->feed);
    return any ? any : RM_F_UNKNOWN_ERROR;
}

static void service_release(struct rm_service *service) {
    FUZZ_CHECK(service_of(service)->contexts == 0);
}

static rm_status context_open(struct rm_service *rm, struct rm_bound *bound, struct rm_context **out) {
    (void)bound;
    struct fedservice *const service = service_of(rm);
    const rm_status status = next_status(service);
    if (status != RM_OK)
        return status;
    struct fed_context *const context = fuzz_alloc(sizeof *context);
    *context = (struct fed_context){.rm = {rm->ops}, .service = service};
    ++service->contexts;
    *out = &context->rm;
    return RM_OK;
}

static void context_close(struct rm_context *rm) {
    struct fed_context *const context = context_of(rm);
    FUZZ_CHECK(context->cards == 0);
    --context->service->contexts;
    free(context);
}

static uint64_t context_handle(const struct rm_context *context) {
    (void)context;
    return 0x1001;
}

static void cancel(struct rm_context *context) {
    (void)context;
}

/* Names of any bytes at all, as far as they are a multi-string. */
static rm_status list_names(struct rm_context *rm, struct rm_bound *bound, struct names *out) {
    (void)bound;
    struct fedservice *const service = context_of(rm)->service;
    size_t size = 0;
    const rm_status status = next_status(service);
    if (status != RM_OK)
        return status;
    const uint8_t *const bytes = feed_bytes(service->feed, feed_byte(service->feed), &size);
    return names_add_all(out, (const char *)bytes, size) ? RM_OK : RM_E_NO_MEMORY;
}

static size_t next_atr(struct fedservice *service, uint8_t *atr) {
    size_t size = 0;
    const uint8_t *const bytes =
        feed_bytes(service->feed, feed_byte(service->feed) % (RM_ATR_MAX + 1), &size);
    memcpy(atr, bytes, size);
    return size;
}

static rm_status await(struct rm_context *rm, struct rm_reader_state *states, size_t count,
                       struct rm_bound *bound) {
    struct fedservice *const service = context_of(rm)->service;
    (void)bound;
    for (size_t i = 0; i < count; ++i) {
        states[i].event = feed_long(service->feed);
        states[i].atr_size = next_atr(service, states[i].atr);
    }
    const rm_status status = next_status(service);
    /* Nothing lasts for ever: whoever waits until something happens is told at the end that it may stop. */
    return service->feed->left ? status : RM_E_CANCELLED;
}

static uint32_t next_protocol(struct fedservice *service) {
    static const uint32_t protocols[] = {RM_PROTOCOL_T0, RM_PROTOCOL_T1, RM_PROTOCOL_RAW,
                                         RM_PROTOCOL_UNDEFINED};
    return protocols[feed_byte(service->feed) % 4];
}

static rm_status new_card(struct fed_context *context, rm_status status, struct rm_card **out) {
    if (status != RM_OK)
        return status;
    struct fed_card *const card = fuzz_alloc(sizeof *card);
    *card = (struct fed_card){.rm = {.ops = context->rm.ops, .protocol = next_protocol(context->service)},
                              .context = context};
    ++context->cards;
    ++context->service->cards;
    *out = &card->rm;
    return RM_OK;
}

static rm_status connect_card(struct rm_context *rm, const char *reader, uint32_t share, uint32_t protocols,
                              struct rm_bound *bound, struct rm_card **out) {
    (void)bound;
    FUZZ_CHECK(reader && share >= RM_SHARE_EXCLUSIVE && share <= RM_SHARE_DIRECT);
    FUZZ_CHECK((protocols & ~(uint32_t)(RM_PROTOCOL_T0 | RM_PROTOCOL_T1 | RM_PROTOCOL_RAW)) == 0);
    return new_card(context_of(rm), next_status(context_of(rm)->service), out);
}

static rm_status adopt(struct rm_context *rm, uint64_t handle, struct rm_bound *bound, struct rm_card **out) {
    (void)bound;
    (void)handle;
    return new_card(context_of(rm), next_status(context_of(rm)->service), out);
}

static uint64_t card_handle(const struct rm_card *card) {
    (void)card;
    return 0x2002;
}

static const char *reader_name(const struct rm_card *card) {
    (void)card;
    return FED_READER;
}

static rm_status reconnect(struct rm_card *rm, uint32_t share, uint32_t protocols, uint32_t init,
                           struct rm_bound *bound) {
    struct fedservice *const service = card_of(rm)->context->service;
    const rm_status status = next_status(service);
    (void)bound;
    FUZZ_CHECK(share >= RM_SHARE_EXCLUSIVE && share <= RM_SHARE_DIRECT && init <= RM_UNPOWER);
    FUZZ_CHECK((protocols & ~(uint32_t)(RM_PROTOCOL_T0 | RM_PROTOCOL_T1 | RM_PROTOCOL_RAW)) == 0);
    if (status == RM_OK)
        rm->protocol = next_protocol(service);
    return status;
}

static void forget_card(struct rm_card *rm) {
    struct fed_card *const card = card_of(rm);
    --card->context->cards;
    --card->context->service->cards;
    free(card);
}

static rm_status disconnect(struct rm_card *rm, uint32_t disposition, struct rm_bound *bound) {
    (void)bound;
    const rm_status status = next_status(card_of(rm)->context->service);
    FUZZ_CHECK(disposition <= RM_EJECT);
    forget_card(rm);
    return status;
}

static rm_status begin(struct rm_card *rm, struct rm_bound *bound) {
    (void)bound;
    const rm_status status = next_status(card_of(rm)->context->service);
    rm->locked |= status == RM_OK;
    return status;
}

static rm_status end(struct rm_card *rm, uint32_t disposition, struct rm_bound *bound) {
    (void)bound;
    FUZZ_CHECK(disposition <= RM_EJECT);
    const rm_status status = next_status(card_of(rm)->context->service);
    rm->locked &= status != RM_OK;
    return status;
}

static rm_status status_of(struct rm_card *rm, struct rm_card_status *out, struct rm_bound *bound) {
    struct fedservice *const service = card_of(rm)->context->service;
    const rm_status status = next_status(service);
    (void)bound;
    if (status != RM_OK)
        return status;
    out->state = (enum rm_card_state)(feed_byte(service->feed) % (RM_CARD_SPECIFIC + 1));
    out->protocol = next_protocol(service);
    out->atr_size = next_atr(service, out->atr);
    return RM_OK;
}

static rm_status transmit(struct rm_card *rm, uint8_t nad, const uint8_t *send, size_t send_size,
                          uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    struct fedservice *const service = card_of(rm)->context->service;
    const size_t room = *receive_size;
    size_t got = 0;
    (void)nad;
    (void)bound;
    FUZZ_CHECK(send && send_size && receive && room >= 2 && room <= RECEIVE_MAX);
    ++service->transmits;
    service->answer_size = 0;
    service->status = next_status(service);
    *receive_size = 0;
    if (service->status != RM_OK)
        return service->status;
    const uint8_t wanted = feed_byte(service->feed);
    const uint8_t *bytes = feed_bytes(service->feed, wanted, &got);
    if (wanted == 0xFF && !service->honest) {
        *receive_size = room + 1;
        return RM_OK;
    }
    /* The end of the input is 9000. */
    if (!service->feed->left) {
        static const uint8_t good[] = {0x90, 0x00};
        bytes = good;
        got = sizeof good;
    }
    got = got < room ? got : room;
    memcpy(receive, bytes, got);
    memcpy(service->answer, bytes, got);
    *receive_size = service->answer_size = got;
    return RM_OK;
}

static rm_status give(struct fedservice *service, uint8_t *bytes, size_t *size) {
    const size_t room = *size;
    const rm_status status = next_status(service);
    if (status != RM_OK)
        return status;
    const uint8_t *const from = feed_bytes(service->feed, feed_byte(service->feed), size);
    if (bytes && *size > room)
        return RM_E_INSUFFICIENT_BUFFER;
    if (bytes)
        memcpy(bytes, from, *size);
    return RM_OK;
}

static rm_status control(struct rm_card *rm, uint32_t code, const uint8_t *send, size_t send_size,
                         uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    (void)bound;
    (void)code;
    FUZZ_CHECK(send || !send_size);
    return give(card_of(rm)->context->service, receive, receive_size);
}

static rm_status get_attrib(struct rm_card *rm, uint32_t id, uint8_t *value, size_t *size,
                            struct rm_bound *bound) {
    (void)bound;
    (void)id;
    return give(card_of(rm)->context->service, value, size);
}

static rm_status set_attrib(struct rm_card *rm, uint32_t id, const uint8_t *value, size_t size,
                            struct rm_bound *bound) {
    (void)bound;
    (void)id;
    FUZZ_CHECK(value || !size);
    return next_status(card_of(rm)->context->service);
}

static rm_status hand_out(struct rm_card *rm, uint64_t *context) {
    const rm_status status = next_status(card_of(rm)->context->service);
    if (status != RM_OK)
        return status;
    *context = 1;
    forget_card(rm);
    return RM_OK;
}

static void take_back(struct rm_service *service, uint64_t context) {
    (void)service;
    FUZZ_CHECK(context == 1);
}

static const struct rm_ops ops = {
    .service_release = service_release,
    .context_open = context_open,
    .context_close = context_close,
    .context_handle = context_handle,
    .cancel = cancel,
    .list_readers = list_names,
    .list_groups = list_names,
    .wait = await,
    .connect = connect_card,
    .adopt = adopt,
    .card_handle = card_handle,
    .reader_name = reader_name,
    .reconnect = reconnect,
    .disconnect = disconnect,
    .abandon = forget_card,
    .hand_out = hand_out,
    .take_back = take_back,
    .begin = begin,
    .end = end,
    .status = status_of,
    .transmit = transmit,
    .control = control,
    .get_attrib = get_attrib,
    .set_attrib = set_attrib,
};

void fedservice_init(struct fedservice *service, struct feed *feed) {
    *service =
        (struct fedservice){.rm = {.ops = &ops, .name = "fed", .receive_max = RECEIVE_MAX}, .feed = feed};
}
