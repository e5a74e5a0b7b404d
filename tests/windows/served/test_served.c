/*
 * The real scardssp.dll over a smart card service that answers as Windows' does: what a client meets when
 * others lock and start the card, when a search has found one, when the service is started anew, and when a
 * card does not answer.
 */
#define COBJMACROS
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expecting.h"
#include "served.h"

#include <tlhelp32.h>

#define ROUNDS 50
#define PATIENCE_MS 10000u
#define BLOCKED_MS 300u

/* GET CHALLENGE of 8 bytes; S_OK only when they came. */
static HRESULT ask(ISCard *card) {
    ISCardISO7816 *const builder = served_make(&CLSID_CSCardISO7816, &IID_ISCardISO7816);
    ISCardCmd *cmd = NULL;
    LONG length = 0;

    assert_non_null(builder);
    EXPECT(ISCardISO7816_GetChallenge(builder, 8, &cmd), S_OK);
    HRESULT hr = ISCard_Transaction(card, &cmd);
    EXPECT(ISCardCmd_get_ApduReplyLength(cmd, &length), S_OK);
    if (hr == S_OK && length != 10)
        hr = E_UNEXPECTED;
    ISCardCmd_Release(cmd);
    ISCardISO7816_Release(builder);
    return hr;
}

/* Another program that waits for its turn. */
struct rival {
    SCARDHANDLE card;
    HANDLE thread;
};

static DWORD WINAPI compete(void *user) {
    const struct rival *const rival = user;
    const LONG code = served()->begin(rival->card);
    return code ? (DWORD)code : (DWORD)served()->end(rival->card, SCARD_LEAVE_CARD);
}

static void assert_waits(const struct rival *rival) {
    assert_int_equal(WaitForSingleObject(rival->thread, BLOCKED_MS), WAIT_TIMEOUT);
}

/* Under LockSCard nothing lets others in: neither what is refused, nor a ReAttach that has nothing to do. */
static void test_lock__is_not_given_away(void **state) {
    (void)state;
    ISCard *card = served_card();
    struct rival rival = {.card = served_other()};
    DWORD code = 1;

    assert_non_null(card);
    assert_true(rival.card != 0);
    EXPECT(ISCard_LockSCard(card), S_OK);
    EXPECT(ISCard_LockSCard(card), S_OK);
    rival.thread = CreateThread(NULL, 0, compete, &rival, 0, NULL);
    assert_non_null(rival.thread);
    served()->script(FAKE_END, 0, 0);
    for (int i = 0; i < 3; ++i) {
        EXPECT(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), SCARD_E_SHARING_VIOLATION);
        EXPECT(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
        EXPECT(ask(card), S_OK);
    }
    assert_int_equal(served()->count(FAKE_END), 0);
    assert_waits(&rival);
    EXPECT(ISCard_UnlockSCard(card, LEAVE), S_OK);
    assert_waits(&rival);
    EXPECT(ISCard_UnlockSCard(card, LEAVE), S_OK);
    assert_int_equal(WaitForSingleObject(rival.thread, PATIENCE_MS), WAIT_OBJECT_0);
    assert_true(GetExitCodeThread(rival.thread, &code));
    assert_int_equal(code, 0);
    CloseHandle(rival.thread);
    EXPECT(ISCard_UnlockSCard(card, LEAVE), SCARD_E_NOT_TRANSACTED);
    assert_int_equal(served()->disconnect(rival.card, SCARD_LEAVE_CARD), 0);
    ISCard_Release(card);
}

/* What the process has. */
struct burden {
    DWORD threads, handles;
    unsigned contexts;
};

static struct burden weigh(void) {
    const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    THREADENTRY32 entry = {.dwSize = sizeof entry};
    struct burden burden = {.contexts = served()->contexts()};

    for (BOOL more = Thread32First(snapshot, &entry); more; more = Thread32Next(snapshot, &entry))
        burden.threads += entry.th32OwnerProcessID == GetCurrentProcessId();
    CloseHandle(snapshot);
    assert_true(GetProcessHandleCount(GetCurrentProcess(), &burden.handles));
    return burden;
}

/*
 * FindCard leaves the context to the program: who releases that has given the card back, and nothing is left
 * of either.
 */
