/* Files by their names, where those are bytes. */
#include "terminal/file.h"

FILE *file_to_read(const char *name) {
    return fopen(name, "rb");
}
