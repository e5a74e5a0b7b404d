/* What happens at readers, of what they hold before and after: tools/scard/talk/event.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "talk/event.h"
#include "talk/reader.h"

#define COUNT(n) ((uint32_t)(n) << 16)
#define CARD(n) (COUNT(n) | READER_PRESENT)
#define NO_CARD(n) (COUNT(n) | READER_EMPTY)
#define NO_READER UINT32_MAX

struct row {
    const char *what;
    bool first;
    uint32_t before, now; /* NO_READER: there is none */
    uint8_t atr_before, atr_now;
    const char *events;
};

static const struct row rows[] = {
    {"there at first", true, NO_READER, CARD(4), 0, 1, "reader-present card;"},
    {"a reader comes", false, NO_READER, NO_CARD(0), 0, 0, "reader-added empty;"},
    {"with its card", false, NO_READER, CARD(1), 0, 1, "reader-added card;card-inserted card;"},
    {"a reader goes", false, NO_CARD(2), NO_READER, 0, 0, "reader-removed;"},
    {"with its card", false, CARD(2), NO_READER, 1, 0, "card-removed;reader-removed;"},
    {"a card comes", false, NO_CARD(2), CARD(3), 0, 1, "card-inserted card;"},
    {"a card goes", false, CARD(3), NO_CARD(4), 1, 0, "card-removed empty;"},
    {"out and in again", false, CARD(3), CARD(5), 1, 1, "card-removed card;card-inserted card;"},
    {"across the end of the count", false, CARD(0xFFFF), CARD(1), 1, 1,
     "card-removed card;card-inserted card;"},
    {"in and out again", false, NO_CARD(3), NO_CARD(5), 0, 0, "card-inserted empty;card-removed empty;"},
    {"another card, not counted", false, CARD(0), CARD(0), 1, 2, "card-removed card;card-inserted card;"},
    {"is used", false, CARD(3), CARD(3) | READER_INUSE, 1, 1, "state-changed card;"},
    {"answers later", false, CARD(3) | READER_MUTE, CARD(3), 0, 1, "state-changed card;"},
};

static void note(void *user, const struct event *event) {
    char *text = user;
    const char *card = !event->state ? "" : event->state->state & READER_PRESENT ? " card" : " empty";
    assert_string_equal(event->reader, "Acme");
    assert_int_equal(event->status, 0);
    (void)snprintf(text + strlen(text), 200 - strlen(text), "%s%s;", event_name(event->kind), card);
}

static struct scardssp_reader_state state_of(uint32_t bits, uint8_t atr) {
    struct scardssp_reader_state state = {.state = bits, .atr_size = atr ? 2 : 0};
    state.atr[0] = atr ? 0x3B : 0;
    state.atr[1] = atr;
    return state;
}

static void test_event__rows(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        const struct scardssp_reader_state before = state_of(row->before, row->atr_before),
                                           now = state_of(row->now, row->atr_now);
        const struct scardssp_reader_change change = {.name = "Acme",
                                                      .before = row->before == NO_READER ? NULL : &before,
                                                      .now = row->now == NO_READER ? NULL : &now};
        char text[200] = "";
        event_each(&change, row->first, note, text);
        if (strcmp(text, row->events) != 0)
            fail_msg("%s: '%s', not '%s'", row->what, text, row->events);
    }
}

static void test_event__words(void **state) {
    (void)state;
    for (int kind = EVENT_PRESENT; kind <= EVENT_SERVICE; kind++) {
        assert_non_null(event_name((enum event_kind)kind));
        assert_true(strlen(event_text((enum event_kind)kind)) <= 15); /* the column that is kept for it */
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_event__rows),
                                       cmocka_unit_test(test_event__words)};
    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
