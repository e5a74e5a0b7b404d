/* Threads of the library's own, on Windows: see thread.h. */
#include "base/thread.h"

#include <stdlib.h>
#include <windows.h>

/* What the new thread begins with; freed by it. */
struct start {
    void (*run)(void *argument);
    void *argument;
};

static DWORD WINAPI enter(void *argument) {
    const struct start start = *(struct start *)argument;
    free(argument);
    start.run(start.argument);
    return 0;
}

bool thread_start(void (*run)(void *argument), void *argument) {
    struct start *start = malloc(sizeof *start);
    if (!start)
        return false;
    *start = (struct start){.run = run, .argument = argument};
    HANDLE thread = CreateThread(NULL, 0, enter, start, 0, NULL);
    if (thread)
        CloseHandle(thread);
    else
        free(start);
    return thread != NULL;
}
