/* Children of a test: see child.h. */
#include "support/kits/child.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE_S 40

/* In a build for coverage what has been counted is written where a process ends, which _exit() leaves out. */
#ifdef COUNTS_LINES
void __gcov_dump(void);
static void keep_counts(void) {
    __gcov_dump();
}
#else
static void keep_counts(void) {
}
#endif

void child_run(int (*run)(void *argument), void *argument) {
    int status = -1;
    (void)fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        alarm(PATIENCE_S);
        const int result = run(argument);
        keep_counts();
        _exit(result);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}
