/*
 * ISCardEx: commands as bytes, what is taken for bytes and what is not, and raw mode. Runs in each world of
 * support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "support/fakes/liars.h"
#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/worlds/world.h"

#define CHALLENGE "00 84 00 00 08"

static struct world *world;

/* Bytes in and bytes out */

static void test_transmit__both_kinds_of_arrays(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    assert_bytes(ex, "00 A4 00 0C 02 00 02", "90 00");
    assert_bytes(ex, "00 B0 00 00 05", "48 65 6C 6C 6F 90 00");
    assert_bytes(ex, "00 A4 00 0C 02 12 34", "6A 82"); /* a result, no error */
    VARIANT command = variants_from_hex("00 B0 00 00 05"), inner = command, reference, reply;
    SAFEARRAY *array = V_ARRAY(&command);
    assert_hr(ISCardEx_TransmitBytes(ex, &command, &reply), S_OK);
    assert_string_equal(variant_take_hex(&reply), "48 65 6C 6C 6F 90 00");
    V_VT(&reference) = VT_BYREF | VT_VARIANT; /* a variable of a script */
    V_VARIANTREF(&reference) = &inner;
    assert_hr(ISCardEx_TransmitBytes(ex, &reference, &reply), S_OK);
    assert_string_equal(variant_take_hex(&reply), "48 65 6C 6C 6F 90 00");
    V_VT(&reference) = VT_BYREF | VT_ARRAY | VT_VARIANT;
    V_ARRAYREF(&reference) = &array;
    assert_hr(ISCardEx_TransmitBytes(ex, &reference, &reply), S_OK);
    assert_string_equal(variant_take_hex(&reply), "48 65 6C 6C 6F 90 00");
    assert_int_equal(array->cLocks, 0);
    assert_hr(VariantClear(&command), S_OK);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* No bytes: a VARIANT that is cleared here. */
static void assert_refused(ISCardEx *ex, VARIANT *command) {
    VARIANT reply;
    memset(&reply, 0xA5, sizeof reply);
    assert_hr(ISCardEx_TransmitBytes(ex, command, &reply), E_INVALIDARG);
    assert_int_equal(V_VT(&reply), VT_EMPTY);
    if (command)
        assert_hr(VariantClear(command), S_OK);
}

static void test_transmit__no_arrays_of_bytes(void **state) {
    (void)state;
    static const VARTYPE elements[] = {VT_I1, VT_I2, VT_I4, VT_BSTR};
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    VARIANT command;
    SAFEARRAYBOUND square[2] = {{5, 0}, {1, 0}};
    SAFEARRAY *none = NULL;
    assert_refused(ex, NULL);
    VariantInit(&command);
    assert_refused(ex, &command);
    V_VT(&command) = VT_BSTR;
    V_BSTR(&command) = SysAllocString(L"0084000008");
    assert_refused(ex, &command);
    V_VT(&command) = VT_ARRAY | VT_UI1;
    V_ARRAY(&command) = NULL;
    assert_refused(ex, &command);
    V_VT(&command) = VT_BYREF | VT_ARRAY | VT_UI1;
    V_ARRAYREF(&command) = NULL;
    assert_refused(ex, &command);
    V_VT(&command) = VT_BYREF | VT_ARRAY | VT_UI1;
    V_ARRAYREF(&command) = &none;
    assert_refused(ex, &command);
    V_VT(&command) = VT_BYREF | VT_VARIANT;
    V_VARIANTREF(&command) = NULL;
    assert_refused(ex, &command);
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; ++i) {
        V_VT(&command) = VT_ARRAY | elements[i];
        V_ARRAY(&command) = SafeArrayCreateVector(elements[i], 0, 5);
        assert_refused(ex, &command);
    }
    V_VT(&command) = VT_ARRAY | VT_UI1;
    V_ARRAY(&command) = SafeArrayCreate(VT_UI1, 2, square);
    assert_refused(ex, &command);
    /* What the VARIANT says and what the array is do not agree: a string's address is not four bytes. */
    SAFEARRAY *liar = SafeArrayCreateVector(VT_BSTR, 0, 5);
    V_VT(&command) = VT_ARRAY | VT_UI1;
    V_ARRAY(&command) = liar;
    VARIANT reply;
    assert_hr(ISCardEx_TransmitBytes(ex, &command, &reply), E_INVALIDARG);
    SafeArrayDestroy(liar);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

struct vehicle {
    ISCardEx *ex;
    VARTYPE type; /* that the VARIANT claims */
};

/* In a VARIANT, by value and by reference; where the bytes may be left out, too. */
static void drive(SAFEARRAY *array, const char *lie, void *context) {
    const struct vehicle *const vehicle = context;
    VARIANT command, reply;
    for (int by_reference = 0; by_reference < 2; ++by_reference) {
        VariantInit(&command);
        V_VT(&command) = (VARTYPE)(VT_ARRAY | vehicle->type | (by_reference ? VT_BYREF : 0));
        if (by_reference)
            V_ARRAYREF(&command) = &array;
        else
            V_ARRAY(&command) = array;
        const HRESULT sent = ISCardEx_TransmitBytes(vehicle->ex, &command, &reply);
        const HRESULT controlled = ISCardEx_Control(vehicle->ex, 0x00310000, &command, &reply);
        if (sent != E_INVALIDARG || controlled != E_INVALIDARG)
            print_error("%s\n", lie);
        assert_hr(sent, E_INVALIDARG);
        assert_hr(controlled, E_INVALIDARG);
        assert_int_equal(V_VT(&reply), VT_EMPTY);
    }
}

/*
 * What the array itself says cannot be true (behaviour.md: nothing a caller sends may crash or read out of
 * bounds).
 */
static void test_transmit__arrays_that_lie(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    struct vehicle vehicle = {.ex = cardex_of(a), .type = VT_UI1};
    liars_try(VT_UI1, drive, &vehicle);
    liars_try(VT_BSTR, drive, &vehicle);
    vehicle.type = VT_VARIANT;
    liars_try(VT_VARIANT, drive, &vehicle);
    assert_bytes(vehicle.ex, "00 A4 00 0C 02 00 02", "90 00");
    ISCardEx_Release(vehicle.ex);
    ISCard_Release(a);
}

/* One element of an array of VARIANTs that is no byte. */
static void test_transmit__elements_that_are_no_bytes(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    VARIANT bad[5];
    for (size_t i = 0; i < 5; ++i)
        VariantInit(&bad[i]);
    V_VT(&bad[0]) = VT_I2;
    V_I2(&bad[0]) = 256;
    V_VT(&bad[1]) = VT_I4;
    V_I4(&bad[1]) = -1;
    V_VT(&bad[2]) = VT_BSTR;
    V_BSTR(&bad[2]) = SysAllocString(L"byte");
    V_VT(&bad[3]) = VT_NULL;
    for (size_t i = 0; i < 5; ++i) { /* the last one stays VT_EMPTY */
        VARIANT command = variants_from_hex(CHALLENGE);
        LONG index = 9;
        assert_hr(SafeArrayPutElement(V_ARRAY(&command), &index, &bad[i]), S_OK);
        assert_refused(ex, &command);
        assert_hr(VariantClear(&bad[i]), S_OK);
    }
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

static void test_transmit__no_apdus(void **state) {
    (void)state;
    static const char *const bad[] = {
        "", "00", "00 84 00", "00 A4 00 0C 02 00", "00 A4 00 0C 03 00 02", "00 84 00 00 00 00"};
    ISCard *a = world_card(world);
    ISCardEx *ex = cardex_of(a);
    for (size_t i = 0; i < 2 * sizeof bad / sizeof bad[0];
         ++i) { /* refused before the connection is looked for */
        VARIANT command = i % 2 ? variants_from_hex(bad[i / 2]) : variant_from_hex(bad[i / 2]);
        assert_refused(ex, &command);
    }
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* Raw mode */

static void put_raw(ISCardEx *ex, VARIANT_BOOL raw) {
    VARIANT_BOOL is = 7;
    assert_hr(ISCardEx_put_RawMode(ex, raw), S_OK);
    assert_hr(ISCardEx_get_RawMode(ex, &is), S_OK);
    assert_int_equal(is, raw ? VARIANT_TRUE : VARIANT_FALSE);
}

/* In raw mode bytes go as they stand, whatever they are; what the card makes of them is the answer. */
static void test_raw__bytes_that_are_no_apdu(void **state) {
    (void)state;
    static const char *const bytes[] = {"00", "00 84 00", "00 A4 00 0C 02 00", "00 A4 00 0C 03 00 02"};
    ISCard *a = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a);
    put_raw(ex, VARIANT_TRUE);
    /* What is one byte long is a virtual reader's own word to the card, which gives no answer. */
    for (size_t i = world->sim ? 0 : 1; i < sizeof bytes / sizeof bytes[0]; ++i)
        assert_bytes(ex, bytes[i], "67 00");
    VARIANT nothing = variant_from_hex("");
    assert_refused(ex, &nothing);
    put_raw(ex, VARIANT_FALSE);
    VARIANT command = variant_from_hex(bytes[0]);
    assert_refused(ex, &command);
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

/* The length and the end of the answer to `apdu`. */
static size_t answer_to(ISCardEx *ex, const char *apdu, const char **sw) {
    VARIANT command = variant_from_hex(apdu), reply;
    assert_hr(ISCardEx_TransmitBytes(ex, &command, &reply), S_OK);
    assert_hr(VariantClear(&command), S_OK);
    const char *text = variant_take_hex(&reply);
    const size_t length = strlen(text);
    assert_true(length >= 5);
    *sw = text + length - 5;
    return (length + 1) / 3;
}

/*
 * Read 512 bytes, wrapped into a short ENVELOPE, whose answer is only fetched whole when somebody asks for
 * the rest.
 */
#define READ_LONG "00 C2 00 00 07 00 B0 81 00 00 02 00 00"

static void test_raw__t1(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED), *b = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(a), *other = cardex_of(b);
    const char *sw = NULL;
    VARIANT_BOOL raw = 7;
    assert_hr(ISCardEx_get_RawMode(ex, &raw), S_OK);
    assert_int_equal(raw, VARIANT_FALSE);
    assert_int_equal(answer_to(ex, READ_LONG, &sw), 514);
    assert_string_equal(sw, "90 00");
    put_raw(ex, VARIANT_TRUE);
    assert_int_equal(answer_to(ex, READ_LONG, &sw), 258);
    assert_string_equal(sw, "61 00");
    assert_int_equal(answer_to(ex, "00 C0 00 00 00", &sw), 258); /* the caller fetches the rest */
    assert_string_equal(sw, "90 00");
    const char *text = NULL;
    assert_hr(send_hex(a, READ_LONG, &text), S_OK); /* holds for the object, so for Transaction too */
    assert_string_equal(text + strlen(text) - 5, "61 00");
    assert_int_equal(answer_to(other, READ_LONG, &sw), 514); /* ... and for no other object */
    put_raw(ex, 1);
    put_raw(ex, VARIANT_FALSE);
    assert_int_equal(answer_to(ex, READ_LONG, &sw), 514);
    ISCardEx_Release(other);
    ISCardEx_Release(ex);
    ISCard_Release(b);
    ISCard_Release(a);
}

/* T=0: TPDUs are the caller's in raw mode, as they are; GSM's 9Fxx is his in either mode. */
static void test_raw__t0(void **state) {
    (void)state;
    ISCard *a = world_card(world);
    ISCardEx *ex = cardex_of(a);
    const char *sw = NULL;
    world_insert(world, "gsm");
    for (int raw = 0; raw < 2; ++raw) {
        put_raw(ex, raw ? VARIANT_TRUE : VARIANT_FALSE);
        assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T0), S_OK);
        assert_int_equal(answer_to(ex, "A0 A4 00 00 02 3F 00", &sw), 2);
        assert_int_equal(strncmp(sw, "9F ", 3), 0);
    }
    if (world->sim) { /* a virtual reader knows one protocol of a card, T=1 for this one */
        world_insert(world, "demo");
        assert_hr(ISCard_AttachByReader(a, world->reader, SHARED, T0), S_OK);
        put_raw(ex, VARIANT_FALSE);
        assert_bytes(ex, "00 B0 82 00 00", "5A 0A 89 49 00 00 00 00 00 00 00 01 90 00");
        assert_int_equal(answer_to(ex, READ_LONG, &sw), 514);
        assert_string_equal(sw, "90 00");
        put_raw(ex, VARIANT_TRUE);
        assert_bytes(ex, "00 B0 82 00 00", "6C 0C");
        assert_bytes(ex, "00 B0 82 00 0C", "5A 0A 89 49 00 00 00 00 00 00 00 01 90 00");
        assert_bytes(ex, "00 C2 00 00 07 00 B0 81 00 00 02 00", "61 00");
        assert_int_equal(answer_to(ex, "00 C0 00 00 00", &sw), 258);
        assert_string_equal(sw, "61 00");
    }
    ISCardEx_Release(ex);
    ISCard_Release(a);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_transmit__both_kinds_of_arrays, world_after),
        cmocka_unit_test_teardown(test_transmit__no_arrays_of_bytes, world_after),
        cmocka_unit_test_teardown(test_transmit__arrays_that_lie, world_after),
        cmocka_unit_test_teardown(test_transmit__elements_that_are_no_bytes, world_after),
        cmocka_unit_test_teardown(test_transmit__no_apdus, world_after),
        cmocka_unit_test_teardown(test_raw__bytes_that_are_no_apdu, world_after),
        cmocka_unit_test_teardown(test_raw__t1, world_after),
        cmocka_unit_test_teardown(test_raw__t0, world_after),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}
