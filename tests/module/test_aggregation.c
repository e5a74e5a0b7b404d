/*
 * Objects of this library as parts of others (aggregation): behaviour.md, rules for every method: "every
 * class can be aggregated (outer with IID_IUnknown only, else CLASS_E_NOAGGREGATION as COM demands)". The
 * published page on building an APDU names it as the way to commands that ISCardISO7816 does not have.
 */
/* Windows' headers want telling that vtables are constant. */
#define CONST_VTABLE
#include "kit.h"

/* Somebody else's object, with one of our objects in it. It knows one interface of its own. */
struct whole {
    IUnknown IUnknown_iface;
    ULONG refs;
    IUnknown *part; /* the part's own IUnknown */
    unsigned asked; /* times QueryInterface was called */
};

/* An interface none of our classes has. */
#define OWN_IID IID_ISCardVerify

static struct whole *impl_from_IUnknown(IUnknown *iface) {
    return (struct whole *)(void *)iface;
}

static HRESULT STDMETHODCALLTYPE whole_QueryInterface(IUnknown *iface, REFIID riid, void **out) {
    struct whole *whole = impl_from_IUnknown(iface);
    ++whole->asked;
    *out = NULL;
    if (!IsEqualIID(riid, &IID_IUnknown) && !IsEqualIID(riid, &OWN_IID))
        return whole->part ? IUnknown_QueryInterface(whole->part, riid, out) : E_NOINTERFACE;
    IUnknown_AddRef(iface);
    *out = iface;
    return S_OK;
}

static ULONG STDMETHODCALLTYPE whole_AddRef(IUnknown *iface) {
    return ++impl_from_IUnknown(iface)->refs;
}

/* As COM asks of whoever aggregates: the count is not 0 again while the part goes. */
static ULONG STDMETHODCALLTYPE whole_Release(IUnknown *iface) {
    struct whole *whole = impl_from_IUnknown(iface);
    const ULONG left = --whole->refs;
    if (!left && whole->part) {
        whole->refs = 1000;
        assert_int_equal(IUnknown_Release(whole->part), 0);
        assert_int_equal(whole->refs, 1000);
        whole->refs = 0;
        whole->part = NULL;
    }
    return left;
}

static const IUnknownVtbl whole_vtbl = {
    .QueryInterface = whole_QueryInterface,
    .AddRef = whole_AddRef,
    .Release = whole_Release,
};

/* With an object of the class in it. Lives on the caller's stack. */
static void whole_make(struct whole *whole, REFCLSID clsid) {
    void *part = NULL;
    *whole = (struct whole){.IUnknown_iface = {&whole_vtbl}, .refs = 1};
    expect_hr(CoCreateInstance(clsid, &whole->IUnknown_iface, CLSCTX_INPROC_SERVER, &IID_IUnknown, &part),
              S_OK);
    assert_non_null(part);
    whole->part = part;
    /* The part neither counts nor asks the whole while it is made. */
    assert_int_equal(whole->refs, 1);
    assert_int_equal(whole->asked, 0);
}

static const struct {
    const CLSID *clsid;
    const IID *iids[3]; /* what the part brings beside IDispatch; NULL ends */
} classes[] = {
    {&CLSID_CByteBuffer, {&IID_IByteBuffer}},       {&CLSID_CSCardCmd, {&IID_ISCardCmd}},
    {&CLSID_CSCardISO7816, {&IID_ISCardISO7816}},   {&CLSID_CSCard, {&IID_ISCard, &IID_ISCardEx}},
    {&CLSID_CSCardTypeConv, {&IID_ISCardTypeConv}}, {&CLSID_CSCardManage, {&IID_ISCardManage}},
#ifndef _WIN32 /* there the system's database is behind them, which not every machine has */
    {&CLSID_CSCardDatabase, {&IID_ISCardDatabase}}, {&CLSID_CSCardLocate, {&IID_ISCardLocate}},
#endif
};
#define CLASSES (sizeof classes / sizeof classes[0])

/* One interface of the part, come to through the whole: it is, counts and answers as the whole. */
static void check_interface(struct whole *whole, const IID *iid) {
    IUnknown *const outer = &whole->IUnknown_iface;
    IUnknown *found = NULL, *identity = NULL, *own = NULL, *again = NULL;
    expect_hr(IUnknown_QueryInterface(outer, iid, (void **)&found), S_OK);
    assert_int_equal(whole->refs, 2);
    expect_hr(IUnknown_QueryInterface(found, &IID_IUnknown, (void **)&identity), S_OK);
    assert_ptr_equal(identity, outer);
    expect_hr(IUnknown_QueryInterface(found, &OWN_IID, (void **)&own), S_OK);
    assert_ptr_equal(own, outer);
    expect_hr(IUnknown_QueryInterface(found, iid, (void **)&again), S_OK);
    assert_ptr_equal(again, found);
    assert_int_equal(IUnknown_AddRef(found), 6);
    assert_int_equal(whole->refs, 6);
    for (ULONG left = 5; left > 1; --left)
        assert_int_equal(IUnknown_Release(found), left);
    /* The part's own count has nothing to do with it. */
    assert_int_equal(IUnknown_AddRef(whole->part), 2);
    assert_int_equal(IUnknown_Release(whole->part), 1);
    assert_int_equal(IUnknown_Release(found), 1);
}

