/* The port of the attachment's tests: see port.h. */
#include "port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OWN_HANDLE 7u /* of every connection */

struct port port;

/* The next step has to be this call. */
static const struct step *made(const char *call) {
    if (port.at == port.count)
        fail_msg("'%s' came, where nothing was expected any more", call);
    const struct step *step = &port.steps[port.at++];
    assert_string_equal(call, step->call);
    return step;
}

/* The same for a call with numbers. */
static const struct step *made_with(const char *name, const uint32_t *numbers, size_t count) {
    char call[64];
    int size = snprintf(call, sizeof call, "%s", name);
    for (size_t i = 0; i < count; ++i)
        size += snprintf(call + size, sizeof call - (size_t)size, " %u", (unsigned)numbers[i]);
    return made(call);
}

#define MADE(name, ...)                                                                                      \
    made_with(name, (const uint32_t[]){__VA_ARGS__}, COUNT(((const uint32_t[]){__VA_ARGS__})))

static rm_status told(struct rm_card *card, const struct step *step) {
    card->locked = step->locked;
    return step->answer;
}

static rm_status port_open(struct rm_service *service, struct rm_bound *bound, struct rm_context **out) {
    (void)bound;
    const rm_status status = made("open")->answer;
    if (status != RM_OK)
        return status;
    *out = calloc(1, sizeof **out);
    assert_non_null(*out);
    (*out)->ops = service->ops;
    return RM_OK;
}

static void port_close(struct rm_context *context) {
    (void)made("close");
    free(context);
}

static struct rm_card *card_of(const struct rm_context *context, const struct step *step) {
    struct rm_card *card = calloc(1, sizeof *card);
    assert_non_null(card);
    *card = (struct rm_card){.ops = context->ops, .protocol = port.protocol, .locked = step->locked};
    return card;
}

static rm_status port_connect(struct rm_context *context, const char *reader, uint32_t share,
                              uint32_t protocols, struct rm_bound *bound, struct rm_card **out) {
    char call[32];
    (void)snprintf(call, sizeof call, "connect %s", reader);
    const struct step *step = MADE(call, share, protocols, bound->timeout_ms);
    if (step->answer == RM_OK)
        *out = card_of(context, step);
    return step->answer;
}

static rm_status port_adopt(struct rm_context *context, uint64_t handle, struct rm_bound *bound,
                            struct rm_card **out) {
    const struct step *step = MADE("adopt", (uint32_t)handle, bound->timeout_ms);
    if (step->answer == RM_OK)
        *out = card_of(context, step);
    return step->answer;
}

static uint64_t port_handle(const struct rm_card *card) {
    (void)card;
    return OWN_HANDLE;
}

static const char *port_name(const struct rm_card *card) {
    (void)card;
    return port.name;
}

static rm_status port_reconnect(struct rm_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                                struct rm_bound *bound) {
    assert_int_equal(bound->timeout_ms, WAIT_MS);
    return told(card, MADE("reconnect", share, protocols, init));
}

static rm_status port_disconnect(struct rm_card *card, uint32_t disposition, struct rm_bound *bound) {
    const rm_status status = MADE("disconnect", disposition, bound->timeout_ms)->answer;
    free(card);
    return status;
}

static void port_abandon(struct rm_card *card) {
    (void)made("abandon");
    free(card);
}

static rm_status port_begin(struct rm_card *card, struct rm_bound *bound) {
    assert_int_equal(bound->timeout_ms, WAIT_MS);
    return told(card, made("begin"));
}

static rm_status port_end(struct rm_card *card, uint32_t disposition, struct rm_bound *bound) {
    (void)bound;
    return told(card, MADE("end", disposition));
}

static rm_status port_status(struct rm_card *card, struct rm_card_status *out, struct rm_bound *bound) {
    (void)bound;
    *out = (struct rm_card_status){.state = RM_CARD_SPECIFIC};
    return told(card, made("status"));
}

static rm_status port_get_attrib(struct rm_card *card, uint32_t id, uint8_t *value, size_t *size,
                                 struct rm_bound *bound) {
    (void)bound;
    (void)card;
    assert_int_equal(id, RM_ATTR_CHARACTERISTICS);
    const rm_status status = made("attrib")->answer;
    assert_int_equal(*size, 4);
    value[0] = port.characteristic;
    *size = port.attrib_size;
    return status;
}

static const struct rm_ops ops = {.context_open = port_open,
                                  .context_close = port_close,
                                  .connect = port_connect,
                                  .adopt = port_adopt,
                                  .card_handle = port_handle,
                                  .reader_name = port_name,
                                  .reconnect = port_reconnect,
                                  .disconnect = port_disconnect,
                                  .abandon = port_abandon,
                                  .begin = port_begin,
                                  .end = port_end,
                                  .status = port_status,
                                  .get_attrib = port_get_attrib};

static struct rm_service service = {.ops = &ops, .name = "told"};

void port_expect(struct attachment *attachment, const struct step *steps, size_t count) {
    port.steps = steps;
    port.count = count;
    port.at = 0;
    attachment_begin(attachment);
}

void port_done(void) {
    if (port.at != port.count)
        fail_msg("'%s' has not come", port.steps[port.at].call);
}

int port_setup(void **state) {
    struct attachment *attachment = calloc(1, sizeof *attachment);
    assert_non_null(attachment);
    port.name = "R";
    port.protocol = RM_PROTOCOL_T1;
    port.characteristic = 0;
    port.attrib_size = 4;
    static const struct step steps[] = {{"open", RM_OK, false}};
    port.steps = steps;
    port.count = 1;
    port.at = 0;
    assert_int_equal(attachment_open(attachment, &service, WAIT_MS), RM_OK);
    port_done();
    *state = attachment;
    return 0;
}

/* Each case leaves nothing to be ended but the context. */
int port_teardown(void **state) {
    struct attachment *attachment = *state;
    static const struct step steps[] = {{"close", RM_OK, false}};
    port_expect(attachment, steps, 1);
    attachment_close(attachment);
    port_done();
    free(attachment);
    return 0;
}

void port_connect_to_r(struct attachment *attachment) {
    CALL(RM_OK, attachment_connect(attachment, "R", RM_SHARE_SHARED, ANY),
         {"connect R 2 3 5000", RM_OK, false});
    CHECK(RM_OK);
}

void port_leave(struct attachment *attachment) {
    CALL(RM_OK, attachment_disconnect(attachment, RM_LEAVE), {"disconnect 0 0", RM_OK, false});
    CHECK(RM_E_INVALID_HANDLE);
}

void port_assert_reader(struct attachment *attachment, const char *expected) {
    char *reader = NULL;
    SILENT(RM_OK, attachment_reader(attachment, &reader));
    if (expected)
        assert_string_equal(reader, expected);
    else
        assert_null(reader);
    free(reader);
}
