/* What a thread waits for, as the kernel shows it: the number of its system call and the arguments. */
#include "backends/ifd/cutoff.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "backends/ifd/folder.h"

/* The calls that wait for the descriptor in their first argument. */
static bool waits_for_descriptor(long call) {
    return call == SYS_read || call == SYS_recvfrom || call == SYS_recvmsg;
}

/* The descriptor that the thread waits for; -1: none. */
static int awaited(pid_t thread) {
    char path[48];
    long call = -1;
    unsigned long descriptor = 0;
    (void)snprintf(path, sizeof path, "/proc/self/task/%ld/syscall", (long)thread);
    char *text = ifd_text_read(NULL, path, NULL);
    const bool known = text && sscanf(text, "%ld %lx", &call, &descriptor) == 2;
    free(text);
    return known && waits_for_descriptor(call) && descriptor <= INT32_MAX ? (int)descriptor : -1;
}

bool ifd_cut_off(pid_t thread) {
    struct stat info;
    const int descriptor = awaited(thread);
    return descriptor >= 0 && fstat(descriptor, &info) == 0 && S_ISSOCK(info.st_mode) &&
           shutdown(descriptor, SHUT_RDWR) == 0;
}
