/*
 * The type libraries against the specification: every row of contract.tsv and guids.tsv is found with its
 * place, number, kind, parameters, types, directions and default values, and nothing is in them that has no
 * reason to be. The comparison is tested too: with one thing wrong in the expectation it must find one
 * difference.
 * Arguments: the paths of scardssp.tlb, scardssp.dll, scardmgr.tlb, scarddat.tlb and scardsrv.tlb.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "described.h"
#include "expected.h"
#include "libraries.h"
#include "plaintypes.h"
#include "support/kits/contract.h"

/* IUnknown and IDispatch come first. */
#define DISPATCH_SLOTS 7

static struct spec spec;
static char **paths;
static int path_count;

static int setup(void **state) {
    (void)state;
    if (FAILED(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED)) || spec_load(&spec) != 0)
        return -1;
    return libraries_open(paths, path_count) ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    libraries_close();
    spec_free(&spec);
    CoUninitialize();
    return 0;
}

/* What is expected of the library */

static const GUID *spec_guid(const char *prefix, const char *name) {
    char wanted[128];
    (void)snprintf(wanted, sizeof wanted, "%s%s", prefix, name);
    for (size_t i = 0; i < spec.guid_count; ++i)
        if (strcmp(spec.guids[i].name, wanted) == 0)
            return &spec.guids[i].guid;
    return NULL;
}

static TYPEATTR attributes_of(ITypeInfo *info) {
    TYPEATTR *attributes = NULL;
    assert_int_equal(ITypeInfo_GetTypeAttr(info, &attributes), S_OK);
    const TYPEATTR copy = *attributes;
    ITypeInfo_ReleaseTypeAttr(info, attributes);
    return copy;
}

static bool is_derived_from_dispatch(ITypeInfo *info) {
    ITypeInfo *const base = described_base(info);
    if (!base)
        return false;
    const GUID guid = described_guid(base);
    ITypeInfo_Release(base);
    return IsEqualGUID(&guid, &IID_IDispatch);
}

/* Whether the member that a name means for those who call by name is the one of the row. */
static bool finds_name(ITypeInfo *info, const struct spec_row *row) {
    wchar_t name[64];
    LPOLESTR names = name;
    MEMBERID id = MEMBERID_NIL;
    (void)swprintf(name, sizeof name / sizeof *name, L"%hs", row->name);
    return SUCCEEDED(ITypeInfo_GetIDsOfNames(info, &names, 1, &id)) && id == row->dispid;
}

/*
 * Counts what differs between an interface of the library and the rows of the specification; `why` tells the
 * first difference.
 */
static size_t interface_compare(ITypeInfo *info, const struct spec *rows, const char *name,
                                char why[DESCRIBED_MAX]) {
    char wanted[DESCRIBED_MAX], found[DESCRIBED_MAX];
    size_t differences = 0;
    UINT at = 0;
    const TYPEATTR attributes = attributes_of(info);
    for (size_t i = 0; i < rows->row_count; ++i) {
        const struct spec_row *const row = &rows->rows[i];
        if (strcmp(row->interface_name, name) != 0)
            continue;
        expected_function(row, wanted);
        described_function(info, at++, found);
        const bool same = strcmp(wanted, found) == 0;
        if ((!same || !finds_name(info, row)) && differences++ == 0)
            (void)snprintf(why, DESCRIBED_MAX, "%s\n  specified: %.450s\n  described: %.450s", name, wanted,
                           found);
    }
    const bool whole = attributes.typekind == TKIND_INTERFACE && attributes.cFuncs == at &&
                       attributes.cVars == 0 &&
                       attributes.cbSizeVft == (DISPATCH_SLOTS + at) * sizeof(void *) &&
                       attributes.wTypeFlags == TYPEFLAG_FDISPATCHABLE && is_derived_from_dispatch(info);
    if (!whole && differences++ == 0)
        (void)snprintf(why, DESCRIBED_MAX, "%s: another kind of interface, or other members", name);
    return differences;
}

/* The libraries */

