/*
 * The specification's contract.tsv and guids.tsv, row by row, against the vtable structures, the tables for
 * late binding and the header. The comparison is tested too: with one thing wrong it finds one difference.
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

#include "com/contract.h"
#include "support/kits/contract.h"
#include "support/kits/spec.h"

#define TEXT_MAX 1024

static struct spec spec;
static char *header;

static int setup(void **state) {
    (void)state;
    header = spec_read_file(IDL_HEADER);
    return header ? spec_load(&spec) : -1;
}

static int teardown(void **state) {
    (void)state;
    free(header);
    spec_free(&spec);
    return 0;
}

static void need_spec(void) {
    if (!spec.row_count || !spec.guid_count)
        skip();
}

/* Comparing members */

static bool same_name(const wchar_t *wide, const char *narrow) {
    for (; *narrow; ++wide, ++narrow) {
        if (*wide != (wchar_t)(unsigned char)*narrow)
            return false;
    }
    return *wide == 0;
}

/*
 * Counts what differs between the rows of the specification for this interface and its members as built, in
 * vtable order; `why` tells the first difference.
 */
static size_t members_compare(const struct contract_interface *built, char why[TEXT_MAX]) {
    size_t differences = 0, at = 0;
    for (size_t i = 0; i < spec.row_count; ++i) {
        const struct spec_row *row = &spec.rows[i];
        if (strcmp(row->interface_name, built->name) != 0)
            continue;
        const struct contract_member *member = at < built->count ? &built->members[at] : NULL;
        ++at;
        if (member && same_name(member->name, row->name) && member->slot == row->slot &&
            member->dispid == row->dispid && member->kind == row->kind)
            continue;
        if (differences++ == 0)
            snprintf(why, TEXT_MAX,
                     "%s::%s: specified slot %u, DISPID %d, kind %d; built slot %u, DISPID %d, kind %d",
                     row->interface_name, row->name, row->slot, (int)row->dispid, row->kind,
                     member ? member->slot : 0, member ? (int)member->dispid : 0,
                     member ? (int)member->kind : -1);
    }
    if (at != built->count && differences++ == 0)
        snprintf(why, TEXT_MAX, "%s: %zu members specified, %zu built", built->name, at, built->count);
    return differences;
}

/* Comparing parameters */

/* Copies `size` characters with every run of white space as one blank, none at the ends. */
static void squeeze(const char *text, size_t size, char out[TEXT_MAX]) {
    size_t used = 0;
    for (size_t i = 0; i < size && used + 1 < TEXT_MAX; ++i) {
        const bool blank = strchr(" \t\r\n", text[i]) != NULL;
        if (!blank)
            out[used++] = text[i];
        else if (used && out[used - 1] != ' ')
            out[used++] = ' ';
    }
    while (used && out[used - 1] == ' ')
        --used;
    out[used] = '\0';
}

/* The text between `opening` (found after `from`) and `closing`, squeezed; false: not there. */
static bool text_between(const char *from, const char *opening, const char *closing, char out[TEXT_MAX]) {
    const char *start = strstr(from, opening);
    if (!start)
        return false;
    start += strlen(opening);
    const char *end = strstr(start, closing);
    if (!end || end - start >= TEXT_MAX)
        return false;
    squeeze(start, (size_t)(end - start), out);
    return true;
}

static const char *accessor(const struct spec_row *row) {
    return row->kind == CONTRACT_GET ? "get_" : row->kind == CONTRACT_PUT ? "put_" : "";
}

/* The C++ declaration of the row's method in the header: its parameters with their default values. */
static bool header_cpp(const char *text, const struct spec_row *row, char out[TEXT_MAX]) {
    char section[TEXT_MAX], opening[TEXT_MAX];
    snprintf(section, sizeof section, "\n%s : public IDispatch\n", row->interface_name);
    snprintf(opening, sizeof opening, " STDMETHODCALLTYPE %s%s(", accessor(row), row->name);
    const char *at = strstr(text, section);
    return at && text_between(at, opening, ") = 0;", out);
}