static void test_find__costs_nothing_afterwards(void **state) {
    (void)state;
    ISCardLocate *locate = served_locate();
    struct burden before = {0}, now;

    assert_non_null(locate);
    for (int i = 0; i < ROUNDS; ++i) {
        SCARDINFO *info = NULL;
        EXPECT(ISCardLocate_FindCard(locate, EXCLUSIVE, T1, SC_DLG_NO_UI, &info), S_OK);
        assert_true(info->hCard && info->hContext);
        assert_int_equal(served()->release((SCARDCONTEXT)info->hContext), 0);
        CoTaskMemFree(info);
        ISCard *card = served_card(); /* nobody has it alone */
        assert_non_null(card);
        ISCard_Release(card);
        if (i == 1)
            before = weigh(); /* what is made once for all is there now */
    }
    now = weigh();
    for (unsigned waited = 0; now.threads > before.threads && waited < PATIENCE_MS; waited += 20) {
        Sleep(20); /* threads that nobody waits for */
        now = weigh();
    }
    assert_int_equal(now.contexts, before.contexts);
    assert_int_in_range(now.threads, 0, before.threads);
    assert_int_in_range(now.handles, 0, before.handles);
    ISCardLocate_Release(locate);
}

/*
 * Rows 11 and 14 of the recovery specification: the lock went with the service, and is there again after
 * ReAttach.
 */
static void test_service__started_anew(void **state) {
    (void)state;
    ISCard *card = served_card();

    assert_non_null(card);
    EXPECT(ISCard_LockSCard(card), S_OK);
    served()->restart();
    const HRESULT lost = ask(card);
    assert_true(lost == SCARD_E_SERVICE_STOPPED || lost == SCARD_E_NO_SERVICE ||
                lost == SCARD_E_INVALID_HANDLE);
    EXPECT(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    EXPECT(ask(card), S_OK);
    EXPECT(ISCard_UnlockSCard(card, LEAVE), S_OK);
    EXPECT(ISCard_UnlockSCard(card, LEAVE), SCARD_E_NOT_TRANSACTED);
    ISCard_Release(card);
}

static DWORD WINAPI ask_in_thread(void *card) {
    return (DWORD)ask(card);
}

/* A card that does not answer, and Cancel: shared, under a lock, and alone with the card. */
static void test_cancel__a_card_that_does_not_answer(void **state) {
    (void)state;
    static const SCARD_SHARE_MODES shares[] = {SHARED, SHARED, EXCLUSIVE};
    ISCard *card = served_card();
    ISCardEx *ex = NULL;

    assert_non_null(card);
    EXPECT(ISCard_QueryInterface(card, &IID_ISCardEx, (void **)&ex), S_OK);
    for (int i = 0; i < 3; ++i) {
        DWORD code = 0;
        EXPECT(ISCard_ReAttach(card, shares[i], LEAVE), S_OK);
        if (i == 1)
            EXPECT(ISCard_LockSCard(card), S_OK);
        served()->script(FAKE_TRANSMIT, FAKE_MUTE, 0);
        const HANDLE thread = CreateThread(NULL, 0, ask_in_thread, card, 0, NULL);
        assert_int_equal(WaitForSingleObject(thread, BLOCKED_MS), WAIT_TIMEOUT);
        EXPECT(ISCardEx_Cancel(ex), S_OK);
        assert_int_equal(WaitForSingleObject(thread, PATIENCE_MS), WAIT_OBJECT_0);
        assert_true(GetExitCodeThread(thread, &code));
        CloseHandle(thread);
        EXPECT((HRESULT)code, SCARD_E_CANCELLED);
        EXPECT(ask(card), SCARD_W_RESET_CARD); /* nobody knows what became of the command */
        EXPECT(ISCard_ReAttach(card, shares[i], LEAVE), S_OK);
        EXPECT(ask(card), S_OK);
        if (i == 1)
            EXPECT(ISCard_UnlockSCard(card, LEAVE), S_OK);
    }
    ISCardEx_Release(ex);
    ISCard_Release(card);
}

/* Every case gives back all that it had of the service; the other program of the first one stays. */
static int all_is_given_back(void **state) {
    (void)state;
    for (unsigned waited = 0; served()->contexts() > 1 && waited < PATIENCE_MS; waited += 20)
        Sleep(20);
    return served()->contexts() > 1 ? -1 : 0;
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_lock__is_not_given_away, all_is_given_back),
        cmocka_unit_test_teardown(test_find__costs_nothing_afterwards, all_is_given_back),
        cmocka_unit_test_teardown(test_service__started_anew, all_is_given_back),
        cmocka_unit_test_teardown(test_cancel__a_card_that_does_not_answer, all_is_given_back),
    };
    if (!served()) {
        print_error("the system's winscard.dll is not the one that is played\n");
        return 1;
    }
    return cmocka_run_group_tests_name("served", tests, NULL, NULL);
}
