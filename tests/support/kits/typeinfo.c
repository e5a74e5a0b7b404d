/* What objects tell of their type: see typeinfo.h. */
#include "support/kits/typeinfo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#ifdef _WIN32
void assert_typeinfo(HRESULT result, ITypeInfo *info, REFIID itf) {
    TYPEATTR *attributes = NULL;
    assert_int_equal(result, S_OK);
    assert_int_equal(ITypeInfo_GetTypeAttr(info, &attributes), S_OK);
    assert_memory_equal(&attributes->guid, itf, sizeof(GUID));
    ITypeInfo_ReleaseTypeAttr(info, attributes);
    ITypeInfo_Release(info);
}
#else
void assert_typeinfo(HRESULT result, ITypeInfo *info, REFIID itf) {
    (void)itf;
    assert_int_equal((uint32_t)result, (uint32_t)E_NOTIMPL);
    assert_null(info);
}
#endif

void assert_typeinfo_of(void *object, REFIID itf) {
    IDispatch *const dispatch = object;
    UINT count = 7;
    ITypeInfo *info = (ITypeInfo *)(void *)&count;
    assert_int_equal(IDispatch_GetTypeInfoCount(dispatch, &count), S_OK);
    assert_int_equal(count, TYPEINFO_COUNT);
    HRESULT hr = IDispatch_GetTypeInfo(dispatch, 0, 0, &info);
    assert_typeinfo(hr, info, itf);
    info = (ITypeInfo *)(void *)&count;
    hr = IDispatch_GetTypeInfo(dispatch, 1, 0, &info);
    assert_int_equal((uint32_t)hr, (uint32_t)(TYPEINFO_COUNT ? DISP_E_BADINDEX : E_NOTIMPL));
    assert_null(info);
}
