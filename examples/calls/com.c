/* What Windows has in ole32 and oleaut32, as far as programs around cards need it: classes, arrays, text. */
#define COBJMACROS
#include "scardssp.h"
#include "scardssp_provider.h"
#include "scardssp_rm.h"

#include "calls.h"

/* A class by the name that scripts use, and back. */
static void CLSIDFromProgID_(void) {
    CLSID clsid;
    LPOLESTR name = NULL;
    EXPECT(CLSIDFromProgID(L"SCardSSP.SCard", &clsid) == S_OK && IsEqualCLSID(&clsid, &CLSID_CSCard));
    EXPECT(ProgIDFromCLSID(&clsid, &name) == S_OK);
    CoTaskMemFree(name);
}

/* The registry form of an identifier. */
static void StringFromCLSID_(void) {
    LPOLESTR text = NULL;
    CLSID clsid;
    EXPECT(StringFromCLSID(&CLSID_CSCard, &text) == S_OK);
    EXPECT(CLSIDFromString(text, &clsid) == S_OK && IsEqualCLSID(&clsid, &CLSID_CSCard));
    CoTaskMemFree(text);
}

/* Many objects of a class: its factory is asked for once. */
static void CoGetClassObject_(void) {
    IClassFactory *factory = NULL;
    IByteBuffer *buffer = NULL;
    EXPECT(CoGetClassObject(&CLSID_CByteBuffer, CLSCTX_ALL, NULL, &IID_IClassFactory, (void **)&factory) ==
           S_OK);
    EXPECT(IClassFactory_CreateInstance(factory, NULL, &IID_IByteBuffer, (void **)&buffer) == S_OK);
    IByteBuffer_Release(buffer);
    IClassFactory_Release(factory);
}

/* A stream over a block of memory, and the block again. */
static void GetHGlobalFromStream_(void) {
    HGLOBAL block = GlobalAlloc(GHND, 16), same = NULL;
    IStream *stream = NULL;
    EXPECT(CreateStreamOnHGlobal(block, TRUE, &stream) == S_OK); /* the block goes with the stream */
    EXPECT(GetHGlobalFromStream(stream, &same) == S_OK && GlobalSize(same) == 16);
    IStream_Release(stream);
}

/* The bytes of an array, without a copy. */
static void SafeArrayLock_(void) {
    SAFEARRAY *array = SafeArrayCreateVector(VT_UI1, 0, 4), *copy = NULL;
    VARTYPE type = VT_EMPTY;
    void *data = NULL;
    EXPECT(SafeArrayGetVartype(array, &type) == S_OK && type == VT_UI1);
    EXPECT(SafeArrayAccessData(array, &data) == S_OK);
    ((BYTE *)data)[3] = 7;
    EXPECT(SafeArrayUnaccessData(array) == S_OK);
    EXPECT(SafeArrayCopy(array, &copy) == S_OK);
    SafeArrayDestroy(copy);
    SafeArrayDestroy(array);
}

static void SafeArrayRedim_(void) {
    SAFEARRAY *array = SafeArrayCreateVector(VT_UI1, 0, 4);
    SAFEARRAYBOUND bound = {8, 0};
    LONG last = 0;
    EXPECT(SafeArrayRedim(array, &bound) == S_OK);
    EXPECT(SafeArrayGetUBound(array, 1, &last) == S_OK && last == 7);
    SafeArrayDestroy(array);
}

/* A number becomes text; what a VARIANT owns goes with it. */
static void VariantChangeType_(void) {
    VARIANT number, text, copy;
    VariantInit(&number);
    VariantInit(&text);
    VariantInit(&copy);
    V_VT(&number) = VT_I4;
    V_I4(&number) = 7;
    EXPECT(VariantChangeType(&text, &number, 0, VT_BSTR) == S_OK && SysStringLen(V_BSTR(&text)) == 1);
    EXPECT(VariantCopy(&copy, &text) == S_OK && V_VT(&copy) == VT_BSTR);
    VariantClear(&copy);
    VariantClear(&text);
}

/* A search that waits for the user is ended from another thread; here none waits. */
static void locate_cancel(void) {
    ISCardLocate *locate = NULL;
    EXPECT(CoCreateInstance(&CLSID_CSCardLocate, NULL, CLSCTX_ALL, &IID_ISCardLocate, (void **)&locate) ==
           S_OK);
    EXPECT(scardssp_locate_limit(locate, 5000) == S_OK); /* five seconds, not sixty */
    EXPECT(scardssp_locate_cancel(locate) == S_OK);
    ISCardLocate_Release(locate);
}

static int count_provider(void *user, const struct scardssp_provider *provider) {
    int *used = user;
    *used += provider->state == SCARDSSP_PROVIDER_USED;
    return 0; /* go on */
}

/* The classes of this library, and of the providers that are installed. */
static void providers(void) {
    const scardssp_provider_visitor visitor = count_provider;
    int used = 0;
    EXPECT(scardssp_profiles() == S_OK); /* what vendors bring is taken in first, so that it can be told */
    EXPECT(scardssp_providers(visitor, &used) == S_OK && used >= 8);
}

const struct call com_calls[] = {
    {"CLSIDFromProgID", CLSIDFromProgID_},     {"StringFromCLSID", StringFromCLSID_},
    {"CoGetClassObject", CoGetClassObject_},   {"GetHGlobalFromStream", GetHGlobalFromStream_},
    {"SafeArrayLock", SafeArrayLock_},         {"SafeArrayRedim", SafeArrayRedim_},
    {"VariantChangeType", VariantChangeType_}, {"scardssp_locate_cancel", locate_cancel},
    {"scardssp_providers", providers},         {NULL, NULL}};
