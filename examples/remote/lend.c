/*
 * Readers for other machines. With one argument, a NATS server, this machine's readers are lent under the
 * name "lend" until standard input ends, and what happens is told. With a second one, an agent's name, the
 * program says who uses the readers of that agent. The other side needs no program of its own:
 * SCARDSSP_RM=nats://...
 */
#include <stdio.h>

#include "scardssp_card.h"
#include "scardssp_share.h"

static const char *word_for(uint32_t kind) {
    switch (kind) {
    case SCARDSSP_SHARE_READY:
        return "ready";
    case SCARDSSP_SHARE_READER_LENT:
        return "lent";
    case SCARDSSP_SHARE_SESSION_OPENED:
        return "opened";
    case SCARDSSP_SHARE_CARD_USED:
        return "used";
    case SCARDSSP_SHARE_SESSION_CLOSED:
        return "closed";
    default:
        return "event";
    }
}

/* From any thread: a line in one piece. */
static void print_event(void *user, const struct scardssp_share_event *event) {
    (void)user;
    printf("%s: %s\n", word_for(event->kind), event->reader ? event->reader : event->who ? event->who : "-");
    fflush(stdout);
}

static int32_t lend(const char *server, char *message, size_t message_size) {
    const scardssp_share_visitor tell = print_event;
    const struct scardssp_share_options options = {.server = server, .name = "lend", .tell = tell};
    return scardssp_share(&options, 0 /* standard input */, message, message_size);
}

static void print_session(void *user, const struct scardssp_share_session *session) {
    int *count = user;
    ++*count;
    printf("%s: %s, heard of %u ms ago\n", session->who, session->readers, (unsigned)session->idle_ms);
}

static int32_t who(const char *server, const char *agent, char *message, size_t message_size) {
    const scardssp_share_session_visitor visit = print_session;
    int count = 0;
    const int32_t status = scardssp_share_sessions(server, agent, visit, &count, message, message_size);
    if (status == S_OK)
        printf("%d sessions\n", count);
    return status;
}

int main(int argc, char **argv) {
    char message[256] = "";
    if (argc < 2) {
        fprintf(stderr, "usage: lend SERVER [AGENT]\n");
        return 2;
    }
    const int32_t status =
        argc > 2 ? who(argv[1], argv[2], message, sizeof message) : lend(argv[1], message, sizeof message);
    if (status != S_OK)
        fprintf(stderr, "lend: %s: %s\n", scardssp_status_name(status), message);
    return status != S_OK;
}
