/* Calls of a trace: see entry.h. */
#include "trace/entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scardssp_rm.h"

void entry_clear(struct trace_entry *entry) {
    free(entry->program);
    free(entry->call);
    free(entry->on);
    free(entry->status);
    free(entry->detail);
    free(entry->command);
    free(entry->answer);
    free(entry->atr);
    for (size_t i = 0; i < entry->reader_count; ++i) {
        free(entry->readers[i].name);
        free(entry->readers[i].atr);
    }
    free(entry->readers);
    *entry = (struct trace_entry){.time = 0};
}

bool entry_reader(const struct trace_entry *entry, size_t place, struct trace_reader *out) {
    const bool own = entry->atr_size && entry->on;
    if (own && place == 0) {
        *out = (struct trace_reader){.name = entry->on, .atr = entry->atr, .atr_size = entry->atr_size};
        return true;
    }
    place -= own;
    if (place >= entry->reader_count)
        return false;
    *out = entry->readers[place];
    return true;
}

bool entry_is_command(const struct trace_entry *entry) {
    return entry->command != NULL && entry->on != NULL && entry->call != NULL &&
           strcmp(entry->call, "transmit") == 0;
}

bool entry_has_answer(const struct trace_entry *entry) {
    return entry->answer != NULL && entry->answer_size >= 2;
}

void entry_command_words(const struct trace_entry *entry, char *out) {
    (void)scardssp_apdu_text(entry->command, entry->command_size, out, ENTRY_WORDS_MAX);
    /* The rule that hid it looked into what is hidden now. */
    const size_t used = strlen(out);
    if (entry->hidden_count && strstr(out, "not shown") == NULL)
        (void)snprintf(out + used, ENTRY_WORDS_MAX - used, ", not shown");
}

void entry_answer_words(const struct trace_entry *entry, char *out) {
    if (entry_has_answer(entry)) {
        const uint8_t *end = entry->answer + entry->answer_size;
        (void)scardssp_sw_text_after(entry->command, entry->command_size, (uint16_t)(end[-2] << 8 | end[-1]),
                                     out, ENTRY_WORDS_MAX);
    } else if (!entry->ended) {
        (void)snprintf(out, ENTRY_WORDS_MAX, "never answered: the program ended");
    } else {
        const char *status = entry->status ? entry->status : "";
        (void)snprintf(out, ENTRY_WORDS_MAX, "no answer%s%.100s", *status ? ": " : "", status);
    }
}

bool trace_list_add(struct trace_list *list, const struct trace_entry *entry) {
    if (list->count == list->room) {
        const size_t room = list->room ? 2 * list->room : 64;
        struct trace_entry *entries = realloc(list->entries, room * sizeof *entries);
        if (entries == NULL)
            return false;
        list->entries = entries;
        list->room = room;
    }
    list->entries[list->count++] = *entry;
    return true;
}

/* Whether `later` tells the end of the call whose beginning `entry` tells. */
static bool is_end_of(const struct trace_entry *entry, const struct trace_entry *later) {
    return later->ended && later->process == entry->process && later->number == entry->number &&
           later->time == entry->time;
}

/*
 * The end of a call stands near its beginning, but for what other threads write meanwhile; a call that waited
 * for hours in a busy program is told twice, which is no harm.
 */
static bool has_end(const struct trace_list *list, size_t at) {
    static const size_t nearness = 20000;
    for (size_t i = at + 1; i < list->count && i - at < nearness; ++i)
        if (is_end_of(&list->entries[at], &list->entries[i]))
            return true;
    return false;
}

void trace_list_join(struct trace_list *list) {
    size_t kept = 0;
    for (size_t i = 0; i < list->count; ++i) {
        if (!list->entries[i].ended && has_end(list, i))
            entry_clear(&list->entries[i]);
        else
            list->entries[kept++] = list->entries[i];
    }
    list->count = kept;
}

void trace_list_clear(struct trace_list *list) {
    for (size_t i = 0; i < list->count; ++i)
        entry_clear(&list->entries[i]);
    free(list->entries);
    *list = (struct trace_list){.entries = NULL};
}
