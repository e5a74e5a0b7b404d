/*
 * A card in a driver's reader as a slot of slots/, and what the reader answers without one. ports.c puts them
 * into readers.
 */
#ifndef SCARDSSP_BACKENDS_IFD_IFDSLOT_H
#define SCARDSSP_BACKENDS_IFD_IFDSLOT_H

#include "backends/ifd/port.h"

/* Makes a slot with one reference, which calls the driver by the port's way. NULL: out of memory. */
struct slot *ifdslot_create(struct ifd_port *port);

#endif
