/*
 * What the commands about files have in common: the options that say which card, from where, and with which
 * PIN, and the way to the card and back. Used by read, write, dump and restore.
 */
#ifndef SCARD_VISIT_H
#define SCARD_VISIT_H

#include "talk/choose.h"
#include "talk/pin.h"
#include "terminal/secret.h"
#include "terminal/table.h"
#include "transfer/recovery.h"

/* What a user may say; begins as VISIT_DEFAULTS. */
struct visit_settings {
    const char *reader;    /* NULL: the only one with a card */
    const char *directory; /* NULL: the master file */
    const char *pin;       /* number of the code that is shown first; NULL: none */
    struct secret_source source;
    bool last_try;
    uint32_t wait_seconds; /* for a card that is taken out meanwhile */
};

#define VISIT_DEFAULTS                                                                                       \
    { .source = {.descriptor = SECRET_NO_DESCRIPTOR}, .wait_seconds = RECOVERY_WAIT_SECONDS }

/* The rows of these options, for settings with a member `visit`. */
#define VISIT_OPTIONS(settings)                                                                              \
    {.name = "reader",                                                                                       \
     .letter = 'r',                                                                                          \
     .argument = "READER",                                                                                   \
     .help = READER_WORDS "; by default the only one with a card",                                           \
     VALUE_AT(settings, visit.reader)},                                                                      \
        {.name = "directory",                                                                                \
         .letter = 'd',                                                                                      \
         .argument = "DIRECTORY",                                                                            \
         .help = "where it begins: identifiers, or the name (AID) of an application",                        \
         VALUE_AT(settings, visit.directory)},                                                               \
        {.name = "pin",                                                                                      \
         .letter = 'p',                                                                                      \
         .argument = "NUMBER",                                                                               \
         .help = "shows a PIN first, of this number (P2) in hexadecimal; it is asked for, and never stands " \
                 "on the command line",                                                                      \
         VALUE_AT(settings, visit.pin)},                                                                     \
        {.name = "pin-fd",                                                                                   \
         .argument = "N",                                                                                    \
         .help = "reads the PIN from this descriptor instead of the terminal",                               \
         .needs = "pin",                                                                                     \
         VALUE_AT(settings, visit.source.descriptor)},                                                       \
        {.name = "askpass",                                                                                  \
         .argument = "PROGRAM",                                                                              \
         .help = "lets this program ask for the PIN",                                                        \
         .needs = "pin",                                                                                     \
         VALUE_AT(settings, visit.source.askpass)},                                                          \
        {.name = "last-try",                                                                                 \
         .help = "also where one try is left, and a wrong PIN blocks it",                                    \
         .needs = "pin",                                                                                     \
         VALUE_AT(settings, visit.last_try)},                                                                \
    {                                                                                                        \
        .name = "wait", .letter = 'w', .argument = "SECONDS",                                                \
        .help = "how long to wait for a card that is taken out meanwhile; 60 by default",                    \
        VALUE_AT(settings, visit.wait_seconds)                                                               \
    }

struct visit {
    const struct visit_settings *settings;
    char *reader; /* its name */
    struct recovery recovery;
    ISCardFileAccess *files;
    struct pin_place place;
    struct secret secret; /* shown again after a reset, as long as it takes */
};

/* Judges the settings, for a command's check: EXIT_USAGE after a message. */
int visit_check(const struct command *command, const struct visit_settings *settings);

/*
 * Chooses the reader, asks for the PIN, attaches, locks, and shows the PIN. Failures are told. On EXIT_GOOD
 * ended by visit_close(); otherwise an exit code, and there is nothing to end.
 */
int visit_open(const struct visit_settings *settings, struct visit *out);

/* Gives the card free. Ctrl-C still waits: what was read can be brought to disk whole. */
void visit_leave(struct visit *visit);

/* Ends all of it, after visit_leave() or without; a zeroed one is fine. */
void visit_close(struct visit *visit);

#endif