/* The C declaration: the same after `This`. */
static bool header_c(const char *text, const struct spec_row *row, char out[TEXT_MAX]) {
    char section[TEXT_MAX], opening[TEXT_MAX], all[TEXT_MAX], self[TEXT_MAX];
    snprintf(section, sizeof section, "typedef struct %sVtbl {", row->interface_name);
    snprintf(opening, sizeof opening, "(STDMETHODCALLTYPE *%s%s)(", accessor(row), row->name);
    const char *at = strstr(text, section);
    if (!at || !text_between(at, opening, ");", all))
        return false;
    snprintf(self, sizeof self, "%s *This", row->interface_name);
    if (strncmp(all, self, strlen(self)) != 0)
        return false;
    const char *rest = all + strlen(self);
    rest += *rest == ',' ? 1 : 0;
    squeeze(rest, strlen(rest), out);
    return true;
}

/*
 * Writes the row's parameters as each language has them. C++: a default of L"" is written 0 in the header,
 * for a literal is no BSTR and a NULL BSTR is an empty string. C: without defaults.
 */
static void expected_parameters(const struct spec_row *row, char cpp[TEXT_MAX], char c[TEXT_MAX]) {
    squeeze(row->parameters, strlen(row->parameters), cpp);
    strncat(cpp, spec_added_default(row), TEXT_MAX - strlen(cpp) - 1);
    char *text = strstr(cpp, "L\"\"");
    if (text) {
        *text = '0';
        memmove(text + 1, text + 3, strlen(text + 3) + 1);
    }
    size_t used = 0;
    for (const char *at = cpp; *at; ++at) {
        if (strncmp(at, " = ", 3) == 0)
            at += strcspn(at, ",");
        if (!*at)
            break;
        c[used++] = *at;
    }
    c[used] = '\0';
}

static size_t parameters_compare(const char *text, const char *interface_name, char why[TEXT_MAX]) {
    size_t differences = 0;
    for (size_t i = 0; i < spec.row_count; ++i) {
        const struct spec_row *row = &spec.rows[i];
        char want_cpp[TEXT_MAX], want_c[TEXT_MAX], cpp[TEXT_MAX] = "(missing)", c[TEXT_MAX] = "(missing)";
        if (strcmp(row->interface_name, interface_name) != 0)
            continue;
        expected_parameters(row, want_cpp, want_c);
        const bool found = header_cpp(text, row, cpp) && header_c(text, row, c);
        if (found && strcmp(cpp, want_cpp) == 0 && strcmp(c, want_c) == 0)
            continue;
        if (differences++ == 0)
            snprintf(why, TEXT_MAX, "%.64s::%.64s: specified (%.250s), C++ (%.250s), C (%.250s)",
                     interface_name, row->name, want_cpp, cpp, c);
    }
    return differences;
}

/* Comparing identifiers */

struct named_guid {
    const char *name;
    const GUID *guid;
};

