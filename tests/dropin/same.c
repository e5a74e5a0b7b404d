/*
 * A PC/SC program that prints what each of its calls gives: codes, lengths, states. Written against
 * pcsc-lite's header and linked with libpcsclite.so.1, whichever that is; test_same.sh runs it on the real
 * library and on ours and compares. A card for T=1 alone is in the first reader, the second is empty.
 *   same
 * What pcsc-lite would crash on, or wait for without an end, is not called.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <winscard.h>

#define FIRST "Virtual PCD 00 00"
#define SECOND "Virtual PCD 00 01"
#define STATE_BITS 0xFFFFu

static SCARDCONTEXT context;

/* One line: what was called, how it ended. More may follow on the same line: tell(). */
static LONG say(const char *what, LONG code) {
    printf("\n%s: %08lX", what, (unsigned long)code & 0xFFFFFFFFul);
    return code;
}

static void tell(const char *what, unsigned long value) {
    printf(" %s=%lX", what, value);
}

static void tell_bytes(const char *what, const void *bytes, size_t size) {
    printf(" %s=", what);
    for (size_t i = 0; i < size; i++)
        printf("%02X", ((const unsigned char *)bytes)[i]);
}

/* Contexts */

static void contexts(void) {
    SCARDCONTEXT other = 5;
    say("establish without a place", SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, NULL));
    for (DWORD scope = 0; scope < 6; scope++) {
        if (say("establish", SCardEstablishContext(scope, NULL, NULL, &other)) != SCARD_S_SUCCESS)
            continue;
        say("valid", SCardIsValidContext(other));
        say("cancel of nothing", SCardCancel(other));
        say("release", SCardReleaseContext(other));
        say("valid after release", SCardIsValidContext(other));
        say("release again", SCardReleaseContext(other));
        say("cancel after release", SCardCancel(other));
        say("free after release", SCardFreeMemory(other, NULL));
    }
    say("valid 0", SCardIsValidContext(0));
    say("free nothing", SCardFreeMemory(context, NULL));
}

/* Lists */

static void list(const char *what, SCARDCONTEXT of, char *names, DWORD size) {
    const LONG code = say(what, SCardListReaders(of, NULL, names, &size));
    tell("size", size);
    if (code == SCARD_S_SUCCESS && names)
        tell_bytes("names", names, size);
}

static void lists(void) {
    char names[100];
    char *memory = NULL;
    DWORD size = SCARD_AUTOALLOCATE;
    say("readers without a place", SCardListReaders(context, NULL, NULL, NULL));
    list("readers, length", context, NULL, 0);
    list("readers", context, names, sizeof names);
    list("readers, room of 10", context, names, 10);
    list("readers, room of 0", context, names, 0);
    list("readers of no context", 0, NULL, 0);
    say("readers, memory", SCardListReaders(context, NULL, (LPSTR)&memory, &size));
    tell("size", size);
    say("free", SCardFreeMemory(context, memory));
    size = SCARD_AUTOALLOCATE;
    say("readers, memory without a place", SCardListReaders(context, NULL, NULL, &size));
    tell("size", size);
    size = sizeof names;
    say("readers of a group", SCardListReaders(context, "Nobody\0", names, &size));
    tell("size", size);
    size = 0;
    say("groups, length", SCardListReaderGroups(context, NULL, &size));
    tell("size", size);
    say("groups", SCardListReaderGroups(context, names, &size));
    tell_bytes("names", names, size);
    size = 3;
    say("groups, room of 3", SCardListReaderGroups(context, names, &size));
    tell("size", size);
    say("groups of no context", SCardListReaderGroups(0, NULL, &size));
}

/* States. What the count of events is depends on what was before: only that there is one is told. */

