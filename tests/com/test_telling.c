/*
 * Failures that early-bound programs are told (Windows): every method of every interface, called with nothing
 * but zeros, leaves an error object of the thread when it fails, and none when it succeeds. The reference
 * pages on error handling interfaces: an object that answers ISupportErrorInfo has source, description and
 * GUID of the interface there for GetErrorInfo; who reads it has to be able to tell it from one of an earlier
 * call.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "com/contract.h"
#include "com/hresult.h"
#include "com/vtablecall.h"
#include "objects/bytebuffer.h"
#include "objects/card.h"
#include "objects/cmd.h"
#include "objects/database.h"
#include "objects/iso7816cmd.h"
#include "objects/services/manage.h"
#include "objects/typeconv.h"
#include "support/kits/apdus.h"
#include "support/kits/contract.h"
#include "support/kits/locating.h"

/* A manager, or one of the objects that it makes. */
static IUnknown *make_service(const IID *iid) {
    ISCardManage *manage = NULL;
    IUnknown *made = NULL;
    GUID wanted = *iid;
    assert_hr(manage_create(locating.world->service, 1000, &manage), S_OK);
    if (IsEqualIID(iid, &IID_ISCardManage))
        return (IUnknown *)manage;
    assert_hr(ISCardManage_CreateInterface(manage, &wanted, NULL, NULL, &made), S_OK);
    ISCardManage_Release(manage);
    return made;
}

/* One object of each class; two interfaces for the card. */
static IUnknown *make(const char *itf) {
    IByteBuffer *buffer = NULL;
    ISCardTypeConv *conv = NULL;
    ISCardCmd *cmd = NULL;
    ISCardISO7816 *iso = NULL;
    ISCardDatabase *database = NULL;
    ISCardEx *more = NULL;
    if (strcmp(itf, "IByteBuffer") == 0)
        return SUCCEEDED(bytebuffer_create(&buffer)) ? (IUnknown *)buffer : NULL;
    if (strcmp(itf, "ISCardTypeConv") == 0)
        return SUCCEEDED(typeconv_create(&conv)) ? (IUnknown *)conv : NULL;
    if (strcmp(itf, "ISCardCmd") == 0)
        return SUCCEEDED(cmd_create(&cmd)) ? (IUnknown *)cmd : NULL;
    if (strcmp(itf, "ISCardISO7816") == 0)
        return SUCCEEDED(iso7816cmd_create(&iso)) ? (IUnknown *)iso : NULL;
    if (strcmp(itf, "ISCardManage") == 0)
        return make_service(&IID_ISCardManage);
    if (strcmp(itf, "ISCardVerify") == 0)
        return make_service(&IID_ISCardVerify);
    if (strcmp(itf, "ISCardAuth") == 0)
        return make_service(&IID_ISCardAuth);
    if (strcmp(itf, "ISCardFileAccess") == 0)
        return make_service(&IID_ISCardFileAccess);
    if (strcmp(itf, "ISCardLocate") == 0)
        return (IUnknown *)locating_new(LOCATING_LIMIT_MS);
    if (strcmp(itf, "ISCardDatabase") == 0) {
        assert_hr(database_create(locating.world->service, locating.types.db, locating.types.list, &database),
                  S_OK);
        return (IUnknown *)database;
    }
    ISCard *card = world_card(locating.world);
    if (strcmp(itf, "ISCard") == 0)
        return (IUnknown *)card;
    assert_hr(ISCard_QueryInterface(card, &IID_ISCardEx, (void **)&more), S_OK);
    ISCard_Release(card);
    return (IUnknown *)more;
}

static const char *const classes[] = {"IByteBuffer",  "ISCardTypeConv", "ISCardCmd",      "ISCardISO7816",
                                      "ISCard",       "ISCardEx",       "ISCardDatabase", "ISCardLocate",
                                      "ISCardManage", "ISCardVerify",   "ISCardAuth",     "ISCardFileAccess"};
