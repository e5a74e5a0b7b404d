/* The kernel's list of TCP connections (proc(5), /proc/net/tcp): see ports.h. */
#include "backends/vpcd/ports.h"

#include <dirent.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LIST "/proc/net/tcp" /* vpcd listens with IPv4 alone */
#define LIST_OF_IPV6 "/proc/net/tcp6"
#define LINE_MAX_BYTES 512
#define PATH_ROOM 300
#define NAME_ROOM 64 /* of a program; the kernel keeps 15 bytes of it */

enum { STATE_ESTABLISHED = 0x01, STATE_LISTEN = 0x0A };

/* A connection or listener, seen from the machine's own end. */
struct row {
    unsigned port, far_port, state;
    unsigned long inode; /* of the socket; 0: it is no program's any more */
};

/* The next well-formed row; false: that was the last one. */
static bool next_row(FILE *list, struct row *out) {
    char line[LINE_MAX_BYTES];
    while (fgets(line, sizeof line, list))
        if (sscanf(line, " %*u: %*32[0-9A-F]:%x %*32[0-9A-F]:%x %x %*x:%*x %*x:%*x %*x %*u %*u %lu",
                   &out->port, &out->far_port, &out->state, &out->inode) == 4)
            return true;
    return false;
}

bool ports_listened_at(uint16_t port) {
    FILE *list = fopen(LIST, "re");
    struct row row;
    bool found = false;
    while (list && !found && next_row(list, &row))
        found = row.port == port && row.state == STATE_LISTEN;
    if (list)
        fclose(list);
    return found;
}

static unsigned port_of(int fd) {
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof address;
    if (fd < 0 || getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)(const void *)&address)->sin6_port);
    return address.ss_family == AF_INET
               ? ntohs(((const struct sockaddr_in *)(const void *)&address)->sin_port)
               : 0;
}

bool ports_has_guest(uint16_t port, int fd) {
    FILE *list = fopen(LIST, "re");
    const unsigned ours = port_of(fd);
    struct row row;
    bool found = false;
    while (list && !found && next_row(list, &row))
        found = row.port == port && row.state == STATE_ESTABLISHED && row.far_port != ours;
    if (list)
        fclose(list);
    return found;
}

/* The socket that listens at the port, by the kernel's number; 0: none does. */
static unsigned long listener_in(const char *path, uint16_t port) {
    FILE *list = fopen(path, "re");
    struct row row;
    unsigned long inode = 0;
    while (list && !inode && next_row(list, &row))
        if (row.port == port && row.state == STATE_LISTEN)
            inode = row.inode;
    if (list)
        fclose(list);
    return inode;
}

/* Whether the process, by its name in /proc, has that socket open. */
static bool has_socket(const char *process, const char *wanted) {
    char path[PATH_ROOM], target[PATH_ROOM];
    bool found = false;
    (void)snprintf(path, sizeof path, "/proc/%.20s/fd", process);
    DIR *folder = opendir(path);
    const struct dirent *entry;
    while (folder && !found && (entry = readdir(folder)) != NULL) {
        (void)snprintf(path, sizeof path, "/proc/%.20s/fd/%.20s", process, entry->d_name);
        const ssize_t size = readlink(path, target, sizeof target - 1);
        target[size > 0 ? size : 0] = '\0';
        found = strcmp(target, wanted) == 0;
    }
    if (folder)
        closedir(folder);
    return found;
}

static void name_process(const char *process, char *name, size_t size) {
    char path[PATH_ROOM], program[NAME_ROOM] = "";
    (void)snprintf(path, sizeof path, "/proc/%.20s/comm", process);
    FILE *file = fopen(path, "re");
    if (file && fgets(program, sizeof program, file))
        program[strcspn(program, "\n")] = '\0';
    if (file)
        fclose(file);
    (void)snprintf(name, size, "%s (process %.20s)", *program ? program : "a program", process);
}

bool ports_owner(uint16_t port, char *name, size_t size) {
    unsigned long inode = listener_in(LIST, port);
    char wanted[NAME_ROOM];
    bool found = false;
    if (!inode)
        inode = listener_in(LIST_OF_IPV6, port);
    DIR *processes = inode ? opendir("/proc") : NULL;
    const struct dirent *entry;
    (void)snprintf(wanted, sizeof wanted, "socket:[%lu]", inode);
    while (processes && !found && (entry = readdir(processes)) != NULL)
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && has_socket(entry->d_name, wanted)) {
            name_process(entry->d_name, name, size);
            found = true;
        }
    if (processes)
        closedir(processes);
    return found;
}
