/*
 * Fault scripts: whatever is read has rules that make sense, and plays; what is none has a message with its
 * line and column, which lie in the text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/faults/plan.h"
#include "fuzz.h"

static void check_rule(const struct script_rule *rule, uint32_t lines) {
    FUZZ_CHECK(rule->line >= 1 && rule->line <= lines);
    FUZZ_CHECK(rule->chance >= 1 && rule->chance <= 100);
    FUZZ_CHECK(rule->times >= 1);
    FUZZ_CHECK(rule->fault <= SCRIPT_SW && (rule->fault != SCRIPT_SW || rule->value <= 0xFFFF));
    FUZZ_CHECK(memchr(rule->reader, 0, sizeof rule->reader) &&
               memchr(rule->partner, 0, sizeof rule->partner));
}

static uint32_t count_lines(const uint8_t *data, size_t size) {
    uint32_t lines = 1;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    return lines;
}

static void check_message(const char *message, uint32_t lines, size_t size) {
    unsigned line = 0, column = 0;
    FUZZ_CHECK(sscanf(message, "%u:%u: expected ", &line, &column) == 2);
    FUZZ_CHECK(line >= 1 && line <= lines && column >= 1 && column <= size + 1);
    FUZZ_CHECK(strstr(message, ", found ") != NULL);
}

/* The text is a command, too. Each rule strikes no more often than it may. */
static void check_play(struct script *script, const uint8_t *data, size_t size) {
    struct plan plan;
    if (!plan_begin(&plan, script, 0))
        return;
    for (uint64_t now = 0; now < 4000; now += 500)
        (void)plan_command(&plan, "A", data, size < 5 ? size : 5, now);
    for (unsigned i = 0; plan_clock(&plan, 4000); i++)
        FUZZ_CHECK(i < plan.script.count);
    for (size_t i = 0; i < plan.script.count; i++)
        FUZZ_CHECK(plan.rows[i].struck <= plan.script.rules[i].times);
    plan_end(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct script script;
    char message[400] = "";
    char *const text = fuzz_alloc(size);
    if (size)
        memcpy(text, data, size);
    const uint32_t lines = count_lines(data, size);
    if (fault_script_parse(text, size, &script, message, sizeof message)) {
        FUZZ_CHECK(*message == '\0' && script.count <= SCRIPT_RULES_MAX);
        for (size_t i = 0; i < script.count; i++)
            check_rule(&script.rules[i], lines);
        check_play(&script, data, size);
    } else {
        check_message(message, lines, size);
        fault_script_clear(&script);
    }
    free(text);
    return 0;
}
