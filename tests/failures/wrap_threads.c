/* Threads, and libraries loaded at run time, that cannot be had: see points.h. */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "failures/points.h"

void *__real_malloc(size_t size);
void __real_free(void *memory);

/* What a thread of the library's own begins with. */
struct start {
    void *(*run)(void *argument);
    void *argument;
};

static void *counted(void *argument) {
    const struct start start = *(struct start *)argument;
    __real_free(argument);
    points_count_here();
    return start.run(start.argument);
}

WRAP(int, pthread_create, pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *argument),
     void *argument) {
    if (SYSTEM_CALL("pthread_create", EAGAIN))
        return EAGAIN;
    struct start *const start = points_adopting() ? __real_malloc(sizeof *start) : NULL;
    if (!start)
        return __real_pthread_create(thread, attributes, run, argument);
    *start = (struct start){run, argument};
    const int code = __real_pthread_create(thread, attributes, counted, start);
    if (code != 0)
        __real_free(start);
    return code;
}

WRAP(void *, dlopen, const char *path, int flags) {
    return SYSTEM_CALL("dlopen", ENOMEM) ? NULL : __real_dlopen(path, flags);
}
