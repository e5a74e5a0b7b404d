/*
 * How a program comes to an object: class factories, CoCreateInstance and the names of classes. Every class,
 * every interface, every error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "kit.h"

static const struct {
    const CLSID *clsid;
    const IID *iid;
    const wchar_t *text;   /* the class identifier in registry form */
    const wchar_t *progid; /* without version */
} classes[] = {
    {&CLSID_CByteBuffer, &IID_IByteBuffer, L"{E126F8FF-A7AF-11D0-B88A-00C04FD424B9}", L"SCardSSP.ByteBuffer"},
    {&CLSID_CSCardCmd, &IID_ISCardCmd, L"{D5778AE7-43DE-11D0-9171-00AA00C18068}", L"SCardSSP.SCardCmd"},
    {&CLSID_CSCardISO7816, &IID_ISCardISO7816, L"{53B6AA6C-3F56-11D0-916B-00AA00C18068}",
     L"SCardSSP.SCardISO7816"},
    {&CLSID_CSCard, &IID_ISCard, L"{1461AAC7-6810-11D0-918F-00AA00C18068}", L"SCardSSP.SCard"},
    {&CLSID_CSCardTypeConv, &IID_ISCardTypeConv, L"{53B6AA67-3F56-11D0-916B-00AA00C18068}",
     L"SCardSSP.SCardTypeConv"},
};
#define CLASSES (sizeof classes / sizeof classes[0])

static const CLSID unknown_class = {0x12345678, 0x9ABC, 0xDEF0, {1, 2, 3, 4, 5, 6, 7, 8}};

static IClassFactory *factory_of(const CLSID *clsid) {
    void *factory = NULL;
    expect_hr(CoGetClassObject(clsid, CLSCTX_INPROC_SERVER, NULL, &IID_IClassFactory, &factory), S_OK);
    assert_non_null(factory);
    return factory;
}

/* The object is what was asked for, late binding is there, and the last Release ends it. */
static void check_object(IUnknown *object, const IID *iid) {
    IUnknown *unknown = NULL;
    IUnknown *again = NULL;
    IDispatch *dispatch = NULL;
    IUnknown *published = NULL;
    void *other = &other;
    expect_hr(IUnknown_QueryInterface(object, &IID_IUnknown, (void **)&unknown), S_OK);
    expect_hr(IUnknown_QueryInterface(object, &IID_IDispatch, (void **)&dispatch), S_OK);
    expect_hr(IUnknown_QueryInterface(object, iid, (void **)&published), S_OK);
    expect_hr(IDispatch_QueryInterface(dispatch, &IID_IUnknown, (void **)&again), S_OK);
    assert_ptr_equal(unknown, again);
    expect_hr(IUnknown_QueryInterface(object, &IID_ISCardVerify, &other), E_NOINTERFACE);
    assert_null(other);
    IUnknown_Release(again);
    IUnknown_Release(published);
    IDispatch_Release(dispatch);
    IUnknown_Release(unknown);
    assert_int_equal(IUnknown_Release(object), 0);
}

static void test_create__every_class(void **state) {
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        const IID *const iids[] = {classes[i].iid, &IID_IUnknown, &IID_IDispatch};
        for (size_t k = 0; k < 3; ++k) {
            void *object = NULL;
            expect_hr(CoCreateInstance(classes[i].clsid, NULL, CLSCTX_INPROC_SERVER, iids[k], &object), S_OK);
            check_object(object, classes[i].iid);
        }
    }
}

/* Every set of contexts that has the in-process server in it, and none that has not. */
static void test_create__contexts(void **state) {
    (void)state;
    static const DWORD good[] = {CLSCTX_ALL, CLSCTX_SERVER, CLSCTX_INPROC, CLSCTX_INPROC_SERVER};
    static const DWORD bad[] = {0, CLSCTX_LOCAL_SERVER, CLSCTX_REMOTE_SERVER, CLSCTX_INPROC_HANDLER};
    for (size_t i = 0; i < 4; ++i) {
        IUnknown *object = NULL;
        expect_hr(CoCreateInstance(&CLSID_CSCardCmd, NULL, good[i], &IID_ISCardCmd, (void **)&object), S_OK);
        IUnknown_Release(object);
        expect_hr(CoGetClassObject(&CLSID_CSCardCmd, good[i], NULL, &IID_IUnknown, (void **)&object), S_OK);
        IUnknown_Release(object);
        object = (IUnknown *)&object;
        expect_hr(CoCreateInstance(&CLSID_CSCardCmd, NULL, bad[i], &IID_ISCardCmd, (void **)&object),
                  E_INVALIDARG);
        assert_null(object);
        object = (IUnknown *)&object;
        expect_hr(CoGetClassObject(&CLSID_CSCardCmd, bad[i], NULL, &IID_IUnknown, (void **)&object),
                  E_INVALIDARG);
        assert_null(object);
    }
}

