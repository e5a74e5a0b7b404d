/* What a type library says, as text: see described.h. */
#include "described.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "com/contract.h"
#include "support/kits/contract.h"

#define NAMES_MAX 16

static void narrow(BSTR text, char out[DESCRIBED_MAX]) {
    size_t i = 0;
    for (; i < SysStringLen(text) && i + 1 < DESCRIBED_MAX; ++i)
        out[i] = text[i] < 0x80 ? (char)text[i] : '?';
    out[i] = '\0';
    SysFreeString(text);
}

void described_name(ITypeInfo *info, char out[DESCRIBED_MAX]) {
    BSTR name = NULL;
    assert_int_equal(ITypeInfo_GetDocumentation(info, MEMBERID_NIL, &name, NULL, NULL, NULL), S_OK);
    narrow(name, out);
}

ITypeInfo *described_find(ITypeLib *library, const char *name) {
    char found[DESCRIBED_MAX];
    const UINT count = ITypeLib_GetTypeInfoCount(library);
    for (UINT i = 0; i < count; ++i) {
        ITypeInfo *info = NULL;
        assert_int_equal(ITypeLib_GetTypeInfo(library, i, &info), S_OK);
        described_name(info, found);
        if (strcmp(found, name) == 0)
            return info;
        ITypeInfo_Release(info);
    }
    return NULL;
}

GUID described_guid(ITypeInfo *info) {
    TYPEATTR *attributes = NULL;
    assert_int_equal(ITypeInfo_GetTypeAttr(info, &attributes), S_OK);
    const GUID guid = attributes->guid;
    ITypeInfo_ReleaseTypeAttr(info, attributes);
    return guid;
}

/* Whether an interface of this name has the identifier that it should have. */
static bool is_itself(const char *name, const GUID *guid) {
    const struct contract_interface *const contract = contract_by_name(name);
    if (contract)
        return IsEqualGUID(&contract->iid, guid);
    if (strcmp(name, "IStream") == 0)
        return IsEqualGUID(&IID_IStream, guid);
    if (strcmp(name, "ISequentialStream") == 0)
        return IsEqualGUID(&IID_ISequentialStream, guid);
    return false;
}

/* Text of at most what there is room for. */
static void put(char out[DESCRIBED_MAX], const char *format, ...) {
    const size_t used = strlen(out);
    va_list list;
    va_start(list, format);
    (void)vsnprintf(out + used, DESCRIBED_MAX - used, format, list);
    va_end(list);
}

static void put_type(ITypeInfo *info, const TYPEDESC *type, char out[DESCRIBED_MAX]);

static void put_user_type(ITypeInfo *info, HREFTYPE reference, char out[DESCRIBED_MAX]) {
    ITypeInfo *referred = NULL;
    TYPEATTR *attributes = NULL;
    char name[DESCRIBED_MAX];
    const HRESULT hr = ITypeInfo_GetRefTypeInfo(info, reference, &referred);
    if (FAILED(hr)) {
        put(out, "(not found: %08X)", (unsigned)hr);
        return;
    }
    described_name(referred, name);
    assert_int_equal(ITypeInfo_GetTypeAttr(referred, &attributes), S_OK);
    switch (attributes->typekind) {
    case TKIND_ENUM:
        put(out, "enum %s", name);
        break;
    case TKIND_RECORD:
        put(out, "struct %s", name);
        break;
    case TKIND_INTERFACE:
        put(out, is_itself(name, &attributes->guid) ? "%s" : "another %s", name);
        break;
    case TKIND_ALIAS:
        put(out, "%s=", name);
        put_type(referred, &attributes->tdescAlias, out);
        break;
    default:
        put(out, "kind %d %s", (int)attributes->typekind, name);
        break;
    }
    ITypeInfo_ReleaseTypeAttr(referred, attributes);
    ITypeInfo_Release(referred);
}

static void put_type(ITypeInfo *info, const TYPEDESC *type, char out[DESCRIBED_MAX]) {
    static const char *const names[] = {
        [VT_I2] = "I2",           [VT_I4] = "I4",           [VT_BSTR] = "BSTR",       [VT_BOOL] = "BOOL",
        [VT_VARIANT] = "VARIANT", [VT_UNKNOWN] = "UNKNOWN", [VT_UI1] = "UI1",         [VT_UI2] = "UI2",
        [VT_UI4] = "UI4",         [VT_I8] = "I8",           [VT_UI8] = "UI8",         [VT_INT] = "INT",
        [VT_UINT] = "UINT",       [VT_VOID] = "VOID",       [VT_HRESULT] = "HRESULT",
    };
    const size_t known = sizeof names / sizeof names[0];
    if (type->vt == VT_PTR) {
        put(out, "*");
        put_type(info, type->lptdesc, out);
    } else if (type->vt == VT_SAFEARRAY) {
        put(out, "SAFEARRAY(");
        put_type(info, type->lptdesc, out);
        put(out, ")");
    } else if (type->vt == VT_USERDEFINED) {
        put_user_type(info, type->hreftype, out);
    } else if (type->vt < known && names[type->vt]) {
        put(out, "%s", names[type->vt]);
    } else {
        put(out, "VARTYPE %u", type->vt);
    }
}

