/* Where the tool begins, on every system. Called by entry.c and, on Windows, entry_win.c. */
#ifndef SCARD_MAIN_H
#define SCARD_MAIN_H

/* Runs the command line, whose words are UTF-8. Returns the exit code of the process. */
int scard_run(int argc, char **argv);

#endif
