/*
 * P16: CoCreateInstance, AttachByReader, Transaction, Detach and Release against what a program does without
 * the library: SCardEstablishContext, SCardConnect, SCardTransmit, SCardDisconnect, SCardReleaseContext. The
 * command's object is there before, as the raw program's bytes are.
 */
#include "session.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>
#include <winscard.h>

#include "pairs.h"
#include "subject.h"

#define TURNS 800

struct session {
    const char *reader;
    BSTR name;
    ISCardCmd *cmd;
};

static bool session_ours(void *opaque) {
    struct session *session = opaque;
    ISCard *card = NULL;
    LONG size = 0;
    HRESULT hr = CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&card);
    if (hr == S_OK)
        hr = ISCard_AttachByReader(card, session->name, SHARED, T1);
    if (hr == S_OK)
        hr = ISCard_Transaction(card, &session->cmd);
    if (hr == S_OK)
        hr = ISCardCmd_get_ApduReplyLength(session->cmd, &size);
    if (hr == S_OK)
        hr = ISCard_Detach(card, LEAVE);
    if (card)
        ISCard_Release(card);
    return hr == S_OK && size == CHALLENGE_SIZE + 2;
}

static bool session_raw(void *opaque) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, CHALLENGE_SIZE};
    const struct session *session = opaque;
    uint8_t reply[258];
    DWORD protocol = 0, size = sizeof reply;
    SCARDCONTEXT context;
    SCARDHANDLE card;
    return SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) == SCARD_S_SUCCESS &&
           SCardConnect(context, session->reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &card, &protocol) ==
               SCARD_S_SUCCESS &&
           SCardTransmit(card, SCARD_PCI_T1, challenge, sizeof challenge, NULL, reply, &size) ==
               SCARD_S_SUCCESS &&
           SCardDisconnect(card, SCARD_LEAVE_CARD) == SCARD_S_SUCCESS &&
           SCardReleaseContext(context) == SCARD_S_SUCCESS && size == CHALLENGE_SIZE + 2;
}

/* The whole of it in this process; what comes out is printed for session_measure(). */
static bool measure(const char *reader, double effort, const char **why) {
    struct session session = {.reader = reader};
    struct subject subject;
    struct pairs_result result;
    /* It brings the command; its own connection is over before anything is measured. */
    if (!subject_open(&subject, reader, T1, why) || ISCard_Detach(subject.card, LEAVE) != S_OK) {
        subject_close(&subject);
        return false;
    }
    wchar_t name[128];
    (void)swprintf(name, sizeof name / sizeof *name, L"%s", reader);
    session.name = SysAllocString(name);
    session.cmd = subject.cmd;
    const bool good =
        session.name && pairs_run(session_ours, session_raw, &session, (size_t)(TURNS * effort), &result);
    if (good)
        printf("session %f %f %f %f %f\n", result.ratio, result.low, result.high, result.ours,
               result.reference);
    SysFreeString(session.name);
    subject_close(&subject);
    return good;
}

int sessions(const char *reader, double effort) {
    const char *why = "a call failed";
    if (measure(reader, effort, &why))
        return 0;
    printf("%s\n", why);
    return 1;
}

/* Takes in what the other process has printed. */
static void read_row(struct row *row, FILE *output) {
    char line[sizeof row->skipped] = "the process that measured it has died";
    double ours, reference;
    (void)(output && fgets(line, sizeof line, output));
    if (sscanf(line, "session %lf %lf %lf %lf %lf", &row->value, &row->low, &row->high, &ours, &reference) ==
        5)
        (void)snprintf(row->measured, sizeof row->measured, "%.1f / %.1f us", ours / 1000, reference / 1000);
    else
        (void)snprintf(row->skipped, sizeof row->skipped, "%.*s", (int)strcspn(line, "\n"), line);
}

void session_measure(struct row *row, const char *reader, double effort) {
    char self[PATH_MAX], command[PATH_MAX + 200];
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length > 0 ? length : 0] = '\0';
    (void)snprintf(command, sizeof command, "'%s' --sessions '%s' %f", self, reader, effort);
    fflush(NULL);
    FILE *output = popen(command, "r");
    read_row(row, output);
    if (output)
        (void)pclose(output);
}