static void test_library__identifier_version_name_width(void **state) {
    const struct library *const library = *state;
    TLIBATTR *attributes = NULL;
    BSTR name = NULL;
    wchar_t text[64], guid[64];
    assert_int_equal(ITypeLib_GetLibAttr(library->opened, &attributes), S_OK);
    const TLIBATTR copy = *attributes;
    ITypeLib_ReleaseTLibAttr(library->opened, attributes);
    (void)swprintf(text, sizeof text / sizeof *text, L"{%hs}", library->libid);
    assert_true(StringFromGUID2(&copy.guid, guid, sizeof guid / sizeof *guid) > 0);
    assert_memory_equal(guid, text, sizeof(wchar_t) * (wcslen(text) + 1));
    if (library->whole)
        assert_true(IsEqualGUID(&copy.guid, spec_guid("LIBID_", library->name)));
    assert_int_equal(copy.wMajorVerNum, 1);
    assert_int_equal(copy.wMinorVerNum, 0);
    assert_int_equal(copy.lcid, 0);
    assert_int_equal(copy.syskind, sizeof(void *) == 8 ? SYS_WIN64 : SYS_WIN32);
    assert_int_equal(ITypeLib_GetDocumentation(library->opened, MEMBERID_NIL, &name, NULL, NULL, NULL), S_OK);
    (void)swprintf(text, sizeof text / sizeof *text, L"%hs", library->name);
    assert_memory_equal(name, text, sizeof(wchar_t) * (wcslen(text) + 1));
    SysFreeString(name);
}

static void test_interfaces__every_row(void **state) {
    const struct library *const library = *state;
    char why[DESCRIBED_MAX] = "";
    size_t compared = 0;
    for (size_t i = 0; i < spec.row_count; ++i) {
        const char *const name = spec.rows[i].interface_name;
        const bool first = i == 0 || strcmp(spec.rows[i - 1].interface_name, name) != 0;
        if (!first || !libraries_has(library, name))
            continue;
        ITypeInfo *info = NULL;
        const GUID *const iid = spec_guid("IID_", name);
        assert_non_null(iid);
        if (FAILED(ITypeLib_GetTypeInfoOfGuid(library->opened, iid, &info)))
            fail_msg("%s has no %s", library->file, name);
        if (interface_compare(info, &spec, name, why) != 0)
            fail_msg("%s: %s", library->file, why);
        described_name(info, why);
        assert_string_equal(why, name);
        ITypeInfo_Release(info);
        ++compared;
    }
    assert_true(compared >= 2);
}

static void test_classes__every_identifier(void **state) {
    const struct library *const library = *state;
    size_t classes = 0, expected = 0;
    for (size_t i = 0; i < spec.guid_count; ++i) {
        ITypeInfo *info = NULL;
        char name[DESCRIBED_MAX];
        INT flags = 0;
        HREFTYPE reference = 0;
        if (strncmp(spec.guids[i].name, "CLSID_C", 7) != 0)
            continue;
        const bool here = libraries_has_class(library, spec.guids[i].name + strlen("CLSID_"));
        const HRESULT hr = ITypeLib_GetTypeInfoOfGuid(library->opened, &spec.guids[i].guid, &info);
        if (SUCCEEDED(hr) != here)
            fail_msg("%s has %s%s", library->file, here ? "no " : "a ", spec.guids[i].name);
        if (!here)
            continue;
        described_name(info, name);
        assert_string_equal(name, spec.guids[i].name + strlen("CLSID_"));
        const TYPEATTR attributes = attributes_of(info);
        assert_int_equal(attributes.typekind, TKIND_COCLASS);
        assert_int_equal(attributes.wTypeFlags, TYPEFLAG_FCANCREATE);
        const bool card = strcmp(name, "CSCard") == 0;
        assert_int_equal(attributes.cImplTypes, card ? 2 : 1);
        assert_int_equal(ITypeInfo_GetImplTypeFlags(info, 0, &flags), S_OK);
        assert_int_equal(flags, IMPLTYPEFLAG_FDEFAULT);
        ITypeInfo *implemented = NULL;
        assert_int_equal(ITypeInfo_GetRefTypeOfImplType(info, 0, &reference), S_OK);
        assert_int_equal(ITypeInfo_GetRefTypeInfo(info, reference, &implemented), S_OK);
        const GUID iid = described_guid(implemented);
        assert_true(IsEqualGUID(&iid, spec_guid("IID_I", name + 1)));
        ITypeInfo_Release(implemented);
        ITypeInfo_Release(info);
        ++classes;
    }
    for (; !library->whole && library->classes[expected]; ++expected) {
    }
    assert_int_equal(classes, library->whole ? 7 : expected);
}

