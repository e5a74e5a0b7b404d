/* What `scard bench` has measured, as a table with small plots and in JSON. */
#ifndef SCARD_REPORT_H
#define SCARD_REPORT_H

#include <stdbool.h>

#include "measure/course.h"
#include "terminal/json.h"

/* Whose measurements they are. */
struct report_head {
    const char *reader;
    const char *card; /* its name; NULL: nobody knows any */
    struct card_look look;
};

/* Prints it to standard output. blocks: with block elements, else in ASCII; plots: with plots at all. */
void report_print(const struct report_head *head, const struct course *course, bool plots, bool blocks);

/* Writes it as one line of JSON, docs/json/bench.schema.json. */
void report_write(const struct report_head *head, const struct course *course);

#endif
