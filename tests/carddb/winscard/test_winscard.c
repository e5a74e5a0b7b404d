/*
 * The card database over Windows' functions: what is handed to them to the byte, and what becomes of their
 * answers, good ones and bad ones. The functions are this test's own; the registry is the real one of the
 * user.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/library.h"
#include "carddb/winscard/api.h"
#include "carddb/winscard/double.h"
#include "carddb/winscard/winscard.h"
#include "rm/names.h"

#define PLACE L"SOFTWARE\\Microsoft\\Cryptography\\Calais\\SmartCards"
#define WIDE_NAME L"\u017deton-\u03a9\u043a\u0430\u0440\u0442\u0430 \U0001F4B3"
#define NAME                                                                                                 \
    "\xC5\xBD"                                                                                               \
    "eton-\xCE\xA9\xD0\xBA\xD0\xB0\xD1\x80\xD1\x82\xD0\xB0 \xF0\x9F\x92\xB3"

static struct carddb *db;

static int set_up(void **state) {
    (void)state;
    memset(&winscard_double, 0, sizeof winscard_double);
    return carddb_winscard_open_with(&winscard_double_api, &db) == RM_OK ? 0 : -1;
}

/* Whatever happened: nothing stays open with the system. */
static int tear_down(void **state) {
    (void)state;
    db->ops->close(db);
    return winscard_double.open == 0 ? 0 : -1;
}

static const struct carddb_guid interfaces[2] = {
    {0x4029DD8A, 0x5902, 0x11D0, {0xB8, 0x4C, 0x00, 0xC0, 0x4F, 0xD4, 0x24, 0xB9}},
    {0x01020304, 0x0506, 0x0708, {9, 10, 11, 12, 13, 14, 15, 16}},
};

static struct carddb_type sample(void) {
    struct carddb_type type = {
        .name = NAME,
        .atr = {0x3B, 0x02, 0x14, 0x50},
        .mask = {0xFF, 0xFF, 0xFF, 0x00},
        .atr_size = 4,
        .has_provider = true,
        .provider = interfaces[1],
        .interfaces = interfaces,
        .interface_count = 2,
    };
    return type;
}

static void expect_says(const char *part) {
    const char *const said = db->ops->explain(db);
    if (!strstr(said, part))
        fail_msg("'%s' is not in '%s'", part, said);
}

/* Types */

static void test_introduce__bytes(void **state) {
    (void)state;
    struct carddb_type type = sample();
    winscard_double.forget = (LONG)RM_E_UNKNOWN_CARD; /* there was none to replace */
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_OK);
    assert_int_equal(winscard_double.scope, SCARD_SCOPE_USER);
    assert_true(winscard_double.context == DOUBLE_CONTEXT);
    assert_memory_equal(winscard_double.name, WIDE_NAME, sizeof WIDE_NAME);
    /* What is forgotten is never the type itself before another is in: test_replace.c. */
    assert_int_equal(wcscmp(winscard_double.other, L"(scardssp is introducing) " WIDE_NAME), 0);
    assert_true(winscard_double.has_provider);
    assert_memory_equal(&winscard_double.primary,
                        "\x04\x03\x02\x01\x06\x05\x08\x07\x09\x0A\x0B\x0C\x0D\x0E\x0F\x10", 16);
    assert_int_equal(winscard_double.guid_count, 2);
    assert_memory_equal(winscard_double.guids, interfaces, sizeof interfaces);
    assert_int_equal(winscard_double.atr_size, 4);
    assert_memory_equal(winscard_double.atr, "\x3B\x02\x14\x50", 4);
    assert_memory_equal(winscard_double.mask, "\xFF\xFF\xFF\x00", 4);
    type.has_provider = false;
    type.interfaces = NULL;
    type.interface_count = 0;
    assert_int_equal(db->ops->introduce(db, CARDDB_SYSTEM, &type), RM_OK);
    assert_int_equal(winscard_double.scope, SCARD_SCOPE_SYSTEM);
    assert_false(winscard_double.has_provider);
    assert_false(winscard_double.has_guids);
    assert_int_equal(winscard_double.guid_count, 0);
}

