/* The daemon's part in a request that is to end: see standin.h. */
#include "backends/pcsc/standin.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define COMMAND_TRANSMIT 0x09u   /* of the library's commands that are repeated the one that data follows */
#define TRANSMIT_SIZE_OFFSET 12u /* where its arguments say how much */
#define TRANSMIT_DATA_MAX 65548u
#define CODE_SIZE 4u

static uint32_t number_at(const uint8_t *bytes) {
    uint32_t number;
    memcpy(&number, bytes, sizeof number); /* both ends are on this machine */
    return number;
}

void pcsc_standin_init(struct pcsc_standin *standin) {
    standin->peer = -1;
    standin->received = 0;
}

static bool same_file(int one, int other) {
    struct stat first, second;
    return fstat(one, &first) == 0 && fstat(other, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

bool pcsc_standin_place(struct pcsc_standin *standin, int library, int socket) {
    int pair[2];
    if (!same_file(library, socket) ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0)
        return false;
    if (dup3(pair[1], library, O_CLOEXEC) != library) {
        close(pair[0]);
        close(pair[1]);
        return false;
    }
    close(pair[1]);
    standin->peer = pair[0];
    standin->received = 0;
    return true;
}

/* A request may have got through at the last moment: then its answer is passed on to the library. */
static bool hand_on(const struct pcsc_standin *standin, int socket) {
    uint8_t bytes[4096];
    for (;;) {
        const ssize_t size = recv(socket, bytes, sizeof bytes, MSG_DONTWAIT);
        if (size <= 0)
            return size < 0;
        for (ssize_t sent = 0, part; sent < size; sent += part) {
            part = send(standin->peer, bytes + sent, (size_t)(size - sent), MSG_NOSIGNAL);
            if (part < 0)
                return false;
        }
    }
}

/* How many bytes the request has, as far as can be told; 0: that makes no sense. */
static size_t size_of_request(const struct pcsc_standin *standin) {
    const uint8_t *arguments = standin->request + PCSC_STANDIN_HEADER;
    uint32_t data = 0;
    if (standin->received < PCSC_STANDIN_HEADER)
        return PCSC_STANDIN_HEADER;
    const uint32_t size = number_at(standin->request);
    if (size < CODE_SIZE || size > PCSC_STANDIN_REQUEST_MAX)
        return 0;
    if (standin->received >= PCSC_STANDIN_HEADER + size &&
        number_at(standin->request + 4) == COMMAND_TRANSMIT) {
        if (size < TRANSMIT_SIZE_OFFSET + CODE_SIZE)
            return 0;
        data = number_at(arguments + TRANSMIT_SIZE_OFFSET);
        if (data > TRANSMIT_DATA_MAX)
            return 0;
    }
    return PCSC_STANDIN_HEADER + size + data;
}

/* Reads what there is, though not past the request's end. Data for the card is not kept. */
static enum pcsc_standin_step read_request(struct pcsc_standin *standin) {
    uint8_t data[512];
    for (;;) {
        const size_t whole = size_of_request(standin);
        if (whole == 0)
            return PCSC_STANDIN_FAILED;
        if (standin->received == whole && whole > PCSC_STANDIN_HEADER)
            return PCSC_STANDIN_ANSWERED;
        const bool kept = standin->received < sizeof standin->request;
        const size_t room = kept ? sizeof standin->request - standin->received : sizeof data;
        const size_t left = whole - standin->received;
        const ssize_t size = recv(standin->peer, kept ? standin->request + standin->received : data,
                                  left < room ? left : room, MSG_DONTWAIT);
        if (size == 0)
            return PCSC_STANDIN_FAILED;
        if (size < 0)
            return PCSC_STANDIN_WAITS;
        standin->received += (size_t)size;
    }
}

enum pcsc_standin_step pcsc_standin_serve(struct pcsc_standin *standin, int socket, uint32_t code) {
    enum pcsc_standin_step step = hand_on(standin, socket) ? read_request(standin) : PCSC_STANDIN_FAILED;
    if (step == PCSC_STANDIN_ANSWERED) {
        /* The answer is the request with its last member filled in. */
        const uint32_t size = number_at(standin->request);
        uint8_t *answer = standin->request + PCSC_STANDIN_HEADER;
        memcpy(answer + size - CODE_SIZE, &code, CODE_SIZE);
        if (send(standin->peer, answer, size, MSG_NOSIGNAL) != (ssize_t)size)
            step = PCSC_STANDIN_FAILED;
    }
    if (step == PCSC_STANDIN_FAILED) {
        shutdown(socket, SHUT_RDWR);
        shutdown(standin->peer, SHUT_RDWR);
    }
    return step;
}

void pcsc_standin_remove(struct pcsc_standin *standin, int library, int socket) {
    if (standin->peer < 0)
        return;
    (void)dup3(socket, library, O_CLOEXEC);
    close(standin->peer);
    pcsc_standin_init(standin);
}
