/* Sockets that cannot be had or used: see points.h. */
#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "failures/points.h"

WRAP(int, socket, int domain, int type, int protocol) {
    return SYSTEM_CALL("socket", EMFILE, ENOBUFS) ? -1 : __real_socket(domain, type, protocol);
}

WRAP(int, socketpair, int domain, int type, int protocol, int pair[2]) {
    return SYSTEM_CALL("socketpair", EMFILE) ? -1 : __real_socketpair(domain, type, protocol, pair);
}

WRAP(int, bind, int fd, const struct sockaddr *address, socklen_t size) {
    return SYSTEM_CALL("bind", EADDRINUSE, EACCES) ? -1 : __real_bind(fd, address, size);
}

WRAP(int, listen, int fd, int backlog) {
    return SYSTEM_CALL("listen", EADDRINUSE) ? -1 : __real_listen(fd, backlog);
}

WRAP(int, connect, int fd, const struct sockaddr *address, socklen_t size) {
    return SYSTEM_CALL("connect", ECONNREFUSED, ENETUNREACH) ? -1 : __real_connect(fd, address, size);
}

WRAP(int, accept4, int fd, struct sockaddr *address, socklen_t *size, int flags) {
    return SYSTEM_CALL("accept", EMFILE, ECONNABORTED, EINTR) ? -1 : __real_accept4(fd, address, size, flags);
}

WRAP(int, getsockname, int fd, struct sockaddr *address, socklen_t *size) {
    return SYSTEM_CALL("getsockname", ENOBUFS) ? -1 : __real_getsockname(fd, address, size);
}

WRAP(int, getpeername, int fd, struct sockaddr *address, socklen_t *size) {
    return SYSTEM_CALL("getpeername", ENOTCONN) ? -1 : __real_getpeername(fd, address, size);
}

WRAP(int, getsockopt, int fd, int level, int name, void *value, socklen_t *size) {
    return SYSTEM_CALL("getsockopt", ENOBUFS) ? -1 : __real_getsockopt(fd, level, name, value, size);
}

WRAP(int, setsockopt, int fd, int level, int name, const void *value, socklen_t size) {
    return SYSTEM_CALL("setsockopt", ENOMEM) ? -1 : __real_setsockopt(fd, level, name, value, size);
}

WRAP(int, getaddrinfo, const char *host, const char *service, const struct addrinfo *hints,
     struct addrinfo **out) {
    return SYSTEM_CALL("getaddrinfo", ENOMEM) ? EAI_MEMORY : __real_getaddrinfo(host, service, hints, out);
}

WRAP(ssize_t, recv, int fd, void *bytes, size_t size, int flags) {
    const enum points_verdict verdict = SYSTEM_CALL("recv", ECONNRESET, EINTR, POINTS_SHORT);
    return verdict == POINTS_FAIL ? -1 : __real_recv(fd, bytes, verdict && size ? 1 : size, flags);
}

WRAP(ssize_t, send, int fd, const void *bytes, size_t size, int flags) {
    const enum points_verdict verdict = SYSTEM_CALL("send", EPIPE, EINTR, POINTS_SHORT);
    return verdict == POINTS_FAIL ? -1 : __real_send(fd, bytes, verdict && size ? 1 : size, flags);
}

/* The first byte of the first part alone. */
static struct msghdr first_byte(const struct msghdr *message, struct iovec *part) {
    struct msghdr shorter = *message;
    *part = (struct iovec){message->msg_iov[0].iov_base, 1};
    shorter.msg_iov = part;
    shorter.msg_iovlen = 1;
    return shorter;
}

WRAP(ssize_t, recvmsg, int fd, struct msghdr *message, int flags) {
    const enum points_verdict verdict = SYSTEM_CALL("recvmsg", ECONNRESET, EINTR, POINTS_SHORT);
    struct iovec part;
    if (verdict == POINTS_SHORTEN) {
        struct msghdr shorter = first_byte(message, &part);
        return __real_recvmsg(fd, &shorter, flags);
    }
    return verdict == POINTS_FAIL ? -1 : __real_recvmsg(fd, message, flags);
}

WRAP(ssize_t, sendmsg, int fd, const struct msghdr *message, int flags) {
    const enum points_verdict verdict = SYSTEM_CALL("sendmsg", EPIPE, EINTR, POINTS_SHORT);
    struct iovec part;
    if (verdict == POINTS_SHORTEN) {
        const struct msghdr shorter = first_byte(message, &part);
        return __real_sendmsg(fd, &shorter, flags);
    }
    return verdict == POINTS_FAIL ? -1 : __real_sendmsg(fd, message, flags);
}