static void test_create__errors(void **state) {
    (void)state;
    IUnknown *outer = (IUnknown *)kit_cmd();
    void *object = &object;
    expect_hr(CoCreateInstance(&CLSID_CSCardCmd, NULL, CLSCTX_ALL, &IID_ISCardCmd, NULL), E_POINTER);
    expect_hr(CoCreateInstance(NULL, NULL, CLSCTX_ALL, &IID_ISCardCmd, &object), E_INVALIDARG);
    assert_null(object);
    object = &object;
    expect_hr(CoCreateInstance(&CLSID_CSCardCmd, NULL, CLSCTX_ALL, NULL, &object), E_INVALIDARG);
    assert_null(object);
    object = &object;
    expect_hr(CoCreateInstance(&CLSID_CSCardCmd, NULL, CLSCTX_ALL, &IID_ISCard, &object), E_NOINTERFACE);
    assert_null(object);
    object = &object;
    expect_hr(CoCreateInstance(&unknown_class, outer, CLSCTX_ALL, &IID_IUnknown, &object),
              REGDB_E_CLASSNOTREG);
    assert_null(object);
    /*
     * A part is handed out as its own IUnknown only (behaviour.md, rules for every method);
     * test_aggregation.c makes some.
     */
    for (size_t i = 0; i < CLASSES; ++i) {
        const IID *const iids[] = {classes[i].iid, &IID_IDispatch, &IID_ISCardVerify};
        for (size_t k = 0; k < 3; ++k) {
            object = &object;
            expect_hr(CoCreateInstance(classes[i].clsid, outer, CLSCTX_ALL, iids[k], &object),
                      CLASS_E_NOAGGREGATION);
            assert_null(object);
        }
    }
    assert_int_equal(IUnknown_Release(outer), 0);
}

/* An identifier nobody has, none at all, and those of an interface and of the type library. */
static void test_create__not_registered(void **state) {
    (void)state;
    const CLSID *const absent[] = {&unknown_class, &GUID_NULL, &IID_ISCard, &LIBID_SCARDSSPLib};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; ++i) {
        void *object = &object;
        LPOLESTR progid = (LPOLESTR)&object;
        expect_hr(CoCreateInstance(absent[i], NULL, CLSCTX_ALL, &IID_IUnknown, &object), REGDB_E_CLASSNOTREG);
        assert_null(object);
        object = &object;
        expect_hr(CoGetClassObject(absent[i], CLSCTX_ALL, NULL, &IID_IUnknown, &object), REGDB_E_CLASSNOTREG);
        assert_null(object);
        expect_hr(ProgIDFromCLSID(absent[i], &progid), REGDB_E_CLASSNOTREG);
        assert_null(progid);
    }
}

static void test_factory__makes_every_class(void **state) {
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        IClassFactory *factory = factory_of(classes[i].clsid);
        IUnknown *object = NULL;
        expect_hr(IClassFactory_CreateInstance(factory, NULL, classes[i].iid, (void **)&object), S_OK);
        assert_int_equal(IClassFactory_Release(factory), 0);
        check_object(object, classes[i].iid);
    }
}

static void test_factory__interfaces(void **state) {
    (void)state;
    IClassFactory *factory = factory_of(&CLSID_CSCardCmd);
    IUnknown *unknown = NULL;
    void *other = &other;
    expect_hr(IClassFactory_QueryInterface(factory, &IID_IUnknown, (void **)&unknown), S_OK);
    expect_hr(IUnknown_QueryInterface(unknown, &IID_IClassFactory, &other), S_OK);
    assert_ptr_equal(other, factory);
    IUnknown_Release((IUnknown *)other);
    expect_hr(IClassFactory_QueryInterface(factory, &IID_IDispatch, &other), E_NOINTERFACE);
    assert_null(other);
    expect_hr(IClassFactory_QueryInterface(factory, &IID_IUnknown, NULL), E_POINTER);
    assert_int_equal(IClassFactory_AddRef(factory), 3);
    assert_int_equal(IClassFactory_Release(factory), 2);
    IUnknown_Release(unknown);
    assert_int_equal(IClassFactory_Release(factory), 0);
}

