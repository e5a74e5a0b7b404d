/*
 * The real scardssp.dll over a smart card service that answers as Windows' does: calls that wait and are
 * ended, connections that a program has made itself, and arrays without bytes.
 */
#define COBJMACROS
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "expecting.h"
#include "served.h"

#define PATIENCE_MS 10000u
#define BLOCKED_MS 300u
#define LIMIT_MS 400
#define SLACK_MS 2500u /* what a busy machine may add */

struct object {
    ISCard *card;
    ISCardEx *ex;
};

static struct object begin(ISCard *card, LONG timeout_ms) {
    struct object object = {card, NULL};
    assert_non_null(card);
    EXPECT(ISCard_QueryInterface(card, &IID_ISCardEx, (void **)&object.ex), S_OK);
    EXPECT(ISCardEx_SetTimeout(object.ex, timeout_ms), S_OK);
    return object;
}

static void end(struct object *object) {
    ISCardEx_Release(object->ex);
    assert_int_equal(ISCard_Release(object->card), 0);
}

/* GET DATA of as many bytes as there are, or of 8. */
static HRESULT get_data(ISCard *card, BYTE le) {
    ISCardCmd *cmd = served_make(&CLSID_CSCardCmd, &IID_ISCardCmd);
    LONG expected = le ? le : 256;
    assert_non_null(cmd);
    EXPECT(ISCardCmd_BuildCmd(cmd, 0x00, 0xCA, 0x00, 0x00, NULL, &expected), S_OK);
    const HRESULT hr = ISCard_Transaction(card, &cmd);
    ISCardCmd_Release(cmd);
    return hr;
}

static DWORD WINAPI get_all(void *card) {
    return (DWORD)get_data(card, 0);
}

static HANDLE start(ISCard *card) {
    const HANDLE thread = CreateThread(NULL, 0, get_all, card, 0, NULL);
    assert_int_equal(WaitForSingleObject(thread, BLOCKED_MS), WAIT_TIMEOUT);
    return thread;
}

static HRESULT result(HANDLE thread) {
    DWORD code = 0;
    assert_int_equal(WaitForSingleObject(thread, PATIENCE_MS), WAIT_OBJECT_0);
    assert_true(GetExitCodeThread(thread, &code));
    CloseHandle(thread);
    return (HRESULT)code;
}

/* A card that has always more to say: Cancel is seen between two units, whoever else could be at the card. */
static void test_storm__is_cancelled(void **state) {
    (void)state;
    static const SCARD_SHARE_MODES shares[] = {SHARED, SHARED, EXCLUSIVE};

    assert_true(served()->insert(CARDS "storm.json"));
    struct object a = begin(served_card(), -1);
    for (int i = 0; i < 3; ++i) {
        EXPECT(ISCard_ReAttach(a.card, shares[i], LEAVE), S_OK);
        if (i == 1)
            EXPECT(ISCard_LockSCard(a.card), S_OK);
        const HANDLE thread = start(a.card);
        EXPECT(ISCardEx_Cancel(a.ex), S_OK);
        EXPECT(result(thread), SCARD_E_CANCELLED);
        EXPECT(get_data(a.card, 4), S_OK);
        if (i == 1)
            EXPECT(ISCard_UnlockSCard(a.card, LEAVE), S_OK);
    }
    end(&a);
    assert_true(served()->insert("demo"));
}

/* One call at a time: another one waits for it no longer than its own time, and not beyond Cancel. */
static void test_object__is_busy(void **state) {
    (void)state;
    struct object a = begin(served_card(), LIMIT_MS);
    SCARD_STATES card_state = ABSENT;
    ULONGLONG since;

    served()->script(FAKE_TRANSMIT, FAKE_MUTE, 0);
    const HANDLE thread = start(a.card);
    since = GetTickCount64();
    EXPECT(ISCard_get_Status(a.card, &card_state), SCARD_E_TIMEOUT);
    EXPECT(ISCard_Detach(a.card, LEAVE), SCARD_E_TIMEOUT);
    assert_true(GetTickCount64() - since <= 2 * LIMIT_MS + SLACK_MS);
    EXPECT(ISCardEx_Cancel(a.ex), S_OK);
    EXPECT(result(thread), SCARD_E_CANCELLED);
    EXPECT(ISCard_ReAttach(a.card, SHARED, LEAVE), S_OK);
    EXPECT(get_data(a.card, 8), S_OK);
    end(&a);
}

/*
 * The reader's name of a connection that the program made, and that tells of a reset; a nested lock on it is
 * asked for, too.
 */
static void test_adopted__is_named(void **state) {
    (void)state;
    const SCARDHANDLE handle = served_other();
    struct object a = begin(served_make(&CLSID_CSCard, &IID_ISCard), LIMIT_MS);
    ISCard *other = served_card();
    BSTR name = NULL;

    assert_true(handle != 0);
    assert_non_null(other);
    EXPECT(ISCard_ReAttach(other, SHARED, RESET), S_OK);
    EXPECT(ISCard_AttachByHandle(a.card, (HSCARD)handle), S_OK);
    EXPECT(ISCardEx_get_ReaderName(a.ex, &name), S_OK);
    assert_int_equal(wcscmp(name, SERVED_READER), 0);
    SysFreeString(name);
    EXPECT(ISCard_LockSCard(a.card), SCARD_W_RESET_CARD);
    EXPECT(ISCard_ReAttach(a.card, SHARED, LEAVE), S_OK);
    EXPECT(ISCard_LockSCard(a.card), S_OK);
    served()->restart();
    const HRESULT lost = ISCard_LockSCard(a.card);
    assert_true(FAILED(lost));
    EXPECT(ISCard_LockSCard(a.card), lost);
    EXPECT(ISCard_ReAttach(a.card, SHARED, LEAVE), S_OK); /* by the name */
    EXPECT(ISCard_LockSCard(a.card), S_OK);
    EXPECT(ISCard_UnlockSCard(a.card, LEAVE), S_OK);
    EXPECT(ISCard_UnlockSCard(a.card, LEAVE), S_OK);
    EXPECT(ISCard_UnlockSCard(a.card, LEAVE), SCARD_E_NOT_TRANSACTED);
    end(&a);
    ISCard_Release(other);
}

