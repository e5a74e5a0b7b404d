/* Descriptors one after the other, each with its size and its type in front: see ccid.h. */
#include "backends/ifd/ccid.h"

enum { TYPE_INTERFACE = 0x04, TYPE_SMART_CARD = 0x21 };
enum { AT_INTERFACE_NUMBER = 2, AT_VOLTAGES = 5, SMART_CARD_SIZE = 0x36 };

unsigned ccid_voltages(const uint8_t *descriptors, size_t size, unsigned interface) {
    unsigned within = 256; /* the interface that the descriptors belong to: none yet */
    for (size_t at = 0; size - at >= 2;) {
        const uint8_t *one = descriptors + at;
        const size_t length = one[0];
        if (length < 2 || length > size - at)
            break;
        if (one[1] == TYPE_INTERFACE && length > AT_INTERFACE_NUMBER)
            within = one[AT_INTERFACE_NUMBER];
        else if (one[1] == TYPE_SMART_CARD && length >= SMART_CARD_SIZE && within == interface)
            return one[AT_VOLTAGES] & (CCID_CLASS_A | CCID_CLASS_B | CCID_CLASS_C);
        at += length;
    }
    return 0;
}