static void test_factory__errors(void **state) {
    (void)state;
    IClassFactory *factory = factory_of(&CLSID_CSCardCmd);
    void *object = &object;
    expect_hr(IClassFactory_CreateInstance(factory, NULL, &IID_ISCardCmd, NULL), E_POINTER);
    expect_hr(IClassFactory_CreateInstance(factory, NULL, &IID_ISCard, &object), E_NOINTERFACE);
    assert_null(object);
    object = &object;
    expect_hr(IClassFactory_CreateInstance(factory, (IUnknown *)factory, &IID_ISCardCmd, &object),
              CLASS_E_NOAGGREGATION);
    assert_null(object);
    object = &object;
    expect_hr(IClassFactory_CreateInstance(factory, (IUnknown *)factory, NULL, &object), E_INVALIDARG);
    assert_null(object);
    object = &object;
    expect_hr(CoGetClassObject(&CLSID_CSCardCmd, CLSCTX_ALL, factory, &IID_IUnknown, &object), E_INVALIDARG);
    assert_null(object);
    object = &object;
    expect_hr(CoGetClassObject(&CLSID_CSCardCmd, CLSCTX_ALL, NULL, &IID_ISCardCmd, &object), E_NOINTERFACE);
    assert_null(object);
    object = &object;
    expect_hr(CoGetClassObject(NULL, CLSCTX_ALL, NULL, &IID_IUnknown, &object), E_INVALIDARG);
    assert_null(object);
    object = &object;
    expect_hr(CoGetClassObject(&CLSID_CSCardCmd, CLSCTX_ALL, NULL, NULL, &object), E_INVALIDARG);
    assert_null(object);
    expect_hr(CoGetClassObject(&CLSID_CSCardCmd, CLSCTX_ALL, NULL, &IID_IUnknown, NULL), E_POINTER);
    assert_int_equal(IClassFactory_Release(factory), 0);
}

static void test_factory__locks_the_server(void **state) {
    (void)state;
    IClassFactory *factory = factory_of(&CLSID_CSCardCmd);
    IUnknown *object = NULL;
    expect_hr(IClassFactory_LockServer(factory, TRUE), S_OK);
    expect_hr(IClassFactory_LockServer(factory, TRUE), S_OK);
    expect_hr(IClassFactory_LockServer(factory, FALSE), S_OK);
    expect_hr(IClassFactory_CreateInstance(factory, NULL, &IID_ISCardCmd, (void **)&object), S_OK);
    expect_hr(IClassFactory_LockServer(factory, FALSE), S_OK);
    check_object(object, &IID_ISCardCmd);
    assert_int_equal(IClassFactory_Release(factory), 0);
}

/* With the version and without, in any case; through CLSIDFromString as well. */
static void test_progid__to_class(void **state) {
    (void)state;
    static const wchar_t *const versions[] = {L"", L".1"};
    for (size_t i = 0; i < CLASSES; ++i)
        for (size_t k = 0; k < 6; ++k) {
            wchar_t progid[60];
            CLSID clsid = GUID_NULL;
            (void)swprintf(progid, 60, L"%ls%ls", classes[i].progid, versions[k % 2]);
            for (wchar_t *p = progid; *p && k / 2; ++p)
                if (k / 2 == 1 && *p >= L'a' && *p <= L'z')
                    *p = *p - L'a' + L'A';
                else if (k / 2 == 2 && *p >= L'A' && *p <= L'Z')
                    *p = *p - L'A' + L'a';
            expect_hr(CLSIDFromProgID(progid, &clsid), S_OK);
            assert_true(IsEqualCLSID(&clsid, classes[i].clsid));
            clsid = GUID_NULL;
            expect_hr(CLSIDFromString(progid, &clsid), S_OK);
            assert_true(IsEqualCLSID(&clsid, classes[i].clsid));
        }
}

static void test_progid__of_class(void **state) {
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        wchar_t expected[60];
        LPOLESTR progid = NULL;
        (void)swprintf(expected, 60, L"%ls.1", classes[i].progid);
        expect_hr(ProgIDFromCLSID(classes[i].clsid, &progid), S_OK);
        assert_int_equal(wcscmp(progid, expected), 0);
        CoTaskMemFree(progid);
    }
    LPOLESTR none = (LPOLESTR)&none;
    expect_hr(ProgIDFromCLSID(&CLSID_CSCard, NULL), E_POINTER);
    expect_hr(ProgIDFromCLSID(NULL, &none), E_INVALIDARG);
    assert_null(none);
}

