/* Windows' console: shows the tool's UTF-8 as what it is, whatever the code page. Called by entry_win.c. */
#ifndef SCARD_CONSOLE_H
#define SCARD_CONSOLE_H

/*
 * From now on, what is written to standard output and standard error goes to the console as characters, in
 * the order it is flushed in; files and pipes get UTF-8 as it is. Undone at the end of the program, when all
 * has been shown. The console's own settings stay as they are. Without memory or a thread to be had nothing
 * changes.
 */
void console_open(void);

#endif