static void wait_of(const char *what, SCARDCONTEXT of, const char *reader, DWORD current, DWORD timeout) {
    SCARD_READERSTATE state = {.szReader = reader, .dwCurrentState = current, .dwEventState = 0x7777};
    const LONG code = say(what, SCardGetStatusChange(of, timeout, &state, 1));
    tell("event", state.dwEventState & STATE_BITS);
    tell("counted", state.dwEventState >> 16 != 0);
    if (code == SCARD_S_SUCCESS || code == SCARD_E_TIMEOUT)
        tell_bytes("atr", state.rgbAtr, state.cbAtr);
}

static void waits(void) {
    SCARD_READERSTATE two[2] = {{.szReader = FIRST}, {.szReader = SECOND}};
    wait_of("unaware of a card", context, FIRST, SCARD_STATE_UNAWARE, 1000);
    wait_of("unaware of an empty reader", context, SECOND, SCARD_STATE_UNAWARE, 0);
    wait_of("knows of the card", context, FIRST, SCARD_STATE_PRESENT, 0);
    wait_of("knows of the card, for a moment", context, FIRST, SCARD_STATE_PRESENT, 30);
    wait_of("believes the reader empty", context, FIRST, SCARD_STATE_EMPTY, 1000);
    wait_of("believes a card in the empty reader", context, SECOND, SCARD_STATE_PRESENT, 1000);
    wait_of("knows that it is empty", context, SECOND, SCARD_STATE_EMPTY, 10);
    wait_of("believes the card mute", context, FIRST, SCARD_STATE_PRESENT | SCARD_STATE_MUTE, 1000);
    wait_of("believes it in use", context, FIRST, SCARD_STATE_PRESENT | SCARD_STATE_INUSE, 1000);
    wait_of("believes it kept", context, FIRST, SCARD_STATE_PRESENT | SCARD_STATE_EXCLUSIVE, 1000);
    wait_of("believes it unavailable", context, FIRST, SCARD_STATE_UNAVAILABLE, 1000);
    wait_of("believes it unknown", context, FIRST, SCARD_STATE_UNKNOWN, 1000);
    wait_of("believes another count", context, FIRST, 0x77770000 | SCARD_STATE_PRESENT, 1000);
    wait_of("ignores", context, FIRST, SCARD_STATE_IGNORE, 1000);
    wait_of("no such reader", context, "Nobody's", SCARD_STATE_UNAWARE, 1000);
    wait_of("no such reader, which is known", context, "Nobody's", SCARD_STATE_UNKNOWN, 0);
    wait_of("no reader's name", context, NULL, SCARD_STATE_UNAWARE, 0);
    wait_of("no context", 0, FIRST, SCARD_STATE_UNAWARE, 0);
    wait_of("no context, ignored", 0, FIRST, SCARD_STATE_IGNORE, 0);
    say("no states", SCardGetStatusChange(context, 0, NULL, 1));
    say("nothing to wait for", SCardGetStatusChange(context, INFINITE, NULL, 0));
    say("nothing to wait for, no context", SCardGetStatusChange(0, INFINITE, NULL, 0));
    say("two readers", SCardGetStatusChange(context, 0, two, 2));
    tell("first", two[0].dwEventState & STATE_BITS);
    tell("second", two[1].dwEventState & STATE_BITS);
    two[0].dwCurrentState = two[0].dwEventState;
    two[1].dwCurrentState = two[1].dwEventState;
    say("two readers that are known", SCardGetStatusChange(context, 5, two, 2));
    two[0].dwCurrentState = SCARD_STATE_IGNORE;
    two[1].dwCurrentState = SCARD_STATE_UNAWARE;
    say("one of two ignored", SCardGetStatusChange(context, 5, two, 2));
    tell("first", two[0].dwEventState & STATE_BITS);
    tell("second", two[1].dwEventState & STATE_BITS);
    two[0] = (SCARD_READERSTATE){.szReader = "\\\\?PnP?\\Notification"};
    say("readers that come and go", SCardGetStatusChange(context, 5, two, 1));
    tell("event", two[0].dwEventState & STATE_BITS);
}

