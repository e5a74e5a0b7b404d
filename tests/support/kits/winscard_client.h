/*
 * Two programs at the fake smart card service: one that uses the backend, connected to the card, and one that
 * calls the service itself and gets in its way. Used by tests/backends/winscard/test_*.c.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_WINSCARD_CLIENT_H
#define SCARDSSP_TESTS_SUPPORT_KITS_WINSCARD_CLIENT_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/fakes/winscard.h"

#define CLIENT_ANY (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)
#define CLIENT_SHORT 400u  /* ms: a wait that is meant to run out; longer than any grace */
#define CLIENT_LONG 10000u /* ms: one that is not */

/* Faults of the simulator, by the numbers of scardssp_sim.h. */
enum client_fault { CLIENT_FAULT_MUTE = 1, CLIENT_FAULT_REMOVE_AFTER = 3, CLIENT_FAULT_SLOW = 4 };

struct client {
    struct rm_service *service;
    struct rm_context *context;
    struct rm_card *card; /* shared, T=1; a case that ends it sets NULL, and so does a recovery that fails */
    rm_status loss;       /* what calls answer then */
    unsigned depth;       /* of the transaction that is to be held again after a recovery */
};

/* cmocka fixtures; *state is a struct client. The latter fails when a context was left behind. */
int client_setup(void **state);
int client_teardown(void **state);

#define CLIENT_CASE(name) cmocka_unit_test_setup_teardown(name, client_setup, client_teardown)

/* Sends GET CHALLENGE; RM_OK only when 8 bytes and 9000 came back, and no bytes without it. */
rm_status client_ask(struct rm_card *card, uint32_t timeout_ms);

/* The same by the client's own connection, or why it has none. */
rm_status client_try(struct client *client);

/* Reattaches, shared and with LEAVE, as a card object does: a lost connection is made anew. */
rm_status client_reattach(struct client *client);

/* Connects once more, shared. */
rm_status client_connect(struct client *client, uint32_t timeout_ms, struct rm_card **out);

/* The other program: connected in a context of its own; ends both with a disposition. */
struct program {
    SCARDCONTEXT context;
    SCARDHANDLE card;
};
struct program program_start(uint32_t share);
void program_end(struct program *program, uint32_t disposition);
void program_begin(const struct program *program);
void program_commit(const struct program *program);

/* The other program's command, its answer's size; 0 when it failed. */
size_t program_ask(const struct program *program);

/* A call of the port on a thread of its own. */
struct job {
    pthread_t thread;
    rm_status (*call)(struct job *job);
    struct client *client;
    struct rm_reader_state states[2];
    size_t count;
    uint32_t timeout_ms;
    rm_status status; /* after job_end() */
    uint64_t took_ms; /* after job_end() */
};

/* Starts it and gives it time to block; waits for it. */
void job_start(struct job *job);
void job_end(struct job *job);

#endif
