/* The smallest card for the virtual reader driver; the wire is a 16-bit length and that many bytes. */
#include "support/services/vpcd_card.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "support/services/rude_answer.h"

enum { CONTROL_OFF = 0, CONTROL_ON = 1, CONTROL_RESET = 2, CONTROL_ATR = 4 };

void vpcd_card_init(struct vpcd_card *card, unsigned protocol, uint8_t mark) {
    static const uint8_t t0[] = {0x3B, 0x01, 0x00};
    static const uint8_t t1[] = {0x3B, 0x81, 0x01, 0x00, 0x00};

    memset(card, 0, sizeof *card);
    if (protocol == 2) {
        memcpy(card->atr, t1, sizeof t1);
        card->atr_size = sizeof t1;
        card->atr[3] = mark;
        card->atr[4] = (uint8_t)(0x81 ^ 0x01 ^ mark);
    } else {
        memcpy(card->atr, t0, sizeof t0);
        card->atr_size = sizeof t0;
        card->atr[2] = mark;
    }
}

static void pause_ms(long ms) {
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

/* Reads exactly size bytes; false at the end of the connection or of the test. */
static bool read_all(int fd, int stop_fd, uint8_t *buffer, size_t size) {
    const int yes = 1;

    while (size > 0) {
        struct pollfd fds[2] = {{.fd = fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return false;
        if (fds[1].revents)
            return false;
        if (!fds[0].revents)
            continue;
        const ssize_t got = recv(fd, buffer, size, 0);
        if (got <= 0)
            return false;
        /* The driver sends without TCP_NODELAY: an early acknowledgement saves 40 ms. */
        setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
        buffer += got;
        size -= (size_t)got;
    }
    return true;
}

static bool write_message(int fd, const uint8_t *bytes, size_t size) {
    uint8_t frame[2 + 65536];

    frame[0] = (uint8_t)(size >> 8);
    frame[1] = (uint8_t)size;
    memcpy(frame + 2, bytes, size);
    return send(fd, frame, size + 2, MSG_NOSIGNAL) == (ssize_t)(size + 2);
}

static void start_card(struct vpcd_card *card) {
    card->starts++;
    card->flag = 0;
}

static size_t answer_word(uint8_t *answer, size_t size, unsigned word) {
    answer[size] = (uint8_t)(word >> 8);
    answer[size + 1] = (uint8_t)word;
    return size + 2;
}

/* Executes one command; 0: the card leaves the reader instead of answering. */
static size_t execute(struct vpcd_card *card, const uint8_t *apdu, size_t size, uint8_t *answer) {
    const unsigned word = size >= 4 ? (unsigned)apdu[2] << 8 | apdu[3] : 0;

    switch (size >= 4 && (apdu[0] == 0x80 || apdu[1] == 0x84) ? apdu[1] : 0) {
    case 0x84:
        memset(answer, 0x55, 8);
        return answer_word(answer, 8, 0x9000);
    case 0x10:
        pause_ms((long)word);
        return answer_word(answer, 0, 0x9000);
    case 0x12:
        return 0;
    case 0x14:
        if (word) {
            memset(answer, 0xAA, word);
            return answer_word(answer, word, 0x9000);
        }
        answer[0] = (uint8_t)card->starts;
        return answer_word(answer, 1, 0x9000);
    case 0x16:
        card->flag = apdu[2];
        return answer_word(answer, 0, 0x9000);
    case 0x18:
        answer[0] = card->flag;
        return answer_word(answer, 1, 0x9000);
    default:
        return answer_word(answer, 0, 0x6D00);
    }
}

/* Waits before an answer. false: the card is to go meanwhile. */
static bool stall(const struct vpcd_card *card, const uint8_t *apdu, size_t size, int stop_fd) {
    struct pollfd stop = {.fd = stop_fd, .events = POLLIN};
    const bool silent = size >= 2 && apdu[0] == 0x80 && apdu[1] == 0x1A;
    const uint32_t ms = silent ? UINT32_MAX : card->stall_ms;

    return !ms || poll(&stop, 1, ms > INT32_MAX ? -1 : (int)ms) == 0;
}

static bool handle(struct vpcd_card *card, int fd, int stop_fd, const uint8_t *message, size_t size) {
    uint8_t answer[65536];

    if (size >= 4 && message[0] == 0x80 && message[1] == 0x30)
        return rude_answer(fd, stop_fd, (enum rude)message[2]);
    if (size != 1) {
        if (!stall(card, message, size, stop_fd))
            return false;
        const size_t answer_size = execute(card, message, size, answer);
        return answer_size > 0 && write_message(fd, answer, answer_size);
    }
    switch (message[0]) {
    case CONTROL_ON:
    case CONTROL_RESET:
        start_card(card);
        return true;
    case CONTROL_ATR:
        return write_message(fd, card->atr, card->atr_size);
    default:
        return true;
    }
}

static int connect_driver(uint16_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    const int yes = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int tries = 0; tries < 400; tries++) {
        const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
            return -1;
        if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0) {
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
            return fd;
        }
        close(fd);
        pause_ms(5);
    }
    return -1;
}

int vpcd_card_serve(const void *opaque, uint16_t port, int stop_fd, void (*connected)(void *user),
                    void *user) {
    union { /* the fixture hands cards on as const; this one counts what happens to it */
        const void *in;
        struct vpcd_card *out;
    } card = {.in = opaque};
    uint8_t message[65536];
    uint8_t length[2];
    const int fd = connect_driver(port);

    if (fd < 0)
        return ECONNREFUSED;
    connected(user);
    while (read_all(fd, stop_fd, length, 2)) {
        const size_t size = (size_t)length[0] << 8 | length[1];
        if (!read_all(fd, stop_fd, message, size) || !handle(card.out, fd, stop_fd, message, size))
            break;
    }
    close(fd);
    return 0;
}
