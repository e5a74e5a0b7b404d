/*
 * Which change of those that are in the program is made: for mutants.py, whose changed objects ask. The
 * environment names one; and a file in which each notes that it was come to, by a byte at its number.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define NUMBERS 65536u

int scardssp_mutant(int number);

static int chosen;
static volatile unsigned char *reached;

__attribute__((constructor)) static void choose(void) {
    const char *number = getenv("SCARDSSP_MUTANT");
    const char *path = getenv("SCARDSSP_MUTANT_REACH");
    chosen = number ? atoi(number) : 0;
    if (!path)
        return;
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    void *map = fd < 0 ? MAP_FAILED : mmap(NULL, NUMBERS, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    if (map != MAP_FAILED)
        reached = map;
}

/* A mutex that nobody has is not given, as checked.h has it for locks of our own. */
int pthread_mutex_unlock(pthread_mutex_t *mutex) {
    static int (*unlock)(pthread_mutex_t * mutex);
    if (!unlock) {
        void *found = dlsym(RTLD_NEXT, "pthread_mutex_unlock");
        memcpy(&unlock, &found, sizeof unlock);
    }
    if (mutex->__data.__lock == 0)
        abort();
    return unlock(mutex);
}

int scardssp_mutant(int number) {
    if (reached)
        reached[number] = 1;
    return number == chosen;
}
