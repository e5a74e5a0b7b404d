/*
 * A NATS server of a test's own: a real nats-server on the loopback interface, on a free port, with its
 * files in a folder of its own. It ends with the test's process, whatever that dies of. Not on Windows.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_SERVICES_NATS_SERVER_H
#define SCARDSSP_TESTS_SUPPORT_SERVICES_NATS_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct nats_server {
    uint16_t port;
    pid_t process;                /* 0: it does not run */
    const char *const *arguments; /* more of them, NULL behind the last; NULL: none */
    const char *folder;           /* in which it is started; NULL: the test's */
};

/*
 * Starts one; port 0: a free one is taken. Returns when it lets clients in. false: why (why_size bytes) says
 * what is missing; the test skips.
 */
bool nats_server_start(struct nats_server *server, char *why, size_t why_size);

/* Ends it, at once; without a server nothing happens. It may be started again, on the same port. */
void nats_server_stop(struct nats_server *server);

/* Stops its process as it is, and lets it go on: it neither answers nor closes anything meanwhile. */
void nats_server_freeze(const struct nats_server *server);
void nats_server_thaw(const struct nats_server *server);

/* A port of the loopback interface that nobody listens at now; 0: there is none. */
uint16_t nats_server_free_port(void);

/* "nats://127.0.0.1:PORT", and the same behind "nats:". Static text of each thread. */
const char *nats_server_url(const struct nats_server *server);
const char *nats_server_spec(const struct nats_server *server);

#endif
