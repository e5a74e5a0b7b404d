/* Bytes and words of commands and answers. */
#include "backends/tracer/apdu.h"

#include "apdu/secret.h"
#include "apdu/sw.h"

void trace_apdu_command(struct trace_page *page, const char *prefix, const uint8_t *command, size_t size) {
    size_t front, back;
    (void)secret_find(command, size, &front, &back);
    trace_page_print(page, "%s", prefix);
    trace_page_bytes(page, command, front);
    if (front + back < size)
        trace_page_print(page, " **");
    trace_page_bytes(page, command + size - back, back);
    trace_page_print(page, "\n");
}

void trace_apdu_answer(struct trace_page *page, const char *prefix, const uint8_t *command,
                       size_t command_size, const uint8_t *answer, size_t size) {
    trace_page_print(page, "%s", prefix);
    trace_page_bytes(page, answer, size);
    if (size >= 2) {
        const uint16_t sw = (uint16_t)(answer[size - 2] << 8 | answer[size - 1]);
        char words[SW_TEXT_MAX];
        (void)sw_format(command, command_size, sw, words, sizeof words);
        trace_page_print(page, " [%s]", words);
    }
    trace_page_print(page, "\n");
}