/* Connections */

static SCARDHANDLE connect_as(const char *what, SCARDCONTEXT of, const char *reader, DWORD share,
                              DWORD protocols) {
    SCARDHANDLE card = 5;
    DWORD protocol = 0;
    const LONG code = say(what, SCardConnect(of, reader, share, protocols, &card, &protocol));
    if (code == SCARD_S_SUCCESS)
        tell("protocol", protocol);
    else
        tell("card", (unsigned long)card);
    return code == SCARD_S_SUCCESS ? card : 0;
}

static void disconnect(SCARDHANDLE card, DWORD disposition) {
    if (card)
        say("disconnect", SCardDisconnect(card, disposition));
}

static void connects(void) {
    static const DWORD shares[] = {0, SCARD_SHARE_EXCLUSIVE, SCARD_SHARE_SHARED, SCARD_SHARE_DIRECT, 4};
    static const DWORD protocols[] = {0, 1, 2, 3, 4, 7, 8, 0x1000, 0x10000};
    char name[200];
    SCARDHANDLE card = 0;
    DWORD protocol = 0;
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
        for (size_t j = 0; j < sizeof protocols / sizeof *protocols; j++) {
            (void)snprintf(name, sizeof name, "connect as %lu by %lX", shares[i], protocols[j]);
            disconnect(connect_as(name, context, FIRST, shares[i], protocols[j]), SCARD_RESET_CARD);
        }
    disconnect(connect_as("connect without a card", context, SECOND, 2, 3), SCARD_LEAVE_CARD);
    disconnect(connect_as("connect directly without a card", context, SECOND, 3, 0), SCARD_RESET_CARD);
    connect_as("connect to nobody's", context, "Nobody's", 2, 3);
    connect_as("connect to nothing", context, "", 2, 3);
    connect_as("connect without a name", context, NULL, 2, 3);
    connect_as("connect in no context", 0, FIRST, 2, 3);
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    connect_as("connect by a long name", context, name, 2, 3);
    say("connect without a place", SCardConnect(context, FIRST, 2, 3, NULL, &protocol));
    say("connect without a place for the protocol", SCardConnect(context, FIRST, 2, 3, &card, NULL));
    for (DWORD disposition = 0; disposition < 6; disposition++) {
        card = connect_as("connect", context, FIRST, 2, 3);
        say("disconnect", SCardDisconnect(card, disposition));
        say("disconnect again", SCardDisconnect(card, SCARD_LEAVE_CARD));
        wait_of("afterwards", context, FIRST, SCARD_STATE_UNAWARE, 0);
        /* the service takes a while to find a card powered again */
        for (int i = 0; i < 50; i++) {
            const struct timespec moment = {.tv_nsec = 100000000};
            SCARDHANDLE again = 0;
            if (SCardConnect(context, FIRST, 2, 3, &again, &protocol) == SCARD_S_SUCCESS) {
                (void)SCardDisconnect(again, SCARD_LEAVE_CARD);
                break;
            }
            (void)nanosleep(&moment, NULL);
        }
    }
}

/* What is asked of a connection */

static void status_of(const char *what, SCARDHANDLE card, char *name, DWORD name_size, unsigned char *atr,
                      DWORD atr_size) {
    DWORD state = 77;
    DWORD protocol = 77;
    const LONG code = say(what, SCardStatus(card, name, &name_size, &state, &protocol, atr, &atr_size));
    tell("name", name_size);
    tell("state", state & STATE_BITS);
    tell("protocol", protocol);
    tell("atr", atr_size);
    if (code == SCARD_S_SUCCESS && name && name_size != SCARD_AUTOALLOCATE)
        printf(" %s", name);
    if (code == SCARD_S_SUCCESS && atr)
        tell_bytes("bytes", atr, atr_size);
}

