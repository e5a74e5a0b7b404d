/* What a USB smart card reader says of itself in its descriptors (USB CCID 1.1 §5.1). For usbreaders.c. */
#ifndef SCARDSSP_BACKENDS_IFD_CCID_H
#define SCARDSSP_BACKENDS_IFD_CCID_H

#include <stddef.h>
#include <stdint.h>

/* Classes of operating conditions of cards (ISO/IEC 7816-3 §5.1.3): 5 V, 3 V, 1.8 V. */
enum ccid_voltage { CCID_CLASS_A = 1, CCID_CLASS_B = 2, CCID_CLASS_C = 4 };

/*
 * Which voltages the reader can give, by bVoltageSupport in the descriptor of the class behind that of this
 * interface: bits of enum ccid_voltage. descriptors: of the whole device, `size` bytes as the kernel has
 * them. 0: it has no such descriptor, or it is cut short.
 */
unsigned ccid_voltages(const uint8_t *descriptors, size_t size, unsigned interface);

#endif
