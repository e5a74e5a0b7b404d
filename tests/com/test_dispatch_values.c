/*
 * What stands for what in calls by name, with objects of the test's own that tell what reached them: types
 * that no class of the library has, every type of reference, results of every size, and methods that tell
 * nonsense.
 */
#include "support/kits/com.h"

#include <stdbool.h>
#include <string.h>

#include "com/dispatch.h"
#include "objects/bytebuffer.h"
#include "support/kits/automation.h"

#define MANAGE(name) &IID_ISCardManage, L##name
#define FILE_ACCESS(name) &IID_ISCardFileAccess, L##name
#define AUTH(name) &IID_ISCardAuth, L##name
#define BUFFER(name) &IID_IByteBuffer, L##name
#define TYPE_CONV(name) &IID_ISCardTypeConv, L##name

/* The seven methods that every interface begins with, for objects that are never freed. */
static ULONG counts;

static HRESULT fake_query(void *self, REFIID riid, REFIID itf, void **out) {
    const bool known =
        IsEqualIID(riid, &IID_IUnknown) || IsEqualIID(riid, &IID_IDispatch) || IsEqualIID(riid, itf);
    *out = known ? self : NULL;
    counts += known ? 1 : 0;
    return known ? S_OK : E_NOINTERFACE;
}

