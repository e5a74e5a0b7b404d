/* What the tests of the backend have in common: a service over the driver that obeys, and a client. */
#ifndef SCARDSSP_TESTS_BACKENDS_IFD_RIG_H
#define SCARDSSP_TESTS_BACKENDS_IFD_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rm/rm.h"
#include "support/fakes/ifd_handler.h"

#define RIG_READER "fakeifd 00 00"
#define RIG_SECOND "fakeifd 00 01"
#define RIG_ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)
#define RIG_SOON 5000u /* ms: by then has happened what is to happen */

struct rig {
    struct fake_ifd *fake;
    struct rm_service *service;
    struct rm_context *context;
};

/* Opens a service with the driver as `fake` says it is; the case fails where it cannot. */
struct rig rig_open(struct fake_ifd *fake);
void rig_close(struct rig *rig);

/* Connects to the card (RM_SHARE_DIRECT: to the reader), which must be possible. */
struct rm_card *rig_connect(struct rig *rig, const char *reader, uint32_t share);

/* Waits until the reader's state has the bit; false: it had not in RIG_SOON. */
bool rig_await(struct rig *rig, const char *reader, uint32_t bit);

/* GET CHALLENGE: RM_OK when 8 bytes and 9000 came back. */
rm_status rig_ask(struct rm_card *card);

/* Sleeps. */
void rig_nap(uint32_t ms);

#endif
