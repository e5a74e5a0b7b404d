/* A place in words into one in numbers: see place.h. */
#include "backends/vpcd/place.h"

#include <stdio.h>
#include <string.h>

#define LOOPBACK "127.0.0.1"
#define CONNECT "connect:"
#define PORT_MAX 65535u

/* A decimal number of at most `most` that is all of text[0..size). */
static bool read_number(const char *text, size_t size, uint32_t most, uint32_t *out) {
    uint32_t number = 0;
    for (size_t i = 0; i < size; ++i) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        number = number * 10 + (uint32_t)(text[i] - '0');
        if (number > most)
            return false;
    }
    *out = number;
    return size > 0;
}

/* PORT or FIRST-LAST. NULL: it is; else what is wrong. */
static const char *read_ports(const char *text, size_t size, struct place *out) {
    const char *dash = memchr(text, '-', size);
    const size_t first_size = dash ? (size_t)(dash - text) : size;
    uint32_t first, last;
    if (!read_number(text, first_size, PORT_MAX, &first))
        return "a port is a number up to 65535";
    last = first;
    if (dash && (!read_number(dash + 1, size - first_size - 1, PORT_MAX, &last) || !first || last < first))
        return "a range of ports is FIRST-LAST, from 1 to 65535";
    out->port = (uint16_t)first;
    out->doors = last - first + 1;
    return NULL;
}

/* The host before the ports; in brackets where it has colons itself. */
static const char *read_host(const char *text, size_t size, struct place *out) {
    if (size >= 2 && text[0] == '[' && text[size - 1] == ']') {
        ++text;
        size -= 2;
    } else if (memchr(text, ':', size)) {
        return "an address with colons stands in brackets: [::1]:35963";
    }
    if (!size || size > PLACE_HOST_MAX)
        return "there is no address before the colon; without one, leave the colon out";
    memcpy(out->host, text, size);
    out->host[size] = '\0';
    return NULL;
}

static const char *read_address(const char *text, size_t size, struct place *out) {
    size_t colon = size;
    while (colon && text[colon - 1] != ':')
        --colon;
    const char *fault = read_ports(text + colon, size - colon, out);
    if (fault || colon)
        return fault ? fault : read_host(text, colon - 1, out);
    (void)strcpy(out->host, LOOPBACK);
    return out->reversed ? "where the card listens is missing: connect:HOST:PORT" : NULL;
}

static const char *read_path(const char *text, size_t size, struct place *out) {
    if (size > PLACE_PATH_MAX)
        return "the path of a socket has 107 bytes at most";
    memcpy(out->path, text, size);
    out->path[size] = '\0';
    return NULL;
}

static const char *read_place(const char *text, struct place *out) {
    size_t size = strlen(text);
    const char *star = strrchr(text, '*');
    if (star) {
        if (!read_number(star + 1, strlen(star + 1), PLACE_READERS_MAX, &out->readers) || !out->readers)
            return "*N is the number of readers, 1 to 1024";
        size = (size_t)(star - text);
    }
    if (strncmp(text, CONNECT, strlen(CONNECT)) == 0) {
        out->reversed = true;
        text += strlen(CONNECT);
        size -= strlen(CONNECT);
    }
    const char *fault =
        *text == '/' && !out->reversed ? read_path(text, size, out) : read_address(text, size, out);
    if (fault)
        return fault;
    if (out->reversed && (out->readers > 1 || out->doors > 1 || !out->port))
        return "a card that listens has a port, and is one card";
    if (out->doors > PLACE_DOORS_MAX || out->doors * out->readers > PLACE_READERS_MAX)
        return "that are too many: 256 ports and 1024 readers are the most";
    return NULL;
}

bool place_parse(const char *text, struct place *out, char *message, size_t message_size) {
    struct place place = {.host = LOOPBACK, .port = PLACE_PORT, .doors = 1, .readers = 1};
    if (text)
        place = (struct place){.doors = 1, .readers = 1};
    const char *fault = text ? read_place(text, &place) : NULL;
    if (fault && message && message_size)
        (void)snprintf(message, message_size,
                       "vpcd:%s: %s (vpcd:PORT, vpcd:FIRST-LAST, vpcd:ADDRESS:PORT, vpcd:/PATH, each with *N "
                       "behind it for N readers, or vpcd:connect:HOST:PORT)",
                       text, fault);
    if (!fault)
        *out = place;
    return !fault;
}