#define FAKE_DISPATCH(I)                                                                                     \
    static HRESULT STDMETHODCALLTYPE I##_QueryInterface_(I *self, REFIID riid, void **out) {                 \
        return fake_query(self, riid, &IID_##I, out);                                                        \
    }                                                                                                        \
    static ULONG STDMETHODCALLTYPE I##_AddRef_(I *self) {                                                    \
        (void)self;                                                                                          \
        return ++counts;                                                                                     \
    }                                                                                                        \
    static ULONG STDMETHODCALLTYPE I##_Release_(I *self) {                                                   \
        (void)self;                                                                                          \
        return --counts;                                                                                     \
    }                                                                                                        \
    static HRESULT STDMETHODCALLTYPE I##_GetIDsOfNames_(I *self, REFIID riid, LPOLESTR *names, UINT count,   \
                                                        LCID lcid, DISPID *ids) {                            \
        (void)self, (void)lcid;                                                                              \
        return dispatch_ids_of_names(&IID_##I, riid, names, count, ids);                                     \
    }                                                                                                        \
    static HRESULT STDMETHODCALLTYPE I##_Invoke_(I *self, DISPID id, REFIID riid, LCID lcid, WORD flags,     \
                                                 DISPPARAMS *params, VARIANT *result, EXCEPINFO *info,       \
                                                 UINT *bad) {                                                \
        (void)lcid;                                                                                          \
        const struct dispatch_target target = {(IDispatch *)self, &IID_##I, bytebuffer_create_with};         \
        return dispatch_invoke(&target, id, riid, flags, params, result, info, bad);                         \
    }
#define FAKE_SLOTS(I)                                                                                        \
    .QueryInterface = I##_QueryInterface_, .AddRef = I##_AddRef_, .Release = I##_Release_,                   \
    .GetIDsOfNames = I##_GetIDsOfNames_, .Invoke = I##_Invoke_

FAKE_DISPATCH(ISCardManage)
FAKE_DISPATCH(ISCardFileAccess)
FAKE_DISPATCH(ISCardAuth)
FAKE_DISPATCH(IByteBuffer)
FAKE_DISPATCH(ISCardTypeConv)

/* What reached the methods, and what they are to give. */
static struct {
    GUID guid;
    bool guid_null;
    wchar_t text[32];
    LONG number;
    IUnknown *object;
    SCARD_STATES state;
    HSCARD_FILE handle;
    BSTR given_text;
    LONG given_number;
    uint64_t given_size;
    HRESULT result;
    IUnknown *given_object;
} fake;

static HRESULT STDMETHODCALLTYPE manage_CreateInterface(ISCardManage *self, LPGUID guid, BSTR name,
                                                        LONG *data, LPUNKNOWN *out) {
    (void)self;
    fake.guid_null = !guid;
    if (guid)
        fake.guid = *guid;
    fake.text[0] = 0;
    if (name)
        wcsncpy(fake.text, name, 31);
    fake.number = data ? *data : -1;
    *out = fake.given_object;
    return fake.result;
}

static HRESULT STDMETHODCALLTYPE manage_Status(ISCardManage *self, SCARD_STATES *state,
                                               SCARD_PROTOCOLS *protocol) {
    (void)self;
    *state = fake.state;
    *protocol = T1;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE manage_AttachByHandle(ISCardManage *self, HSCARD handle) {
    (void)self;
    fake.handle = handle;
    return S_OK;
}

static const ISCardManageVtbl manage_vtbl = {
    FAKE_SLOTS(ISCardManage), .CreateInterface = manage_CreateInterface, .Status = manage_Status,
    .AttachByHandle = manage_AttachByHandle};
static ISCardManage manage = {&manage_vtbl};

static HRESULT STDMETHODCALLTYPE files_GetCurrentDir(ISCardFileAccess *self, BSTR *out) {
    (void)self;
    *out = fake.given_text;
    return fake.result;
}

static HRESULT STDMETHODCALLTYPE files_Open(ISCardFileAccess *self, REFTYPE type, BSTR name,
                                            HSCARD_FILE *out) {
    (void)self, (void)type, (void)name;
    *out = fake.handle;
    return S_OK;
}

/* GetProperties is never reached: it takes what automation has no form for. */
static const ISCardFileAccessVtbl files_vtbl = {FAKE_SLOTS(ISCardFileAccess),
                                                .GetCurrentDir = files_GetCurrentDir, .Open = files_Open};
static ISCardFileAccess files = {&files_vtbl};

/* Takes the object that came in and gives another, as the rules of COM want it: the one in is released. */
static HRESULT STDMETHODCALLTYPE auth_User_Auth(ISCardAuth *self, LONG algorithm, LPBYTEBUFFER parameter,
                                                LONG *length, LPBYTEBUFFER *out) {
    (void)self, (void)algorithm, (void)parameter;
    fake.number = *length;
    *length = fake.given_number;
    fake.object = (IUnknown *)*out;
    if (fake.given_object != fake.object && *out)
        IByteBuffer_Release(*out);
    *out = (IByteBuffer *)fake.given_object;
    return S_OK;
}

static const ISCardAuthVtbl auth_vtbl = {FAKE_SLOTS(ISCardAuth), .User_Auth = auth_User_Auth};
static ISCardAuth auth = {&auth_vtbl};

/* Tells more bytes than there was room for. */
static HRESULT STDMETHODCALLTYPE liar_Read(IByteBuffer *self, BYTE *bytes, LONG count, LONG *read) {
    (void)self, (void)bytes, (void)count;
    *read = fake.given_number;
    return S_OK;
}

static const IByteBufferVtbl liar_vtbl = {FAKE_SLOTS(IByteBuffer), .Read = liar_Read};
static IByteBuffer liar = {&liar_vtbl};
static IByteBuffer liar2 = {&liar_vtbl};

static HRESULT STDMETHODCALLTYPE conv_SizeOfIStream(ISCardTypeConv *self, LPSTREAM stream,
                                                    ULARGE_INTEGER *out) {
    (void)self, (void)stream;
    out->QuadPart = fake.given_size;
    return S_OK;
}

static const ISCardTypeConvVtbl conv_vtbl = {FAKE_SLOTS(ISCardTypeConv), .SizeOfIStream = conv_SizeOfIStream};
static ISCardTypeConv conv = {&conv_vtbl};

static int start(void **state) {
    (void)state;
    memset(&fake, 0, sizeof fake);
    counts = 100;
    return 0;
}

/* Every reference that was taken has been given back. */
static int finish(void **state) {
    (void)state;
    return counts == 100 ? 0 : -1;
}

static void test_in__guid_text_and_number(void **state) {
    (void)state;
    VARIANT out = {.vt = VT_EMPTY};
    VARIANT text = arg_text(L"{e126f8fe-a7af-11d0-b88a-00c04fd424b9}");
    double half = 6.5;
    assert_hr(S_OK, by_name(&manage, MANAGE("CreateInterface"), NULL, 4, arg_ref(&text), arg_number(-12),
                            arg_typed_ref(VT_R8, &half), arg_ref(&out)));
    assert_true(IsEqualGUID(&fake.guid, &IID_IByteBuffer));
    assert_int_equal(wcscmp(fake.text, L"-12"), 0);
    assert_int_equal(fake.number, 6); /* halves go to even */
    assert_int_equal(out.vt, VT_DISPATCH);
    assert_null(out.pdispVal);
    assert_hr(S_OK, by_name(&manage, MANAGE("CreateInterface"), NULL, 4, arg_empty(), arg_empty(),
                            arg_text(L" 7 "), arg_ref(&out)));
    assert_true(fake.guid_null);
    assert_int_equal(fake.number, 7);
    assert_hr(DISP_E_TYPEMISMATCH,
              by_name(&manage, MANAGE("CreateInterface"), NULL, 4, arg_text(L"no identifier"), arg_empty(),
                      arg_number(1), arg_ref(&out)));
    assert_int_equal(told.bad, 3);
    assert_hr(DISP_E_TYPEMISMATCH, by_name(&manage, MANAGE("CreateInterface"), NULL, 4, arg_number(4),
                                           arg_empty(), arg_number(1), arg_ref(&out)));
    assert_hr(DISP_E_TYPEMISMATCH, by_name(&manage, MANAGE("CreateInterface"), NULL, 4, arg_empty(),
                                           arg_bytes("a", 1), arg_number(1), arg_ref(&out)));
    assert_int_equal(told.bad, 2);
    VariantClear(&text);
}

static void test_in__handles(void **state) {
    (void)state;
    assert_hr(S_OK, by_name(&manage, MANAGE("AttachByHandle"), NULL, 1,
                            (VARIANT){.vt = VT_UI8, .ullVal = UINTPTR_MAX}));
    assert_true(fake.handle == UINTPTR_MAX);
    assert_hr(S_OK, by_name(&manage, MANAGE("AttachByHandle"), NULL, 1, arg_long(INTPTR_MAX - 1)));
    assert_true(fake.handle == INTPTR_MAX - 1);
    assert_hr(DISP_E_OVERFLOW, by_name(&manage, MANAGE("AttachByHandle"), NULL, 1, arg_number(-1)));
}

/* A number goes to every type of reference; what does not fit is told. */
static void test_out__numbers(void **state) {
    (void)state;
    static const VARTYPE types[] = {VT_I1,  VT_UI1, VT_I2,  VT_UI2, VT_I4,
                                    VT_UI4, VT_I8,  VT_UI8, VT_INT, VT_UINT};
    VARIANT protocol = {.vt = VT_EMPTY};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; ++i) {
        uint8_t room[9];
        memset(room, 0xEE, sizeof room);
        fake.state = (SCARD_STATES)5;
        uint64_t number = UINT64_C(0xEEEEEEEEEEEEEEEE);
        assert_hr(S_OK, by_name(&manage, MANAGE("Status"), NULL, 2, arg_typed_ref(types[i], room),
                                arg_ref(&protocol)));
        assert_int_equal(take_number(&protocol), T1);
        const size_t size = i < 2 ? 1 : i < 4 ? 2 : types[i] == VT_I8 || types[i] == VT_UI8 ? 8 : 4;
        memset(&number, 0, size);
        *(uint8_t *)&number = 5;
        assert_memory_equal(room, &number, 8); /* and nothing behind it */
        assert_int_equal(room[8], 0xEE);
    }
    double real = 0;
    BSTR text = SysAllocString(L"old");
    assert_hr(S_OK, by_name(&manage, MANAGE("Status"), NULL, 2, arg_typed_ref(VT_R8, &real),
                            arg_typed_ref(VT_BSTR, &text)));
    assert_true(real == 5.0);
    assert_int_equal(wcscmp(text, L"2"), 0);
    SysFreeString(text);
}

static void test_out__numbers_that_do_not_fit(void **state) {
    (void)state;
    int8_t small = 7;
    IDispatch *dispatch = NULL;
    VARIANT protocol = {.vt = VT_EMPTY};
    fake.state = (SCARD_STATES)300;
    assert_hr(DISP_E_OVERFLOW,
              by_name(&manage, MANAGE("Status"), NULL, 2, arg_typed_ref(VT_I1, &small), arg_ref(&protocol)));
    assert_int_equal(told.bad, 1);
    assert_int_equal(small, 7);
    assert_int_equal(take_number(&protocol), T1); /* the others come all the same */
    assert_hr(DISP_E_TYPEMISMATCH, by_name(&manage, MANAGE("Status"), NULL, 2,
                                           arg_typed_ref(VT_DISPATCH, &dispatch), arg_ref(&protocol)));
    assert_hr(DISP_E_TYPEMISMATCH,
              by_name(&manage, MANAGE("Status"), NULL, 2, arg_number(1), arg_ref(&protocol)));
    assert_int_equal(told.bad, 1);
}

/* The type of a number in a VARIANT: the first of VT_I4, VT_I8, VT_UI8 that holds it. */
static void test_out__number_types(void **state) {
    (void)state;
    static const struct {
        HSCARD_FILE value;
        VARTYPE type;
    } rows[] = {
        {0, VT_I4},
        {INT32_MAX, VT_I4},
        {0x80000000u, VT_I8},
        {UINTPTR_MAX >> 1, sizeof(HSCARD_FILE) == 8 ? VT_I8 : VT_I4},
        {UINTPTR_MAX, sizeof(HSCARD_FILE) == 8 ? VT_UI8 : VT_I8},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        VARIANT handle = {.vt = VT_EMPTY};
        fake.handle = rows[i].value;
        assert_hr(S_OK, by_name(&files, FILE_ACCESS("Open"), NULL, 3, arg_number(0), arg_text(L"x"),
                                arg_ref(&handle)));
        assert_int_equal(handle.vt, rows[i].type);
        assert_true((rows[i].type == VT_I4 ? (HSCARD_FILE)handle.lVal : handle.ullVal) == rows[i].value);
    }
}

/* A size has no sign. */
static void test_out__sizes(void **state) {
    (void)state;
    static const struct {
        uint64_t value;
        VARTYPE type;
    } rows[] = {{INT32_MAX, VT_I4}, {INT64_MAX, VT_I8}, {UINT64_C(1) << 63, VT_UI8}, {UINT64_MAX, VT_UI8}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        VARIANT size = {.vt = VT_EMPTY};
        fake.given_size = rows[i].value;
        assert_hr(S_OK, by_name(&conv, TYPE_CONV("SizeOfIStream"), NULL, 2, arg_empty(), arg_ref(&size)));
        assert_int_equal(size.vt, rows[i].type);
        assert_true((rows[i].type == VT_I4 ? (uint64_t)size.lVal : size.ullVal) == rows[i].value);
    }
}

static void test_out__text(void **state) {
    (void)state;
    VARIANT text = arg_text(L"old");
    BSTR typed = SysAllocString(L"old");
    fake.given_text = SysAllocString(L"3F00");
    assert_hr(S_OK, by_name(&files, FILE_ACCESS("GetCurrentDir"), NULL, 1, arg_ref(&text)));
    assert_int_equal(text.vt, VT_BSTR);
    assert_int_equal(wcscmp(text.bstrVal, L"3F00"), 0);
    fake.given_text = SysAllocString(L"DF01");
    assert_hr(S_OK, by_name(&files, FILE_ACCESS("GetCurrentDir"), NULL, 1, arg_typed_ref(VT_BSTR, &typed)));
    assert_int_equal(wcscmp(typed, L"DF01"), 0);
    VARIANT inner = arg_typed_ref(VT_BSTR, &typed);
    fake.given_text = NULL;
    assert_hr(S_OK, by_name(&files, FILE_ACCESS("GetCurrentDir"), NULL, 1, arg_ref(&inner)));
    assert_null(typed);
    fake.given_text = SysAllocString(L"not for the caller: it failed");
    fake.result = (HRESULT)SCARD_E_NO_ACCESS;
    assert_hr(DISP_E_EXCEPTION, by_name(&files, FILE_ACCESS("GetCurrentDir"), NULL, 1, arg_ref(&text)));
    assert_int_equal(wcscmp(text.bstrVal, L"3F00"), 0);
    VariantClear(&text);
}

/* An object goes out and another comes back, with numbers both ways. */
static void test_out__another_object(void **state) {
    (void)state;
    IDispatch *typed = (IDispatch *)&liar;
    int32_t length = 12;
    IByteBuffer_AddRef(&liar);
    IByteBuffer_AddRef(&liar2); /* what the method gives away */
    fake.given_object = (IUnknown *)&liar2;
    fake.given_number = 34;
    assert_hr(S_OK, by_name(&auth, AUTH("User_Auth"), NULL, 4, arg_number(0), arg_empty(),
                            arg_typed_ref(VT_I4, &length), arg_typed_ref(VT_DISPATCH, &typed)));
    assert_ptr_equal(fake.object, &liar);
    assert_int_equal(fake.number, 12);
    assert_int_equal(length, 34);
    assert_ptr_equal(typed, &liar2);
    assert_int_equal(counts, 101);
    IDispatch_Release(typed);
    /* By value nothing comes back, and nothing is lost. */
    IByteBuffer_AddRef(&liar2);
    assert_hr(S_OK, by_name(&auth, AUTH("User_Auth"), NULL, 4, arg_number(0), arg_empty(), arg_number(5),
                            arg_object(&liar)));
    assert_int_equal(fake.number, 5);
    assert_int_equal(counts, 100);
    /* The object goes and none comes. */
    VARIANT variable = arg_object(&liar);
    fake.given_object = NULL;
    assert_hr(S_OK, by_name(&auth, AUTH("User_Auth"), NULL, 4, arg_number(0), arg_empty(), arg_number(5),
                            arg_ref(&variable)));
    assert_int_equal(variable.vt, VT_DISPATCH);
    assert_null(variable.pdispVal);
}

/* More bytes than there was room for, or fewer than none. */
static void test_out__bytes_that_are_not_there(void **state) {
    (void)state;
    VARIANT bytes = {.vt = VT_EMPTY};
    fake.given_number = 5;
    assert_hr(E_UNEXPECTED, by_name(&liar, BUFFER("Read"), NULL, 2, arg_ref(&bytes), arg_number(4)));
    fake.given_number = -1;
    assert_hr(E_UNEXPECTED, by_name(&liar, BUFFER("Read"), NULL, 2, arg_ref(&bytes), arg_number(4)));
    assert_int_equal(bytes.vt, VT_EMPTY);
    fake.given_number = 4;
    assert_hr(S_OK, by_name(&liar, BUFFER("Read"), NULL, 2, arg_ref(&bytes), arg_number(4)));
    uint8_t room[4];
    assert_int_equal(take_bytes(&bytes, room, 4), 4);
    assert_memory_equal(room, "\0\0\0\0", 4);
}

/* Arrays of VARIANTs that are no bytes. */
static void test_in__variants_that_are_no_bytes(void **state) {
    (void)state;
    static const struct {
        VARIANT element;
        HRESULT expected;
    } rows[] = {
        {{.vt = VT_I4, .lVal = 255}, S_OK},
        {{.vt = VT_UI8, .ullVal = 1}, S_OK},
        {{.vt = VT_I4, .lVal = 256}, DISP_E_OVERFLOW},
        {{.vt = VT_I4, .lVal = -1}, DISP_E_OVERFLOW},
        {{.vt = VT_I8, .llVal = INT64_MAX}, DISP_E_OVERFLOW},
        {{.vt = VT_EMPTY}, DISP_E_TYPEMISMATCH},
        {{.vt = VT_NULL}, DISP_E_TYPEMISMATCH},
        {{.vt = VT_ERROR, .scode = E_FAIL}, DISP_E_TYPEMISMATCH},
    };
    int32_t length = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        SAFEARRAY *array = SafeArrayCreateVector(VT_VARIANT, 0, 1);
        VARIANT value = {.vt = VT_ARRAY | VT_VARIANT, .parray = array};
        *(VARIANT *)array->pvData = rows[i].element;
        assert_hr(rows[i].expected, by_name(&auth, AUTH("User_Auth"), NULL, 4, arg_number(0), value,
                                            arg_typed_ref(VT_I4, &length), arg_object(NULL)));
        assert_int_equal(told.bad, SUCCEEDED(rows[i].expected) ? 99 : 2);
    }
    SAFEARRAYBOUND bounds[2] = {{2, 0}, {2, 0}};
    VARIANT square = {.vt = VT_ARRAY | VT_UI1, .parray = SafeArrayCreate(VT_UI1, 2, bounds)};
    assert_hr(DISP_E_TYPEMISMATCH, by_name(&auth, AUTH("User_Auth"), NULL, 4, arg_number(0), square,
                                           arg_typed_ref(VT_I4, &length), arg_object(NULL)));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_in__guid_text_and_number),
        CASE(test_in__handles),
        CASE(test_in__variants_that_are_no_bytes),
        CASE(test_out__numbers),
        CASE(test_out__numbers_that_do_not_fit),
        CASE(test_out__number_types),
        CASE(test_out__sizes),
        CASE(test_out__text),
        CASE(test_out__another_object),
        CASE(test_out__bytes_that_are_not_there),
    };
    return cmocka_run_group_tests_name("objects/dispatch_values", tests, NULL, NULL);
}
