/* What processes have open, as far as the kernel lets this one look (/proc). Linux only. */
#ifndef SCARD_PROCESSES_H
#define SCARD_PROCESSES_H

#include "doctor/holder.h"

/* Gets one descriptor: whose it is, and what it leads to: a path, or "socket:[4711]". */
typedef void (*descriptor_visitor)(void *user, uint32_t pid, const char *target);

/* Visits every descriptor of every other process that may be looked into. */
void processes_visit(descriptor_visitor visit, void *user);

/* Finds out the program and the user of each on the list. */
void processes_describe(struct holder_list *list);

/* Adds the processes that have this file open. Without memory some are missing. */
void processes_with_file(const char *path, struct holder_list *list);

#endif
