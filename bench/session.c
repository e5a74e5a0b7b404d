/*
 * P16: CoCreateInstance, AttachByReader, Transaction, Detach and Release against what a program does without
 * the library: SCardEstablishContext, SCardConnect, SCardTransmit, SCardDisconnect, SCardReleaseContext. The
 * command's object is there before, as the raw program's bytes are.
 */
#include "session.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
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

static void measure(struct row *row, const char *reader, double effort) {
    struct session session = {.reader = reader};
    struct subject subject;
    struct pairs_result result;
    const char *why = "a call failed";
    /* It brings the command; its own connection is over before anything is measured. */
    if (!subject_open(&subject, reader, T1, &why) || ISCard_Detach(subject.card, LEAVE) != S_OK) {
        (void)snprintf(row->skipped, sizeof row->skipped, "%s", why);
        subject_close(&subject);
        return;
    }
    wchar_t name[128];
    (void)swprintf(name, sizeof name / sizeof *name, L"%s", reader);
    session.name = SysAllocString(name);
    session.cmd = subject.cmd;
    if (session.name && pairs_run(session_ours, session_raw, &session, (size_t)(TURNS * effort), &result)) {
        row->value = result.ratio;
        row->low = result.low;
        row->high = result.high;
        (void)snprintf(row->measured, sizeof row->measured, "%.1f / %.1f us", result.ours / 1000,
                       result.reference / 1000);
    } else {
        (void)snprintf(row->skipped, sizeof row->skipped, "%s", why);
    }
    SysFreeString(session.name);
    subject_close(&subject);
}

void session_measure(struct row *row, const char *reader, double effort) {
    int status = -1;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        measure(row, reader, effort);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        (void)snprintf(row->skipped, sizeof row->skipped, "the process that measured it has died");
}