static void test_introduce__refused_before_it_is_asked(void **state) {
    (void)state;
    char endless[CARDDB_NAME_MAX + 2];
    memset(endless, 'n', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    const char *const names[] = {NULL, "", "a\nb", "SOFTWARE\\other", endless};
    for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
        struct carddb_type type = sample();
        type.name = names[i];
        assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_E_INVALID_VALUE);
    }
    static const size_t sizes[] = {0, CARDDB_ATR_MAX + 1, SIZE_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; ++i) {
        struct carddb_type type = sample();
        type.atr_size = sizes[i];
        assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_E_INVALID_VALUE);
    }
    struct carddb_type type = sample();
    type.interface_count = CARDDB_INTERFACES_MAX + 1;
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_E_INVALID_VALUE);
    type = sample();
    type.interfaces = NULL;
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), RM_E_INVALID_VALUE);
    type = sample();
    assert_int_equal(db->ops->introduce(db, (enum carddb_scope)2, &type), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->introduce(db, CARDDB_USER, NULL), RM_E_INVALID_VALUE);
    assert_int_equal(winscard_double.established, 0);
}

static void test_change__codes_of_the_system(void **state) {
    (void)state;
    static const struct {
        LONG said;
        rm_status status;
    } rows[] = {
        {SCARD_S_SUCCESS, RM_OK},
        {ERROR_ACCESS_DENIED, RM_E_NO_ACCESS},
        {ERROR_FILE_NOT_FOUND, RM_E_UNKNOWN_CARD},
        {ERROR_NOT_ENOUGH_MEMORY, RM_E_NO_MEMORY},
        {ERROR_OUTOFMEMORY, RM_E_NO_MEMORY},
        {(LONG)RM_E_UNKNOWN_CARD, RM_E_UNKNOWN_CARD},
        {ERROR_INVALID_DATA, RM_F_INTERNAL_ERROR},
        {0x12345678, RM_F_INTERNAL_ERROR},
        {(LONG)0x80101234, RM_F_INTERNAL_ERROR},
        {-1, RM_F_INTERNAL_ERROR},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i) {
        char said[20];
        winscard_double.forget = rows[i].said;
        assert_int_equal(db->ops->forget(db, CARDDB_USER, NAME), rows[i].status);
        (void)snprintf(said, sizeof said, "0x%08lX", (unsigned long)rows[i].said);
        if (rows[i].status != RM_OK)
            expect_says(said);
    }
    assert_memory_equal(winscard_double.other, WIDE_NAME, sizeof WIDE_NAME);
    assert_int_equal(db->ops->forget(db, CARDDB_USER, ""), RM_E_INVALID_VALUE);
    winscard_double.established = 0;
    assert_int_equal(db->ops->forget(db, CARDDB_USER, "SOFTWARE\\other"), RM_E_UNKNOWN_CARD);
    assert_int_equal(winscard_double.established, 0);
}

/* Lists */

#define LISTED(text)                                                                                         \
    (winscard_double.list = (text), winscard_double.list_size = sizeof(text) / sizeof(wchar_t))

static void expect_cards(const char *wanted, size_t size) {
    struct names names = {0};
    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 0, &names), RM_OK);
    assert_int_equal(names.size, size);
    if (size)
        assert_memory_equal(names.list, wanted, size);
    names_clear(&names);
}

static void test_list__question(void **state) {
    (void)state;
    struct names names = {0};
    uint8_t atr[CARDDB_ATR_MAX];
    memset(atr, 0xA5, sizeof atr);
    LISTED(L"Card\0");
    assert_int_equal(db->ops->list(db, atr, sizeof atr, interfaces, 2, &names), RM_OK);
    assert_string_equal(winscard_double.call, "list_cards");
    assert_int_equal(winscard_double.scope, SCARD_SCOPE_USER);
    assert_memory_equal(winscard_double.atr, atr, sizeof atr);
    for (size_t i = 0; i < 33; ++i)
        assert_int_equal(winscard_double.atr[sizeof atr + i], 0); /* however long it says to be */
    assert_int_equal(winscard_double.guid_count, 2);
    assert_memory_equal(winscard_double.guids, interfaces, sizeof interfaces);
    assert_int_equal(winscard_double.freed, 1);
    assert_int_equal(db->ops->list(db, NULL, 0, interfaces, 0, &names), RM_OK);
    assert_false(winscard_double.has_atr);
    assert_false(winscard_double.has_guids);
    const struct names before = names;
    winscard_double.established = 0;
    assert_int_equal(db->ops->list(db, atr, 0, NULL, 0, &names), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->list(db, atr, sizeof atr + 1, NULL, 0, &names), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 1, &names), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->list(db, NULL, 0, interfaces, CARDDB_INTERFACES_MAX + 1, &names),
                     RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 0, NULL), RM_E_INVALID_VALUE);
    assert_int_equal(winscard_double.established, 0);
    assert_memory_equal(&names, &before, sizeof names);
    names_clear(&names);
}

