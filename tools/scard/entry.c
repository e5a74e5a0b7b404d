/* The beginning of the process where command lines are bytes. */
#include <errno.h>
#include <fcntl.h>

#include "main.h"

/*
 * Where a standard stream is closed, the next file or socket that is opened gets its number, and what is
 * printed goes there: into the conversation with the service, say. A file that takes (or, for stdin, gives)
 * nothing stands in, so that printing fails as it does on a closed stream.
 */
static void streams_fill(void) {
    for (int number = 0; number <= 2; ++number)
        if (fcntl(number, F_GETFD) == -1 && errno == EBADF)
            (void)!open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv) {
    streams_fill();
    return scard_run(argc, argv);
}
