/* Enumerations and structures in a type library: see plaintypes.h. */
#include "plaintypes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "com/contract.h"

#ifdef _WIN64
#define NUMBER_TYPE "I8"
#define HANDLE_TYPE "UI8"
#else
#define NUMBER_TYPE "I4"
#define HANDLE_TYPE "UI4"
#endif

/* A constant (type NULL) and its value, or a field and where it lies. */
struct member {
    const char *owner, *name;
    long value;
    const char *type;
};

#define FIELD(owner, name, type)                                                                             \
    { #owner, #name, (long)offsetof(owner, name), type }

static const struct member members[] = {
    {"SCARD_SHARE_MODES", "EXCLUSIVE", 1, NULL},
    {"SCARD_SHARE_MODES", "SHARED", 2, NULL},
    {"SCARD_DISPOSITIONS", "LEAVE", 0, NULL},
    {"SCARD_DISPOSITIONS", "RESET", 1, NULL},
    {"SCARD_DISPOSITIONS", "UNPOWER", 2, NULL},
    {"SCARD_DISPOSITIONS", "EJECT", 3, NULL},
    {"SCARD_STATES", "ABSENT", 1, NULL},
    {"SCARD_STATES", "PRESENT", 2, NULL},
    {"SCARD_STATES", "SWALLOWED", 3, NULL},
    {"SCARD_STATES", "POWERED", 4, NULL},
    {"SCARD_STATES", "NEGOTIABLEMODE", 5, NULL},
    {"SCARD_STATES", "SPECIFICMODE", 6, NULL},
    {"SCARD_PROTOCOLS", "T0", 1, NULL},
    {"SCARD_PROTOCOLS", "T1", 2, NULL},
    {"SCARD_PROTOCOLS", "RAW", 0xFF, NULL},
    {"ISO_APDU_TYPE", "ISO_CASE_1", 1, NULL},
    {"ISO_APDU_TYPE", "ISO_CASE_2", 2, NULL},
    {"ISO_APDU_TYPE", "ISO_CASE_3", 3, NULL},
    {"ISO_APDU_TYPE", "ISO_CASE_4", 4, NULL},
    {"REFTYPE", "SC_TYPE_BY_NAME", 0, NULL},
    {"REFTYPE", "SC_TYPE_BY_ID", 1, NULL},
    {"REFTYPE", "SC_TYPE_BY_SHORT_ID", 2, NULL},
    {"REFTYPE", "SC_TYPE_BY_SHORT", 2, NULL},
    {"REFTYPE", "SC_TYPE_BY_ANY", 3, NULL},
    {"FILETYPE", "SC_TYPE_DIRECTORIES", 0, NULL},
    {"FILETYPE", "SC_TYPE_FILES", 1, NULL},
    {"FILETYPE", "SC_TYPE_ALL_FILES", 2, NULL},
    {"FILETYPE", "SC_TYPE_DIRECTORY_FILE", 3, NULL},
    {"FILETYPE", "SC_TYPE_TRANSPARENT_EF", 4, NULL},
    {"FILETYPE", "SC_TYPE_FIXED_EF", 5, NULL},
    {"FILETYPE", "SC_TYPE_CYCLIC_EF", 6, NULL},
    {"FILETYPE", "SC_TYPE_VARIABLE_EF", 7, NULL},
    {"SEEKTYPE", "SC_SEEK_FROM_BEGINNING", 0, NULL},
    {"SEEKTYPE", "SC_SEEK_FROM_END", 1, NULL},
    {"SEEKTYPE", "SC_SEEK_RELATIVE", 2, NULL},
    {"SCARD_FLAGS", "SC_FL_NO_FLAGS", 0, NULL},
    {"SCARD_FLAGS", "SC_FL_SECURE_MESSAGING", 1, NULL},
    {"SCARD_FLAGS", "SC_FL_REPLACE", 2, NULL},
    {"SCARD_FLAGS", "SC_FL_ERASE", 4, NULL},
    {"SCARD_FLAGS", "SC_FL_OR", 8, NULL},
    {"SCARD_FLAGS", "SC_FL_AND", 0x10, NULL},
    {"SCARD_FLAGS", "SC_FL_RECURSIVE", 0x20, NULL},
    {"SCARD_FLAGS", "SC_FL_NON_RECURSIVE", 0x40, NULL},
    {"SCARD_FLAGS", "SC_FL_IHV_GLOBAL", 0x80, NULL},
    {"SCARD_FLAGS", "SC_FL_IHV_LOCAL", 0x100, NULL},
    {"SCARD_FLAGS", "SC_FL_IHV_ENABLE", 0x200, NULL},
    {"SCARD_FLAGS", "SC_FL_IHV_DISABLE", 0x400, NULL},
    {"SCARD_FLAGS", "SC_FL_IHV_CHANGE", 0x800, NULL},
    {"SCARD_FLAGS", "SC_FL_PREALLOCATE", 0x1000, NULL},
    {"SCARD_FLAGS", "SC_FL_PREALLOCATED", 0x1000, NULL},
    {"SCARD_FLAGS", "SC_FL_GET_ALL_PROPERTIES", 0x2000, NULL},
    {"SCARD_FLAGS", "SC_FL_STAT_DEFAULT", 0x4000, NULL},
    {"SCARD_FLAGS", "SC_FL_IHV_CHECKONLY", 0x8000, NULL},
    FIELD(BYTEARRAY, hMem, NUMBER_TYPE),
    FIELD(BYTEARRAY, dwSize, "UI4"),
    FIELD(BYTEARRAY, pbyData, "*UI1"),
    FIELD(STATSTRUCT, type, "I4"),
    FIELD(STATSTRUCT, cbSize, "I4"),
    FIELD(STATSTRUCT, grfMode, "I4"),
    FIELD(STATSTRUCT, grfLocksSupported, "I4"),
    FIELD(STATSTRUCT, grfStateBits, "I4"),
    FIELD(SCARDINFO, hCard, HANDLE_TYPE),
    FIELD(SCARDINFO, hContext, HANDLE_TYPE),
    FIELD(SCARDINFO, ActiveProtocol, "SCARD_PROTOCOLS=enum tagSCARD_PROTOCOLS"),
    FIELD(SCARDINFO, ShareMode, "SCARD_SHARE_MODES=enum tagSCARD_SHARE_MODES"),
    FIELD(SCARDINFO, hwndOwner, NUMBER_TYPE),
    FIELD(SCARDINFO, lpfnConnectProc, NUMBER_TYPE),
    FIELD(SCARDINFO, lpfnCheckProc, NUMBER_TYPE),
    FIELD(SCARDINFO, lpfnDisconnectProc, NUMBER_TYPE),
    FIELD(TLV_TABLE, cbSize, "I4"),
    FIELD(TLV_TABLE, byData, "*UI1"),
};
#define MEMBERS (sizeof members / sizeof members[0])

bool plaintypes_known(const char *name) {
    const size_t prefix = strncmp(name, "tag", 3) == 0 ? 3 : 0;
    for (size_t i = 0; i < MEMBERS; ++i)
        if (strcmp(members[i].owner, name + prefix) == 0)
            return true;
    return false;
}

/*
 * The member `index` of the type as it should look and as it does look. Names of fields come after names of
 * methods: `Type`.
 */
static bool same_member(ITypeInfo *info, UINT index, const struct member *wanted) {
    VARDESC *variable = NULL;
    BSTR name = NULL;
    UINT count = 0;
    char found[DESCRIBED_MAX];
    if (FAILED(ITypeInfo_GetVarDesc(info, index, &variable)))
        return false;
    assert_int_equal(ITypeInfo_GetNames(info, variable->memid, &name, 1, &count), S_OK);
    (void)snprintf(found, sizeof found, "%ls", name);
    SysFreeString(name);
    bool same = wanted->type ? _stricmp(found, wanted->name) == 0 : strcmp(found, wanted->name) == 0;
    if (wanted->type) {
        described_type(info, &variable->elemdescVar.tdesc, found);
        same = same && variable->varkind == VAR_PERINSTANCE && variable->oInst == (ULONG)wanted->value &&
               strcmp(found, wanted->type) == 0;
    } else {
        same = same && variable->varkind == VAR_CONST && V_VT(variable->lpvarValue) == VT_I4 &&
               V_I4(variable->lpvarValue) == wanted->value;
    }
    ITypeInfo_ReleaseVarDesc(info, variable);
    return same;
}

/* The members from `first` on, which belong to one type. Returns how many there are. */
static size_t type_compare(ITypeLib *library, size_t first, bool all, size_t *differences,
                           char why[DESCRIBED_MAX]) {
    const char *const owner = members[first].owner;
    char tag[64];
    UINT count = 0, variables = 0;
    size_t different = 0;
    TYPEATTR *attributes = NULL;
    (void)snprintf(tag, sizeof tag, "tag%s", owner);
    ITypeInfo *const info = described_find(library, tag), *const alias = described_find(library, owner);
    if (info) {
        assert_int_equal(ITypeInfo_GetTypeAttr(info, &attributes), S_OK);
        variables = attributes->cVars;
        different += attributes->typekind == (members[first].type ? TKIND_RECORD : TKIND_ENUM) ? 0 : 1;
        ITypeInfo_ReleaseTypeAttr(info, attributes);
    }
    for (; first + count < MEMBERS && strcmp(members[first + count].owner, owner) == 0; ++count)
        different += info && !same_member(info, count, &members[first + count]) ? 1 : 0;
    different += info ? variables != count : all;
    different += (all || info) && !alias ? 1 : 0;
    if (different && !*differences)
        (void)snprintf(why, DESCRIBED_MAX, "%s differs from what is specified", owner);
    *differences += different;
    if (info)
        ITypeInfo_Release(info);
    if (alias)
        ITypeInfo_Release(alias);
    return count;
}

size_t plaintypes_compare(ITypeLib *library, bool all, char why[DESCRIBED_MAX]) {
    size_t differences = 0;
    for (size_t i = 0; i < MEMBERS;)
        i += type_compare(library, i, all, &differences, why);
    return differences;
}
