/* Erasing secrets: PINs, keys and the APDUs that carry them. Called by every layer that held one. */
#include "base/wipe.h"

#include <stdlib.h>
#include <string.h>

void wipe(void *memory, size_t size) {
    if (!memory || !size)
        return;
    memset(memory, 0, size);
    /* The barrier makes the bytes visible to "someone", so that the store cannot be dropped as dead. */
    __asm__ __volatile__("" : : "r"(memory) : "memory");
}

void wipe_free(void *memory, size_t size) {
    wipe(memory, size);
    free(memory);
}