static void test_list__answers(void **state) {
    (void)state;
    LISTED(L"beta\0" WIDE_NAME L"\0Alpha\0");
    expect_cards("Alpha\0beta\0" NAME "\0", sizeof("Alpha\0beta\0" NAME "\0"));
    LISTED(L"");
    expect_cards(NULL, 0);
    winscard_double.list = NULL;
    winscard_double.list_size = 0;
    expect_cards(NULL, 0);
    winscard_double.answer = (LONG)RM_E_UNKNOWN_CARD;
    expect_cards(NULL, 0);
}

static void test_list__hostile_answers(void **state) {
    (void)state;
    /* No end within the size that was told: what is whole counts. */
    static const wchar_t endless[] = {L'o', L'n', L'e', 0, L't', L'w', L'o'};
    winscard_double.list = endless;
    winscard_double.list_size = 7;
    expect_cards("one\0", 5);
    winscard_double.list_size = 3;
    expect_cards(NULL, 0);
    winscard_double.list_size = 0;
    expect_cards(NULL, 0);
    /* No text: left out, the others stay. */
    static const wchar_t lone[] = {0xD800, 0, L'a', 0xDC00, 0, L'b', 0, 0};
    winscard_double.list = lone;
    winscard_double.list_size = 8;
    expect_cards("b\0", 3);
}

static void test_list__failures(void **state) {
    (void)state;
    struct names names = {0};
    assert_true(names_add(&names, "kept", 4));
    const struct names before = names;
    winscard_double.answer = ERROR_ACCESS_DENIED;
    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 0, &names), RM_E_NO_ACCESS);
    winscard_double.answer = 0x7777;
    assert_int_equal(db->ops->group_list(db, &names), RM_F_INTERNAL_ERROR);
    expect_says("0x00007777");
    winscard_double.establish = (LONG)RM_F_INTERNAL_ERROR;
    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 0, &names), RM_F_INTERNAL_ERROR);
    assert_memory_equal(&names, &before, sizeof names);
    assert_int_equal(winscard_double.freed, 0);
    names_clear(&names);
}

/* Where no reader is, the service sleeps; what is introduced is there all the same. */
static void test_service_asleep(void **state) {
    (void)state;
    static const LONG codes[] = {(LONG)RM_E_NO_SERVICE, (LONG)RM_E_SERVICE_STOPPED};
    struct carddb_type type = sample();
    LISTED(L"Card\0");
    for (size_t i = 0; i < 2; ++i) {
        winscard_double.establish = codes[i];
        winscard_double.context = DOUBLE_CONTEXT;
        expect_cards("Card\0", 6);
        assert_true(winscard_double.context == 0);
        assert_int_equal(winscard_double.freed, i + 1);
        assert_int_equal(db->ops->introduce(db, CARDDB_USER, &type), (rm_status)codes[i]);
        assert_int_equal(db->ops->group_forget(db, CARDDB_USER, "Desk"), (rm_status)codes[i]);
    }
}

/* One type */

static void put_value(const wchar_t *value, const void *bytes, DWORD size) {
    HKEY key = NULL;
    assert_int_equal(RegCreateKeyExW(HKEY_CURRENT_USER, PLACE L"\\" WIDE_NAME, 0, NULL, 0, KEY_SET_VALUE,
                                     NULL, &key, NULL),
                     ERROR_SUCCESS);
    assert_int_equal(RegSetValueExW(key, value, 0, REG_BINARY, bytes, size), ERROR_SUCCESS);
    RegCloseKey(key);
}

static int forget_values(void **state) {
    (void)RegDeleteKeyW(HKEY_CURRENT_USER, PLACE L"\\" WIDE_NAME);
    (void)RegDeleteKeyW(HKEY_CURRENT_USER, PLACE); /* while nothing else is in it */
    return tear_down(state);
}

