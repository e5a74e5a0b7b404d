/*
 * Descriptors of USB devices: whatever they say, voltages are three bits, and what is found in a part is
 * found in the whole. The input: the number of an interface, then the descriptors.
 */
#include <stdlib.h>

#include "backends/ifd/ccid.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct feed feed = {data, size};
    const unsigned interface = feed_byte(&feed);
    uint8_t *const exact = (uint8_t *)fuzz_copy(feed.at, feed.left, 0);
    const unsigned voltages = ccid_voltages(exact, feed.left, interface);
    FUZZ_CHECK(voltages < 8);
    FUZZ_CHECK(feed.left >= 0x36 || voltages == 0);
    for (size_t part = 0; part < feed.left; ++part) {
        const unsigned early = ccid_voltages(exact, part, interface);
        FUZZ_CHECK(early == 0 || early == voltages);
    }
    free(exact);
    return 0;
}