#define GUID_ROW(name)                                                                                       \
    { #name, &name }
static const struct named_guid built_guids[] = {
    GUID_ROW(LIBID_SCARDSSPLib),    GUID_ROW(IID_IByteBuffer),      GUID_ROW(IID_ISCardTypeConv),
    GUID_ROW(IID_ISCardCmd),        GUID_ROW(IID_ISCardISO7816),    GUID_ROW(IID_ISCard),
    GUID_ROW(IID_ISCardDatabase),   GUID_ROW(IID_ISCardLocate),     GUID_ROW(IID_ISCardAuth),
    GUID_ROW(IID_ISCardFileAccess), GUID_ROW(IID_ISCardManage),     GUID_ROW(IID_ISCardVerify),
    GUID_ROW(CLSID_CByteBuffer),    GUID_ROW(CLSID_CSCardTypeConv), GUID_ROW(CLSID_CSCardCmd),
    GUID_ROW(CLSID_CSCardISO7816),  GUID_ROW(CLSID_CSCard),         GUID_ROW(CLSID_CSCardDatabase),
    GUID_ROW(CLSID_CSCardLocate),
};
#define BUILT_GUIDS (sizeof built_guids / sizeof built_guids[0])

static size_t guids_compare(const struct named_guid *built, size_t count, char why[TEXT_MAX]) {
    size_t differences = 0;
    for (size_t i = 0; i < spec.guid_count; ++i) {
        bool same = false;
        for (size_t k = 0; k < count; ++k) {
            if (strcmp(built[k].name, spec.guids[i].name) == 0)
                same = IsEqualGUID(built[k].guid, &spec.guids[i].guid);
        }
        if (!same && differences++ == 0)
            snprintf(why, TEXT_MAX, "%s is missing or another number", spec.guids[i].name);
    }
    if (count != spec.guid_count && differences++ == 0)
        snprintf(why, TEXT_MAX, "%zu identifiers specified, %zu built", spec.guid_count, count);
    return differences;
}

/* The contract holds */

static void test_members__as_specified(void **state) {
    const char *name = *state;
    char why[TEXT_MAX] = "";
    need_spec();
    const struct contract_interface *built = contract_by_name(name);
    assert_non_null(built);
    if (members_compare(built, why) != 0)
        fail_msg("%s", why);
}

static void test_parameters__as_specified(void **state) {
    const char *name = *state;
    char why[TEXT_MAX] = "";
    need_spec();
    if (parameters_compare(header, name, why) != 0)
        fail_msg("%s", why);
}

/* An interface of this library's own: it is in no specification, and must not look as if it were. */
static bool is_extension(const struct contract_interface *built) {
    return strcmp(built->name, "ISCardEx") == 0;
}

static void test_members__none_missing_none_more(void **state) {
    (void)state;
    size_t count, members = 0;
    need_spec();
    const struct contract_interface *built = contract_interfaces(&count);
    for (size_t i = 0; i < count; ++i) {
        if (!is_extension(&built[i]))
            members += built[i].count;
    }
    assert_int_equal(members, spec.row_count);
    for (size_t i = 0; i < spec.row_count; ++i)
        assert_non_null(contract_by_name(spec.rows[i].interface_name));
}

static void test_guids__as_specified(void **state) {
    (void)state;
    char why[TEXT_MAX] = "";
    need_spec();
    if (guids_compare(built_guids, BUILT_GUIDS, why) != 0)
        fail_msg("%s", why);
}

static void test_guids__tables_agree(void **state) {
    (void)state;
    size_t count;
    char name[TEXT_MAX];
    need_spec();
    const struct contract_interface *built = contract_interfaces(&count);
    for (size_t i = 0; i < count; ++i) {
        size_t seen = 0;
        snprintf(name, sizeof name, "IID_%s", built[i].name);
        for (size_t k = 0; k < spec.guid_count; ++k) {
            if (strcmp(spec.guids[k].name, name) == 0)
                seen += IsEqualGUID(&spec.guids[k].guid, &built[i].iid) ? 1u : 0u;
        }
        assert_int_equal(seen, is_extension(&built[i]) ? 0 : 1);
    }
}

static void test_slots__end_of_vtables(void **state) {
    (void)state;
    const size_t slot = sizeof(void (*)(void));
    assert_int_equal(sizeof(IUnknownVtbl) / slot, 3);
    assert_int_equal(sizeof(IDispatchVtbl) / slot, 7);
    assert_int_equal(sizeof(IByteBufferVtbl) / slot, 21);
    assert_int_equal(sizeof(ISCardTypeConvVtbl) / slot, 17);
    assert_int_equal(sizeof(ISCardCmdVtbl) / slot, 40);
    assert_int_equal(sizeof(ISCardISO7816Vtbl) / slot, 25);
    assert_int_equal(sizeof(ISCardVtbl) / slot, 19);
    assert_int_equal(sizeof(ISCardDatabaseVtbl) / slot, 12);
    assert_int_equal(sizeof(ISCardLocateVtbl) / slot, 10);
    assert_int_equal(sizeof(ISCardAuthVtbl) / slot, 12);
    assert_int_equal(sizeof(ISCardFileAccessVtbl) / slot, 23);
    assert_int_equal(sizeof(ISCardManageVtbl) / slot, 18);
    assert_int_equal(sizeof(ISCardVerifyVtbl) / slot, 12);
}

/* The comparison can fail */

/* A copy of the table of ISCardCmd to spoil. */
static struct contract_interface spoilable(struct contract_member copy[SPEC_ROWS_MAX]) {
    struct contract_interface built = *contract_by_iid(&IID_ISCardCmd);
    memcpy(copy, built.members, built.count * sizeof *copy);
    built.members = copy;
    return built;
}

static void test_comparison__sees_a_wrong_slot(void **state) {
    (void)state;
    struct contract_member copy[SPEC_ROWS_MAX];
    char why[TEXT_MAX] = "";
    need_spec();
    const struct contract_interface built = spoilable(copy);
    copy[11].slot++;
    assert_int_equal(members_compare(&built, why), 1);
    assert_non_null(strstr(why, "ISCardCmd::InstructionId"));
}

static void test_comparison__sees_a_wrong_dispid(void **state) {
    (void)state;
    struct contract_member copy[SPEC_ROWS_MAX];
    char why[TEXT_MAX] = "";
    need_spec();
    const struct contract_interface built = spoilable(copy);
    copy[32].dispid = 21;
    assert_int_equal(members_compare(&built, why), 1);
    assert_non_null(strstr(why, "ISCardCmd::AlternateClassId"));
}

static void test_comparison__sees_a_wrong_kind(void **state) {
    (void)state;
    struct contract_member copy[SPEC_ROWS_MAX];
    char why[TEXT_MAX] = "";
    need_spec();
    const struct contract_interface built = spoilable(copy);
    copy[0].kind = CONTRACT_METHOD;
    assert_int_equal(members_compare(&built, why), 1);
}

static void test_comparison__sees_a_wrong_name(void **state) {
    (void)state;
    struct contract_member copy[SPEC_ROWS_MAX];
    char why[TEXT_MAX] = "";
    need_spec();
    const struct contract_interface built = spoilable(copy);
    copy[5].name = L"ApduReplyLen";
    assert_int_equal(members_compare(&built, why), 1);
}

static void test_comparison__sees_two_slots_swapped(void **state) {
    (void)state;
    struct contract_member copy[SPEC_ROWS_MAX];
    char why[TEXT_MAX] = "";
    need_spec();
    const struct contract_interface built = spoilable(copy);
    const unsigned slot = copy[28].slot;
    copy[28].slot = copy[29].slot;
    copy[29].slot = slot;
    assert_int_equal(members_compare(&built, why), 2);
}

static void test_comparison__sees_a_missing_member(void **state) {
    (void)state;
    struct contract_member copy[SPEC_ROWS_MAX];
    char why[TEXT_MAX] = "";
    need_spec();
    struct contract_interface built = spoilable(copy);
    built.count--;
    assert_true(members_compare(&built, why) > 0);
}

static void test_comparison__sees_a_wrong_guid(void **state) {
    (void)state;
    struct named_guid copy[BUILT_GUIDS];
    char why[TEXT_MAX] = "";
    need_spec();
    memcpy(copy, built_guids, sizeof copy);
    GUID wrong = *copy[BUILT_GUIDS - 1].guid;
    wrong.Data4[7] ^= 1;
    copy[BUILT_GUIDS - 1].guid = &wrong;
    assert_int_equal(guids_compare(copy, BUILT_GUIDS, why), 1);
    assert_non_null(strstr(why, "CLSID_CSCardLocate"));
}

static void test_comparison__sees_a_wrong_parameter(void **state) {
    (void)state;
    char why[TEXT_MAX] = "";
    need_spec();
    char *copy = strdup(header);
    assert_non_null(copy);
    char *found = strstr(copy, "BYTE byP1 = 0");
    assert_non_null(found);
    found[strlen("BYTE byP1 = ")] = '1';
    assert_int_equal(parameters_compare(copy, "ISCardCmd", why), 1);
    assert_non_null(strstr(why, "ISCardCmd::BuildCmd"));
    free(copy);
}

static void test_comparison__sees_a_wrong_parameter_in_c(void **state) {
    (void)state;
    char why[TEXT_MAX] = "";
    need_spec();
    char *copy = strdup(header);
    assert_non_null(copy);
    char *found = strstr(copy, "typedef struct ISCardVtbl {");
    assert_non_null(found);
    found = strstr(found, "HSCARD hCard");
    assert_non_null(found);
    memcpy(found, "LONG  ", 6);
    assert_int_equal(parameters_compare(copy, "ISCard", why), 1);
    assert_non_null(strstr(why, "ISCard::AttachByHandle"));
    free(copy);
}

/* Looking up */

static void test_lookup__by_iid(void **state) {
    (void)state;
    const struct contract_interface *found = contract_by_iid(&IID_ISCardLocate);
    assert_non_null(found);
    assert_string_equal(found->name, "ISCardLocate");
    assert_null(contract_by_iid(&IID_IDispatch));
}

static void test_lookup__by_name_in_any_case(void **state) {
    (void)state;
    assert_ptr_equal(contract_by_name("iscardCMD"), contract_by_iid(&IID_ISCardCmd));
    assert_ptr_equal(contract_by_name("ISCard"), contract_by_iid(&IID_ISCard));
    assert_null(contract_by_name("ISCar"));
    assert_null(contract_by_name("ISCardX"));
    assert_null(contract_by_name(""));
}

static void test_lookup__member_by_name_in_any_case(void **state) {
    (void)state;
    const struct contract_interface *cmd = contract_by_iid(&IID_ISCardCmd);
    const struct contract_member *found = contract_member_by_name(cmd, L"replystatussw2");
    assert_non_null(found);
    assert_int_equal(found->dispid, 13);
    assert_int_equal(found->slot, 29);
    assert_null(contract_member_by_name(cmd, L"ReplyStatusSW"));
    assert_null(contract_member_by_name(cmd, L"ReplyStatusSW22"));
    assert_null(contract_member_by_name(cmd, L""));
    /* Not a letter of ASCII: U+212A folds to k in other tables. */
    assert_null(contract_member_by_name(contract_by_iid(&IID_ISCard), L"Loc\x212ASCard"));
}

static void test_lookup__member_by_number_and_kind(void **state) {
    (void)state;
    const struct contract_interface *cmd = contract_by_iid(&IID_ISCardCmd);
    const struct contract_member *get = contract_member_by_dispid(cmd, 8, CONTRACT_GET);
    const struct contract_member *put = contract_member_by_dispid(cmd, 8, CONTRACT_PUT);
    assert_non_null(get);
    assert_non_null(put);
    assert_int_equal(get->slot, 21);
    assert_int_equal(put->slot, 22);
    assert_null(contract_member_by_dispid(cmd, 8, CONTRACT_METHOD));
    assert_null(contract_member_by_dispid(cmd, 1, CONTRACT_PUT));
    assert_null(contract_member_by_dispid(cmd, 21, CONTRACT_GET));
}

#define OF_INTERFACE(test, name)                                                                             \
    { #test "__" name, test##__as_specified, NULL, NULL, (void *)(uintptr_t)name }
#define BOTH(name) OF_INTERFACE(test_members, name), OF_INTERFACE(test_parameters, name)

int main(void) {
    const struct CMUnitTest tests[] = {
        BOTH("IByteBuffer"),
        BOTH("ISCardTypeConv"),
        BOTH("ISCardCmd"),
        BOTH("ISCardISO7816"),
        BOTH("ISCard"),
        BOTH("ISCardDatabase"),
        BOTH("ISCardLocate"),
        BOTH("ISCardAuth"),
        BOTH("ISCardFileAccess"),
        BOTH("ISCardManage"),
        BOTH("ISCardVerify"),
        cmocka_unit_test(test_members__none_missing_none_more),
        cmocka_unit_test(test_guids__as_specified),
        cmocka_unit_test(test_guids__tables_agree),
        cmocka_unit_test(test_slots__end_of_vtables),
        cmocka_unit_test(test_comparison__sees_a_wrong_slot),
        cmocka_unit_test(test_comparison__sees_a_wrong_dispid),
        cmocka_unit_test(test_comparison__sees_a_wrong_kind),
        cmocka_unit_test(test_comparison__sees_a_wrong_name),
        cmocka_unit_test(test_comparison__sees_two_slots_swapped),
        cmocka_unit_test(test_comparison__sees_a_missing_member),
        cmocka_unit_test(test_comparison__sees_a_wrong_guid),
        cmocka_unit_test(test_comparison__sees_a_wrong_parameter),
        cmocka_unit_test(test_comparison__sees_a_wrong_parameter_in_c),
        cmocka_unit_test(test_lookup__by_iid),
        cmocka_unit_test(test_lookup__by_name_in_any_case),
        cmocka_unit_test(test_lookup__member_by_name_in_any_case),
        cmocka_unit_test(test_lookup__member_by_number_and_kind),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
