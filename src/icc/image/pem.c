/* Private keys as text: see pem.h. */
#include "icc/image/pem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

#define BEGIN "-----BEGIN "
#define END "-----END "
#define PRIVATE_KEY "PRIVATE KEY-----"
#define ENCRYPTED "ENCRYPTED "
#define OLD_ENCRYPTION ':' /* in the lines "Proc-Type: 4,ENCRYPTED" and "DEK-Info: ..." of RFC 1421 */

/* The text right behind the line that begins a private key. NULL: there is none; *encrypted: it says so. */
static const char *find_begin(const char *text, bool *encrypted) {
    for (const char *at = strstr(text, BEGIN); at; at = strstr(at, BEGIN)) {
        at += strlen(BEGIN);
        const char *line = at + strcspn(at, "\r\n");
        const char *name = strstr(at, PRIVATE_KEY);
        if (!name || name > line)
            continue;
        *encrypted = strncmp(at, ENCRYPTED, strlen(ENCRYPTED)) == 0;
        return name + strlen(PRIVATE_KEY);
    }
    return NULL;
}

/* RFC 4648 §4; -1: no digit of it. */
static int digit_of(char c) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* Four digits are three bytes, and the padding stands for what is missing of the last ones. */
static bool decode(const char *text, const char *end, uint8_t *out, size_t *size) {
    uint32_t bits = 0;
    unsigned count = 0, padding = 0;
    for (; text < end; text++) {
        const int digit = digit_of(*text);
        if (strchr(" \t\r\n", *text))
            continue;
        if (*text == '=' && count % 4 >= 2)
            padding++;
        else if (digit < 0 || padding)
            return false;
        bits = bits << 6 | (digit < 0 ? 0u : (unsigned)digit);
        if (++count % 4)
            continue;
        out[(*size)++] = (uint8_t)(bits >> 16);
        out[(*size)++] = (uint8_t)(bits >> 8);
        out[(*size)++] = (uint8_t)bits;
    }
    if (count % 4 || padding > 2 || *size < padding)
        return false;
    *size -= padding;
    return *size > 0;
}

enum pem_result pem_read(const char *text, uint8_t **out, size_t *size, size_t *room) {
    bool encrypted = false;
    const char *begin = find_begin(text, &encrypted);
    const char *end = begin ? strstr(begin, END) : NULL;
    if (!end)
        return PEM_NO_KEY;
    if (encrypted || memchr(begin, OLD_ENCRYPTION, (size_t)(end - begin)))
        return PEM_ENCRYPTED;
    *room = (size_t)(end - begin) + 3;
    *size = 0;
    *out = malloc(*room);
    if (!*out)
        return PEM_NO_MEMORY;
    if (decode(begin, end, *out, size))
        return PEM_OK;
    wipe_free(*out, *room);
    *out = NULL;
    return PEM_NO_KEY;
}
