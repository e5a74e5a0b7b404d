/*
 * Fault scripts: what is to go wrong, and when. docs/faults.md has the grammar for people; a line is a rule:
 *
 *     CONDITION ... : FAULT [ARGUMENT] [for TIME]
 *
 * Read by faults.c, which plays them, and by module/, which says what is wrong with one.
 */
#ifndef SCARDSSP_BACKENDS_FAULTS_SCRIPT_H
#define SCARDSSP_BACKENDS_FAULTS_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCRIPT_RULES_MAX 1000u
#define SCRIPT_READER_MAX 128u /* with its end */

enum script_fault {
    /* What happens to the reader, its card or the service; a command that meets it does not get through. */
    SCRIPT_REMOVE,
    SCRIPT_INSERT,
    SCRIPT_SWAP,
    SCRIPT_RESET,
    SCRIPT_MUTE,
    SCRIPT_STOP,
    SCRIPT_START,
    SCRIPT_UNPLUG,
    SCRIPT_REPLUG,
    SCRIPT_RENUMBER,
    SCRIPT_IDLE,
    /* What happens to one command, or its answer. */
    SCRIPT_DROP,
    SCRIPT_CUT,
    SCRIPT_GARBLE,
    SCRIPT_DELAY,
    SCRIPT_STORM_6C,
    SCRIPT_STORM_61,
    SCRIPT_SW
};

static inline bool script_is_of_command(enum script_fault fault) {
    return fault >= SCRIPT_DROP;
}

/* A rule. What was not said is 0. */
struct script_rule {
    enum script_fault fault;
    uint32_t value;                  /* of the fault: a count, ms, a status word */
    uint32_t for_ms;                 /* how long it lasts; 0: until another ends it */
    char reader[SCRIPT_READER_MAX];  /* the reader that is meant; empty: any */
    char partner[SCRIPT_READER_MAX]; /* swap: whose card comes; empty: the next one's */
    bool has_ins;
    uint8_t ins;
    uint32_t after; /* so many commands that the other conditions let pass come first */
    uint32_t every; /* of those that follow each so manyth; 0: each */
    bool has_at;
    uint32_t at_ms;  /* not before, since the script began */
    uint32_t chance; /* per cent; 100: always */
    uint32_t times;  /* so often at most; UINT32_MAX: always */
    uint32_t line;   /* where it stands */
};

struct script {
    uint64_t seed;
    struct script_rule *rules;
    size_t count;
};

/*
 * Reads a script of `size` bytes; a line ends with its end or a semicolon. false: it is none, and message
 * (may be NULL) of message_size bytes gets "LINE:COLUMN: expected ..., found ...", counted from 1; or there
 * is no memory, and it gets that. *out is freed by fault_script_clear() then, too.
 */
bool fault_script_parse(const char *text, size_t size, struct script *out, char *message,
                        size_t message_size);

/* Frees what a script has. */
void fault_script_clear(struct script *script);

#endif
