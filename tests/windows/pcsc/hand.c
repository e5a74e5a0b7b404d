/* Asks the stage over a socket, one connection for each wish: see hand.h. */
#include <winsock2.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hand.h"

#define ANSWER_ROOM 8192

static SOCKET line = INVALID_SOCKET;
static char wished[200];

static void give_up(const char *what) {
    print_error("hand '%s': %s\n", wished, what);
    fail();
}

static void start_sockets(void) {
    static int started;
    WSADATA data;
    if (!started && WSAStartup(MAKEWORD(2, 2), &data) != 0)
        give_up("no sockets");
    started = 1;
}

void hand_begin(const char *wish) {
    const char *port = getenv("PCSC_STAGE_PORT");
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    (void)snprintf(wished, sizeof wished, "%s\n", wish);
    if (!port)
        give_up("PCSC_STAGE_PORT is not set: make check-wine-pcsc runs this");
    address.sin_port = htons((u_short)atoi(port));
    start_sockets();
    line = socket(AF_INET, SOCK_STREAM, 0);
    if (line == INVALID_SOCKET || connect(line, (const struct sockaddr *)&address, sizeof address) != 0)
        give_up("the stage does not listen");
    const int size = (int)strlen(wished);
    if (send(line, wished, size, 0) != size)
        give_up("the stage does not take it");
}

const char *hand_done(void) {
    static char answer[ANSWER_ROOM];
    int size = 0, got;
    while (size < ANSWER_ROOM - 1 && (got = recv(line, answer + size, ANSWER_ROOM - 1 - size, 0)) > 0)
        size += got;
    answer[size] = '\0';
    closesocket(line);
    line = INVALID_SOCKET;
    if (strncmp(answer, "ok\n", 3) != 0)
        give_up(*answer ? answer : "no answer");
    return answer + 3;
}

const char *hand(const char *wish) {
    hand_begin(wish);
    return hand_done();
}
