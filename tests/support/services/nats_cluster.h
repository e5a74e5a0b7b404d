/* A cluster of three NATS servers of a test's own, on the loopback interface. Not on Windows. */
#ifndef SCARDSSP_TESTS_SUPPORT_SERVICES_NATS_CLUSTER_H
#define SCARDSSP_TESTS_SUPPORT_SERVICES_NATS_CLUSTER_H

#include "support/services/nats_server.h"

#define NATS_CLUSTER_SERVERS 3u
#define NATS_CLUSTER_ROUTES_MS 1600u /* servers of a cluster look for each other every second */

struct nats_cluster {
    struct nats_server servers[NATS_CLUSTER_SERVERS];
    const char *arguments[NATS_CLUSTER_SERVERS][9];
    char own[NATS_CLUSTER_SERVERS][40], routes[NATS_CLUSTER_SERVERS * 40];
    char spec[100]; /* "//127.0.0.1:PORT,...": all of them */
};

/*
 * Starts the three, which listen at `address`, and waits until they have found each other. All zero before.
 * false: why (why_size bytes) says what is missing.
 */
bool nats_cluster_start(struct nats_cluster *cluster, const char *address, char *why, size_t why_size);

/* Ends those that run. */
void nats_cluster_stop(struct nats_cluster *cluster);

#endif
