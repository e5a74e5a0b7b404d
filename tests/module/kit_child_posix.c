/* A child made by fork(): see kit_child.h. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit.h"
#include "kit_child.h"

static bool in_child;

bool kit_child_is_this(void) {
    return in_child;
}

bool kit_child_run(void (*program)(void), const char *const *variables, FILE *errors, int *status) {
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        in_child = true;
        dup2(fileno(errors), STDERR_FILENO);
        kit_child_set(variables);
        program();
        exit(0); /* not _exit: leaks are looked for and coverage is written here */
    }
    assert_int_equal(waitpid(child, status, 0), child);
    return WIFEXITED(*status) && WEXITSTATUS(*status) == 0;
}