/* AttachByHandle and Detach wait for another program as long as the object was told. */
static void test_adopted__limits(void **state) {
    (void)state;
    const SCARDHANDLE handle = served_other(), holder = served_other();
    struct object a = begin(served_make(&CLSID_CSCard, &IID_ISCard), LIMIT_MS);

    assert_int_equal(served()->begin(holder), 0);
    ULONGLONG since = GetTickCount64();
    EXPECT(ISCard_AttachByHandle(a.card, (HSCARD)handle), SCARD_E_TIMEOUT);
    assert_true(GetTickCount64() - since <= LIMIT_MS + SLACK_MS);
    assert_int_equal(served()->end(holder, SCARD_LEAVE_CARD), 0);
    EXPECT(ISCard_AttachByHandle(a.card, (HSCARD)handle), S_OK);
    assert_int_equal(served()->begin(holder), 0);
    since = GetTickCount64();
    EXPECT(ISCard_Detach(a.card, RESET), SCARD_E_TIMEOUT);
    assert_true(GetTickCount64() - since <= LIMIT_MS + SLACK_MS);
    assert_int_equal(served()->end(holder, SCARD_LEAVE_CARD), 0);
    assert_int_equal(served()->disconnect(holder, SCARD_LEAVE_CARD), 0);
    end(&a);
}

/* Arrays that say they have elements and have no memory are refused; none at all are no bytes. */
static void test_arrays__without_data(void **state) {
    (void)state;
    struct object a = begin(served_card(), LIMIT_MS);
    ISCardTypeConv *conv = served_make(&CLSID_CSCardTypeConv, &IID_ISCardTypeConv);
    ISCardLocate *locate = served_make(&CLSID_CSCardLocate, &IID_ISCardLocate);
    ISCardDatabase *database = served_make(&CLSID_CSCardDatabase, &IID_ISCardDatabase);
    ISCardCmd *cmd = served_make(&CLSID_CSCardCmd, &IID_ISCardCmd);
    SAFEARRAY bytes = {.cDims = 1, .fFeatures = FADF_HAVEVARTYPE, .cbElements = 1, .rgsabound = {{4, 0}}};
    SAFEARRAY *names = SafeArrayCreateVector(VT_BSTR, 0, 3), *found = NULL;
    VARIANT command, reply, none = {.vt = VT_ARRAY | VT_UI1};
    DISPPARAMS put = {.rgvarg = &none, .cArgs = 1, .cNamedArgs = 1};
    DISPID named = DISPID_PROPERTYPUT;
    IByteBuffer *buffer = NULL;
    LONG length = 7;

    assert_true(conv && locate && database && cmd && names);
    void *const kept = names->pvData;
    names->pvData = NULL;
    VariantInit(&command);
    V_VT(&command) = VT_ARRAY | VT_UI1;
    V_ARRAY(&command) = &bytes;
    EXPECT(ISCardTypeConv_ConvertSafeArrayToByteBuffer(conv, &bytes, &buffer), E_INVALIDARG);
    EXPECT(ISCardEx_TransmitBytes(a.ex, &command, &reply), E_INVALIDARG);
    EXPECT(ISCardEx_Control(a.ex, 0x00310000, &command, &reply), E_INVALIDARG);
    EXPECT(ISCardLocate_ConfigureCardNameSearch(locate, names, NULL, NULL, 1), E_INVALIDARG);
    EXPECT(ISCardLocate_ConfigureCardGuidSearch(locate, names, NULL, NULL, 1), E_INVALIDARG);
    EXPECT(ISCardDatabase_ListCards(database, NULL, names, 0x0409, &found), E_INVALIDARG);
    names->pvData = kept;
    SafeArrayDestroy(names);

    put.rgdispidNamedArgs = &named;
    EXPECT(ISCardCmd_BuildCmd(cmd, 0, 0xA4, 0, 0, NULL, NULL), S_OK);
    EXPECT(ISCardCmd_Invoke(cmd, 5, &IID_NULL, 0x0409, DISPATCH_PROPERTYPUT, &put, NULL, NULL, NULL), S_OK);
    EXPECT(ISCardCmd_get_ApduLength(cmd, &length), S_OK);
    assert_int_equal(length, 4);
    ISCardCmd_Release(cmd);
    ISCardDatabase_Release(database);
    ISCardLocate_Release(locate);
    ISCardTypeConv_Release(conv);
    end(&a);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_storm__is_cancelled),  cmocka_unit_test(test_object__is_busy),
        cmocka_unit_test(test_adopted__is_named),    cmocka_unit_test(test_adopted__limits),
        cmocka_unit_test(test_arrays__without_data),
    };
    if (!served()) {
        print_error("the system's winscard.dll is not the one that is played\n");
        return 1;
    }
    return cmocka_run_group_tests_name("served_calls", tests, NULL, NULL);
}
