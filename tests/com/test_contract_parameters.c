/*
 * The parameters in the tables for late binding, against contract.tsv: names, types, default values, one by
 * one. What each spelling of a type stands for is written here once more, by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "com/contract.h"
#include "support/kits/contract.h"
#include "support/kits/spec.h"

#define TEXT_MAX 128

static struct spec spec;

static const struct spelling {
    const char *text;
    enum contract_type type;
    bool pointer;
    const IID *iid;
} spellings[] = {
    {"BYTE", CONTRACT_BYTE, false, NULL},
    {"WORD", CONTRACT_WORD, false, NULL},
    {"LPWORD", CONTRACT_WORD, true, NULL},
    {"LONG", CONTRACT_LONG, false, NULL},
    {"LONG *", CONTRACT_LONG, true, NULL},
    {"DWORD", CONTRACT_DWORD, false, NULL},
    {"UINT", CONTRACT_UINT, false, NULL},
    {"ISO_APDU_TYPE", CONTRACT_ENUM, false, NULL},
    {"ISO_APDU_TYPE *", CONTRACT_ENUM, true, NULL},
    {"SCARD_SHARE_MODES", CONTRACT_ENUM, false, NULL},
    {"SCARD_DISPOSITIONS", CONTRACT_ENUM, false, NULL},
    {"SCARD_PROTOCOLS", CONTRACT_ENUM, false, NULL},
    {"SCARD_PROTOCOLS *", CONTRACT_ENUM, true, NULL},
    {"SCARD_STATES *", CONTRACT_ENUM, true, NULL},
    {"SCARD_FLAGS", CONTRACT_ENUM, false, NULL},
    {"REFTYPE", CONTRACT_ENUM, false, NULL},
    {"FILETYPE", CONTRACT_ENUM, false, NULL},
    {"SEEKTYPE", CONTRACT_ENUM, false, NULL},
    {"HSCARD", CONTRACT_HANDLE, false, NULL},
    {"HSCARD *", CONTRACT_HANDLE, true, NULL},
    {"HSCARDCONTEXT *", CONTRACT_HANDLE, true, NULL},
    {"HSCARD_FILE", CONTRACT_HANDLE, false, NULL},
    {"HSCARD_FILE *", CONTRACT_HANDLE, true, NULL},
    {"ULARGE_INTEGER *", CONTRACT_LARGE, true, NULL},
    {"BSTR", CONTRACT_BSTR, false, NULL},
    {"BSTR *", CONTRACT_BSTR, true, NULL},
    {"LPSTREAM", CONTRACT_OBJECT, false, &IID_IStream},
    {"LPSTREAM *", CONTRACT_OBJECT, true, &IID_IStream},
    {"LPUNKNOWN *", CONTRACT_OBJECT, true, &IID_IUnknown},
    {"LPBYTEBUFFER", CONTRACT_OBJECT, false, &IID_IByteBuffer},
    {"LPBYTEBUFFER *", CONTRACT_OBJECT, true, &IID_IByteBuffer},
    {"LPSCARDCMD *", CONTRACT_OBJECT, true, &IID_ISCardCmd},
    {"ISCardFileAccess **", CONTRACT_OBJECT, true, &IID_ISCardFileAccess},
    {"ISCardAuth **", CONTRACT_OBJECT, true, &IID_ISCardAuth},
    {"ISCardVerify **", CONTRACT_OBJECT, true, &IID_ISCardVerify},
    {"LPSAFEARRAY", CONTRACT_SAFEARRAY, false, NULL},
    {"LPSAFEARRAY *", CONTRACT_SAFEARRAY, true, NULL},
    {"LPBYTE *", CONTRACT_BYTES, true, NULL},
    {"LPBYTEARRAY *", CONTRACT_BYTEARRAY, true, NULL},
    {"LPGUID", CONTRACT_GUID, false, NULL},
    {"LPGUID *", CONTRACT_GUID, true, NULL},
    {"LPSTATSTRUCT", CONTRACT_STATSTRUCT, true, NULL},
    {"LPSCARDINFO *", CONTRACT_SCARDINFO, true, NULL},
    {"TLV_TABLE *", CONTRACT_TABLE, false, NULL},
};

/* A BYTE pointer is a byte that comes out, bytes, or memory that is only named. */
static const struct {
    const char *member, *parameter;
    enum contract_type type;
    const char *size, *valid;
} byte_pointers[] = {
    {"Initialize", "pData", CONTRACT_BYTES, "lSize", NULL},
    {"Read", "pByte", CONTRACT_BYTES, "cb", "pcbRead"},
    {"Write", "pByte", CONTRACT_BYTES, "cb", NULL},
    {"ConvertByteArrayToByteBuffer", "pbyArray", CONTRACT_BYTES, "dwArraySize", NULL},
    {"CreateByteArray", "ppbyArray", CONTRACT_BYTES, "dwAllocSize", NULL},
    {"FreeIStreamMemoryPtr", "pMem", CONTRACT_ADDRESS, NULL, NULL},
};
#define BYTE_POINTERS (sizeof byte_pointers / sizeof byte_pointers[0])

