/* Reading and writing BER-TLV. Called by the parser of file control parameters and by the simulated card. */
#include "apdu/tlv.h"

#include <string.h>

#define TAG_MORE 0x1Fu    /* all of them set in the first byte: the number follows */
#define TAG_LAST 0x80u    /* not set in a byte of the number: it is the last */
#define LENGTH_LONG 0x80u /* the low bits count the bytes that follow */
#define LENGTH_BYTES_MAX 4u

static bool is_padding(uint8_t byte) {
    return byte == 0x00 || byte == 0xFF;
}

size_t tlv_tag_read(const uint8_t *bytes, size_t size, uint32_t *tag) {
    *tag = 0;
    if (size == 0 || is_padding(bytes[0]))
        return 0;
    uint32_t number = bytes[0];
    size_t used = 1;
    bool more = (bytes[0] & TAG_MORE) == TAG_MORE;
    for (; more && used < TLV_TAG_MAX && used < size; ++used) {
        number = number << 8 | bytes[used];
        more = bytes[used] & TAG_LAST;
    }
    if (more)
        return 0;
    *tag = number;
    return used;
}

/* The length field; the bytes it takes, 0 when it is malformed. */
static size_t read_length(const uint8_t *bytes, size_t size, uint32_t *length) {
    *length = 0;
    if (size == 0)
        return 0;
    if (bytes[0] < LENGTH_LONG) {
        *length = bytes[0];
        return 1;
    }
    const size_t count = bytes[0] & ~LENGTH_LONG;
    if (count == 0 || count > LENGTH_BYTES_MAX || count > size - 1)
        return 0;
    for (size_t i = 1; i <= count; ++i)
        *length = *length << 8 | bytes[i];
    return 1 + count;
}

bool tlv_next(struct tlv_reader *reader, struct tlv_object *out) {
    memset(out, 0, sizeof *out);
    for (; reader->left && is_padding(*reader->at); --reader->left)
        ++reader->at;
    const uint8_t *const bytes = reader->at;
    uint32_t tag, length;
    const size_t tag_size = tlv_tag_read(bytes, reader->left, &tag);
    if (tag_size == 0)
        return false;
    const size_t length_size = read_length(bytes + tag_size, reader->left - tag_size, &length);
    const size_t head = tag_size + length_size;
    if (length_size == 0 || length > reader->left - head)
        return false;
    *out = (struct tlv_object){tag, bytes, head + length, bytes + head, length};
    reader->at += out->size;
    reader->left -= out->size;
    return true;
}

bool tlv_find(const uint8_t *bytes, size_t size, uint32_t tag, struct tlv_object *out) {
    struct tlv_reader reader = {bytes, size};
    while (tlv_next(&reader, out))
        if (out->tag == tag)
            return true;
    return false;
}

bool tlv_number(const struct tlv_object *object, uint32_t *out) {
    const uint8_t *at = object->value;
    size_t left = object->length;
    *out = 0;
    for (; left > 1 && *at == 0; --left)
        ++at;
    if (left == 0 || left > sizeof *out)
        return false;
    for (; left; --left)
        *out = *out << 8 | *at++;
    return true;
}

static size_t bytes_of(uint32_t number) {
    size_t count = 1;
    while (number >>= 8)
        ++count;
    return count;
}

static void write_number(uint8_t *out, uint32_t number, size_t count) {
    for (; count; --count, number >>= 8)
        out[count - 1] = (uint8_t)number;
}

static bool is_tag(uint32_t tag) {
    uint8_t bytes[4];
    uint32_t back;
    const size_t count = bytes_of(tag);
    write_number(bytes, tag, count);
    return count <= TLV_TAG_MAX && tlv_tag_read(bytes, count, &back) == count;
}

size_t tlv_head_write(uint8_t *out, size_t room, uint32_t tag, uint32_t length) {
    const size_t tag_size = bytes_of(tag);
    const size_t count = length < LENGTH_LONG ? 0 : bytes_of(length);
    const size_t size = tag_size + 1 + count;
    if (!is_tag(tag) || (out && size > room))
        return 0;
    if (out) {
        write_number(out, tag, tag_size);
        out[tag_size] = (uint8_t)(count ? LENGTH_LONG | count : length);
        write_number(out + tag_size + 1, length, count);
    }
    return size;
}

void sim_tlv_add(struct tlv *tlv, uint8_t tag, const void *value, size_t size) {
    if (size > 127 || size + 2 > TLV_ROOM - tlv->size)
        return;
    tlv->bytes[tlv->size++] = tag;
    tlv->bytes[tlv->size++] = (uint8_t)size;
    if (size)
        memcpy(tlv->bytes + tlv->size, value, size);
    tlv->size += (uint32_t)size;
}

void sim_tlv_add_number(struct tlv *tlv, uint8_t tag, uint32_t number, size_t size) {
    uint8_t bytes[4];
    for (size_t i = size; i; i--, number >>= 8)
        bytes[i - 1] = (uint8_t)number;
    sim_tlv_add(tlv, tag, bytes, size);
}
