/*
 * Slots of a driver's reader as readers of slots/: into a service, out of it, and their end. readers.c plugs
 * all slots of a reader.
 */
#ifndef SCARDSSP_BACKENDS_IFD_PORTS_H
#define SCARDSSP_BACKENDS_IFD_PORTS_H

#include "backends/ifd/channel.h"
#include "slots/service.h"

/*
 * Makes a reader of this name (1 to SLOTS_READER_NAME_MAX bytes) out of a slot of the channel, plugs it into
 * the service, looks whether a card is there, and watches it from then on. RM_E_DUPLICATE_READER,
 * RM_E_NO_MEMORY.
 */
rm_status ifd_port_plug(struct slots_service *service, const char *name, struct ifd_channel *channel,
                        unsigned slot);

/* Takes the slot's reader out of the service, if it is there, and closes the slot, whoever is connected. */
void ifd_port_unplug(struct slots_service *service, struct ifd_channel *channel, unsigned slot);

/* In a child made by fork(), of a reader's owner: the reader is the parent's. */
void ifd_port_disown(void *owner);

/* Ends the watching of all the service's readers, before they end. */
void ifd_ports_stop(struct slots_service *service);

#endif
