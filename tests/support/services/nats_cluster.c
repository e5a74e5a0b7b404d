/* A cluster of NATS servers: see nats_cluster.h. */
#include "support/services/nats_cluster.h"

#include <stdio.h>
#include <time.h>

/* Where each of them meets the others. */
static void choose_routes(struct nats_cluster *cluster) {
    size_t used = 0;
    for (size_t i = 0; i < NATS_CLUSTER_SERVERS; i++) {
        (void)snprintf(cluster->own[i], sizeof cluster->own[i], "nats://127.0.0.1:%u",
                       (unsigned)nats_server_free_port());
        used += (size_t)snprintf(cluster->routes + used, sizeof cluster->routes - used, "%s%s", i ? "," : "",
                                 cluster->own[i]);
    }
}

static bool start_one(struct nats_cluster *cluster, size_t place, const char *address, char *why,
                      size_t why_size) {
    const char *const arguments[] = {
        "--cluster_name", "readers", "--cluster", cluster->own[place], "--routes", cluster->routes, "-a",
        address,          NULL};
    for (size_t i = 0; i < sizeof arguments / sizeof arguments[0]; i++)
        cluster->arguments[place][i] = arguments[i];
    cluster->servers[place].arguments = cluster->arguments[place];
    return nats_server_start(&cluster->servers[place], why, why_size);
}

bool nats_cluster_start(struct nats_cluster *cluster, const char *address, char *why, size_t why_size) {
    const struct timespec time = {.tv_sec = NATS_CLUSTER_ROUTES_MS / 1000,
                                  .tv_nsec = NATS_CLUSTER_ROUTES_MS % 1000 * 1000000L};
    size_t used = (size_t)snprintf(cluster->spec, sizeof cluster->spec, "//");
    bool fine = true;
    choose_routes(cluster);
    for (size_t i = 0; fine && i < NATS_CLUSTER_SERVERS; i++) {
        fine = start_one(cluster, i, address, why, why_size);
        used += (size_t)snprintf(cluster->spec + used, sizeof cluster->spec - used, "%s127.0.0.1:%u",
                                 i ? "," : "", (unsigned)cluster->servers[i].port);
    }
    if (fine)
        nanosleep(&time, NULL);
    return fine;
}

void nats_cluster_stop(struct nats_cluster *cluster) {
    for (size_t i = 0; i < NATS_CLUSTER_SERVERS; i++)
        nats_server_stop(&cluster->servers[i]);
}
