/* Commands of the system's shell. For options that run one. */
#ifndef SCARD_SHELL_H
#define SCARD_SHELL_H

/*
 * Sets a variable of the environment for what shell_run() starts; value NULL: takes it away. What cannot be
 * set is missing there.
 */
void shell_variable(const char *name, const char *value);

/*
 * Runs a line of the shell (sh, on Windows cmd.exe) with this program's input and outputs, and waits for it.
 * Returns its exit code; of one that a signal ended 128 and its number; 127 where it could not be started.
 */
int shell_run(const char *line);

#endif
