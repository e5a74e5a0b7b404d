/*
 * A notice that asks the user for something. Linux: in a window of a dialog program where there is a display
 * and such a program, else as a line on the terminal, else nowhere. Windows: in a message box. Used by
 * waiting.c.
 */
#ifndef SCARDSSP_CLIENT_NOTICE_H
#define SCARDSSP_CLIENT_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

struct notice;

/*
 * Shows a notice; both texts in UTF-8, control characters become spaces. timeout_ms: when a window may close
 * by itself, should nobody be left to do so. NULL: out of memory, nothing is shown.
 */
struct notice *notice_show(const char *title, const char *text, uint32_t timeout_ms);

/*
 * Whether the user has closed the window. A window that could not be opened is replaced by the line on the
 * terminal here, which nobody can close. NULL: false.
 */
bool notice_is_closed(struct notice *notice);

/* Whether there is a window, which the user may close. NULL: false. */
bool notice_has_window(const struct notice *notice);

/*
 * Takes the window away and frees the notice; NULL does nothing. A message box that cannot go at once (its
 * thread is held up, or has not come up yet) is waited for 3 s, and goes by itself later; it is not shown any
 * more if it was not yet.
 */
void notice_hide(struct notice *notice);

#endif
