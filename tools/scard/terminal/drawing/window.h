/*
 * A terminal whose whole window a command draws on, and leaves as it was. For `scard watch`. One at a time:
 * the terminal of standard output.
 */
#ifndef SCARD_WINDOW_H
#define SCARD_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Whether there is such a terminal; never on Windows, where commands print lines instead. */
bool window_is_there(void);

/* How many columns and lines it has; 80 and 24 where it does not tell. */
void window_size(size_t *columns, size_t *lines);

/* Takes the window: what stands there comes back with window_leave(). Lines that are too long are cut. */
void window_enter(void);

/*
 * An empty page, to write lines on with '\n' at their ends; the window's. NULL: there is no memory. Then
 * window_show() shows it from the top, and what stood there goes.
 */
FILE *window_page(void);
void window_show(void);

/* Gives the window back; without window_enter() before, nothing happens. */
void window_leave(void);

#endif
