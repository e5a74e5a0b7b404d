/* Finds the socket between the PC/SC library and the daemon. */
#include "backends/pcsc/socket.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alone.h"
#include "base/daemon.h"

#define SOCKET_TEXT 40 /* "socket:[" and a number */

/* Opens the folder of the process's threads, above the standard streams. */
static int open_tasks(void) {
    const int low = open("/proc/self/task", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (low < 0 || low > STDERR_FILENO)
        return low;
    const int tasks = fcntl(low, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(low);
    return tasks;
}

/* The folder has two links as all have, and one for each thread. */
static bool has_threads(unsigned count, int *tasks) {
    struct stat about;
    if (*tasks < 0)
        *tasks = open_tasks();
    return *tasks >= 0 && fstat(*tasks, &about) == 0 && about.st_nlink == 2 + count;
}

int pcsc_sockets_next(unsigned idle, int *tasks) {
    int next = -1;
    if (idle == 0 && thread_is_alone()) /* who never had a second thread need not look */
        next = eventfd(0, EFD_CLOEXEC);
    else if (has_threads(1 + idle, tasks))
        next = fcntl(*tasks, F_DUPFD_CLOEXEC, 0);
    if (next >= 0)
        close(next);
    return next;
}

ino_t pcsc_sockets_number(int library) {
    struct stat about;
    return fstat(library, &about) == 0 && S_ISSOCK(about.st_mode) ? about.st_ino : 0;
}

int pcsc_sockets_take(int library, ino_t number) {
    if (!daemon_is_behind(library))
        return -1;
    /* Where the program has closed its standard streams, what it writes there must not reach the daemon. */
    const int taken = fcntl(library, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (taken < 0 || !number || pcsc_sockets_number(taken) == number)
        return taken;
    close(taken);
    return -1;
}

/*
 * The number of the socket behind a descriptor, by its entry; 0: it is none. The descriptor may be anybody's,
 * who closes it at this moment: it is not touched.
 */
static ino_t socket_number(DIR *directory, const char *entry) {
    char text[SOCKET_TEXT];
    unsigned long long number = 0;
    const ssize_t size = readlinkat(dirfd(directory), entry, text, sizeof text - 1);
    text[size > 0 ? size : 0] = '\0';
    return sscanf(text, "socket:[%llu]", &number) == 1 ? (ino_t)number : 0;
}

/* Calls visit for each socket of the process until it returns false; false when they cannot be listed. */
static bool each_socket(bool (*visit)(int fd, ino_t number, void *user), void *user) {
    DIR *directory = opendir("/proc/self/fd");
    if (!directory)
        return false;
    for (const struct dirent *entry; (entry = readdir(directory));) {
        const int fd = atoi(entry->d_name);
        const ino_t number =
            isdigit((unsigned char)*entry->d_name) ? socket_number(directory, entry->d_name) : 0;
        if (number && !visit(fd, number, user))
            break;
    }
    closedir(directory);
    return true;
}

static bool note(int fd, ino_t number, void *user) {
    struct pcsc_sockets *list = user;
    (void)fd;
    if ((list->count & (list->count - 1)) == 0) { /* full at every power of two */
        const size_t room = list->count ? list->count * 2 : 1;
        ino_t *more = realloc(list->numbers, room * sizeof *more);
        if (!more) {
            pcsc_sockets_free(list);
            return false;
        }
        list->numbers = more;
    }
    list->numbers[list->count++] = number;
    return true;
}

static int compare(const void *a, const void *b) {
    const ino_t x = *(const ino_t *)a;
    const ino_t y = *(const ino_t *)b;
    return (x > y) - (x < y);
}

void pcsc_sockets_note(struct pcsc_sockets *out) {
    out->numbers = calloc(1, sizeof *out->numbers); /* not NULL: an empty list is a list */
    out->count = 0;
    if (!out->numbers)
        return;
    if (!each_socket(note, out))
        pcsc_sockets_free(out);
    else if (out->numbers)
        qsort(out->numbers, out->count, sizeof *out->numbers, compare);
}

void pcsc_sockets_free(struct pcsc_sockets *sockets) {
    free(sockets->numbers);
    sockets->numbers = NULL;
    sockets->count = 0;
}

struct search {
    const struct pcsc_sockets *before;
    int except;
    int found;
    int ambiguous;
};

static bool look(int fd, ino_t number, void *user) {
    struct search *search = user;
    if (fd == search->except ||
        bsearch(&number, search->before->numbers, search->before->count, sizeof number, compare) ||
        !daemon_is_behind(fd))
        return true;
    if (search->found >= 0)
        search->ambiguous = 1;
    search->found = fd;
    return !search->ambiguous;
}

int pcsc_sockets_find_new(const struct pcsc_sockets *before, int except, int *library, int *ambiguous) {
    struct search search = {.before = before, .except = except, .found = -1};
    *library = -1;
    *ambiguous = 0;
    if (!before->numbers || !each_socket(look, &search))
        return -1;
    *ambiguous = search.ambiguous;
    if (search.found < 0 || search.ambiguous)
        return -1;
    *library = search.found;
    return pcsc_sockets_take(search.found, 0);
}