static void test_part__every_interface_of_every_class(void **state) {
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        struct whole whole;
        whole_make(&whole, classes[i].clsid);
        check_interface(&whole, &IID_IDispatch);
        for (size_t k = 0; k < 3 && classes[i].iids[k]; ++k)
            check_interface(&whole, classes[i].iids[k]);
        assert_int_equal(IUnknown_Release(&whole.IUnknown_iface), 0);
        assert_null(whole.part);
    }
}

/* The part's own IUnknown is no interface of the whole: it answers for the part alone. */
static void test_part__own_unknown(void **state) {
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        struct whole whole;
        void *unknown = NULL, *found = NULL, *none = &none;
        whole_make(&whole, classes[i].clsid);
        expect_hr(IUnknown_QueryInterface(whole.part, &IID_IUnknown, &unknown), S_OK);
        assert_ptr_equal(unknown, whole.part);
        assert_int_equal(whole.refs, 1);
        assert_int_equal(IUnknown_Release(whole.part), 1);
        expect_hr(IUnknown_QueryInterface(whole.part, classes[i].iids[0], &found), S_OK);
        assert_int_equal(whole.refs, 2);
        assert_int_equal(IUnknown_Release((IUnknown *)found), 1);
        expect_hr(IUnknown_QueryInterface(whole.part, &OWN_IID, &none), E_NOINTERFACE);
        assert_null(none);
        expect_hr(IUnknown_QueryInterface(whole.part, NULL, &none), E_INVALIDARG);
        expect_hr(IUnknown_QueryInterface(whole.part, &IID_IUnknown, NULL), E_POINTER);
        assert_int_equal(IUnknown_Release(&whole.IUnknown_iface), 0);
    }
}

/* Whoever holds an interface of the part holds the whole, in whatever order the references go. */
static void test_part__order_of_release(void **state) {
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        struct whole whole;
        void *first = NULL, *dispatch = NULL;
        whole_make(&whole, classes[i].clsid);
        expect_hr(IUnknown_QueryInterface(&whole.IUnknown_iface, classes[i].iids[0], &first), S_OK);
        expect_hr(IUnknown_QueryInterface((IUnknown *)first, &IID_IDispatch, &dispatch), S_OK);
        assert_int_equal(IUnknown_Release(&whole.IUnknown_iface), 2);
        assert_non_null(whole.part);
        UINT count = 99;
        expect_hr(IDispatch_GetTypeInfoCount((IDispatch *)dispatch, &count), S_OK);
        assert_int_equal(IUnknown_Release((IUnknown *)first), 1);
        assert_int_equal(IDispatch_Release((IDispatch *)dispatch), 0);
        assert_null(whole.part);
    }
}

/* A whole that was never finished: the part alone goes, and the whole is as it was. */
static void test_part__given_up(void **state) {
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        struct whole whole;
        whole_make(&whole, classes[i].clsid);
        assert_int_equal(IUnknown_Release(whole.part), 0);
        assert_int_equal(whole.refs, 1);
        assert_int_equal(whole.asked, 0);
    }
}

static void test_refused__other_interfaces(void **state) {
    (void)state;
    struct whole whole = {.IUnknown_iface = {&whole_vtbl}, .refs = 1};
    for (size_t i = 0; i < CLASSES; ++i) {
        const IID *const iids[] = {classes[i].iids[0], &IID_IDispatch, &OWN_IID};
        for (size_t k = 0; k < 3; ++k) {
            void *part = &part;
            expect_hr(CoCreateInstance(classes[i].clsid, &whole.IUnknown_iface, CLSCTX_ALL, iids[k], &part),
                      CLASS_E_NOAGGREGATION);
            assert_null(part);
        }
        expect_hr(CoCreateInstance(classes[i].clsid, &whole.IUnknown_iface, CLSCTX_ALL, &IID_IUnknown, NULL),
                  E_POINTER);
    }
    assert_int_equal(whole.refs, 1);
    assert_int_equal(whole.asked, 0);
}

/* The page's use: a builder with more commands than ISCardISO7816 has, which still is one. */

struct builder {
    struct whole whole;
    ISCardISO7816 *iso; /* of the part; not counted, as whoever aggregates keeps it */
};

