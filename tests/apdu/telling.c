/* Collects what is told about bytes, for comparison. Linked to the tests of meanings. */
#include "telling.h"

#include <stdio.h>
#include <string.h>

void telling_add(void *user, const char *part, const uint8_t *bytes, size_t size, const char *text) {
    struct telling *telling = user;
    char hex[2 * 64 + 1] = "";
    for (size_t i = 0; i < size && i < 64; ++i)
        (void)snprintf(hex + 2 * i, 3, "%02X", bytes[i]);
    const size_t used = strlen(telling->text);
    (void)snprintf(telling->text + used, sizeof telling->text - used, "%s=%s: %s\n", part, hex, text);
    if (telling->size + size <= sizeof telling->bytes && size > 0) {
        memcpy(telling->bytes + telling->size, bytes, size);
        telling->size += size;
    }
}