void described_type(ITypeInfo *info, const TYPEDESC *type, char out[DESCRIBED_MAX]) {
    *out = '\0';
    put_type(info, type, out);
}

static void put_flags(USHORT flags, char out[DESCRIBED_MAX]) {
    static const struct {
        USHORT flag;
        const char *name;
    } known[] = {
        {PARAMFLAG_FIN, "in"},     {PARAMFLAG_FOUT, "out"},      {PARAMFLAG_FRETVAL, "retval"},
        {PARAMFLAG_FLCID, "lcid"}, {PARAMFLAG_FOPT, "optional"}, {PARAMFLAG_FHASDEFAULT, "default"},
    };
    const char *separator = "";
    put(out, "[");
    for (size_t i = 0; i < sizeof known / sizeof known[0]; ++i) {
        if (!(flags & known[i].flag))
            continue;
        put(out, "%s%s", separator, known[i].name);
        separator = ",";
    }
    put(out, "] ");
}

static void put_default(const PARAMDESC *parameter, char out[DESCRIBED_MAX]) {
    VARIANT number;
    if (!(parameter->wParamFlags & PARAMFLAG_FHASDEFAULT))
        return;
    const VARIANT *const value = &parameter->pparamdescex->varDefaultValue;
    VariantInit(&number);
    if (V_VT(value) == VT_BSTR && SysStringLen(V_BSTR(value)) == 0)
        put(out, " = \"\"");
    else if (V_VT(value) != VT_BSTR && SUCCEEDED(VariantChangeType(&number, value, 0, VT_I4)))
        put(out, " = %d", (int)V_I4(&number));
    else
        put(out, " = (VARTYPE %u)", V_VT(value));
}

static void put_parameters(ITypeInfo *info, const FUNCDESC *function, BSTR *names, UINT count,
                           char out[DESCRIBED_MAX]) {
    put(out, "(");
    for (SHORT i = 0; i < function->cParams; ++i) {
        const ELEMDESC *const parameter = &function->lprgelemdescParam[i];
        char name[DESCRIBED_MAX] = "";
        /*
         * GetNames goes by the number, which both accessors of a property share: it tells those of the first.
         */
        if ((UINT)i + 1 < count && function->invkind != INVOKE_PROPERTYPUT) {
            narrow(names[i + 1], name);
            names[i + 1] = NULL;
        }
        put(out, i ? ", " : "");
        put_flags(parameter->paramdesc.wParamFlags, out);
        put_type(info, &parameter->tdesc, out);
        put(out, *name ? " %s" : "%s", name);
        put_default(&parameter->paramdesc, out);
    }
    put(out, ")");
}

void described_function(ITypeInfo *info, UINT index, char out[DESCRIBED_MAX]) {
    FUNCDESC *function = NULL;
    BSTR names[NAMES_MAX] = {NULL};
    UINT count = 0;
    char name[DESCRIBED_MAX];
    *out = '\0';
    const HRESULT hr = ITypeInfo_GetFuncDesc(info, index, &function);
    if (FAILED(hr)) {
        put(out, "function %u is damaged: %08X", index, (unsigned)hr);
        return;
    }
    assert_int_equal(ITypeInfo_GetNames(info, function->memid, names, NAMES_MAX, &count), S_OK);
    narrow(names[0], name);
    names[0] = NULL;
    put(out, "slot %u, id %d, ", (unsigned)function->oVft / (unsigned)sizeof(void *), (int)function->memid);
    put(out, "%s ",
        function->invkind == INVOKE_FUNC          ? "method"
        : function->invkind == INVOKE_PROPERTYGET ? "get"
        : function->invkind == INVOKE_PROPERTYPUT ? "put"
                                                  : "putref");
    put(out, "%s", name);
    put_parameters(info, function, names, count, out);
    if (function->funckind != FUNC_PUREVIRTUAL || function->callconv != CC_STDCALL ||
        function->elemdescFunc.tdesc.vt != VT_HRESULT || (unsigned)function->oVft % sizeof(void *) != 0)
        put(out, ", not a COM method");
    for (UINT i = 0; i < count; ++i)
        SysFreeString(names[i]);
    ITypeInfo_ReleaseFuncDesc(info, function);
}

ITypeInfo *described_referred(ITypeInfo *info, UINT index, UINT parameter) {
    FUNCDESC *function = NULL;
    ITypeInfo *referred = NULL;
    assert_int_equal(ITypeInfo_GetFuncDesc(info, index, &function), S_OK);
    assert_true((UINT)function->cParams > parameter);
    const TYPEDESC *type = &function->lprgelemdescParam[parameter].tdesc;
    while (type->vt == VT_PTR)
        type = type->lptdesc;
    assert_int_equal(type->vt, VT_USERDEFINED);
    assert_int_equal(ITypeInfo_GetRefTypeInfo(info, type->hreftype, &referred), S_OK);
    ITypeInfo_ReleaseFuncDesc(info, function);
    return referred;
}

ITypeInfo *described_base(ITypeInfo *info) {
    HREFTYPE reference = 0;
    ITypeInfo *base = NULL;
    if (FAILED(ITypeInfo_GetRefTypeOfImplType(info, 0, &reference)))
        return NULL;
    assert_int_equal(ITypeInfo_GetRefTypeInfo(info, reference, &base), S_OK);
    return base;
}
