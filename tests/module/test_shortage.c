/*
 * Out of memory, whole: every allocation of the library fails once, in each public call in turn.
 * behaviour.md, rules for every method: E_OUTOFMEMORY, the object unchanged and still usable. So each call
 * either works all the same, or says so and works the next time: no failure is remembered.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "kit.h"
#include "provider_stage.h"
#include "shortage.h"
#include "shortage_calls.h"
#include "stage.h"

#define ALLOCATIONS_MOST 3000
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void sweep(const char *name, program_call call) {
    for (int lasting = 0; lasting < 2; ++lasting) {
        bool failed = true;
        for (size_t at = 0; failed; ++at) {
            expect(at < ALLOCATIONS_MOST);
            shortage_begin(at, lasting != 0);
            const HRESULT hr = call();
            failed = shortage_end();
            if (hr != S_OK && hr != E_OUTOFMEMORY)
                print_error("%s, allocation %zu: %s\n", name, at, scardssp_status_name(hr));
            expect_hr(hr, hr == S_OK ? S_OK : E_OUTOFMEMORY);
            const HRESULT again = call();
            if (again != S_OK)
                print_error("%s, after allocation %zu failed: %s\n", name, at, scardssp_status_name(again));
            expect_hr(again, S_OK);
        }
    }
}

/* Making objects */

static HRESULT make(const CLSID *clsid) {
    void *object = (void *)&clsid;
    const HRESULT hr = CoCreateInstance(clsid, NULL, CLSCTX_ALL, &IID_IDispatch, &object);
    return shortage_released(hr, object);
}

static HRESULT make_buffer(void) {
    return make(&CLSID_CByteBuffer);
}

static HRESULT make_cmd(void) {
    return make(&CLSID_CSCardCmd);
}

static HRESULT make_builder(void) {
    return make(&CLSID_CSCardISO7816);
}

static HRESULT make_card(void) {
    return make(&CLSID_CSCard);
}

static HRESULT make_converter(void) {
    return make(&CLSID_CSCardTypeConv);
}

static HRESULT make_database(void) {
    return make(&CLSID_CSCardDatabase);
}

static HRESULT make_locate(void) {
    return make(&CLSID_CSCardLocate);
}

/* With what a manager makes. */
static HRESULT make_manage(void) {
    ISCardManage *manage = NULL;
    ISCardVerify *verify = NULL;
    ISCardAuth *auth = NULL;
    ISCardFileAccess *files = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCardManage, NULL, CLSCTX_INPROC_SERVER, &IID_ISCardManage,
                                  (void **)&manage);
    if (FAILED(hr))
        return hr;
    hr = ISCardManage_CreateCHVerification(manage, &verify);
    if (SUCCEEDED(hr))
        hr = ISCardManage_CreateCardAuth(manage, &auth);
    if (SUCCEEDED(hr))
        hr = ISCardManage_CreateFileAccess(manage, &files);
    if (files)
        ISCardFileAccess_Release(files);
    if (verify)
        ISCardVerify_Release(verify);
    if (auth)
        ISCardAuth_Release(auth);
    ISCardManage_Release(manage);
    return hr;
}

static HRESULT make_foreign(void) {
    void *object = &object;
    const HRESULT hr = CoCreateInstance(&double_clsid, NULL, CLSCTX_ALL, &IID_IByteBuffer, &object);
    return shortage_released(hr, object);
}

/* Of an object that is there already. */
static IUnknown *outer;

static HRESULT make_part(void) {
    void *object = &object;
    const HRESULT hr = CoCreateInstance(&CLSID_CSCardISO7816, outer, CLSCTX_ALL, &IID_IUnknown, &object);
    return shortage_released(hr, object);
}

static HRESULT make_factory(void) {
    void *object = &object;
    const HRESULT hr = CoGetClassObject(&CLSID_CSCard, CLSCTX_ALL, NULL, &IID_IClassFactory, &object);
    return shortage_released(hr, object);
}

static HRESULT find_class(void) {
    CLSID clsid;
    return CLSIDFromProgID(DOUBLE_PROGID, &clsid);
}

static HRESULT find_progid(void) {
    LPOLESTR text = NULL;
    const HRESULT hr = ProgIDFromCLSID(&double_clsid, &text);
    CoTaskMemFree(text);
    return hr;
}

static int count_providers(void *user, const struct scardssp_provider *provider) {
    (void)provider;
    ++*(unsigned *)user;
    return 0;
}

