/* From our settings to libnats's options. Used by transport.c. */
#ifndef SCARDSSP_REMOTE_NATSOPTIONS_H
#define SCARDSSP_REMOTE_NATSOPTIONS_H

#include "remote/libnats.h"
#include "remote/settings.h"

/*
 * So many bytes are read at once, and gathered until they are written. A message of TRANSPORT_COVER bytes is
 * larger, and so comes in pieces always.
 */
#define NATSOPTIONS_ROOM 2048

/* Makes options of them; name: what servers call the connection. Ended by natsOptions_Destroy(). */
natsStatus natsoptions_make(const struct libnats *nats, const struct settings *settings, const char *name,
                            natsOptions **out);

#endif
