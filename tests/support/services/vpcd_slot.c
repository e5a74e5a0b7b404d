/* Ports for the driver of virtual readers, and the threads that play cards in its slots. */
#include "support/services/vpcd_slot.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

const char *vpcd_driver(void) {
    static const char *const paths[] = {"/usr/lib/pcsc/drivers/serial/libifdvpcd.so",
                                        "/usr/lib/x86_64-linux-gnu/pcsc/drivers/serial/libifdvpcd.so"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; ++i)
        if (access(paths[i], R_OK) == 0)
            return paths[i];
    return NULL;
}

/* Is the port free on all interfaces? The driver listens on all of them. */
static bool port_free(unsigned port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;

    if (fd < 0)
        return false;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool is_free =
        bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0;
    close(fd);
    return is_free;
}

uint16_t vpcd_free_ports(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    unsigned seed = (unsigned)getpid() * 7919u + (unsigned)now.tv_nsec;
    for (int i = 0; i < 200; i++) {
        seed = seed * 1103515245u + 12345u;
        const unsigned port = 20000 + (seed >> 8) % 12000 * 2;
        if (port_free(port) && port_free(port + 1))
            return (uint16_t)port;
    }
    return 0;
}

static void ignore(void *user) {
    (void)user;
}

static void *run_card(void *argument) {
    struct vpcd_slot *slot = argument;

    slot->serve(slot->card, slot->port, slot->stop[0], ignore, NULL);
    return NULL;
}

bool vpcd_slot_plug(struct vpcd_slot *slot, uint16_t port, vpcd_serve_card_fn serve, const void *card) {
    sigset_t all, before;

    vpcd_slot_pull(slot);
    if (pipe2(slot->stop, O_CLOEXEC) != 0)
        return false;
    slot->serve = serve;
    slot->card = card;
    slot->port = port;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    slot->occupied = pthread_create(&slot->thread, NULL, run_card, slot) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return slot->occupied;
}

void vpcd_slot_pull(struct vpcd_slot *slot) {
    if (!slot->occupied)
        return;
    close(slot->stop[1]);
    pthread_join(slot->thread, NULL);
    close(slot->stop[0]);
    slot->occupied = false;
}