static void test_progid__refused(void **state) {
    (void)state;
    static const wchar_t *const bad[] = {L"",
                                         L"SCardSSP",
                                         L"SCardSSP.",
                                         L"SCardSSP.SCar",
                                         L"SCardSSP.SCard.",
                                         L"SCardSSP.SCard.2",
                                         L"SCardSSP.SCard.10",
                                         L"SCardSSP.SCard.1.1",
                                         L" SCardSSP.SCard",
                                         L"SCardSSP.CSCard",
                                         L"CSCard"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
        CLSID clsid = *classes[0].clsid;
        expect_hr(CLSIDFromProgID(bad[i], &clsid), CO_E_CLASSSTRING);
        assert_true(IsEqualCLSID(&clsid, &GUID_NULL));
        clsid = *classes[0].clsid;
        expect_hr(CLSIDFromString(bad[i], &clsid), CO_E_CLASSSTRING);
        assert_true(IsEqualCLSID(&clsid, &GUID_NULL));
    }
    CLSID clsid = *classes[0].clsid;
    expect_hr(CLSIDFromProgID(NULL, &clsid), E_INVALIDARG);
    assert_true(IsEqualCLSID(&clsid, &GUID_NULL));
    expect_hr(CLSIDFromProgID(L"SCardSSP.SCard", NULL), E_POINTER);
}

static void test_text__both_ways(void **state) {
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        wchar_t text[39];
        CLSID clsid = GUID_NULL;
        LPOLESTR allocated = NULL;
        expect_hr(CLSIDFromString(classes[i].text, &clsid), S_OK);
        assert_true(IsEqualCLSID(&clsid, classes[i].clsid));
        assert_int_equal(StringFromGUID2(&clsid, text, 39), 39);
        assert_int_equal(wcscmp(text, classes[i].text), 0);
        assert_int_equal(StringFromGUID2(&clsid, text, 38), 0);
        expect_hr(StringFromCLSID(classes[i].clsid, &allocated), S_OK);
        assert_int_equal(wcscmp(allocated, classes[i].text), 0);
        CoTaskMemFree(allocated);
    }
}

static void test_text__refused(void **state) {
    (void)state;
    static const wchar_t *const bad[] = {L"{",
                                         L"{}",
                                         L"{1461AAC7-6810-11D0-918F-00AA00C18068",
                                         L"{1461AAC7-6810-11D0-918F-00AA00C18068}}",
                                         L"{1461AAC7-6810-11D0-918F-00AA00C1806G}",
                                         L"{1461AAC7-6810-11D0-918F-00AA00C180688}",
                                         L"{1461AAC76810-11D0-918F-00AA00C18068-}",
                                         L"1461AAC7-6810-11D0-918F-00AA00C18068"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
        CLSID clsid = *classes[0].clsid;
        expect_hr(CLSIDFromString(bad[i], &clsid), CO_E_CLASSSTRING);
        assert_true(IsEqualCLSID(&clsid, &GUID_NULL));
        expect_hr(IIDFromString(bad[i], &clsid), CO_E_IIDSTRING);
    }
    CLSID clsid = *classes[0].clsid;
    expect_hr(CLSIDFromString(NULL, &clsid), S_OK);
    assert_true(IsEqualCLSID(&clsid, &GUID_NULL));
    expect_hr(CLSIDFromString(classes[0].text, NULL), E_POINTER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_create__every_class),
        cmocka_unit_test(test_create__contexts),
        cmocka_unit_test(test_create__errors),
        cmocka_unit_test(test_create__not_registered),
        cmocka_unit_test(test_factory__makes_every_class),
        cmocka_unit_test(test_factory__interfaces),
        cmocka_unit_test(test_factory__errors),
        cmocka_unit_test(test_factory__locks_the_server),
        cmocka_unit_test(test_progid__to_class),
        cmocka_unit_test(test_progid__of_class),
        cmocka_unit_test(test_progid__refused),
        cmocka_unit_test(test_text__both_ways),
        cmocka_unit_test(test_text__refused),
    };
    /* Making a card object asks for the resource manager: the one that is always there. */
    if (FAILED(scardssp_use_rm("sim", NULL, 0)))
        return 1;
    return cmocka_run_group_tests_name("activation", tests, NULL, NULL);
}