static const struct {
    const char *text;
    int value;
} defaults[] = {{"0", 0}, {"1", 1}, {"LEAVE", 0}, {"EXCLUSIVE", 1}, {"T0", 1}, {"L\"\"", 0}};

/* One parameter of the specification: "LONG *pcbRead = 0". */
struct written {
    char type[TEXT_MAX], name[TEXT_MAX], value[TEXT_MAX];
};

static void trim(char *text) {
    size_t size = strlen(text);
    while (size && text[size - 1] == ' ')
        text[--size] = '\0';
}

static void read_parameter(const char *text, size_t size, struct written *out) {
    char copy[TEXT_MAX];
    assert_true(size < TEXT_MAX);
    memcpy(copy, text, size);
    copy[size] = '\0';
    char *value = strstr(copy, " = ");
    strcpy(out->value, value ? value + 3 : "");
    if (value)
        *value = '\0';
    trim(copy);
    size_t start = strlen(copy);
    while (start && copy[start - 1] != ' ' && copy[start - 1] != '*')
        --start;
    strcpy(out->name, copy + start);
    copy[start] = '\0';
    trim(copy);
    strcpy(out->type, copy);
}

static bool same_name(const wchar_t *wide, const char *narrow) {
    for (; *narrow; ++wide, ++narrow)
        if (*wide != (wchar_t)(unsigned char)*narrow)
            return false;
    return *wide == 0;
}

/* Defaults of this library, where the specification allows them to be added: no vtable knows of them. */
static const struct {
    const char *member, *parameter;
    int value;
} added[] = {
    {"AttachByIFD", "flags", 2}, /* SHARED */
    {"ResetSecurityState", "flags", 0},
};

static bool is_added(const struct contract_member *member, const struct contract_parameter *built) {
    for (size_t i = 0; i < sizeof added / sizeof added[0]; ++i)
        if (same_name(member->name, added[i].member) && same_name(built->name, added[i].parameter))
            return built->flags & CONTRACT_OPTIONAL && built->default_value == added[i].value;
    return false;
}

/*
 * C++ has no default for it, but it may be NULL (behaviour.md, rules for every method), and so left out by
 * name.
 */
static bool is_counter(const struct contract_member *member, const struct contract_parameter *built) {
    return wcscmp(member->name, L"Write") == 0 && wcscmp(built->name, L"pcbWritten") == 0;
}

static bool same_default(const struct contract_member *member, const struct contract_parameter *built,
                         const char *value) {
    if (is_counter(member, built))
        return built->flags & CONTRACT_OPTIONAL && built->default_value == 0 && !*value;
    if (is_added(member, built))
        return !*value;
    if (((built->flags & CONTRACT_OPTIONAL) != 0) != (*value != '\0'))
        return false;
    for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; ++i)
        if (strcmp(defaults[i].text, value) == 0)
            return built->default_value == defaults[i].value;
    return !*value;
}

/* Whether `index` is the parameter of this name (NULL: none). */
static bool same_index(const struct contract_member *member, unsigned char index, const char *name) {
    if (!name)
        return index == CONTRACT_NO_PARAMETER;
    return index < member->parameter_count && same_name(member->parameters[index].name, name);
}

static bool same_byte_pointer(const struct contract_member *member, const struct contract_parameter *built,
                              const struct written *written) {
    const bool twice = strcmp(written->type, "LPBYTE *") == 0;
    for (size_t i = 0; i < BYTE_POINTERS; ++i)
        if (same_name(member->name, byte_pointers[i].member) &&
            strcmp(written->name, byte_pointers[i].parameter) == 0)
            return built->type == byte_pointers[i].type &&
                   ((built->flags & CONTRACT_POINTER) != 0) == twice &&
                   same_index(member, built->size, byte_pointers[i].size) &&
                   same_index(member, built->valid, byte_pointers[i].valid);
    return built->type == CONTRACT_BYTE &&
           built->flags == (CONTRACT_OUT | CONTRACT_RETVAL | CONTRACT_POINTER);
}

