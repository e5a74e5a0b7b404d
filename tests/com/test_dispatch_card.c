/*
 * ISCard, ISCardDatabase and ISCardLocate by name: every member, its result beside that of the call through
 * the vtable. Runs in each world of support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "client/found.h"
#include "com/com.h"
#include "objects/database.h"
#include "objects/locate.h"
#include "support/kits/apdus.h"
#include "support/kits/automation.h"
#include "support/kits/cardtypes.h"
#include "support/kits/stringarrays.h"
#include "support/worlds/world.h"

#define CARD(name) &IID_ISCard, L##name
#define DATABASE(name) &IID_ISCardDatabase, L##name
#define LOCATE(name) &IID_ISCardLocate, L##name
#define ENGLISH 0x0409
#define PROVIDER L"{11111111-2222-3333-4444-555555555555}"
#define FILES L"{4029DD8A-5902-11D0-B84C-00C04FD424B9}"
#define ATR_ROOM 120

static struct world *world;
static struct cardtypes types;

/* The bytes of a buffer that a variable holds, as hex; the variable is emptied. */
static const char *variable_hex(VARIANT *variable) {
    static char text[ATR_ROOM];
    BYTE bytes[ATR_ROOM / 3];
    LONG size = 0;
    IByteBuffer *buffer = take_object(variable, &IID_IByteBuffer);
    *text = '\0';
    assert_hr(IByteBuffer_Read(buffer, bytes, sizeof bytes, &size), S_OK);
    for (LONG i = 0; i < size; ++i)
        (void)sprintf(text + i * 3, i + 1 < size ? "%02X " : "%02X", bytes[i]);
    IByteBuffer_Release(buffer);
    return text;
}

static ISCard *attached_by_name(void) {
    ISCard *card = world_card(world);
    assert_hr(by_name(card, CARD("AttachByReader"), NULL, 3, arg_text(world->reader), arg_number(SHARED),
                      arg_number(T1)),
              S_OK);
    return card;
}

static void test_card__properties(void **state) {
    (void)state;
    ISCard *card = attached_by_name();
    IByteBuffer *atr = NULL;
    HSCARD handle = 0;
    HSCARDCONTEXT context = 0;
    SCARD_PROTOCOLS protocol = RAW;
    SCARD_STATES status = ABSENT;
    char by_slot[ATR_ROOM];
    VARIANT result;
    assert_hr(ISCard_get_Atr(card, &atr), S_OK);
    result = (VARIANT){.vt = VT_DISPATCH, .pdispVal = (IDispatch *)atr};
    strcpy(by_slot, variable_hex(&result));
    assert_hr(by_name(card, CARD("Atr"), &result, 0), S_OK);
    assert_string_equal(variable_hex(&result), by_slot);
    assert_true(strlen(by_slot) > 6);
    assert_hr(by_name(card, CARD("CardHandle"), &result, 0), S_OK);
    assert_hr(ISCard_get_CardHandle(card, &handle), S_OK);
    assert_true((HSCARD)take_number(&result) == handle && handle != 0);
    assert_hr(by_name(card, CARD("context"), &result, 0), S_OK);
    assert_hr(ISCard_get_Context(card, &context), S_OK);
    assert_true((HSCARDCONTEXT)take_number(&result) == context && context != 0);
    assert_hr(by_name(card, CARD("Protocol"), &result, 0), S_OK);
    assert_hr(ISCard_get_Protocol(card, &protocol), S_OK);
    assert_int_equal(take_number(&result), protocol);
    assert_int_equal(protocol, T1);
    assert_hr(by_name(card, CARD("Status"), &result, 0), S_OK);
    assert_hr(ISCard_get_Status(card, &status), S_OK);
    assert_int_equal(take_number(&result), status);
    ISCard_Release(card);
}

