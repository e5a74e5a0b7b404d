/*
 * Readers of drivers, with all their slots, into a service and out of it. setup.c plugs those that a service
 * starts with.
 */
#ifndef SCARDSSP_BACKENDS_IFD_READERS_H
#define SCARDSSP_BACKENDS_IFD_READERS_H

#include "backends/ifd/channel.h"
#include "slots/service.h"

#define IFD_NAME_MAX 100u /* bytes of a reader's name, without its numbers */

/*
 * Opens a reader and plugs its slots in as "NAME RR SS": the lowest number RR (two hexadecimal digits) that
 * no reader of the service with this name has, and the slot's. *out has a reference, for
 * ifd_readers_unplug(). The codes of ifd_channel_open(), RM_E_DUPLICATE_READER; message (may be NULL) of
 * message_size bytes says why.
 */
rm_status ifd_readers_plug(struct slots_service *service, const char *name,
                           const struct ifd_reader_spec *spec, struct ifd_channel **out, char *message,
                           size_t message_size);

/*
 * Takes the slots of the channel out of the service and closes them, whoever is connected; gives the
 * reference back.
 */
void ifd_readers_unplug(struct slots_service *service, struct ifd_channel *channel);

#endif
