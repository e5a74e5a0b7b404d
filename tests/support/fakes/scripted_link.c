/* A card that is a script: see scripted_link.h. */
#include "support/fakes/scripted_link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/container.h"

#define STEP_MAX 4096u

static size_t from_hex(const char *hex, uint8_t *out) {
    size_t size = 0;
    unsigned byte = 0;
    int used = 0;
    for (; sscanf(hex, " %2x%n", &byte, &used) == 1; hex += used) {
        assert_true(size < STEP_MAX);
        out[size++] = (uint8_t)byte;
    }
    return size;
}

static const struct scripted_step *next_step(struct scripted_link *scripted) {
    if (scripted->at >= scripted->count)
        fail_msg("the card is asked once more than the script has it");
    return &scripted->steps[scripted->at++];
}

static HRESULT scripted_send(struct service_link *link, const struct apdu *command,
                             struct service_answer *answer) {
    struct scripted_link *scripted = CONTAINER_OF(link, struct scripted_link, link);
    static uint8_t sent[STEP_MAX], wanted[STEP_MAX];
    const struct scripted_step *step = next_step(scripted);
    const size_t size = apdu_encode(command, sent, sizeof sent);
    const size_t wanted_size = from_hex(step->command, wanted);
    if (!size || size != wanted_size || memcmp(sent, wanted, size) != 0)
        fail_msg("step %zu is not '%s' (%zu bytes, %02X %02X %02X %02X)", scripted->at - 1, step->command,
                 size, sent[0], sent[1], sent[2], sent[3]);
    memset(sent, 0, sizeof sent);
    free(scripted->answer);
    scripted->answer = NULL;
    *answer = (struct service_answer){0};
    if (!step->answer)
        return step->hr;
    static uint8_t bytes[STEP_MAX];
    const size_t got = from_hex(step->answer, bytes);
    assert_true(got >= 2);
    scripted->answer = malloc(got);
    assert_non_null(scripted->answer);
    memcpy(scripted->answer, bytes, got);
    /* The data alone is in memory of its size: what looks beyond it is seen. */
    answer->sw = (uint16_t)(bytes[got - 2] << 8 | bytes[got - 1]);
    answer->size = got - 2;
    answer->data = got > 2 ? realloc(scripted->answer, got - 2) : scripted->answer;
    if (got > 2)
        scripted->answer = (uint8_t *)(uintptr_t)answer->data;
    return S_OK;
}

static HRESULT scripted_reset(struct service_link *link) {
    struct scripted_link *scripted = CONTAINER_OF(link, struct scripted_link, link);
    const struct scripted_step *step = next_step(scripted);
    if (strcmp(step->command, "reset") != 0)
        fail_msg("step %zu is '%s', and the card was reset", scripted->at - 1, step->command);
    ++link->turn;
    return step->hr;
}

static const struct service_link_ops ops = {.send = scripted_send, .reset = scripted_reset};

void scripted_link_init(struct scripted_link *scripted, const struct scripted_step *steps, size_t count) {
    *scripted = (struct scripted_link){
        .link = {.ops = &ops, .command_max = APDU_SHORT_NC_MAX, .answer_max = APDU_SHORT_NE_MAX},
        .steps = steps,
        .count = count};
}

void scripted_link_end(struct scripted_link *scripted) {
    free(scripted->answer);
    scripted->answer = NULL;
    if (scripted->at != scripted->count)
        fail_msg("'%s' has not come", scripted->steps[scripted->at].command);
}
