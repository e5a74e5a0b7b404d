/*
 * What the cases of the contract test have in common: two clients, `a` and `b`, and shorthands that fail the
 * case with the line of the caller. Included by the rm_contract_*.c files only.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_CONTRACT_KIT_H
#define SCARDSSP_TESTS_SUPPORT_CONTRACT_KIT_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/contract/contract.h"

#define KIT_ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)
#define KIT_SHORT 150u     /* ms: a wait that is meant to run out */
#define KIT_LONG 10000u    /* ms: one that is not */
#define KIT_PATIENCE 5000u /* ms: by then a call that had to come back has come back */

/* The state of one case. */
struct kit {
    const struct rm_contract *contract;
    struct rm_context *a;
    struct rm_context *b;
    bool removed; /* the case took the card out and has not put it back */
};

/* Skips the case when the backend lacks something. */
#define KIT_NEEDS(kit, lack)                                                                                 \
    do {                                                                                                     \
        if ((kit)->contract->lacks & (lack))                                                                 \
            skip();                                                                                          \
    } while (0)

#define kit_assert_status(actual, expected) assert_int_equal((actual), (expected))

/* Group and case fixtures for cmocka. */
void kit_use(const struct rm_contract *contract);
int kit_setup(void **state);
int kit_teardown(void **state);

/* Sleeps. */
void kit_nap(uint32_t ms);

/* Connects in shared mode, any protocol; fails the case when it cannot. */
struct rm_card *kit_connect(struct kit *kit, struct rm_context *client);

/* Tries to connect; *out is NULL after a failure. */
rm_status kit_try(struct kit *kit, struct rm_context *client, uint32_t share, uint32_t timeout_ms,
                  struct rm_card **out);

/* Sends GET CHALLENGE; RM_OK only when 8 bytes and 9000 came back. */
rm_status kit_ask(struct rm_card *card, uint32_t timeout_ms);

/* The service's present idea of the reader, without waiting. */
struct rm_reader_state kit_look(struct kit *kit, const char *reader);

/* Takes the card out / puts it back, and waits until the service has seen it. */
void kit_remove(struct kit *kit);
void kit_put_back(struct kit *kit);

/* A blocking call on a thread of its own. */
struct kit_job {
    pthread_t thread;
    rm_status (*call)(struct kit_job *job);
    struct rm_card *card;
    struct rm_context *context;
    struct rm_reader_state state;
    uint32_t timeout_ms;
    rm_status status; /* after kit_join() */
    uint64_t took_ms; /* after kit_join() */
};

/* Starts the job and gives it time to block. */
void kit_start(struct kit_job *job);
void kit_join(struct kit_job *job);

/* Calls for jobs. */
rm_status kit_job_begin(struct kit_job *job);
rm_status kit_job_wait(struct kit_job *job);

/* The cases (sharing.c, recovery.c, world.c). */
extern const struct CMUnitTest kit_sharing_tests[];
extern const size_t kit_sharing_count;
extern const struct CMUnitTest kit_recovery_tests[];
extern const size_t kit_recovery_count;
extern const struct CMUnitTest kit_world_tests[];
extern const size_t kit_world_count;

#endif
