/* Waiting for readers to change: a member of the table of calls (winscard.c). */
#ifndef SCARDSSP_BACKENDS_WINSCARD_WAIT_H
#define SCARDSSP_BACKENDS_WINSCARD_WAIT_H

#include "rm/rm.h"

/*
 * Member of struct rm_ops; rm.h says what it does. Where there is no service there are no readers: Windows 8
 * and later stop it with the last one. So who asks for the pseudo reader alone waits on for the service
 * instead of getting an error.
 */
rm_status winscard_wait(struct rm_context *context, struct rm_reader_state *states, size_t count,
                        struct rm_bound *bound);

#endif
