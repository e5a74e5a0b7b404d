/*
 * Task memory: CoTaskMemAlloc and its family (Linux only). Called by programs and by objects that hand memory
 * out.
 */
#include <stdlib.h>

#include "scardssp.h"

/* Zero bytes still give an address that can be told from a failure. */
LPVOID CoTaskMemAlloc(SIZE_T size) {
    return size > PTRDIFF_MAX ? NULL : malloc(size ? size : 1);
}

LPVOID CoTaskMemRealloc(LPVOID memory, SIZE_T size) {
    if (!memory)
        return CoTaskMemAlloc(size);
    if (!size) {
        free(memory);
        return NULL;
    }
    return size > PTRDIFF_MAX ? NULL : realloc(memory, size);
}

void CoTaskMemFree(LPVOID memory) {
    free(memory);
}