static void test_get__everything(void **state) {
    (void)state;
    struct carddb_type *type = NULL;
    put_value(L"ATR", "\x3B\x02\x14\x50", 4);
    put_value(L"ATRMask", "\xFF\xFF\x00\xFF", 4);
    memcpy(&winscard_double.primary, &interfaces[0], sizeof winscard_double.primary);
    memcpy(winscard_double.given, interfaces, sizeof interfaces);
    winscard_double.given_count = 2;
    assert_int_equal(db->ops->get(db, NAME, &type), RM_OK);
    assert_memory_equal(winscard_double.name, WIDE_NAME, sizeof WIDE_NAME);
    assert_string_equal(type->name, NAME);
    assert_int_equal(type->atr_size, 4);
    assert_memory_equal(type->atr, "\x3B\x02\x14\x50", 4);
    assert_memory_equal(type->mask, "\xFF\xFF\x00\xFF", 4);
    assert_true(type->has_provider);
    assert_memory_equal(&type->provider, &interfaces[0], sizeof type->provider);
    assert_int_equal(type->interface_count, 2);
    assert_memory_equal(type->interfaces, interfaces, sizeof interfaces);
    free(type);
    /* Neither a provider nor interfaces. */
    winscard_double.provider = ERROR_FILE_NOT_FOUND;
    winscard_double.interfaces = ERROR_FILE_NOT_FOUND;
    assert_int_equal(db->ops->get(db, NAME, &type), RM_OK);
    assert_false(type->has_provider);
    assert_int_equal(type->interface_count, 0);
    free(type);
}

static void test_get__hostile_answers(void **state) {
    (void)state;
    struct carddb_type *type = NULL;
    uint8_t longer[CARDDB_ATR_MAX + 1] = {0x3B};
    put_value(L"ATR", longer, CARDDB_ATR_MAX);
    put_value(L"ATRMask", longer, CARDDB_ATR_MAX);
    assert_int_equal(db->ops->get(db, NAME, &type), RM_OK);
    assert_int_equal(type->atr_size, CARDDB_ATR_MAX);
    free(type);
    /* More interfaces than there was room for. */
    winscard_double.given_count = CARDDB_INTERFACES_MAX + 1;
    assert_int_equal(db->ops->get(db, NAME, &type), RM_F_INTERNAL_ERROR);
    assert_null(type);
    winscard_double.interfaces = (LONG)RM_E_INSUFFICIENT_BUFFER;
    assert_int_equal(db->ops->get(db, NAME, &type), RM_F_INTERNAL_ERROR);
    winscard_double.interfaces = SCARD_S_SUCCESS;
    winscard_double.given_count = 0;
    /* An ATR that is too long, none, and a mask of another size. */
    put_value(L"ATR", longer, CARDDB_ATR_MAX + 1);
    assert_int_equal(db->ops->get(db, NAME, &type), RM_E_UNKNOWN_CARD);
    put_value(L"ATR", longer, 0);
    assert_int_equal(db->ops->get(db, NAME, &type), RM_E_UNKNOWN_CARD);
    put_value(L"ATR", longer, 5);
    assert_int_equal(db->ops->get(db, NAME, &type), RM_E_UNKNOWN_CARD);
    assert_null(type);
}

static void test_get__names(void **state) {
    (void)state;
    struct carddb_type *type = NULL;
    put_value(L"ATR", "\x3B\x00", 2);
    put_value(L"ATRMask", "\xFF\xFF", 2);
    assert_int_equal(db->ops->get(db, "Nobody's", &type), RM_E_UNKNOWN_CARD);
    assert_int_equal(db->ops->get(db, "..\\SmartCards\\" NAME, &type), RM_E_UNKNOWN_CARD);
    assert_int_equal(db->ops->get(db, "", &type), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->get(db, NULL, &type), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->get(db, NAME, NULL), RM_E_INVALID_VALUE);
}

/* Groups */

static void test_groups__lists(void **state) {
    (void)state;
    struct names names = {0};
    LISTED(L"SCard$DefaultReaders\0Kasse\0Desk\0scard$AllReaders\0");
    assert_int_equal(db->ops->group_list(db, &names), RM_OK);
    assert_string_equal(winscard_double.call, "list_groups");
    assert_int_equal(names.size, sizeof("Desk\0Kasse\0"));
    assert_memory_equal(names.list, "Desk\0Kasse\0", names.size);
    LISTED(L"Reader 0\0");
    assert_int_equal(db->ops->group_readers(db, NAME, &names), RM_OK);
    assert_string_equal(winscard_double.call, "list_readers");
    assert_int_equal(winscard_double.other_size, sizeof WIDE_NAME / sizeof(wchar_t) + 1);
    assert_memory_equal(winscard_double.other, WIDE_NAME L"\0", sizeof WIDE_NAME + sizeof(wchar_t));
    assert_memory_equal(names.list, "Reader 0\0", sizeof("Reader 0\0"));
    winscard_double.answer = (LONG)RM_E_NO_READERS_AVAILABLE;
    assert_int_equal(db->ops->group_readers(db, "Desk", &names), RM_OK);
    assert_int_equal(names.size, 0);
    assert_int_equal(db->ops->group_readers(db, "SCard$AllReaders", &names), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->group_readers(db, "", &names), RM_E_INVALID_VALUE);
    names_clear(&names);
}

