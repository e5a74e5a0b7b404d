/*
 * Processes that have something open: the PC/SC service's socket, or a device. For `scard who` and `scard
 * doctor`.
 */
#ifndef SCARD_HOLDER_H
#define SCARD_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "terminal/json.h"

struct holder {
    uint32_t pid;
    uint32_t times;   /* how often it has it open */
    char program[64]; /* its name, as it may have chosen itself: shown with text_print(); "": not known */
    char user[40];    /* whose it is; a number where the system has no name; "": not known */
};

/* Starts zeroed, ended by holder_list_free(). */
struct holder_list {
    struct holder *items; /* by their numbers, each process once */
    size_t count;
    size_t unseen; /* further opens, by processes that this one may not look into or cannot see */
};

/* Frees it and makes it empty. */
void holder_list_free(struct holder_list *list);

/* Counts one open more of this process, whose other members are not known yet. false: out of memory. */
bool holder_list_add(struct holder_list *list, uint32_t pid);

/* Takes those away that have this program's name. */
void holder_list_drop(struct holder_list *list, const char *program);

/* "scdaemon (process 4711, user anna), ..." without an end of line. None: nothing. */
void holder_list_print(const struct holder_list *list, FILE *file);

/* As an array of {"pid","program","user","connections"}. */
void holder_list_write(struct json *json, const char *key, const struct holder_list *list);

#endif
