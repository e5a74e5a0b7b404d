/*
 * What `scard doctor` finds out: what is well and what is wrong, how one sees it, and what to do. Filled by
 * the examinations of this room, shown by the command.
 */
#ifndef SCARD_FINDING_H
#define SCARD_FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "terminal/json.h"

enum finding_grade {
    FINDING_FINE, /* it is as it should be */
    FINDING_NOTE, /* worth knowing, keeps nothing from working */
    FINDING_FAULT /* something does not work because of it */
};

#define FINDING_TEXT_MAX 480

/* Texts may hold names of drivers and programs: shown with text_print(). Empty ones are not told. */
struct finding {
    enum finding_grade grade;
    const char *id;                 /* for programs: "no-driver" */
    char subject[FINDING_TEXT_MAX]; /* the reader or device it is about */
    char what[FINDING_TEXT_MAX];    /* in a sentence without its full stop */
    char seen[FINDING_TEXT_MAX];    /* where one sees it */
    char remedy[FINDING_TEXT_MAX];  /* what to do, in words */
    char command[FINDING_TEXT_MAX]; /* what to type */
};

/* Starts zeroed; ended by findings_free(). */
struct findings {
    struct finding *items;
    size_t count;
    struct finding spare; /* what is told goes there when there is no memory */
    bool short_of_memory;
};

/*
 * Adds a finding and returns it, until the next call, for the functions below. id: static text. subject NULL:
 * it is about no reader.
 */
struct finding *finding_add(struct findings *all, enum finding_grade grade, const char *id,
                            const char *subject);

/* Each writes one of the texts; what is too long is cut. */
void finding_what(struct finding *finding, const char *format, ...) __attribute__((format(__printf__, 2, 3)));
void finding_seen(struct finding *finding, const char *format, ...) __attribute__((format(__printf__, 2, 3)));
void finding_remedy(struct finding *finding, const char *format, ...)
    __attribute__((format(__printf__, 2, 3)));
void finding_command(struct finding *finding, const char *format, ...)
    __attribute__((format(__printf__, 2, 3)));

/* How many of this grade there are. */
size_t findings_count(const struct findings *all, enum finding_grade grade);

/* Prints all, in order, to standard output. */
void findings_print(const struct findings *all);

/* Writes all as an array. */
void findings_write(struct json *json, const char *key, const struct findings *all);

/* Frees them and makes the list empty. */
void findings_free(struct findings *all);

#endif
