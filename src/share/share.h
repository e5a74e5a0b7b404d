/*
 * An agent: lends the readers of a service of the port, whatever backend it is, to clients on other machines
 * by way of NATS.
 */
#ifndef SCARDSSP_SHARE_SHARE_H
#define SCARDSSP_SHARE_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "remote/settings.h"
#include "rm/rm.h"
#include "share/options.h"

struct share;

/*
 * Starts one. The service outlives it; what the options point to is copied. RM_E_NO_SERVICE: no server, or
 * libnats, can be had; RM_W_SECURITY_VIOLATION: the server refuses us, or would be talked to in the clear;
 * RM_E_DUPLICATE_READER: another agent has the name; RM_E_INVALID_PARAMETER: the name is none;
 * RM_E_NO_MEMORY. message (may be NULL) of message_size bytes says why.
 */
rm_status share_start(struct rm_service *service, const struct settings *settings,
                      const struct share_options *options, struct share **out, char *message,
                      size_t message_size);

/*
 * Ends it: sessions end as if they had lost their agent, their cards are reset where they were used. NULL:
 * nothing happens.
 */
void share_stop(struct share *share);

/* The name it has. */
const char *share_name(const struct share *share);

/* How many sessions there are, and threads that work for them. */
void share_load(struct share *share, size_t *sessions, size_t *threads);

#endif