static void test_card__transaction(void **state) {
    (void)state;
    ISCard *card = attached_by_name();
    ISCardCmd *cmd = cmd_from_hex("00 B0 83 00 05");
    VARIANT variable = arg_object(cmd);
    assert_hr(by_name(card, CARD("LockSCard"), NULL, 0), S_OK);
    assert_hr(by_name(card, CARD("Transaction"), NULL, 1, arg_object(cmd)), S_OK);
    assert_string_equal(cmd_reply_hex(cmd), "48 65 6C 6C 6F 90 00");
    assert_hr(by_name(card, CARD("Transaction"), NULL, 1, arg_ref(&variable)), S_OK);
    assert_ptr_equal(variable.pdispVal, cmd);
    assert_string_equal(cmd_reply_hex(cmd), "48 65 6C 6C 6F 90 00");
    assert_hr(ISCard_Transaction(card, &cmd), S_OK);
    assert_string_equal(cmd_reply_hex(cmd), "48 65 6C 6C 6F 90 00");
    assert_hr(by_name(card, CARD("UnlockSCard"), NULL, 0), S_OK);
    assert_hr(ISCard_UnlockSCard(card, LEAVE), SCARD_E_NOT_TRANSACTED);
    assert_hr(by_name(card, CARD("UnlockSCard"), NULL, 1, arg_number(LEAVE)), DISP_E_EXCEPTION);
    assert_hr(told.code, SCARD_E_NOT_TRANSACTED);
    assert_int_equal(references(cmd), 2);
    assert_hr(VariantClear(&variable), S_OK);
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    assert_hr(by_name(card, CARD("Transaction"), NULL, 1, arg_empty()), DISP_E_EXCEPTION);
    assert_hr(told.code, E_INVALIDARG);
    ISCard_Release(card);
}

/* Another program's reset: an error that says what to do, and doing it. */
static void test_card__reset_and_reattach(void **state) {
    (void)state;
    ISCard *card = attached_by_name();
    ISCard *other = world_attached(world, SHARED);
    VARIANT result;
    assert_hr(ISCard_Detach(other, RESET), S_OK);
    assert_hr(by_name(card, CARD("Status"), &result, 0), DISP_E_EXCEPTION);
    assert_int_equal(result.vt, VT_EMPTY);
    assert_hr(told.code, SCARD_W_RESET_CARD);
    assert_string_equal(told.source, "SCardSSP.SCard");
    assert_int_equal(strncmp(told.description, "SCARD_W_RESET_CARD: ", 20), 0);
    assert_true(strlen(told.description) > 40);
    assert_hr(by_name(card, CARD("ReAttach"), NULL, 2, arg_number(SHARED), arg_number(LEAVE)), S_OK);
    assert_works(card);
    ISCard_Release(other);
    ISCard_Release(card);
}

/* The names of ISCardEx are names of the card too, and its errors the card's. */
static void test_card__extensions(void **state) {
    (void)state;
    ISCard *card = attached_by_name();
    VARIANT result;
    assert_hr(by_name(card, &IID_ISCardEx, L"ReaderName", &result, 0), S_OK);
    assert_int_equal(result.vt, VT_BSTR);
    assert_int_equal(wcscmp(result.bstrVal, world->reader), 0);
    VariantClear(&result);
    assert_hr(put_by_name(card, &IID_ISCardEx, L"RawMode", (VARIANT){.vt = VT_I4, .lVal = 7}), S_OK);
    assert_hr(by_name(card, &IID_ISCardEx, L"rawmode", &result, 0), S_OK);
    assert_int_equal(result.vt, VT_BOOL);
    assert_int_equal(result.boolVal, VARIANT_TRUE);
    uint8_t reply[16];
    assert_hr(
        by_name(card, &IID_ISCardEx, L"TransmitBytes", &result, 1, arg_variants("\x00\xB0\x83\x00\x05", 5)),
        S_OK);
    assert_int_equal(take_bytes(&result, reply, sizeof reply), 7);
    assert_memory_equal(reply, "Hello\x90\x00", 7);
    assert_hr(by_name(card, &IID_ISCardEx, L"SetTimeout", NULL, 1, arg_number(-7)), DISP_E_EXCEPTION);
    assert_string_equal(told.source, "SCardSSP.SCard");
    assert_hr(told.code, E_INVALIDARG);
    ISCard_Release(card);
}

