/* Numbers and texts in messages: what message.c and description.c are written with. */
#ifndef SCARDSSP_REMOTE_OCTETS_H
#define SCARDSSP_REMOTE_OCTETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Bytes that are being written. Where there is no room nothing more is, and `full` says so. */
struct octets_out {
    uint8_t *at;
    size_t room;
    bool full;
};

/* Bytes that are being read. Behind their end everything is zero, and `short_of` says so. */
struct octets_in {
    const uint8_t *at;
    size_t left;
    bool short_of;
};

/* Appends bytes, which may lie where they go to already. */
static inline void octets_put(struct octets_out *out, const void *bytes, size_t size) {
    if (out->full || size > out->room) {
        out->full = true;
        return;
    }
    if (size && bytes != out->at)
        memmove(out->at, bytes, size);
    out->at += size;
    out->room -= size;
}

/* Appends a number of `size` bytes, at most 8, the lowest first. */
static inline void octets_put_number(struct octets_out *out, uint64_t number, size_t size) {
    uint8_t bytes[8];
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    octets_put(out, bytes, size);
}

/* The next bytes; NULL, and nothing is taken: there are not so many. */
static inline const uint8_t *octets_take(struct octets_in *in, size_t size) {
    const uint8_t *bytes = in->at;
    if (in->short_of || size > in->left) {
        in->short_of = true;
        return NULL;
    }
    in->at += size;
    in->left -= size;
    return bytes;
}

/* The next number of `size` bytes; 0 behind the end. */
static inline uint64_t octets_take_number(struct octets_in *in, size_t size) {
    const uint8_t *bytes = octets_take(in, size);
    uint64_t number = 0;
    for (size_t i = 0; bytes && i < size; i++)
        number |= (uint64_t)bytes[i] << (8 * i);
    return number;
}

static inline uint32_t octets_take_word(struct octets_in *in) {
    return (uint32_t)octets_take_number(in, 4);
}

/* Appends a text of at most 255 bytes, behind its size in one. */
static inline void octets_put_text(struct octets_out *out, const char *text, size_t size) {
    if (size > UINT8_MAX)
        out->full = true;
    octets_put_number(out, size, 1);
    octets_put(out, text, size);
}

/* The next text, not terminated, without a NUL in it; NULL: there is none. *size is set. */
static inline const char *octets_take_text(struct octets_in *in, size_t *size) {
    *size = (size_t)octets_take_number(in, 1);
    const char *text = (const char *)octets_take(in, *size);
    if (text && memchr(text, 0, *size))
        in->short_of = true;
    return text;
}

#endif
