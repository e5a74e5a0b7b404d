/*
 * One call as a trace has it, and the list of them. Filled by recordfile.c and pcapngfile.c; everything else
 * here shows or compares it.
 */
#ifndef SCARD_TRACE_ENTRY_H
#define SCARD_TRACE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands in the place of each byte of a secret: '*'. */
#define ENTRY_FILLER 0x2Au

/* Room for the words of a command or of an answer, the NUL included. */
#define ENTRY_WORDS_MAX 200

/* A reader that a call told of, and the ATR of the card in it. */
struct trace_reader {
    char *name;
    uint8_t *atr;
    size_t atr_size;
};

/* Texts are UTF-8; what the trace does not tell is NULL, or 0. */
struct trace_entry {
    uint64_t time; /* when it began: microseconds since 1970 (UTC) */
    uint64_t took; /* microseconds */
    uint64_t number;
    uint32_t process, thread;
    bool ended; /* false: the program ended first */
    char *program;
    char *call;   /* "transmit" */
    char *on;     /* the reader */
    char *status; /* "SCARD_S_SUCCESS" */
    char *detail;
    uint8_t *command;
    size_t command_size;
    size_t hidden_at, hidden_count; /* bytes of the command that are left out: ENTRY_FILLER stands there */
    uint8_t *answer;
    size_t answer_size;
    uint8_t *atr;
    size_t atr_size;
    struct trace_reader *readers; /* with a card, where the call told of several */
    size_t reader_count;
};

/* Frees what it has. */
void entry_clear(struct trace_entry *entry);

/*
 * The place-th reader of which the call told the ATR: `on`, or one of several. False: there are no more; *out
 * is the entry's.
 */
bool entry_reader(const struct trace_entry *entry, size_t place, struct trace_reader *out);

/* Whether it is a command to a card, with its bytes. */
bool entry_is_command(const struct trace_entry *entry);

/* Whether there is an answer with a status word. */
bool entry_has_answer(const struct trace_entry *entry);

/* The command in words, into ENTRY_WORDS_MAX bytes. */
void entry_command_words(const struct trace_entry *entry, char *out);

/* What the answer's status word says, or why there is no answer, into ENTRY_WORDS_MAX bytes. */
void entry_answer_words(const struct trace_entry *entry, char *out);

/* Entries in the order of the file. Starts zeroed. */
struct trace_list {
    struct trace_entry *entries;
    size_t count, room;
};

/* Adds an entry, whose content is the list's from then on. False: out of memory; it is still the caller's. */
bool trace_list_add(struct trace_list *list, const struct trace_entry *entry);

/* Takes out what tells only that a call had begun, where its end is told, too. */
void trace_list_join(struct trace_list *list);

/* Frees everything. */
void trace_list_clear(struct trace_list *list);

#endif
