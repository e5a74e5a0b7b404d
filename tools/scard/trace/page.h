/*
 * A trace as one page of HTML that needs nothing beside itself, and no network. Called by `scard trace
 * show`.
 */
#ifndef SCARD_TRACE_PAGE_H
#define SCARD_TRACE_PAGE_H

#include <stdio.h>

#include "trace/entry.h"

/*
 * Writes the page: how many calls of which programs at which readers, a timeline, and a table with every
 * call, commands and answers in bytes and words, which can be searched. What programs and drivers say is
 * escaped; the page's own policy forbids every script but its own, and all that is elsewhere. `name`: of the
 * trace.
 */
void page_write(FILE *file, const char *name, const struct trace_list *list);

#endif
