/*
 * Commands: bytes taken apart come together again as they were, and a command put together is taken apart as
 * it was.
 */
#include <stdlib.h>
#include <string.h>

#include "apdu/apdu.h"
#include "fuzz.h"

static void check_coding(const struct apdu *apdu, const uint8_t *bytes, size_t size) {
    uint8_t *const room = fuzz_alloc(size);
    FUZZ_CHECK(apdu_size(apdu) == size);
    FUZZ_CHECK(apdu_encode(apdu, room, size - 1) == 0);
    FUZZ_CHECK(apdu_encode(apdu, room, size) == size);
    FUZZ_CHECK(memcmp(room, bytes, size) == 0);
    free(room);
}

static void take_apart(const uint8_t *bytes, size_t size) {
    struct apdu apdu, before;
    memset(&before, 0xA5, sizeof before);
    memcpy(&apdu, &before, sizeof apdu);
    if (!apdu_parse(bytes, size, &apdu)) {
        FUZZ_CHECK(memcmp(&apdu, &before, sizeof apdu) == 0);
        return;
    }
    FUZZ_CHECK(size >= APDU_HEADER && size <= APDU_COMMAND_MAX);
    FUZZ_CHECK(apdu.nc <= APDU_NC_MAX && apdu.ne <= APDU_NE_MAX);
    FUZZ_CHECK((apdu.data != NULL) == (apdu.nc != 0));
    if (apdu.nc)
        FUZZ_CHECK(apdu.data > bytes && apdu.data + apdu.nc <= bytes + size);
    FUZZ_CHECK(apdu_case(&apdu) == 1u + (apdu.ne ? 1u : 0u) + (apdu.nc ? 2u : 0u));
    check_coding(&apdu, bytes, size);
}

static void put_together(struct feed *feed) {
    struct apdu apdu = {.cla = feed_byte(feed), .ins = feed_byte(feed), .p1 = feed_byte(feed)}, back;
    apdu.p2 = feed_byte(feed);
    apdu.extended = feed_byte(feed) & 1;
    apdu.ne = feed_long(feed) & 0x1FFFFu;
    const uint32_t nc = feed_long(feed) & 0x1FFFFu;
    const uint8_t fill = feed_byte(feed);
    uint8_t *const data = nc ? fuzz_alloc(nc) : NULL;
    if (data)
        memset(data, fill, nc);
    apdu.nc = nc;
    apdu.data = data;
    const size_t size = apdu_size(&apdu);
    FUZZ_CHECK((size != 0) == (nc <= APDU_NC_MAX && apdu.ne <= APDU_NE_MAX));
    if (size) {
        uint8_t *const bytes = fuzz_alloc(size);
        FUZZ_CHECK(apdu_encode(&apdu, bytes, size) == size);
        FUZZ_CHECK(apdu_parse(bytes, size, &back));
        FUZZ_CHECK(back.cla == apdu.cla && back.ins == apdu.ins && back.p1 == apdu.p1 && back.p2 == apdu.p2);
        FUZZ_CHECK(back.nc == apdu.nc && back.ne == apdu.ne);
        if (nc)
            FUZZ_CHECK(memcmp(back.data, data, nc) == 0);
        free(bytes);
    }
    free(data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct feed feed = {data, size};
    take_apart(data, size);
    put_together(&feed);
    return 0;
}
