/*
 * A program of PC/SC's own calls that meets a fault, for recovery.sh: connects, and at each line on its input
 * sends a command, recovers by SCardReconnect (where that fails, by a context of its own) and sends another.
 * `reset` as its argument: it resets the card instead, and ends.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <winscard.h>

static SCARDCONTEXT context;
static SCARDHANDLE card;
static DWORD protocol;

static double now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1000 + (double)time.tv_nsec / 1e6;
}

static LONG connect_anew(const char *reader) {
    LONG code = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);
    if (code == SCARD_S_SUCCESS)
        code = SCardConnect(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, &card, &protocol);
    return code;
}

static LONG ask(void) {
    static const BYTE command[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    BYTE answer[258];
    DWORD size = sizeof answer;
    const SCARD_IO_REQUEST *pci = protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
    return SCardTransmit(card, pci, command, sizeof command, NULL, answer, &size);
}

static void show(const char *call, LONG code, double since) {
    printf("  %-34s 0x%08lX %8.1f ms\n", call, (unsigned long)code, now_ms() - since);
    (void)fflush(stdout);
}

static void recover(const char *reader) {
    double start = now_ms();
    LONG code = ask();
    show("SCardTransmit", code, start);
    start = now_ms();
    code = SCardReconnect(card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, SCARD_LEAVE_CARD, &protocol);
    show("SCardReconnect(LEAVE)", code, start);
    start = now_ms();
    if (code != SCARD_S_SUCCESS) {
        code = connect_anew(reader);
        show("a new context and SCardConnect", code, start);
    }
    start = now_ms();
    show("SCardTransmit", ask(), start);
}

int main(int argc, char **argv) {
    static const char reader[] = "Virtual PCD 00 00";
    char line[64];
    LONG code = connect_anew(reader);
    if (code == SCARD_S_SUCCESS && argc > 1 && strcmp(argv[1], "reset") == 0)
        return SCardReconnect(card, SCARD_SHARE_SHARED, SCARD_PROTOCOL_ANY, SCARD_RESET_CARD, &protocol) !=
               SCARD_S_SUCCESS;
    if (code == SCARD_S_SUCCESS)
        code = ask();
    printf("ready 0x%08lX\n", (unsigned long)code);
    (void)fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        recover(reader);
        printf("done\n");
        (void)fflush(stdout);
    }
    return 0;
}
