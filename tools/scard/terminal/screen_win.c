/* Whether a stream shows on Windows' console. See screen.h. */
#include "terminal/screen.h"

#include <fcntl.h>
#include <io.h>

bool screen_is(FILE *stream) {
    return _isatty(_fileno(stream)) != 0;
}

void screen_take_bytes(FILE *stream) {
    fflush(stream);
    (void)_setmode(_fileno(stream), _O_BINARY);
}
