/* A NATS server for tests: see nats_server.h. */
#include "support/services/nats_server.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/kits/sockets.h"

#define PATIENCE_MS 10000u
#define ARGUMENTS_MAX 20

static const char *const paths[] = {"/usr/sbin/nats-server", "/usr/bin/nats-server",
                                    "/usr/local/bin/nats-server", "/usr/local/sbin/nats-server"};

static const char *program(void) {
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        if (access(paths[i], X_OK) == 0)
            return paths[i];
    return NULL;
}

uint16_t nats_server_free_port(void) {
    uint16_t port = 0;
    const int listener = socket_listen(&port);
    if (listener >= 0)
        socket_close(listener);
    return port;
}

/* In the child. */
static void become_server(const struct nats_server *server, const char *path) {
    char port[8];
    const char *arguments[ARGUMENTS_MAX + 8] = {path, "-a", "127.0.0.1", "-p", port};
    const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    sigset_t none;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)snprintf(port, sizeof port, "%u", (unsigned)server->port);
    for (size_t i = 0; server->arguments && server->arguments[i] && i < ARGUMENTS_MAX; i++)
        arguments[5 + i] = server->arguments[i];
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (server->folder && chdir(server->folder) != 0)
        _exit(126);
    (void)dup2(nowhere, STDIN_FILENO);
    (void)dup2(nowhere, STDOUT_FILENO);
    (void)dup2(nowhere, STDERR_FILENO);
    union {
        const char **read;
        char *const *take;
    } way = {.read = arguments};
    (void)execv(path, way.take);
    _exit(127);
}

/* It says INFO to whoever comes. */
static bool lets_in(const struct nats_server *server) {
    char info[4] = "";
    const int connection = socket_connect(server->port);
    const bool greets = connection >= 0 && socket_readable(connection, 1000) &&
                        socket_receive(connection, info, sizeof info) == sizeof info &&
                        memcmp(info, "INFO", sizeof info) == 0;
    if (connection >= 0)
        socket_close(connection);
    return greets;
}

static bool await(struct nats_server *server) {
    const uint64_t deadline = clock_deadline(PATIENCE_MS);
    const struct timespec moment = {.tv_nsec = 2000000};
    while (clock_left(deadline)) {
        if (lets_in(server))
            return true;
        if (waitpid(server->process, NULL, WNOHANG) == server->process) {
            server->process = 0;
            return false;
        }
        nanosleep(&moment, NULL);
    }
    nats_server_stop(server);
    return false;
}

bool nats_server_start(struct nats_server *server, char *why, size_t why_size) {
    const char *path = program();
    const bool any = server->port == 0;
    if (!path) {
        (void)snprintf(why, why_size, "there is no nats-server (Debian: nats-server)");
        return false;
    }
    for (int attempt = 0; attempt < 3; attempt++) {
        if (any)
            server->port = nats_server_free_port();
        server->process = fork();
        if (server->process == 0)
            become_server(server, path);
        if (server->process > 0 && await(server))
            return true;
    }
    (void)snprintf(why, why_size, "nats-server does not start on port %u", (unsigned)server->port);
    return false;
}

void nats_server_stop(struct nats_server *server) {
    if (server->process <= 0)
        return;
    (void)kill(server->process, SIGKILL);
    while (waitpid(server->process, NULL, 0) < 0 && errno == EINTR)
        continue;
    server->process = 0;
}

void nats_server_freeze(const struct nats_server *server) {
    int status;
    (void)kill(server->process, SIGSTOP);
    (void)waitpid(server->process, &status, WUNTRACED); /* until none of its threads answers any more */
}

void nats_server_thaw(const struct nats_server *server) {
    (void)kill(server->process, SIGCONT);
}

const char *nats_server_url(const struct nats_server *server) {
    static _Thread_local char url[48];
    (void)snprintf(url, sizeof url, "nats:%s", nats_server_spec(server));
    return url;
}

const char *nats_server_spec(const struct nats_server *server) {
    static _Thread_local char spec[40];
    (void)snprintf(spec, sizeof spec, "//127.0.0.1:%u", (unsigned)server->port);
    return spec;
}