static bool same_type(const struct contract_member *member, const struct contract_parameter *built,
                      const struct written *written) {
    if (strcmp(written->type, "BYTE *") == 0 || strncmp(written->type, "LPBYTE ", 7) == 0 ||
        strcmp(written->type, "LPBYTE") == 0)
        return same_byte_pointer(member, built, written);
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; ++i) {
        const struct spelling *row = &spellings[i];
        if (strcmp(row->text, written->type) != 0)
            continue;
        const bool same_iid = row->iid ? built->iid && IsEqualIID(row->iid, built->iid) : !built->iid;
        /* how many entries a table has the parameter behind it tells */
        const size_t size =
            row->type == CONTRACT_TABLE ? (size_t)(built - member->parameters) + 1 : CONTRACT_NO_PARAMETER;
        return built->type == row->type && ((built->flags & CONTRACT_POINTER) != 0) == row->pointer &&
               same_iid && built->size == size;
    }
    return false;
}

/* A getter gives its value as result, a setter takes it; nothing else is a result. */
static bool same_direction(const struct contract_member *member, const struct contract_parameter *built) {
    const unsigned direction = built->flags & (CONTRACT_IN | CONTRACT_OUT | CONTRACT_RETVAL);
    if (member->kind == CONTRACT_GET)
        return direction == (CONTRACT_OUT | CONTRACT_RETVAL);
    if (member->kind == CONTRACT_PUT)
        return direction == CONTRACT_IN;
    if (direction == CONTRACT_OUT || direction == (CONTRACT_IN | CONTRACT_OUT))
        return (built->flags & CONTRACT_POINTER) != 0 || built->type == CONTRACT_BYTES ||
               built->type == CONTRACT_TABLE;
    return direction == CONTRACT_IN;
}

/* Compares a row with what was built; on a difference `out` is the parameter as specified. */
static bool row_matches(const struct spec_row *row, const struct contract_member *member,
                        struct written *out) {
    size_t at = 0;
    for (const char *text = row->parameters; *text; ++at) {
        struct written written;
        const size_t size = strcspn(text, ",");
        read_parameter(text, size, &written);
        const struct contract_parameter *built =
            at < member->parameter_count ? &member->parameters[at] : NULL;
        if (!built || !same_name(built->name, written.name) || !same_type(member, built, &written) ||
            !same_default(member, built, written.value) || !same_direction(member, built)) {
            *out = written;
            return false;
        }
        text += size + strspn(text + size, ", ");
    }
    return at == member->parameter_count;
}

static void test_parameters__every_row(void **state) {
    (void)state;
    if (!spec.row_count)
        skip();
    size_t different = 0;
    for (size_t i = 0; i < spec.row_count; ++i) {
        const struct contract_interface *itf = contract_by_name(spec.rows[i].interface_name);
        assert_non_null(itf);
        const struct contract_member *member =
            contract_member_by_dispid(itf, spec.rows[i].dispid, spec.rows[i].kind);
        assert_non_null(member);
        struct written written = {"", "too few", ""};
        if (row_matches(&spec.rows[i], member, &written))
            continue;
        ++different;
        print_error("%s::%s: %s %s is built otherwise\n", spec.rows[i].interface_name, spec.rows[i].name,
                    written.type, written.name);
    }
    assert_int_equal(different, 0);
}

/* The comparison itself sees one thing wrong. */
static void test_parameters__differences_are_seen(void **state) {
    (void)state;
    const struct contract_interface *itf = contract_by_name("IByteBuffer");
    const struct contract_member *member = contract_member_by_dispid(itf, 6, CONTRACT_METHOD);
    static const struct {
        const char *parameters;
        bool same;
    } rows[] = {
        {"BYTE *pByte, LONG cb, LONG *pcbRead = 0", true},
        {"BYTE *pByte, LONG cb, LONG *pcbRead", false},
        {"BYTE *pByte, LONG cb, LONG *pcbRead = 1", false},
        {"BYTE *pByte, LONG cb", false},
        {"BYTE *pByte, DWORD cb, LONG *pcbRead = 0", false},
        {"BYTE *pByte, LONG *cb, LONG *pcbRead = 0", false},
        {"BYTE *pByte, LONG cc, LONG *pcbRead = 0", false},
        {"BYTE *pBytes, LONG cb, LONG *pcbRead = 0", false},
        {"BYTE pByte, LONG cb, LONG *pcbRead = 0", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const struct spec_row row = {
            .interface_name = "IByteBuffer", .name = "Read", .parameters = rows[i].parameters};
        struct written written;
        assert_int_equal(row_matches(&row, member, &written), rows[i].same);
    }
}

static int setup(void **state) {
    (void)state;
    return spec_load(&spec);
}

static int teardown(void **state) {
    (void)state;
    spec_free(&spec);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameters__every_row),
        cmocka_unit_test(test_parameters__differences_are_seen),
    };
    return cmocka_run_group_tests_name("objects/contract_parameters", tests, setup, teardown);
}
