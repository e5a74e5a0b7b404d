/* The size of one piece of a file: see chunk.h. */
#include "services/chunk.h"

#include "apdu/capabilities.h"
#include "com/hresult.h"

static uint32_t short_most(enum chunk_way way) {
    return way == CHUNK_READ ? APDU_SHORT_NE_MAX : APDU_SHORT_NC_MAX;
}

/* Extended commands are tried where the link can carry them and the card does not deny that it takes them. */
static uint32_t untried_most(const struct filesystem *files, enum chunk_way way) {
    const struct service_link *const link = files->link;
    const uint32_t most = way == CHUNK_READ ? link->answer_max : link->command_max;
    const struct capabilities capabilities = capabilities_of_atr(link->atr, link->atr_size);
    if (most > short_most(way) && capabilities_extended(&capabilities) == CAPABILITIES_SHORT_ONLY)
        return short_most(way);
    return most;
}

uint32_t chunk_first(const struct filesystem *files, enum chunk_way way, uint32_t left) {
    const uint32_t learned = way == CHUNK_READ ? files->chunk.read : files->chunk.write;
    if (left <= short_most(way) && (!learned || left <= learned))
        return left;
    const uint32_t most = learned ? learned : untried_most(files, way);
    return left < most ? left : most;
}

static uint32_t halve(enum chunk_way way, uint32_t size) {
    const uint32_t most = short_most(way);
    if (size > most)
        return size / 2 > most ? size / 2 : most;
    return size == APDU_SHORT_NE_MAX ? APDU_SHORT_NC_MAX : size / 2;
}

/* What cards say of an extended command when they do not know such a thing. */
static bool is_refusal_of_extended(uint16_t sw) {
    return sw == 0x6D00 || sw == 0x6E00 || sw == 0x6F00 || sw == 0x6881 || sw == 0x6883 || sw == 0x6884;
}

uint32_t chunk_smaller(enum chunk_way way, uint32_t size, uint16_t sw) {
    if (sw == 0x6700 || (sw & 0xFF00) == 0x6C00)
        return halve(way, size);
    return size > short_most(way) && is_refusal_of_extended(sw) ? short_most(way) : 0;
}

uint32_t chunk_after_failure(enum chunk_way way, uint32_t size, HRESULT failure) {
    static const rm_status refusals[] = {
        RM_F_COMM_ERROR,          RM_E_NOT_TRANSACTED, RM_E_INVALID_PARAMETER,  RM_E_INVALID_VALUE,
        RM_E_UNSUPPORTED_FEATURE, RM_E_UNEXPECTED,     RM_E_INSUFFICIENT_BUFFER};
    if (size <= short_most(way))
        return 0;
    if (failure == E_INVALIDARG)
        return short_most(way);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; ++i)
        if (failure == hresult_from_rm(refusals[i]))
            return short_most(way);
    return 0;
}

void chunk_learn(struct filesystem *files, enum chunk_way way, uint32_t size) {
    *(way == CHUNK_READ ? &files->chunk.read : &files->chunk.write) = size;
}