static void statuses(void) {
    char name[100] = "";
    char *names = NULL;
    unsigned char atr[40];
    unsigned char *bytes = NULL;
    DWORD name_size = SCARD_AUTOALLOCATE;
    DWORD atr_size = SCARD_AUTOALLOCATE;
    const SCARDHANDLE card = connect_as("connect", context, FIRST, 2, 3);
    status_of("status", card, name, sizeof name, atr, sizeof atr);
    status_of("status, lengths", card, NULL, 0, NULL, 0);
    status_of("status, a short name", card, name, 5, atr, sizeof atr);
    status_of("status, a short ATR", card, name, sizeof name, atr, 5);
    status_of("status, no room", card, name, 0, atr, 0);
    status_of("status of nobody's", 0, name, sizeof name, atr, sizeof atr);
    say("status of nothing", SCardStatus(card, NULL, NULL, NULL, NULL, NULL, NULL));
    say("status, memory",
        SCardStatus(card, (LPSTR)&names, &name_size, NULL, NULL, (LPBYTE)&bytes, &atr_size));
    tell("name", name_size);
    tell("atr", atr_size);
    say("free", SCardFreeMemory(context, names));
    say("free", SCardFreeMemory(context, bytes));
    name_size = SCARD_AUTOALLOCATE;
    say("status, memory without a place", SCardStatus(card, NULL, &name_size, NULL, NULL, NULL, NULL));
    tell("name", name_size);
    disconnect(card, SCARD_LEAVE_CARD);
    const SCARDHANDLE direct = connect_as("connect directly", context, SECOND, 3, 0);
    status_of("status without a card", direct, name, sizeof name, atr, sizeof atr);
    disconnect(direct, SCARD_LEAVE_CARD);
}

static void attribute(const char *what, SCARDHANDLE card, DWORD id, unsigned char *value, DWORD size,
                      bool show) {
    const LONG code = say(what, SCardGetAttrib(card, id, value, &size));
    if (show && code == SCARD_S_SUCCESS)
        tell("size", size);
    if (show && code == SCARD_S_SUCCESS && value)
        tell_bytes("value", value, size);
}

static void attributes(void) {
    unsigned char value[MAX_BUFFER_SIZE];
    const SCARDHANDLE card = connect_as("connect", context, FIRST, 2, 3);
    attribute("name", card, 0x7FFF0003, value, sizeof value, true);
    attribute("name, length", card, 0x7FFF0003, NULL, 0, true);
    attribute("name, room of 4", card, 0x7FFF0003, value, 4, true);
    attribute("ATR", card, 0x00090303, value, sizeof value, true);
    attribute("vendor", card, 0x00010100, value, sizeof value, false);
    attribute("no such attribute", card, 0x00123456, value, sizeof value, true);
    attribute("of nobody's", 0, 0x00090303, value, sizeof value, true);
    say("without a length", SCardGetAttrib(card, 0x00090303, value, NULL));
    say("set nothing", SCardSetAttrib(card, 0x00010100, NULL, 4));
    say("set no bytes", SCardSetAttrib(card, 0x00010100, value, 0));
    say("set too many", SCardSetAttrib(card, 0x00010100, value, 265));
    say("set", SCardSetAttrib(card, 0x00010100, value, 4));
    say("set nobody's", SCardSetAttrib(0, 0x00010100, value, 4));
    disconnect(card, SCARD_LEAVE_CARD);
}

/* Bytes */

static void send(const char *what, SCARDHANDLE card, const SCARD_IO_REQUEST *header, const void *command,
                 DWORD size, DWORD room) {
    static unsigned char answer[70000];
    SCARD_IO_REQUEST back = {.dwProtocol = 77, .cbPciLength = 77};
    DWORD received = room;
    const LONG code = say(what, SCardTransmit(card, header, command, size, &back, answer, &received));
    tell("size", received);
    if (code == SCARD_S_SUCCESS && received >= 2)
        tell_bytes("sw", answer + received - 2, 2);
}

