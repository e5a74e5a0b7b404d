/* Bytes to the descriptor of a file, all of them. See descriptor.h. */
#include "transfer/descriptor.h"

#include <errno.h>
#include <unistd.h>

bool descriptor_write(int file, const uint8_t *bytes, size_t size) {
    while (size > 0) {
        const ssize_t written = write(file, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

bool descriptor_finish(int file, bool good) {
    const int saved = errno;
    const bool closed = close(file) == 0;
    if (!good)
        errno = saved;
    return good && closed;
}
