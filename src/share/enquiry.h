/* Who uses an agent, asked by somebody who need not be a client of it. Used by module/api/share.c. */
#ifndef SCARDSSP_SHARE_ENQUIRY_H
#define SCARDSSP_SHARE_ENQUIRY_H

#include <stddef.h>

#include "remote/settings.h"
#include "remote/usage.h"

/* Gets one session; the texts are terminated and end with the call. */
typedef void (*enquiry_visitor)(void *user, const struct usage *usage);

/*
 * Asks the agent of this name. RM_E_UNKNOWN_READER: no such agent answers; RM_E_NO_SERVICE,
 * RM_W_SECURITY_VIOLATION: as share_start(); message (may be NULL) of message_size bytes says why.
 * RM_E_NO_MEMORY.
 */
rm_status enquiry_make(const struct settings *settings, const char *agent, enquiry_visitor visit, void *user,
                       char *message, size_t message_size);

#endif