static void exchanges(void) {
    static const unsigned char select[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00};
    static const unsigned char challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    static const unsigned char extended[] = {0x00, 0x84, 0x00, 0x00, 0x00, 0x01, 0x00};
    static const unsigned char unknown[] = {0x00, 0xEE, 0x00, 0x00};
    unsigned char answer[300];
    DWORD received = sizeof answer;
    const SCARDHANDLE card = connect_as("connect", context, FIRST, 2, 3);
    send("select", card, SCARD_PCI_T1, select, sizeof select, 258);
    send("challenge", card, SCARD_PCI_T1, challenge, sizeof challenge, 258);
    send("challenge, exact room", card, SCARD_PCI_T1, challenge, sizeof challenge, 10);
    send("challenge, room of 1", card, SCARD_PCI_T1, challenge, sizeof challenge, 1);
    send("challenge, no room", card, SCARD_PCI_T1, challenge, sizeof challenge, 0);
    send("extended", card, SCARD_PCI_T1, extended, sizeof extended, 65538);
    send("unknown instruction", card, SCARD_PCI_T1, unknown, sizeof unknown, 258);
    send("by T=0", card, SCARD_PCI_T0, select, sizeof select, 258);
    send("a command that is too long", card, SCARD_PCI_T1, extended, MAX_BUFFER_SIZE_EXTENDED + 1, 258);
    send("to nobody's", 0, SCARD_PCI_T1, select, sizeof select, 258);
    say("no header", SCardTransmit(card, NULL, select, sizeof select, NULL, answer, &received));
    say("no command", SCardTransmit(card, SCARD_PCI_T1, NULL, 5, NULL, answer, &received));
    say("no place", SCardTransmit(card, SCARD_PCI_T1, select, sizeof select, NULL, NULL, &received));
    say("no length", SCardTransmit(card, SCARD_PCI_T1, select, sizeof select, NULL, answer, NULL));
    memcpy(answer, challenge, sizeof challenge);
    received = sizeof answer;
    say("in place", SCardTransmit(card, SCARD_PCI_T1, answer, sizeof challenge, NULL, answer, &received));
    tell("size", received);
    received = 77;
    say("control", SCardControl(card, 0x42000D48, NULL, 0, answer, sizeof answer, &received));
    tell("size", received);
    say("control of nobody's", SCardControl(0, 0x42000D48, NULL, 0, answer, sizeof answer, &received));
    disconnect(card, SCARD_LEAVE_CARD);
}

/* Transactions, and what others do to the card */

static void all_of(SCARDHANDLE card) {
    static const unsigned char select[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00};
    unsigned char value[40];
    say(" begin", SCardBeginTransaction(card));
    say(" end", SCardEndTransaction(card, SCARD_LEAVE_CARD));
    send(" select", card, SCARD_PCI_T1, select, sizeof select, 258);
    status_of(" status", card, NULL, 0, NULL, 0);
    attribute(" ATR", card, 0x00090303, value, sizeof value, true);
}

static void transactions(void) {
    const SCARDHANDLE card = connect_as("connect", context, FIRST, 2, 3);
    say("end of none", SCardEndTransaction(card, SCARD_LEAVE_CARD));
    say("begin", SCardBeginTransaction(card));
    say("begin another level", SCardBeginTransaction(card));
    say("end with nonsense", SCardEndTransaction(card, 7));
    say("end", SCardEndTransaction(card, SCARD_LEAVE_CARD));
    all_of(card);
    say("end", SCardEndTransaction(card, SCARD_LEAVE_CARD));
    say("end of none", SCardEndTransaction(card, SCARD_LEAVE_CARD));
    say("begin nobody's", SCardBeginTransaction(0));
    say("end nobody's", SCardEndTransaction(0, SCARD_LEAVE_CARD));
    disconnect(card, SCARD_LEAVE_CARD);
    say("begin after the end", SCardBeginTransaction(card));
    say("end after the end", SCardEndTransaction(card, SCARD_LEAVE_CARD));
}

