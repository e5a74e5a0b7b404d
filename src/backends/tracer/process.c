/* Process, program and thread: see process.h. */
#include "backends/tracer/process.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

uint32_t process_number(void) {
    return (uint32_t)getpid();
}

uint32_t process_thread(void) {
    return (uint32_t)syscall(SYS_gettid);
}

void process_name(char *out) {
    const char *name = program_invocation_short_name;
    (void)snprintf(out, PROCESS_NAME_MAX, "%s", name ? name : "");
}