#define CLASSES (sizeof classes / sizeof classes[0])

/* Fails unless the thread's error object is about this code and this interface. Takes it. */
static void expect_told(const struct contract_interface *contract, HRESULT hr, const char *what) {
    IErrorInfo *info = NULL;
    GUID guid = {0};
    BSTR source = NULL, description = NULL;
    wchar_t text[600], class[64];
    if (GetErrorInfo(0, &info) != S_OK)
        fail_msg("%s: 0x%08lX, and nothing is told", what, (unsigned long)hr);
    assert_hr(IErrorInfo_GetGUID(info, &guid), S_OK);
    assert_true(IsEqualIID(&guid, &contract->iid));
    assert_hr(IErrorInfo_GetSource(info, &source), S_OK);
    (void)swprintf(class, 64, L"SCardSSP.%hs",
                   strcmp(contract->name, "ISCardEx") ? contract->name + 1 : "SCard");
    assert_int_equal(wcscmp(source, class), 0);
    assert_hr(IErrorInfo_GetDescription(info, &description), S_OK);
    (void)swprintf(text, 600, L"%hs: %hs", hresult_name(hr), hresult_advice(hr));
    assert_int_equal(wcscmp(description, text), 0);
    SysFreeString(source);
    SysFreeString(description);
    IErrorInfo_Release(info);
}

static void expect_silence(const char *what) {
    IErrorInfo *info = NULL;
    if (GetErrorInfo(0, &info) != S_FALSE)
        fail_msg("%s: an error object is left", what);
}

/* Leaves an error object of this library behind. */
static void fail_before(void) {
    IByteBuffer *buffer = NULL;
    assert_hr(bytebuffer_create(&buffer), S_OK);
    assert_hr(IByteBuffer_SetSize(buffer, -1), E_INVALIDARG);
    IByteBuffer_Release(buffer);
}

/*
 * Calls the member with zeros. What comes out stays with the object or is NULL: there is nowhere to put it.
 */
static HRESULT call(IUnknown *object, const struct contract_member *member) {
    struct argument arguments[CONTRACT_PARAMETERS_MAX];
    HRESULT hr = E_UNEXPECTED;
    memset(arguments, 0, sizeof arguments);
    for (size_t i = 0; i < member->parameter_count; ++i)
        arguments[i].parameter = &member->parameters[i];
    assert_hr(vtablecall(object, member->slot, arguments, member->parameter_count, &hr), S_OK);
    return hr;
}

static void test_members__tell_or_leave_nothing(void **state) {
    (void)state;
    unsigned failures = 0, successes = 0;
    for (size_t i = 0; i < CLASSES; ++i) {
        const struct contract_interface *const contract = contract_by_name(classes[i]);
        IUnknown *const object = make(classes[i]);
        assert_non_null(object);
        for (size_t k = 0; k < contract->count; ++k) {
            char what[100];
            (void)snprintf(what, sizeof what, "%s, slot %u", classes[i], contract->members[k].slot);
            fail_before();
            const HRESULT hr = call(object, &contract->members[k]);
            if (FAILED(hr))
                expect_told(contract, hr, what);
            expect_silence(what);
            ++*(FAILED(hr) ? &failures : &successes);
        }
        IUnknown_Release(object);
    }
    /* What there is to call. Few methods have something to do without arguments. */
    assert_int_equal(failures + successes, 14 + 10 + 33 + 18 + 12 + 15 + 5 + 3 + 11 + 5 + 5 + 16);
    assert_true(failures > 60 && successes > 10);
}

