/*
 * Prints what a type library has, for imported.py, which makes of it what importers make: listing FILE.tlb. A
 * line each:
 *   library NAME
 *   enum NAME, struct NAME             then "value NAME NUMBER" and "field NAME TYPE"
 *   alias NAME TYPE
 *   interface NAME GUID BASE [dual]    then "method ..." as described_function() has it
 *   class NAME GUID                    then "serves NAME [default]"
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#include <cmocka.h>

#include "../typelib/described.h"

static void print_guid(const GUID *guid) {
    wchar_t text[39];
    (void)StringFromGUID2(guid, text, 39);
    (void)printf(" %ls", text);
}

static void print_members(ITypeInfo *info, const TYPEATTR *attributes) {
    for (UINT i = 0; i < attributes->cVars; ++i) {
        VARDESC *member = NULL;
        BSTR name = NULL;
        char type[DESCRIBED_MAX];
        if (FAILED(ITypeInfo_GetVarDesc(info, i, &member)) ||
            FAILED(ITypeInfo_GetDocumentation(info, member->memid, &name, NULL, NULL, NULL)))
            exit(1);
        described_type(info, &member->elemdescVar.tdesc, type);
        if (member->varkind == VAR_CONST)
            (void)printf("value %ls %d\n", name, (int)V_I4(member->lpvarValue));
        else
            (void)printf("field %ls %s\n", name, type);
        SysFreeString(name);
        ITypeInfo_ReleaseVarDesc(info, member);
    }
}

static void print_methods(ITypeInfo *info, const TYPEATTR *attributes) {
    char line[DESCRIBED_MAX];
    for (UINT i = 0; i < attributes->cFuncs; ++i) {
        described_function(info, i, line);
        (void)printf("method %s\n", line);
    }
}

static void print_classes_interfaces(ITypeInfo *info, const TYPEATTR *attributes) {
    for (UINT i = 0; i < attributes->cImplTypes; ++i) {
        HREFTYPE reference = 0;
        ITypeInfo *served = NULL;
        INT flags = 0;
        char name[DESCRIBED_MAX];
        if (FAILED(ITypeInfo_GetRefTypeOfImplType(info, i, &reference)) ||
            FAILED(ITypeInfo_GetRefTypeInfo(info, reference, &served)) ||
            FAILED(ITypeInfo_GetImplTypeFlags(info, i, &flags)))
            exit(1);
        described_name(served, name);
        (void)printf("serves %s%s\n", name, flags & IMPLTYPEFLAG_FDEFAULT ? " default" : "");
        ITypeInfo_Release(served);
    }
}

static void print_interface(ITypeInfo *info, const TYPEATTR *attributes, const char *name) {
    char base_name[DESCRIBED_MAX] = "-";
    ITypeInfo *const base = described_base(info);
    if (base) {
        described_name(base, base_name);
        ITypeInfo_Release(base);
    }
    (void)printf("interface %s", name);
    print_guid(&attributes->guid);
    (void)printf(" %s%s\n", base_name, attributes->wTypeFlags & TYPEFLAG_FDUAL ? " dual" : "");
    print_methods(info, attributes);
}

static void print_type(ITypeInfo *info) {
    TYPEATTR *attributes = NULL;
    char name[DESCRIBED_MAX], type[DESCRIBED_MAX];
    described_name(info, name);
    if (FAILED(ITypeInfo_GetTypeAttr(info, &attributes)))
        exit(1);
    switch (attributes->typekind) {
    case TKIND_ENUM:
    case TKIND_RECORD:
        (void)printf("%s %s\n", attributes->typekind == TKIND_ENUM ? "enum" : "struct", name);
        print_members(info, attributes);
        break;
    case TKIND_ALIAS:
        described_type(info, &attributes->tdescAlias, type);
        (void)printf("alias %s %s\n", name, type);
        break;
    case TKIND_INTERFACE:
        print_interface(info, attributes, name);
        break;
    case TKIND_COCLASS:
        (void)printf("class %s", name);
        print_guid(&attributes->guid);
        (void)printf("\n");
        print_classes_interfaces(info, attributes);
        break;
    default:
        (void)printf("kind %d of %s\n", (int)attributes->typekind, name);
        break;
    }
    ITypeInfo_ReleaseTypeAttr(info, attributes);
}

int main(int argc, char **argv) {
    wchar_t path[MAX_PATH];
    ITypeLib *library = NULL;
    BSTR name = NULL;
    if (argc != 2 || mbstowcs(path, argv[1], MAX_PATH) >= MAX_PATH || FAILED(LoadTypeLib(path, &library)) ||
        FAILED(ITypeLib_GetDocumentation(library, MEMBERID_NIL, &name, NULL, NULL, NULL)))
        return 1;
    (void)printf("library %ls\n", name);
    SysFreeString(name);
    for (UINT i = 0; i < ITypeLib_GetTypeInfoCount(library); ++i) {
        ITypeInfo *info = NULL;
        if (FAILED(ITypeLib_GetTypeInfo(library, i, &info)))
            return 1;
        print_type(info);
        ITypeInfo_Release(info);
    }
    ITypeLib_Release(library);
    return 0;
}
