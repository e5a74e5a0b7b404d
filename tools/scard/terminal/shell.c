/* Commands of the shell: see shell.h. */
#include "terminal/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#define NOT_STARTED 127

void shell_variable(const char *name, const char *value) {
    if (value)
        (void)setenv(name, value, 1);
    else
        (void)unsetenv(name);
}

int shell_run(const char *line) {
    (void)fflush(NULL);
    const int status = system(line); /* the user's own line, meant for the shell */
    if (status == -1)
        return NOT_STARTED;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