static void test_card__attach_and_detach(void **state) {
    (void)state;
    ISCard *card = attached_by_name();
    ISCard *other = world_card(world);
    HSCARD handle = 0;
    assert_hr(ISCard_get_CardHandle(card, &handle), S_OK);
    assert_hr(by_name(other, CARD("AttachByHandle"), NULL, 1, arg_long((int64_t)handle)), S_OK);
    assert_works(other);
    ISCard_Release(other);
    assert_works(card);
    assert_hr(by_name(card, CARD("AttachByHandle"), NULL, 1, arg_number(0)), DISP_E_EXCEPTION);
    assert_hr(told.code, E_INVALIDARG);
    assert_hr(by_name(card, CARD("Detach"), NULL, 0), S_OK);
    assert_hr(ISCard_Detach(card, LEAVE), SCARD_E_INVALID_HANDLE);
    /*
     * The defaults are EXCLUSIVE and T0, which this card may not speak: what the call through the vtable
     * says.
     */
    const HRESULT direct = ISCard_AttachByReader(card, world->reader, EXCLUSIVE, T0);
    const HRESULT named = by_name(card, CARD("AttachByReader"), NULL, 1, arg_text(world->reader));
    assert_hr(named == DISP_E_EXCEPTION ? told.code : named, direct);
    ISCard_Release(card);
}

static void test_card__nothing_left_out(void **state) {
    (void)state;
    assert_all_called(&IID_ISCard);
}

static ISCardDatabase *new_database(void) {
    ISCardDatabase *database = NULL;
    assert_hr(database_create(world->service, types.db, types.list, &database), S_OK);
    return database;
}

/* A variable with an array is as the array that came through the vtable; both are given up. */
static void assert_same_array(VARIANT *variable, SAFEARRAY *direct, const wchar_t *first) {
    assert_int_equal(variable->vt, VT_ARRAY | VT_BSTR);
    const size_t count = direct->rgsabound[0].cElements;
    assert_int_equal(variable->parray->rgsabound[0].cElements, count);
    for (size_t i = 0; i < count; ++i) {
        BSTR const mine = ((BSTR *)variable->parray->pvData)[i];
        assert_int_equal(wcscmp(mine, ((BSTR *)direct->pvData)[i]), 0);
        if (i == 0 && first)
            assert_int_equal(wcscmp(mine, first), 0);
    }
    assert_true(count > 0);
    assert_hr(VariantClear(variable), S_OK);
    assert_hr(SafeArrayDestroy(direct), S_OK);
}

static void test_database__lists(void **state) {
    (void)state;
    ISCardDatabase *database = new_database();
    VARIANT names = {.vt = VT_EMPTY};
    SAFEARRAY *direct = NULL;
    IByteBuffer *atr = buffer_from_hex("3B 02 14 50");
    SAFEARRAY *interfaces = array_from(FILES, VT_BSTR);
    wchar_t exact[] = L"Exact";
    assert_hr(by_name(database, DATABASE("ListReaders"), NULL, 2, arg_number(ENGLISH), arg_ref(&names)),
              S_OK);
    assert_hr(ISCardDatabase_ListReaders(database, ENGLISH, &direct), S_OK);
    assert_same_array(&names, direct, world->reader);
    assert_hr(by_name(database, DATABASE("ListReaderGroups"), NULL, 2, arg_number(ENGLISH), arg_ref(&names)),
              S_OK);
    assert_hr(ISCardDatabase_ListReaderGroups(database, ENGLISH, &direct), S_OK);
    assert_same_array(&names, direct, NULL);
    /* Interfaces as a script has them: an array of VARIANTs. */
    VARIANT wanted = {.vt = VT_ARRAY | VT_VARIANT, .parray = array_from(FILES, VT_VARIANT)};
    assert_hr(by_name(database, DATABASE("ListCards"), NULL, 4, arg_object(atr), wanted, arg_number(ENGLISH),
                      arg_ref(&names)),
              S_OK);
    assert_hr(ISCardDatabase_ListCards(database, atr, interfaces, ENGLISH, &direct), S_OK);
    assert_same_array(&names, direct, L"Exact");
    assert_hr(by_name(database, DATABASE("ListCards"), NULL, 4, arg_empty(), arg_empty(), arg_number(ENGLISH),
                      arg_ref(&names)),
              S_OK);
    assert_hr(ISCardDatabase_ListCards(database, NULL, NULL, ENGLISH, &direct), S_OK);
    assert_same_array(&names, direct, NULL);
    assert_hr(by_name(database, DATABASE("ListCardInterfaces"), NULL, 2, arg_text(exact), arg_ref(&names)),
              S_OK);
    assert_hr(ISCardDatabase_ListCardInterfaces(database, exact, &direct), S_OK);
    assert_same_array(&names, direct, FILES);
    SafeArrayDestroy(interfaces);
    assert_int_equal(IByteBuffer_Release(atr), 0);
    assert_int_equal(ISCardDatabase_Release(database), 0);
}

