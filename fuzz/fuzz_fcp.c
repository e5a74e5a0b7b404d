/*
 * File control parameters: whatever the bytes, what is found lies among them, a failure leaves nothing, and a
 * head that is written is read back.
 */
#include <stdlib.h>
#include <string.h>

#include "apdu/fcp.h"
#include "apdu/gsmfile.h"
#include "apdu/tlv.h"
#include "fuzz.h"

static void check_object(const struct tlv_object *object, const uint8_t *bytes, size_t size) {
    uint8_t head[TLV_HEAD_MAX];
    FUZZ_CHECK(object->bytes >= bytes && object->size <= size - (size_t)(object->bytes - bytes));
    FUZZ_CHECK(object->value > object->bytes);
    FUZZ_CHECK((size_t)(object->value - object->bytes) + object->length == object->size);
    const size_t written = tlv_head_write(head, sizeof head, object->tag, (uint32_t)object->length);
    FUZZ_CHECK(written >= 2 && written <= object->size - object->length);
    uint32_t tag;
    FUZZ_CHECK(tlv_tag_read(head, written, &tag) && tag == object->tag);
}

static void check_objects(const uint8_t *bytes, size_t size) {
    struct tlv_reader reader = {bytes, size};
    struct tlv_object object, found;
    while (tlv_next(&reader, &object)) {
        check_object(&object, bytes, size);
        FUZZ_CHECK(tlv_find(bytes, size, object.tag, &found));
        FUZZ_CHECK(found.bytes <= object.bytes);
    }
    FUZZ_CHECK(reader.at + reader.left == bytes + size);
}

static void check_parameters(const uint8_t *bytes, size_t size) {
    static const struct fcp nothing;
    const uint8_t *content;
    size_t content_size;
    struct fcp fcp;
    memset(&fcp, 0xA5, sizeof fcp);
    if (!fcp_parse(bytes, size, &fcp)) {
        FUZZ_CHECK(memcmp(&fcp, &nothing, sizeof fcp) == 0);
        return;
    }
    FUZZ_CHECK(fcp.name_size <= FCP_NAME_MAX && fcp.sfi <= 30 && !(fcp.sfi && fcp.no_sfi));
    FUZZ_CHECK(fcp.has_descriptor || fcp.kind == FCP_KIND_UNKNOWN);
    FUZZ_CHECK(fcp_content(bytes, size, &content, &content_size));
    FUZZ_CHECK(content >= bytes && content_size <= size - (size_t)(content - bytes));
}

/* The same bytes as a SIM's answer: what is found can be written as objects that say the same. */
static void check_sim(const uint8_t *bytes, size_t size) {
    static const struct fcp nothing;
    uint8_t objects[FCP_WRITE_MAX];
    struct fcp fcp, back;
    memset(&fcp, 0xA5, sizeof fcp);
    if (!gsmfile_parse(bytes, size, &fcp)) {
        FUZZ_CHECK(memcmp(&fcp, &nothing, sizeof fcp) == 0);
        return;
    }
    const size_t written = fcp_write(&fcp, objects);
    FUZZ_CHECK(written > 0 && written <= sizeof objects);
    FUZZ_CHECK(fcp_parse(objects, written, &back));
    FUZZ_CHECK(back.kind == fcp.kind && back.id == fcp.id && back.size == fcp.size);
    FUZZ_CHECK(back.record_size == fcp.record_size && back.life_cycle == fcp.life_cycle);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *const bytes = fuzz_copy(data, size, 0);
    check_objects(bytes, size);
    check_parameters(bytes, size);
    check_sim(bytes, size);
    free(bytes);
    return 0;
}
