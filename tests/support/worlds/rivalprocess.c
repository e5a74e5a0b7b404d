/* A program of PC/SC's own calls beside the test: see rivalprocess.h. */
#include "support/worlds/rivalprocess.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <winscard.h>

#include "base/container.h"

#define OPTION "--rival"
#define PATIENCE_S 60u

/* What it does once it is connected. */
static LONG act(enum rival_act what, SCARDHANDLE card) {
    DWORD protocol = 0;
    switch (what) {
    case RIVAL_RESETS:
        return SCardReconnect(card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, SCARD_RESET_CARD, &protocol);
    case RIVAL_POWERS:
        return SCardDisconnect(card, SCARD_UNPOWER_CARD);
    case RIVAL_LOCKS:
        return SCardBeginTransaction(card);
    default:
        return SCARD_S_SUCCESS;
    }
}

/* The process: acts, says so on its output, and leaves when its input ends. */
static int be_rival(enum rival_act what, const char *reader) {
    SCARDCONTEXT context = 0;
    SCARDHANDLE card = 0;
    DWORD protocol = 0;
    const DWORD share = what == RIVAL_EXCLUDES ? SCARD_SHARE_EXCLUSIVE : SCARD_SHARE_SHARED;
    char byte;
    (void)alarm(PATIENCE_S);
    LONG code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
    if (code == SCARD_S_SUCCESS)
        code = SCardConnect(context, reader, share, SCARD_PROTOCOL_ANY, &card, &protocol);
    if (code == SCARD_S_SUCCESS)
        code = act(what, card);
    if (code != SCARD_S_SUCCESS)
        return 1;
    if (write(STDOUT_FILENO, "!", 1) != 1)
        return 1;
    (void)!read(STDIN_FILENO, &byte, 1);
    if (what == RIVAL_LOCKS)
        (void)SCardEndTransaction(card, SCARD_LEAVE_CARD);
    if (what != RIVAL_POWERS)
        (void)SCardDisconnect(card, SCARD_LEAVE_CARD);
    (void)SCardReleaseContext(context);
    return 0;
}

int rival_main(int argc, char **argv) {
    if (argc != 4 || strcmp(argv[1], OPTION) != 0)
        return -1;
    return be_rival((enum rival_act)atoi(argv[2]), argv[3]);
}

struct rival rivalprocess_begin(struct world *world, enum rival_act what) {
    struct rival rival = {.card = NULL};
    int commands[2], words[2];
    char number[12], self[] = "/proc/self/exe", option[] = OPTION, byte = 0;
    (void)snprintf(number, sizeof number, "%d", (int)what);
    char *const argv[] = {self, option, number, world->reader_utf8, NULL};
    assert_int_equal(pipe(commands), 0);
    assert_int_equal(pipe(words), 0);
    (void)fflush(NULL);
    rival.process = fork();
    if (rival.process == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)dup2(commands[0], STDIN_FILENO);
        (void)dup2(words[1], STDOUT_FILENO);
        for (int fd = STDERR_FILENO + 1; fd < 256; ++fd)
            (void)close(fd);
        (void)execv(self, argv);
        _exit(127);
    }
    (void)close(commands[0]);
    (void)close(words[1]);
    rival.commands = commands[1];
    assert_true(rival.process > 0);
    assert_int_equal(read(words[0], &byte, 1), 1);
    (void)close(words[0]);
    return rival;
}

void rival_end(struct rival *rival) {
    int status = -1;
    if (rival->card)
        ISCard_Release(rival->card);
    rival->card = NULL;
    if (rival->process <= 0)
        return;
    (void)close(rival->commands);
    assert_int_equal(waitpid(rival->process, &status, 0), rival->process);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    rival->process = 0;
}