static HRESULT list_providers(void) {
    unsigned count = 0;
    const HRESULT hr = scardssp_providers(count_providers, &count);
    expect(FAILED(hr) || count == 9);
    return hr;
}

static void sweep_all(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; ++i)
        sweep(rows[i].name, rows[i].call);
}

static const struct row objects[] = {
    ROW(make_card),      ROW(make_database),      ROW(make_locate),
    ROW(make_manage),    ROW(make_foreign),       ROW(make_buffer),
    ROW(make_cmd),       ROW(make_builder),       ROW(make_converter),
    ROW(make_factory),   ROW(find_class),         ROW(find_progid),
    ROW(list_providers), ROW(shortage_see_cards), ROW(shortage_plug_and_unplug)};

static void objects_program(void) {
    sweep_all(objects, COUNT(objects));
    outer = (IUnknown *)kit_cmd();
    sweep("make_part", make_part);
    IUnknown_Release(outer);
}

/* What a child is to do: which call, and which of its allocations fails. */
static struct {
    const struct row *row;
    size_t at;
} first;

/*
 * The first call of a process makes what all share: the simulator, the card database, the list of ATRs, what
 * is known of providers. Whatever failed then, the next call finds: also the user's part of the database.
 */
static void first_program(void) {
    shortage_begin(first.at, false);
    const HRESULT hr = first.row->call();
    if (!shortage_end())
        fprintf(stderr, "no more\n");
    expect_hr(hr, hr == S_OK ? S_OK : E_OUTOFMEMORY);
    expect_hr(first.row->call(), S_OK);
    expect_hr(shortage_see_cards(), S_OK);
    expect_hr(find_class(), S_OK);
}

static void introduce_program(void) {
    expect_hr(shortage_introduce(), S_OK);
}

static void calls_program(void) {
    size_t count = 0;
    const struct row *const rows = shortage_calls(&count);
    shortage_gather(stage_is_service() ? stage_reader_wide() : SIM_READER_WIDE);
    sweep_all(rows, count);
    if (!stage_is_service()) {
        sweep("plug_and_unplug", shortage_plug_and_unplug);
        sweep("insert", shortage_insert);
    }
    shortage_drop();
}

/* Returns what the child said, among it that the double of a provider is loaded. */
static char *said_by(void (*program)(void)) {
    char providers[300], user[300], system[300];
    stage_write_good();
    (void)snprintf(providers, sizeof providers, "SCARDSSP_PROVIDER_PATH=%s", stage_path("p"));
    (void)snprintf(user, sizeof user, "SCARDSSP_DATABASE_USER=%s", stage_path("user.db"));
    (void)snprintf(system, sizeof system, "SCARDSSP_DATABASE_SYSTEM=%s", stage_path("system.db"));
    return kit_child(program,
                     (const char *const[]){stage_is_service() ? "SCARDSSP_RM=system" : "SCARDSSP_RM=sim",
                                           providers, user, system, NULL});
}

static void test_shortage__first_call(void **state) {
    (void)state;
    free(said_by(introduce_program));
    for (size_t i = 0; i < COUNT(objects); ++i) {
        bool more = true;
        /*
         * The cards of a simulator take hundreds of allocations that icc/image/test_memory.c looks at: not
         * each in a process.
         */
        for (first.at = 0; more; first.at += first.at < 40 ? 1 : 97) {
            first.row = &objects[i];
            char *const said = said_by(first_program);
            more = !strstr(said, "no more");
            free(said);
        }
    }
}

static void test_shortage__objects(void **state) {
    (void)state;
    free(said_by(introduce_program));
    free(said_by(objects_program));
}

static void test_shortage__calls(void **state) {
    (void)state;
    free(said_by(calls_program));
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_shortage__calls, stage_build, stage_tear_down),
        cmocka_unit_test_setup_teardown(test_shortage__first_call, stage_build, stage_tear_down),
        cmocka_unit_test_setup_teardown(test_shortage__objects, stage_build, stage_tear_down),
    };
    if (argc < 2 || strcmp(argv[1], "pcscd") !=
                        0) /* the simulator is chosen in each child: what is first there, is tried */
        return cmocka_run_group_tests_name("sim", tests, NULL, NULL);
    char why[300] = "";
    if (!stage_open("pcscd", why, sizeof why)) {
        printf("1..0 # SKIP %s\n", why);
        stage_close();
        return 0;
    }
    /* There what is first is a connection, which the calls make again and again. */
    const int failed = _cmocka_run_group_tests("pcscd", tests, 1, NULL, NULL);
    stage_close();
    return failed;
}
