/* Commands and answers in one line: see exchangeline.h. */
#include "trace/exchangeline.h"

#include <stdlib.h>

#include "terminal/text.h"

static bool is_hidden(const struct trace_entry *entry, size_t at) {
    return at >= entry->hidden_at && at - entry->hidden_at < entry->hidden_count;
}

void exchangeline_print(FILE *file, const struct trace_entry *entry) {
    char words[ENTRY_WORDS_MAX], means[ENTRY_WORDS_MAX];
    for (size_t i = 0; i < entry->command_size; ++i)
        if (is_hidden(entry, i))
            fputs("** ", file);
        else
            fprintf(file, "%02X ", entry->command[i]);
    fputs("-> ", file);
    text_print_hex(file, entry->answer, entry->answer_size, " ");
    entry_command_words(entry, words);
    entry_answer_words(entry, means);
    fprintf(file, "  | %s; ", words);
    text_print(file, means);
}

void exchangeline_json(struct json *json, const struct trace_entry *entry) {
    char words[ENTRY_WORDS_MAX], means[ENTRY_WORDS_MAX];
    char *command = malloc(2 * entry->command_size + 1);
    for (size_t i = 0; command && i < entry->command_size; ++i)
        (void)snprintf(command + 2 * i, 3, is_hidden(entry, i) ? "**" : "%02X", entry->command[i]);
    entry_command_words(entry, words);
    entry_answer_words(entry, means);
    json_text(json, "command", command);
    json_hex(json, "answer", entry->answer, entry->answer_size);
    json_text(json, "words", words);
    json_text(json, "means", means);
    free(command);
}