static void test_database__provider(void **state) {
    (void)state;
    ISCardDatabase *database = new_database();
    VARIANT provider = {.vt = VT_EMPTY};
    wchar_t exact[] = L"Exact";
    GUID *direct = NULL;
    OLECHAR text[39];
    assert_hr(by_name(database, DATABASE("GetProviderCardId"), NULL, 2, arg_text(exact), arg_ref(&provider)),
              S_OK);
    assert_hr(ISCardDatabase_GetProviderCardId(database, exact, &direct), S_OK);
    assert_int_equal(StringFromGUID2(direct, text, 39), 39);
    assert_int_equal(provider.vt, VT_BSTR);
    assert_int_equal(wcscmp(provider.bstrVal, text), 0);
    assert_int_equal(wcscmp(text, PROVIDER), 0);
    CoTaskMemFree(direct);
    VariantClear(&provider);
    assert_hr(by_name(database, DATABASE("GetProviderCardId"), NULL, 2, arg_text(L"Unheard of"),
                      arg_ref(&provider)),
              DISP_E_EXCEPTION);
    assert_hr(told.code, SCARD_E_UNKNOWN_CARD);
    assert_int_equal(provider.vt, VT_EMPTY);
    ISCardDatabase_Release(database);
}

static void test_database__nothing_left_out(void **state) {
    (void)state;
    assert_all_called(&IID_ISCardDatabase);
}

static int64_t field(VARIANT *info, LONG index) {
    VARIANT number;
    assert_hr(SafeArrayGetElement(info->parray, &index, &number), S_OK);
    return take_number(&number);
}

/*
 * Looks for the card in the reader by name and by interface; each time the connection is taken over by
 * number.
 */
