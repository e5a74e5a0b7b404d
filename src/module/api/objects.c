/* Data objects of cards, told one by one: the public form of apdu/tlv.h, for the tool and other programs. */
#include "apdu/tlv.h"
#include "com/win.h"
#include "scardssp_rm.h"

#define DEPTH_MAX 16u

/* The first byte of a constructed object's tag has this bit (§5.2.2.1). */
#define CONSTRUCTED 0x20u

/* Whether the bytes are data objects up to their end, and there is one. */
static bool are_objects(const uint8_t *bytes, size_t size) {
    struct tlv_reader reader = {bytes, size};
    struct tlv_object object;
    size_t count = 0;
    while (tlv_next(&reader, &object))
        ++count;
    return count > 0 && reader.left == 0;
}

struct walk {
    scardssp_object_visitor visitor;
    void *user;
};

static void tell(const struct walk *walk, const uint8_t *bytes, size_t size, uint32_t depth) {
    struct tlv_reader reader = {bytes, size};
    struct tlv_object object;
    while (tlv_next(&reader, &object)) {
        const bool inner =
            object.bytes[0] & CONSTRUCTED && depth < DEPTH_MAX && are_objects(object.value, object.length);
        const struct scardssp_object told = {object.tag, depth, inner, object.value, object.length};
        walk->visitor(walk->user, &told);
        if (inner)
            tell(walk, object.value, object.length, depth + 1);
    }
}

int32_t scardssp_each_object(const uint8_t *bytes, size_t size, scardssp_object_visitor visitor, void *user) {
    if (bytes == NULL || visitor == NULL)
        return E_POINTER;
    if (!are_objects(bytes, size))
        return E_INVALIDARG;
    tell(&(const struct walk){visitor, user}, bytes, size, 0);
    return S_OK;
}