/* The interfaces that tell: those of the contract, and no other (the page: S_OK, S_FALSE). */
static void test_support__interfaces(void **state) {
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        const struct contract_interface *const contract = contract_by_name(classes[i]);
        IUnknown *const object = make(classes[i]);
        IUnknown *own = NULL, *its = NULL;
        ISupportErrorInfo *support = NULL, *again = NULL;
        assert_hr(IUnknown_QueryInterface(object, &IID_ISupportErrorInfo, (void **)&support), S_OK);
        for (size_t k = 0; k < CLASSES; ++k) {
            const IID *const iid = &contract_by_name(classes[k])->iid;
            void *has = NULL;
            const HRESULT there = IUnknown_QueryInterface(object, iid, &has);
            if (has)
                IUnknown_Release((IUnknown *)has);
            assert_hr(ISupportErrorInfo_InterfaceSupportsErrorInfo(support, iid),
                      there == S_OK ? S_OK : S_FALSE);
        }
        assert_hr(ISupportErrorInfo_InterfaceSupportsErrorInfo(support, &contract->iid), S_OK);
        assert_hr(ISupportErrorInfo_InterfaceSupportsErrorInfo(support, &IID_IDispatch), S_FALSE);
        assert_hr(ISupportErrorInfo_InterfaceSupportsErrorInfo(support, &IID_IUnknown), S_FALSE);
        assert_hr(ISupportErrorInfo_InterfaceSupportsErrorInfo(support, &IID_ISupportErrorInfo), S_FALSE);
        assert_hr(ISupportErrorInfo_InterfaceSupportsErrorInfo(support, NULL), S_FALSE);
        /* It is the same object. */
        assert_hr(ISupportErrorInfo_QueryInterface(support, &IID_ISupportErrorInfo, (void **)&again), S_OK);
        assert_ptr_equal(again, support);
        assert_hr(ISupportErrorInfo_QueryInterface(support, &IID_IUnknown, (void **)&own), S_OK);
        assert_hr(IUnknown_QueryInterface(object, &IID_IUnknown, (void **)&its), S_OK);
        assert_ptr_equal(own, its);
        IUnknown_Release(own);
        IUnknown_Release(its);
        ISupportErrorInfo_Release(again);
        ISupportErrorInfo_Release(support);
        assert_int_equal(IUnknown_Release(object), 0);
    }
}

/* Another component's error object is its caller's, who may not have looked yet. */
static void test_success__leaves_what_others_told(void **state) {
    (void)state;
    ICreateErrorInfo *made = NULL;
    IErrorInfo *info = NULL, *found = NULL;
    IByteBuffer *buffer = NULL;
    assert_hr(bytebuffer_create(&buffer), S_OK);
    fail_before();
    assert_hr(CreateErrorInfo(&made), S_OK);
    assert_hr(ICreateErrorInfo_QueryInterface(made, &IID_IErrorInfo, (void **)&info), S_OK);
    assert_hr(SetErrorInfo(0, info), S_OK);
    assert_hr(IByteBuffer_SetSize(buffer, 1), S_OK);
    assert_hr(GetErrorInfo(0, &found), S_OK);
    assert_ptr_equal(found, info);
    IErrorInfo_Release(found);
    IErrorInfo_Release(info);
    ICreateErrorInfo_Release(made);
    IByteBuffer_Release(buffer);
}

static DWORD WINAPI look(void *unused) {
    IErrorInfo *info = NULL;
    (void)unused;
    return GetErrorInfo(0, &info) == S_FALSE;
}

/* Each thread has its own. */
static void test_threads__apart(void **state) {
    (void)state;
    DWORD silent = FALSE;
    fail_before();
    HANDLE const thread = CreateThread(NULL, 0, look, NULL, 0, NULL);
    assert_non_null(thread);
    assert_int_equal(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    assert_true(GetExitCodeThread(thread, &silent));
    CloseHandle(thread);
    assert_true(silent);
    expect_told(contract_by_name("IByteBuffer"), E_INVALIDARG, "SetSize");
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, locating_set_up, locating_tear_down)

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        CASE(test_members__tell_or_leave_nothing),
        CASE(test_support__interfaces),
        CASE(test_success__leaves_what_others_told),
        CASE(test_threads__apart),
    };
    return world_run(argc, argv, &locating.world, tests, sizeof tests / sizeof *tests);
}