static void notices(void) {
    DWORD protocol = 0;
    const SCARDHANDLE card = connect_as("connect", context, FIRST, 2, 3);
    const SCARDHANDLE other = connect_as("connect another", context, FIRST, 2, 3);
    connect_as("connect, to have it alone", context, FIRST, 1, 3);
    say("reset by another", SCardReconnect(other, 2, 3, SCARD_RESET_CARD, &protocol));
    tell("protocol", protocol);
    printf("\nafter another's reset");
    all_of(card);
    say("reconnect", SCardReconnect(card, 2, 3, SCARD_LEAVE_CARD, &protocol));
    tell("protocol", protocol);
    all_of(card);
    say("another leaves with a reset", SCardDisconnect(other, SCARD_RESET_CARD));
    all_of(card);
    say("reconnect", SCardReconnect(card, 2, 3, SCARD_LEAVE_CARD, &protocol));
    say("reconnect alone", SCardReconnect(card, 1, 3, SCARD_LEAVE_CARD, &protocol));
    connect_as("connect beside one who is alone", context, FIRST, 2, 3);
    connect_as("connect directly beside one who is alone", context, FIRST, 3, 0);
    wait_of("kept by one", context, FIRST, SCARD_STATE_UNAWARE, 0);
    say("reconnect for all", SCardReconnect(card, 2, 3, SCARD_LEAVE_CARD, &protocol));
    wait_of("shared", context, FIRST, SCARD_STATE_UNAWARE, 0);
    say("reconnect with power off and on", SCardReconnect(card, 2, 3, SCARD_UNPOWER_CARD, &protocol));
    all_of(card);
    say("reconnect with nonsense", SCardReconnect(card, 2, 3, 7, &protocol));
    say("reconnect with ejection", SCardReconnect(card, 2, 3, SCARD_EJECT_CARD, &protocol));
    say("reconnect as nonsense", SCardReconnect(card, 7, 3, SCARD_LEAVE_CARD, &protocol));
    say("reconnect by nothing", SCardReconnect(card, 2, 0, SCARD_LEAVE_CARD, &protocol));
    say("reconnect by T=0", SCardReconnect(card, 2, 1, SCARD_RESET_CARD, &protocol));
    say("reconnect without a place", SCardReconnect(card, 2, 3, SCARD_LEAVE_CARD, NULL));
    say("reconnect nobody's", SCardReconnect(0, 2, 3, SCARD_LEAVE_CARD, &protocol));
    say("reconnect", SCardReconnect(card, 2, 3, SCARD_RESET_CARD, &protocol));
    disconnect(card, SCARD_LEAVE_CARD);
}

/* A context that ends with what it has. */
static void release(void) {
    SCARDCONTEXT leaving = 0;
    const SCARDHANDLE card = connect_as("connect", context, FIRST, 2, 3);
    say("establish", SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &leaving));
    SCARDHANDLE others = connect_as("connect in another context", leaving, FIRST, 2, 3);
    say("release", SCardReleaseContext(leaving));
    say("its connection", SCardBeginTransaction(others));
    all_of(card);
    say("establish", SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &leaving));
    others = connect_as("connect in another context", leaving, FIRST, 2, 3);
    say("begin", SCardBeginTransaction(others));
    say("release", SCardReleaseContext(leaving));
    printf("\nafter the end of one who kept the card");
    all_of(card);
    disconnect(card, SCARD_LEAVE_CARD);
}

int main(void) {
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) != SCARD_S_SUCCESS)
        return 1;
    contexts();
    lists();
    waits();
    connects();
    statuses();
    attributes();
    exchanges();
    transactions();
    notices();
    release();
    say("release", SCardReleaseContext(context));
    printf("\n");
    return 0;
}