static void builder_make(struct builder *builder) {
    void *iso = NULL;
    whole_make(&builder->whole, &CLSID_CSCardISO7816);
    expect_hr(IUnknown_QueryInterface(builder->whole.part, &IID_ISCardISO7816, &iso), S_OK);
    builder->iso = iso;
    /* The reference is the whole's own: kept, nobody could ever release the whole. */
    assert_int_equal(IUnknown_Release(&builder->whole.IUnknown_iface), 1);
}

/* ACTIVATE FILE (ISO/IEC 7816-9), with the part's class byte: built on a command of the part's. */
static HRESULT builder_ActivateFile(struct builder *builder, ISCardCmd **cmd) {
    const HRESULT hr = ISCardISO7816_EraseBinary(builder->iso, 0, 0, NULL, cmd);
    return FAILED(hr) ? hr : ISCardCmd_put_InstructionId(*cmd, 0x44);
}

static const char *apdu_of(ISCardCmd *cmd) {
    IByteBuffer *apdu = NULL;
    expect_hr(ISCardCmd_get_Apdu(cmd, &apdu), S_OK);
    const char *const hex = kit_hex(apdu);
    IByteBuffer_Release(apdu);
    return hex;
}

static void test_builder__more_commands(void **state) {
    (void)state;
    struct builder builder;
    ISCardISO7816 *iso = NULL;
    ISCardCmd *cmd = NULL;
    builder_make(&builder);
    expect_hr(IUnknown_QueryInterface(&builder.whole.IUnknown_iface, &IID_ISCardISO7816, (void **)&iso),
              S_OK);
    expect_hr(ISCardISO7816_SetDefaultClassId(iso, 0x80), S_OK);
    expect_hr(builder_ActivateFile(&builder, &cmd), S_OK);
    expect_text(apdu_of(cmd), "80 44 00 00");
    expect_hr(ISCardISO7816_SetDefaultClassId(iso, 0x00), S_OK);
    expect_hr(ISCardISO7816_GetChallenge(iso, 8, &cmd), S_OK);
    expect_text(apdu_of(cmd), "00 84 00 00 08");
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    assert_int_equal(ISCardISO7816_Release(iso), 1);
    assert_int_equal(IUnknown_Release(&builder.whole.IUnknown_iface), 0);
}

/* Card and command are parts; they find each other as ever, without the detour for other implementations. */
static void test_card__of_parts_talks(void **state) {
    (void)state;
    struct whole card_whole, cmd_whole;
    ISCard *card = NULL;
    ISCardEx *extension = NULL;
    ISCardCmd *cmd = NULL;
    wchar_t name[] = SIM_READER_WIDE;
    BSTR reader = NULL;
    whole_make(&card_whole, &CLSID_CSCard);
    whole_make(&cmd_whole, &CLSID_CSCardCmd);
    expect_hr(IUnknown_QueryInterface(&card_whole.IUnknown_iface, &IID_ISCard, (void **)&card), S_OK);
    expect_hr(IUnknown_QueryInterface(&cmd_whole.IUnknown_iface, &IID_ISCardCmd, (void **)&cmd), S_OK);
    expect_hr(ISCard_AttachByReader(card, name, SHARED, (SCARD_PROTOCOLS)(T0 | T1)), S_OK);
    expect_hr(ISCardCmd_BuildCmd(cmd, 0x00, 0xA4, 0x00, 0x0C, NULL, NULL), S_OK);
    ISCardCmd *same = cmd;
    expect_hr(ISCard_Transaction(card, &same), S_OK);
    assert_ptr_equal(same, cmd);
    expect_text(kit_reply(cmd), "90 00");
    expect_hr(ISCard_QueryInterface(card, &IID_ISCardEx, (void **)&extension), S_OK);
    expect_hr(ISCardEx_get_ReaderName(extension, &reader), S_OK);
    assert_int_equal(SysStringLen(reader), sizeof SIM_READER - 1);
    SysFreeString(reader);
    assert_int_equal(ISCardEx_Release(extension), 2);
    assert_int_equal(ISCard_Release(card), 1);
    assert_int_equal(ISCardCmd_Release(cmd), 1);
    assert_int_equal(IUnknown_Release(&card_whole.IUnknown_iface), 0);
    assert_int_equal(IUnknown_Release(&cmd_whole.IUnknown_iface), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_part__every_interface_of_every_class),
        cmocka_unit_test(test_part__own_unknown),
        cmocka_unit_test(test_part__order_of_release),
        cmocka_unit_test(test_part__given_up),
        cmocka_unit_test(test_refused__other_interfaces),
        cmocka_unit_test(test_builder__more_commands),
        cmocka_unit_test(test_card__of_parts_talks),
    };
    if (FAILED(scardssp_use_rm("sim", NULL, 0)))
        return 1;
    return cmocka_run_group_tests_name("aggregation", tests, NULL, NULL);
}