static void test_groups__changes(void **state) {
    (void)state;
    assert_int_equal(db->ops->group_add(db, CARDDB_SYSTEM, "Desk", NAME), RM_OK);
    assert_string_equal(winscard_double.call, "add");
    assert_int_equal(winscard_double.scope, SCARD_SCOPE_SYSTEM);
    assert_memory_equal(winscard_double.name, WIDE_NAME, sizeof WIDE_NAME);
    assert_memory_equal(winscard_double.other, L"Desk", sizeof L"Desk");
    assert_int_equal(db->ops->group_remove(db, CARDDB_USER, "Desk", NAME), RM_OK);
    assert_string_equal(winscard_double.call, "remove");
    assert_int_equal(db->ops->group_forget(db, CARDDB_USER, NAME), RM_OK);
    assert_string_equal(winscard_double.call, "forget_group");
    assert_memory_equal(winscard_double.other, WIDE_NAME, sizeof WIDE_NAME);
    winscard_double.answer = ERROR_FILE_NOT_FOUND;
    assert_int_equal(db->ops->group_remove(db, CARDDB_USER, "Desk", "r"), RM_E_UNKNOWN_READER);
    winscard_double.answer = (LONG)RM_E_DUPLICATE_READER;
    assert_int_equal(db->ops->group_add(db, CARDDB_USER, "Desk", "r"), RM_E_DUPLICATE_READER);
    winscard_double.established = 0;
    assert_int_equal(db->ops->group_add(db, CARDDB_USER, "SCARD$mine", "r"), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->group_add(db, CARDDB_USER, "Desk", ""), RM_E_INVALID_VALUE);
    assert_int_equal(db->ops->group_forget(db, (enum carddb_scope)7, "Desk"), RM_E_INVALID_VALUE);
    assert_int_equal(winscard_double.established, 0);
}

/* Without the functions, and on Wine, which has them in name only. */
static void test_missing(void **state) {
    (void)state;
    struct carddb *system = NULL;
    struct carddb_type type = sample(), *found = NULL;
    struct names names = {0};
    assert_int_equal(carddb_winscard_open(&system), RM_OK);
    assert_int_equal(library_system_is_wine(), carddb_winscard_api_load() == NULL);
    if (!library_system_is_wine()) {
        assert_int_equal(system->ops->list(system, NULL, 0, NULL, 0, &names), RM_OK);
    } else {
        assert_int_equal(system->ops->list(system, NULL, 0, NULL, 0, &names), RM_OK);
        assert_int_equal(names.size, 0);
        assert_int_equal(system->ops->group_list(system, &names), RM_OK);
        assert_int_equal(system->ops->group_readers(system, "Desk", &names), RM_OK);
        assert_int_equal(names.size, 0);
        assert_int_equal(system->ops->get(system, NAME, &found), RM_E_UNKNOWN_CARD);
        assert_string_equal(system->ops->explain(system), "");
        assert_int_equal(system->ops->introduce(system, CARDDB_USER, &type), RM_E_NO_SERVICE);
        assert_non_null(strstr(system->ops->explain(system), "no smart card database"));
        assert_int_equal(system->ops->forget(system, CARDDB_USER, NAME), RM_E_NO_SERVICE);
        assert_int_equal(system->ops->group_add(system, CARDDB_USER, "Desk", "r"), RM_E_NO_SERVICE);
        assert_int_equal(system->ops->group_remove(system, CARDDB_USER, "Desk", "r"), RM_E_NO_SERVICE);
        assert_int_equal(system->ops->group_forget(system, CARDDB_USER, "Desk"), RM_E_NO_SERVICE);
    }
    names_clear(&names);
    system->ops->close(system);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_introduce__bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_introduce__refused_before_it_is_asked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_change__codes_of_the_system, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_list__question, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_list__answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_list__hostile_answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_list__failures, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_service_asleep, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_get__everything, set_up, forget_values),
        cmocka_unit_test_setup_teardown(test_get__hostile_answers, set_up, forget_values),
        cmocka_unit_test_setup_teardown(test_get__names, set_up, forget_values),
        cmocka_unit_test_setup_teardown(test_groups__lists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_groups__changes, set_up, tear_down),
        cmocka_unit_test(test_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
