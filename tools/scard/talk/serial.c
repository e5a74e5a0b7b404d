/* Serial numbers of readers: see serial.h. */
#include "talk/serial.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "scardssp.h"
#include "scardssp_rm.h"

#define SERIAL_NUMBER 0x00010103u /* the attribute, PC/SC part 3 */
#define BYTES_MAX ((SERIAL_MAX - 1) / 2)

static bool is_text(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; ++i)
        if (bytes[i] < 0x20 || bytes[i] > 0x7E)
            return false;
    return true;
}

bool serial_find(const char *reader, char *out) {
    uint8_t bytes[BYTES_MAX];
    size_t size = sizeof bytes;
    out[0] = '\0';
    if (scardssp_get_reader_attribute(reader, SERIAL_NUMBER, bytes, &size) != S_OK)
        return false;
    while (size > 0 && bytes[size - 1] == 0) /* many give text with its NUL */
        --size;
    if (is_text(bytes, size))
        (void)snprintf(out, SERIAL_MAX, "%.*s", (int)size, (const char *)bytes);
    else
        for (size_t i = 0; i < size; ++i)
            (void)snprintf(out + 2 * i, 3, "%02X", bytes[i]);
    return out[0] != '\0';
}