static void test_locate__find(void **state) {
    (void)state;
    const struct locate_parts parts = {world->service, types.db,         types.list,
                                       &waiting_ui,    WORLD_TIMEOUT_MS, 1000};
    ISCardLocate *locate = NULL;
    SCARDINFO *direct = NULL;
    assert_hr(locate_create(&parts, &locate), S_OK);
    assert_hr(by_name(locate, LOCATE("FindCard"), NULL, 4, arg_number(SHARED), arg_number(T1),
                      arg_number(SC_DLG_NO_UI), arg_ref(&(VARIANT){.vt = VT_EMPTY})),
              DISP_E_EXCEPTION);
    assert_hr(told.code, E_UNEXPECTED);
    for (int round = 0; round < 2; ++round) {
        VARIANT info = {.vt = VT_EMPTY};
        ISCard *card = world_card(world);
        VARIANT what = {.vt = VT_ARRAY | VT_VARIANT,
                        .parray = array_from(round ? FILES : L"Other|The demo card", VT_VARIANT)};
        if (round)
            assert_hr(by_name(locate, LOCATE("ConfigureCardGuidSearch"), NULL, 4, what, arg_missing(),
                              arg_missing(), arg_number(SC_DLG_NO_UI)),
                      S_OK);
        else
            assert_hr(by_name(locate, LOCATE("ConfigureCardNameSearch"), NULL, 1, what), S_OK);
        assert_hr(by_name(locate, LOCATE("FindCard"), NULL, 4, arg_number(SHARED), arg_number(T1),
                          arg_number(SC_DLG_NO_UI), arg_ref(&info)),
                  S_OK);
        assert_int_equal(info.vt, VT_ARRAY | VT_VARIANT);
        assert_int_equal(info.parray->rgsabound[0].cElements, 8);
        assert_int_equal(field(&info, 2), T1);
        assert_int_equal(field(&info, 3), SHARED);
        assert_true(field(&info, 1) != 0);
        assert_int_equal(field(&info, 7), 0);
        assert_hr(by_name(card, CARD("AttachByHandle"), NULL, 1, arg_long(field(&info, 0))), S_OK);
        assert_works(card);
        assert_hr(ISCard_Detach(card, LEAVE), S_OK);
        VariantClear(&info);
        assert_hr(ISCardLocate_FindCard(locate, SHARED, T1, SC_DLG_NO_UI, &direct), S_OK);
        assert_int_equal(direct->ActiveProtocol, T1);
        assert_hr(ISCard_AttachByHandle(card, direct->hCard), S_OK);
        assert_hr(ISCard_Detach(card, LEAVE), S_OK);
        CoTaskMemFree(direct);
        ISCard_Release(card);
    }
    assert_int_equal(ISCardLocate_Release(locate), 0);
}

static void test_locate__nothing_left_out(void **state) {
    (void)state;
    assert_all_called(&IID_ISCardLocate);
}

static void test_objects__none_left(void **state) {
    (void)state;
    assert_int_equal(com_count(), 0);
}

static int tidy(void **state) {
    (void)state;
    world_tidy(world);
    return 0;
}

/* Three types of cards: one that is in the reader. */
static int setup(void **state) {
    (void)state;
    VARIANT atr = {.vt = VT_DISPATCH};
    IByteBuffer *buffer = NULL;
    ISCard *card = world_attached(world, SHARED);
    assert_hr(ISCard_get_Atr(card, &buffer), S_OK);
    atr.pdispVal = (IDispatch *)buffer;
    cardtypes_open(&types);
    cardtypes_introduce(&types, "The demo card", variable_hex(&atr), NULL, PROVIDER, FILES);
    cardtypes_introduce(&types, "Exact", "3B 02 14 50", NULL, PROVIDER, FILES);
    cardtypes_introduce(&types, "Plain", "3B 00", NULL, NULL, NULL);
    ISCard_Release(card);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    found_end_all(world->service);
    cardtypes_close(&types);
    return 0;
}

int main(int argc, char **argv) {
    const char *why = NULL;
    world = world_open(argc > 1 ? argv[1] : NULL, &why);
    if (!world) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_card__properties, tidy),
        cmocka_unit_test_setup(test_card__transaction, tidy),
        cmocka_unit_test_setup(test_card__reset_and_reattach, tidy),
        cmocka_unit_test_setup(test_card__extensions, tidy),
        cmocka_unit_test_setup(test_card__attach_and_detach, tidy),
        cmocka_unit_test(test_card__nothing_left_out),
        cmocka_unit_test_setup(test_database__lists, tidy),
        cmocka_unit_test(test_database__provider),
        cmocka_unit_test(test_database__nothing_left_out),
        cmocka_unit_test_setup(test_locate__find, tidy),
        cmocka_unit_test(test_locate__nothing_left_out),
        cmocka_unit_test(test_objects__none_left),
    };
    const int failed = cmocka_run_group_tests_name("objects/dispatch_card", tests, setup, teardown);
    world_close(world);
    return failed;
}
