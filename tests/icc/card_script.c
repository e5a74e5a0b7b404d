/* Scripts for the simulated card. Linked with the tests of the card's command files. */
#include "icc/card_script.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "icc/image/image.h"

#define COMMAND_ROOM 70000u

static size_t from_hex(const char *hex, uint8_t *out) {
    size_t size = 0;
    for (; *hex; hex++) {
        char pair[3] = {0};
        if (*hex == ' ')
            continue;
        pair[0] = hex[0];
        pair[1] = hex[1];
        assert_true(isxdigit((unsigned char)pair[0]) && isxdigit((unsigned char)pair[1]));
        out[size++] = (uint8_t)strtoul(pair, NULL, 16);
        hex++;
    }
    return size;
}

static char *to_hex(const uint8_t *bytes, size_t size) {
    char *hex = malloc(2 * size + 1);
    assert_non_null(hex);
    for (size_t i = 0; i < size; i++)
        sprintf(hex + 2 * i, "%02X", bytes[i]);
    hex[2 * size] = '\0';
    return hex;
}

/* The pattern without blanks against the hexadecimal text. */
static int matches(const char *pattern, const char *hex) {
    if (strncmp(pattern, "...", 3) == 0) {
        size_t length = 0;
        for (const char *c = pattern + 3; *c; c++)
            length += *c != ' ';
        if (strlen(hex) < length)
            return 0;
        hex += strlen(hex) - length;
        pattern += 3;
    }
    for (; *pattern; pattern++) {
        if (*pattern == ' ')
            continue;
        if (!*hex || (*pattern != '?' && toupper((unsigned char)*pattern) != *hex))
            return 0;
        hex++;
    }
    return !*hex;
}

struct sim_card *script_card(const char *image) {
    char path[512];
    char message[256] = "";
    uint8_t atr[SIM_ATR_MAX];
    snprintf(path, sizeof path, "%s/%s.json", strchr(image, '/') ? TEST_DATA : SIM_DATA, image);
    if (sim_image_is_builtin(image))
        strcpy(path, image);
    struct sim_card *card = sim_card_create(path, message, sizeof message, NULL);
    if (!card)
        fail_msg("%s", message);
    assert_true(sim_card_power_up(card, atr) > 1);
    return card;
}

size_t script_exchange(struct sim_card *card, enum sim_protocol protocol, const uint8_t *send, size_t size,
                       const uint8_t **answer) {
    static uint8_t buffer[SIM_ANSWER_MAX];
    *answer = buffer;
    return sim_card_exchange(card, protocol, send, size, buffer, sizeof buffer);
}

static void run_step(struct sim_card *card, enum sim_protocol protocol, const struct step *step,
                     size_t number) {
    const uint8_t *answer;
    uint8_t atr[SIM_ATR_MAX];
    size_t size;
    if (strcmp(step->send, "reset") == 0 || strcmp(step->send, "power") == 0) {
        answer = atr;
        if (step->send[0] == 'p')
            sim_card_power_down(card);
        size = step->send[0] == 'p' ? sim_card_power_up(card, atr) : sim_card_reset(card, atr);
        assert_true(size > 1);
    } else {
        uint8_t *send = malloc(COMMAND_ROOM);
        assert_non_null(send);
        assert_true(strlen(step->send) / 2 <= COMMAND_ROOM);
        const size_t send_size = from_hex(step->send, send);
        /* The card sees exactly the bytes sent, so that the sanitizer sees every look beyond them. */
        send = realloc(send, send_size ? send_size : 1);
        size = script_exchange(card, protocol, send, send_size, &answer);
        free(send);
    }
    char *hex = to_hex(answer, size);
    if (step->expect && !matches(step->expect, hex))
        fail_msg("step %zu: %s gave %s, expected %s", number, step->send, hex, step->expect);
    free(hex);
}

void script_run(struct sim_card *card, enum sim_protocol protocol, const struct step *steps, size_t count) {
    for (size_t i = 0; i < count; i++)
        run_step(card, protocol, &steps[i], i);
}

void script_once(const char *image, enum sim_protocol protocol, const struct step *steps, size_t count) {
    struct sim_card *card = script_card(image);
    script_run(card, protocol, steps, count);
    sim_card_destroy(card);
}
