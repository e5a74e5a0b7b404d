/* Windows' functions of the card database, played: see double.h. */
#include "carddb/winscard/double.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct winscard_double winscard_double;

static LONG record(const char *call, SCARDCONTEXT context, LONG answer) {
    (void)snprintf(winscard_double.call, sizeof winscard_double.call, "%s", call);
    winscard_double.context = context;
    return answer;
}

static LONG WINAPI establish(DWORD scope, LPCVOID first, LPCVOID second, LPSCARDCONTEXT context) {
    assert_null(first);
    assert_null(second);
    winscard_double.scope = scope;
    ++winscard_double.established;
    if (winscard_double.establish == SCARD_S_SUCCESS) {
        *context = DOUBLE_CONTEXT;
        ++winscard_double.open;
    } else {
        *context = (SCARDCONTEXT)0xBAD; /* of no meaning */
    }
    return winscard_double.establish;
}

static LONG WINAPI release(SCARDCONTEXT context) {
    assert_true(context == DOUBLE_CONTEXT);
    --winscard_double.open;
    return SCARD_S_SUCCESS;
}

static LONG WINAPI free_memory(SCARDCONTEXT context, LPCVOID memory) {
    assert_true(context == (winscard_double.open ? DOUBLE_CONTEXT : 0));
    assert_ptr_equal(memory, winscard_double.list);
    ++winscard_double.freed;
    return SCARD_S_SUCCESS;
}

static LONG WINAPI introduce(SCARDCONTEXT context, LPCWSTR name, LPCGUID provider, LPCGUID interfaces,
                             DWORD count, LPCBYTE atr, LPCBYTE mask, DWORD atr_size) {
    wcscpy(winscard_double.name, name);
    winscard_double.has_provider = provider != NULL;
    if (provider)
        winscard_double.primary = *provider;
    winscard_double.has_guids = interfaces != NULL;
    winscard_double.guid_count = count;
    if (interfaces)
        memcpy(winscard_double.guids, interfaces, count * sizeof(GUID));
    memcpy(winscard_double.atr, atr, atr_size);
    memcpy(winscard_double.mask, mask, atr_size);
    winscard_double.atr_size = atr_size;
    return record("introduce", context, winscard_double.answer);
}

static LONG WINAPI forget(SCARDCONTEXT context, LPCWSTR name) {
    wcscpy(winscard_double.other, name);
    return record("forget", context, winscard_double.forget);
}

static LONG answer_list(const char *call, SCARDCONTEXT context, LPWSTR names, LPDWORD size) {
    assert_int_equal(*size, SCARD_AUTOALLOCATE);
    if (winscard_double.answer == SCARD_S_SUCCESS) {
        memcpy(names, &winscard_double.list, sizeof winscard_double.list);
        *size = winscard_double.list_size;
    }
    return record(call, context, winscard_double.answer);
}

static LONG WINAPI list_cards(SCARDCONTEXT context, LPCBYTE atr, LPCGUID interfaces, DWORD count,
                              LPWSTR names, LPDWORD size) {
    winscard_double.has_atr = atr != NULL;
    if (atr)
        memcpy(winscard_double.atr, atr, CARDDB_ATR_MAX + 33); /* as much as an ATR can claim to be */
    winscard_double.has_guids = interfaces != NULL;
    winscard_double.guid_count = count;
    if (interfaces)
        memcpy(winscard_double.guids, interfaces, count * sizeof(GUID));
    return answer_list("list_cards", context, names, size);
}

static LONG WINAPI get_provider(SCARDCONTEXT context, LPCWSTR name, LPGUID out) {
    assert_true(context == DOUBLE_CONTEXT);
    wcscpy(winscard_double.name, name);
    if (winscard_double.provider == SCARD_S_SUCCESS)
        *out = winscard_double.primary;
    return winscard_double.provider;
}

static LONG WINAPI list_interfaces(SCARDCONTEXT context, LPCWSTR name, LPGUID out, LPDWORD count) {
    assert_true(context == DOUBLE_CONTEXT);
    assert_true(wcscmp(winscard_double.name, name) == 0);
    assert_int_equal(*count, CARDDB_INTERFACES_MAX);
    *count = winscard_double.given_count;
    if (winscard_double.interfaces == SCARD_S_SUCCESS && winscard_double.given_count <= 3)
        memcpy(out, winscard_double.given, winscard_double.given_count * sizeof *out);
    return winscard_double.interfaces;
}

static LONG WINAPI get_name(SCARDCONTEXT context, LPCWSTR name, DWORD kind, LPWSTR provider, LPDWORD size) {
    (void)context, (void)name, (void)kind, (void)provider, (void)size;
    return ERROR_FILE_NOT_FOUND;
}

static LONG WINAPI set_name(SCARDCONTEXT context, LPCWSTR name, DWORD kind, LPCWSTR provider) {
    (void)context, (void)name, (void)kind, (void)provider;
    fail();
    return ERROR_FILE_NOT_FOUND;
}

static LONG WINAPI list_groups(SCARDCONTEXT context, LPWSTR names, LPDWORD size) {
    return answer_list("list_groups", context, names, size);
}

static LONG WINAPI list_readers(SCARDCONTEXT context, LPCWSTR groups, LPWSTR names, LPDWORD size) {
    for (winscard_double.other_size = 0;
         groups[winscard_double.other_size] || groups[winscard_double.other_size + 1];
         ++winscard_double.other_size)
        ;
    winscard_double.other_size += 2;
    memcpy(winscard_double.other, groups, winscard_double.other_size * sizeof *groups);
    return answer_list("list_readers", context, names, size);
}

static LONG WINAPI add_reader(SCARDCONTEXT context, LPCWSTR reader, LPCWSTR group) {
    wcscpy(winscard_double.name, reader);
    wcscpy(winscard_double.other, group);
    return record("add", context, winscard_double.answer);
}

static LONG WINAPI remove_reader(SCARDCONTEXT context, LPCWSTR reader, LPCWSTR group) {
    wcscpy(winscard_double.name, reader);
    wcscpy(winscard_double.other, group);
    return record("remove", context, winscard_double.answer);
}

static LONG WINAPI forget_group(SCARDCONTEXT context, LPCWSTR group) {
    wcscpy(winscard_double.other, group);
    return record("forget_group", context, winscard_double.answer);
}

const struct carddb_winscard_api winscard_double_api = {
    .establish_context = establish,
    .release_context = release,
    .free_memory = free_memory,
    .introduce_card_type = introduce,
    .forget_card_type = forget,
    .list_cards = list_cards,
    .get_provider_id = get_provider,
    .list_interfaces = list_interfaces,
    .get_provider_name = get_name,
    .set_provider_name = set_name,
    .list_reader_groups = list_groups,
    .list_readers = list_readers,
    .add_reader_to_group = add_reader,
    .remove_reader_from_group = remove_reader,
    .forget_reader_group = forget_group,
};