/* IStream, and what its methods speak of: a program that knows none finds it with the buffer. */
static bool belongs_to_stream(const char *name) {
    static const char *const names[] = {"IStream",         "ISequentialStream", "_LARGE_INTEGER",
                                        "_ULARGE_INTEGER", "tagSTATSTG",        "_FILETIME"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* The manager's class is this project's own: each vendor has one of his own. */
static const GUID *class_guid(const char *name) {
    const GUID *const clsid = spec_guid("CLSID_", name);
    return !clsid && strcmp(name, "CSCardManage") == 0 ? &CLSID_CSCardManage : clsid;
}

static bool is_class(const struct library *library, const char *name, const TYPEATTR *attributes) {
    const GUID *const clsid = class_guid(name);
    return libraries_has_class(library, name) && attributes->typekind == TKIND_COCLASS && clsid &&
           IsEqualGUID(clsid, &attributes->guid);
}

/* ISCardEx is this project's own; it is one more interface of the card. */
static bool is_interface(const struct library *library, const char *name, const TYPEATTR *attributes) {
    if (attributes->typekind != TKIND_INTERFACE || !libraries_has(library, name))
        return false;
    const GUID *const iid = spec_guid("IID_", name);
    return iid ? IsEqualGUID(iid, &attributes->guid) : strcmp(name, "ISCardEx") == 0;
}

static void test_library__nothing_without_a_reason(void **state) {
    const struct library *const library = *state;
    const UINT count = ITypeLib_GetTypeInfoCount(library->opened);
    for (UINT i = 0; i < count; ++i) {
        ITypeInfo *info = NULL;
        char name[DESCRIBED_MAX];
        assert_int_equal(ITypeLib_GetTypeInfo(library->opened, i, &info), S_OK);
        described_name(info, name);
        const TYPEATTR attributes = attributes_of(info);
        ITypeInfo_Release(info);
        if (!is_interface(library, name, &attributes) && !is_class(library, name, &attributes) &&
            !plaintypes_known(name) && !belongs_to_stream(name))
            fail_msg("%s has a %s", library->file, name);
    }
    assert_true(count > 2);
}

static void test_types__values_and_places(void **state) {
    const struct library *const library = *state;
    char why[DESCRIBED_MAX] = "";
    if (plaintypes_compare(library->opened, library->whole, why) != 0)
        fail_msg("%s: %s", library->file, why);
}

/* IStream */

/* From the buffer's put_Stream, as a program goes that wants to call it. */
static ITypeInfo *stream_of(const struct library *library) {
    ITypeInfo *buffer = NULL;
    char text[DESCRIBED_MAX];
    assert_int_equal(ITypeLib_GetTypeInfoOfGuid(library->opened, spec_guid("IID_", "IByteBuffer"), &buffer),
                     S_OK);
    described_function(buffer, 1, text);
    assert_string_equal(text, "slot 8, id 0, put Stream([in] *IStream)");
    ITypeInfo *const stream = described_referred(buffer, 1, 0);
    ITypeInfo_Release(buffer);
    return stream;
}

static void test_stream__is_the_systems(void **state) {
    ITypeInfo *const stream = stream_of(*state);
    const GUID iid = described_guid(stream);
    assert_true(IsEqualGUID(&iid, &IID_IStream));
    ITypeInfo *const sequential = described_base(stream);
    const GUID base_iid = described_guid(sequential);
    assert_true(IsEqualGUID(&base_iid, &IID_ISequentialStream));
    ITypeInfo *const unknown = described_base(sequential);
    const GUID root_iid = described_guid(unknown);
    assert_true(IsEqualGUID(&root_iid, &IID_IUnknown));
    assert_int_equal(attributes_of(stream).cbSizeVft, sizeof(IStreamVtbl));
    assert_int_equal(attributes_of(sequential).cbSizeVft, sizeof(ISequentialStreamVtbl));
    /* The system's own marshalling of streams must stay: registering the library must not claim them. */
    assert_int_equal(attributes_of(stream).wTypeFlags & (TYPEFLAG_FOLEAUTOMATION | TYPEFLAG_FDUAL), 0);
    ITypeInfo_Release(unknown);
    ITypeInfo_Release(sequential);
    ITypeInfo_Release(stream);
}

static void test_stream__slots(void **state) {
    static const struct {
        const char *name;
        size_t place;
    } methods[] = {
        {"Seek", offsetof(IStreamVtbl, Seek)},
        {"SetSize", offsetof(IStreamVtbl, SetSize)},
        {"CopyTo", offsetof(IStreamVtbl, CopyTo)},
        {"Commit", offsetof(IStreamVtbl, Commit)},
        {"Revert", offsetof(IStreamVtbl, Revert)},
        {"LockRegion", offsetof(IStreamVtbl, LockRegion)},
        {"UnlockRegion", offsetof(IStreamVtbl, UnlockRegion)},
        {"Stat", offsetof(IStreamVtbl, Stat)},
        {"Clone", offsetof(IStreamVtbl, Clone)},
    };
    ITypeInfo *const stream = stream_of(*state);
    assert_int_equal(attributes_of(stream).cFuncs, sizeof methods / sizeof methods[0]);
    for (UINT i = 0; i < sizeof methods / sizeof methods[0]; ++i) {
        FUNCDESC *function = NULL;
        BSTR name = NULL;
        UINT count = 0;
        char text[DESCRIBED_MAX];
        assert_int_equal(ITypeInfo_GetFuncDesc(stream, i, &function), S_OK);
        assert_int_equal(ITypeInfo_GetNames(stream, function->memid, &name, 1, &count), S_OK);
        (void)snprintf(text, sizeof text, "%ls", name);
        assert_string_equal(text, methods[i].name);
        assert_int_equal(function->oVft, methods[i].place);
        SysFreeString(name);
        ITypeInfo_ReleaseFuncDesc(stream, function);
    }
    ITypeInfo_Release(stream);
}

/*
 * This project's own interface, which no specification names: as the tables for late binding have it, which
 * are checked elsewhere.
 */
static void test_interfaces__card_extension(void **state) {
    const struct library *const library = *state;
    const struct contract_interface *const contract = contract_by_name("ISCardEx");
    ITypeInfo *info = NULL;
    char wanted[DESCRIBED_MAX], found[DESCRIBED_MAX];
    assert_int_equal(ITypeLib_GetTypeInfoOfGuid(library->opened, &contract->iid, &info), S_OK);
    assert_int_equal(attributes_of(info).cFuncs, contract->count);
    for (UINT i = 0; i < contract->count; ++i) {
        const struct contract_member *const member = &contract->members[i];
        static const char *const kinds[] = {"method", "get", "put"};
        (void)snprintf(wanted, sizeof wanted, "slot %u, id %d, %s %ls(", member->slot, (int)member->dispid,
                       kinds[member->kind], member->name);
        described_function(info, i, found);
        found[strlen(wanted)] = '\0';
        assert_string_equal(found, wanted);
    }
    ITypeInfo_Release(info);
}

/* The comparison can fail */

/* What is found when row `index` of the specification is another. */
static size_t compare_with(const struct spec_row *other, size_t index) {
    static struct spec copy;
    char why[DESCRIBED_MAX] = "";
    size_t count = 0;
    ITypeInfo *info = NULL;
    const struct library *const library = &libraries_all(&count)[0];
    copy = spec;
    copy.rows[index] = *other;
    assert_int_equal(
        ITypeLib_GetTypeInfoOfGuid(library->opened, spec_guid("IID_", other->interface_name), &info), S_OK);
    const size_t differences = interface_compare(info, &copy, other->interface_name, why);
    ITypeInfo_Release(info);
    return differences;
}

static size_t row_of(const char *interface_name, const char *name) {
    for (size_t i = 0; i < spec.row_count; ++i)
        if (strcmp(spec.rows[i].interface_name, interface_name) == 0 && strcmp(spec.rows[i].name, name) == 0)
            return i;
    fail_msg("no row %s::%s", interface_name, name);
    return 0;
}

static void test_comparison__sees_each_thing_wrong(void **state) {
    (void)state;
    const size_t index = row_of("ISCard", "ReAttach");
    const struct spec_row right = spec.rows[index];
    struct spec_row wrong = right;
    assert_int_equal(compare_with(&right, index), 0);
    wrong.slot++;
    assert_int_equal(compare_with(&wrong, index), 1);
    wrong = right;
    wrong.dispid++;
    assert_int_equal(compare_with(&wrong, index), 1);
    wrong = right;
    wrong.kind = CONTRACT_PUT;
    assert_int_equal(compare_with(&wrong, index), 1);
    wrong = right;
    wrong.name = "Reattach";
    assert_int_equal(compare_with(&wrong, index), 1);
    static const char *const parameters[] = {
        "SCARD_SHARE_MODES ShareMode = SHARED, SCARD_DISPOSITIONS InitState = LEAVE",
        "SCARD_SHARE_MODES ShareMode = EXCLUSIVE, SCARD_DISPOSITIONS InitState",
        "SCARD_SHARE_MODES ShareMode = EXCLUSIVE, LONG InitState = LEAVE",
        "SCARD_SHARE_MODES Mode = EXCLUSIVE, SCARD_DISPOSITIONS InitState = LEAVE",
        "SCARD_SHARE_MODES ShareMode = EXCLUSIVE",
    };
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; ++i) {
        wrong = right;
        wrong.parameters = parameters[i];
        assert_int_equal(compare_with(&wrong, index), 1);
    }
}

#define EVERY_LIBRARY(test)                                                                                  \
    {#test "(scardssp.tlb)", test, NULL, NULL, all}, {#test "(scardssp.dll)", test, NULL, NULL, all + 1},    \
        {#test "(scardmgr.tlb)", test, NULL, NULL, all + 2},                                                 \
        {#test "(scarddat.tlb)", test, NULL, NULL, all + 3}, {                                               \
#test "(scardsrv.tlb)", test, NULL, NULL, all + 4                                                    \
    }

int main(int argc, char **argv) {
    size_t count = 0;
    struct library *const all = libraries_all(&count);
    paths = argv + 1;
    path_count = argc - 1;
    const struct CMUnitTest tests[] = {
        EVERY_LIBRARY(test_library__identifier_version_name_width),
        EVERY_LIBRARY(test_interfaces__every_row),
        EVERY_LIBRARY(test_classes__every_identifier),
        EVERY_LIBRARY(test_library__nothing_without_a_reason),
        EVERY_LIBRARY(test_types__values_and_places),
        EVERY_LIBRARY(test_stream__is_the_systems),
        EVERY_LIBRARY(test_stream__slots),
        {"test_interfaces__card_extension(scardssp.tlb)", test_interfaces__card_extension, NULL, NULL, all},
        {"test_interfaces__card_extension(scardssp.dll)", test_interfaces__card_extension, NULL, NULL,
         all + 1},
        {"test_interfaces__card_extension(scardmgr.tlb)", test_interfaces__card_extension, NULL, NULL,
         all + 2},
        cmocka_unit_test(test_comparison__sees_each_thing_wrong),
    };
    return cmocka_run_group_tests_name("windows/typelib", tests, setup, teardown);
}
