/*
 * Traces from files, as the tool reads them: lines of records and pcapng. What is taken can be shown in every
 * form; what is a pcapng file of ours comes back from another one as it was.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "support/kits/recording.h"
#include "trace/page.h"
#include "trace/pcapng.h"
#include "trace/pcapngfile.h"
#include "trace/recordline.h"
#include "trace/textform.h"

static void check_entry(const struct trace_entry *entry) {
    char words[ENTRY_WORDS_MAX];
    FUZZ_CHECK(entry->call && entry->on);
    FUZZ_CHECK(!entry->hidden_count || entry->hidden_at + entry->hidden_count <= entry->command_size);
    for (size_t i = 0; i < entry->hidden_count; ++i)
        FUZZ_CHECK(entry->command[entry->hidden_at + i] == ENTRY_FILLER ||
                   entry->command[entry->hidden_at] == ENTRY_FILLER);
    if (!entry_is_command(entry))
        return;
    entry_command_words(entry, words);
    FUZZ_CHECK(strlen(words) < sizeof words);
    entry_answer_words(entry, words);
    FUZZ_CHECK(strlen(words) < sizeof words);
}

/* Text has no control characters but line feeds; a page has no markup but its own. */
static void check_shown(const struct trace_list *list) {
    struct recording text;
    FUZZ_CHECK(recording_open(&text));
    for (size_t i = 0; i < list->count; ++i)
        textform_write(text.out, &list->entries[i]);
    FUZZ_CHECK(recording_read(&text));
    for (size_t i = 0; i < text.size; ++i)
        FUZZ_CHECK(text.text[i] == '\n' || (unsigned char)text.text[i] >= 0x20);
    recording_close(&text);
    FUZZ_CHECK(recording_open(&text));
    page_write(text.out, "x", list);
    FUZZ_CHECK(recording_read(&text));
    const char *script = strstr(text.text, "<script");
    FUZZ_CHECK(script && !strstr(script + 1, "<script"));
    recording_close(&text);
}

/* Written and read again, it has as many commands, of the same bytes. */
static void check_round(const struct trace_list *list) {
    struct recording file;
    struct trace_list again = {.entries = NULL};
    FUZZ_CHECK(recording_open(&file));
    struct pcapng pcapng = {.file = file.out};
    pcapng_begin(&pcapng);
    for (size_t i = 0; i < list->count; ++i)
        pcapng_write(&pcapng, &list->entries[i]);
    FUZZ_CHECK(pcapng_end(&pcapng) && recording_read(&file));
    FUZZ_CHECK(pcapngfile_read((const uint8_t *)file.text, file.size, &again) == PCAPNGFILE_OK);
    size_t at = 0;
    for (size_t i = 0; i < list->count; ++i) {
        const struct trace_entry *entry = &list->entries[i];
        if (!entry_is_command(entry))
            continue;
        while (at < again.count && !entry_is_command(&again.entries[at]))
            ++at;
        FUZZ_CHECK(at < again.count && again.entries[at].command_size == entry->command_size &&
                   again.entries[at].answer_size == entry->answer_size &&
                   memcmp(again.entries[at].command, entry->command, entry->command_size) == 0);
        ++at;
    }
    trace_list_clear(&again);
    recording_close(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct trace_list list = {.entries = NULL};
    struct trace_entry entry;
    if (pcapngfile_is(data, size)) {
        (void)pcapngfile_read(data, size, &list);
    } else if (recordline_parse((const char *)data, size, &entry) == RECORDLINE_OK) {
        FUZZ_CHECK(trace_list_add(&list, &entry));
    } else {
        FUZZ_CHECK(!entry.call && !entry.command);
        return 0;
    }
    for (size_t i = 0; i < list.count; ++i)
        check_entry(&list.entries[i]);
    check_shown(&list);
    check_round(&list);
    trace_list_clear(&list);
    return 0;
}
