/*
 * The service's ends of its connections are sockets with the file it listens at; the kernel tells which
 * sockets are at their other ends (sock_diag(7)), and /proc whose those are.
 */
#include "doctor/clients.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/env.h"
#include "doctor/processes.h"

#define USUAL_PLACE "/run/pcscd/pcscd.comm"
#define ANSWER_SECONDS 2
#define DESCRIPTORS_MAX 4096 /* of this process, that are looked at */
#define STATE_ESTABLISHED 1  /* of a socket, in the kernel's numbers */

/* A connection, by its client's end. */
struct peer {
    uint32_t inode;
    bool found; /* its process is known */
};

struct peer_list {
    struct peer *items;
    size_t count;
};

const char *clients_socket(void) {
    const char *configured = env_get("PCSCLITE_CSOCK_NAME");
    return configured ? configured : USUAL_PLACE;
}

static bool ask(int netlink) {
    struct {
        struct nlmsghdr head;
        struct unix_diag_req body;
    } request = {
        .head = {.nlmsg_len = sizeof request,
                 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .body = {.sdiag_family = AF_UNIX,
                 .udiag_states = UINT32_MAX,
                 .udiag_show = UDIAG_SHOW_VFS | UDIAG_SHOW_PEER},
    };
    const struct timeval limit = {.tv_sec = ANSWER_SECONDS};
    (void)setsockopt(netlink, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return send(netlink, &request, sizeof request, 0) == (ssize_t)sizeof request;
}

/* Takes one socket: the service's end of a connection, if it has the service's file. false: no memory. */
static bool take_socket(struct nlmsghdr *head, const struct stat *file, struct peer_list *peers) {
    struct unix_diag_msg *body = NLMSG_DATA(head); /* the system's macros want no const */
    const uint32_t device =
        (uint32_t)(major(file->st_dev) << 20 | minor(file->st_dev)); /* as inside the kernel */
    bool ours = false;
    uint32_t peer = 0;
    size_t left = head->nlmsg_len - NLMSG_LENGTH(sizeof *body);
    struct rtattr *part = (struct rtattr *)(void *)(body + 1);
    for (; RTA_OK(part, left); part = RTA_NEXT(part, left)) {
        if (part->rta_type == UNIX_DIAG_VFS && RTA_PAYLOAD(part) >= sizeof(struct unix_diag_vfs)) {
            const struct unix_diag_vfs *vfs = RTA_DATA(part);
            ours = vfs->udiag_vfs_ino == (uint32_t)file->st_ino && vfs->udiag_vfs_dev == device;
        } else if (part->rta_type == UNIX_DIAG_PEER && RTA_PAYLOAD(part) >= sizeof peer) {
            memcpy(&peer, RTA_DATA(part), sizeof peer);
        }
    }
    if (!ours || peer == 0 || body->udiag_state != STATE_ESTABLISHED)
        return true;
    struct peer *more = realloc(peers->items, (peers->count + 1) * sizeof *more);
    if (more == NULL)
        return false;
    peers->items = more;
    more[peers->count++] = (struct peer){.inode = peer};
    return true;
}

/* Reads the kernel's answer to its end. */
static bool take_answer(int netlink, const struct stat *file, struct peer_list *peers) {
    _Alignas(struct nlmsghdr) char bytes[32768];
    for (;;) {
        const ssize_t size = recv(netlink, bytes, sizeof bytes, 0);
        if (size <= 0)
            return false;
        size_t left = (size_t)size;
        for (struct nlmsghdr *head = (void *)bytes; NLMSG_OK(head, left); head = NLMSG_NEXT(head, left)) {
            if (head->nlmsg_type == NLMSG_DONE)
                return true;
            if (head->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
                head->nlmsg_len < NLMSG_LENGTH(sizeof(struct unix_diag_msg)) ||
                !take_socket(head, file, peers))
                return false;
        }
    }
}

static bool find_peers(struct peer_list *peers) {
    struct stat file;
    if (stat(clients_socket(), &file) != 0)
        return false;
    const int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    const bool told = netlink >= 0 && ask(netlink) && take_answer(netlink, &file, peers);
    if (netlink >= 0)
        close(netlink);
    return told;
}

struct match {
    struct peer_list *peers;
    struct holder_list *list;
};

/* A descriptor of a process: is it the other end of one of the connections? */
static void compare(void *user, uint32_t pid, const char *target) {
    const struct match *match = user;
    static const char kind[] = "socket:[";
    if (strncmp(target, kind, sizeof kind - 1) != 0)
        return;
    const unsigned long inode = strtoul(target + sizeof kind - 1, NULL, 10);
    for (size_t i = 0; i < match->peers->count; ++i) {
        struct peer *peer = &match->peers->items[i];
        if (peer->inode == inode && !peer->found)
            peer->found = holder_list_add(match->list, pid);
    }
}

/* The connections that this process has itself are nobody's business. */
static void leave_out_own(struct peer_list *peers) {
    struct stat info;
    const long most = sysconf(_SC_OPEN_MAX);
    const int end = most > 0 && most < DESCRIPTORS_MAX ? (int)most : DESCRIPTORS_MAX;
    for (int descriptor = 0; descriptor < end; ++descriptor) {
        if (fstat(descriptor, &info) != 0 || !S_ISSOCK(info.st_mode))
            continue;
        for (size_t i = 0; i < peers->count; ++i)
            if (peers->items[i].inode == (uint32_t)info.st_ino)
                peers->items[i].found = true;
    }
}

bool clients_find(struct holder_list *out) {
    struct peer_list peers = {0};
    *out = (struct holder_list){0};
    const bool told = find_peers(&peers);
    if (told) {
        struct match match = {&peers, out};
        leave_out_own(&peers);
        processes_visit(compare, &match);
        processes_describe(out);
    }
    for (size_t i = 0; told && i < peers.count; ++i)
        out->unseen += !peers.items[i].found;
    free(peers.items);
    return told;
}
