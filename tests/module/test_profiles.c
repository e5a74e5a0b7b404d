/*
 * Profiles of cards that vendors' shared objects bring: found by a file, loaded when a manager is made, known
 * by the cards from then on; and those that are not good, which harm nobody.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider_stage.h"

#define ONE "profile = stage-one\npath = @/lib/profiles.so\n"

/* What opening a file of this name on the demo card gives, by a manager made for it. */
static HRESULT open_by(const wchar_t *text) {
    ISCardManage *manage = NULL;
    ISCardFileAccess *files = NULL;
    HSCARD_FILE file = 0;
    BSTR name = SysAllocString(text), reader = SysAllocString(SIM_READER_WIDE);
    expect_hr(CoCreateInstance(&CLSID_CSCardManage, NULL, CLSCTX_ALL, &IID_ISCardManage, (void **)&manage),
              S_OK);
    expect_hr(ISCardManage_AttachByIFD(manage, reader, SHARED), S_OK);
    expect_hr(ISCardManage_CreateFileAccess(manage, &files), S_OK);
    const HRESULT hr = ISCardFileAccess_Open(files, SC_TYPE_BY_NAME, name, &file);
    expect(ISCardFileAccess_Release(files) == 0);
    expect(ISCardManage_Release(manage) == 0);
    SysFreeString(reader);
    SysFreeString(name);
    return hr;
}

/* Runs the program over the simulator with these directories; what it said. */
static char *run(void (*program)(void), const char *path) {
    char variable[300];
    (void)snprintf(variable, sizeof variable, "SCARDSSP_PROVIDER_PATH=%s", stage_text(path));
    return kit_child(program, (const char *const[]){variable, "SCARDSSP_RM=sim", NULL});
}

static void served_program(void) {
    HRESULT hr = S_OK;
    expect(stage_make(&CLSID_CSCardCmd, &hr) == 'c'); /* needs no profile */
    fprintf(stderr, "before\n");
    expect_hr(open_by(L"Serial"), S_OK);
    expect_hr(open_by(L"SERIAL"), S_OK);
    expect_hr(open_by(L"Second"), E_INVALIDARG);
    const struct listed listed = stage_listed(stage_path("p/x.provider"));
    expect(listed.times == 1 && listed.state == SCARDSSP_PROVIDER_USED);
    expect_text(listed.profile, "stage-one");
    expect_text(listed.clsid, "");
    expect_text(listed.library, stage_path("lib/profiles.so"));
    expect_text(listed.reason, "");
}

static void test_served__loaded_by_the_first_manager(void **state) {
    (void)state;
    stage_write("p/x.provider", ONE);
    char *const said = run(served_program, "@/p");
    assert_non_null(strstr(said, "before\nloaded 1\n"));
    stage_expect_loaded(said, 1);
}

/* Which one counts */

static const wchar_t *known, *unknown;
static const char *hidden_file, *used_file;

static void precedence_program(void) {
    char reason[300];
    expect_hr(open_by(known), S_OK);
    expect_hr(open_by(unknown), E_INVALIDARG);
    const struct listed hidden = stage_listed(stage_path(hidden_file));
    (void)snprintf(reason, sizeof reason, "%s names the same profile", stage_path(used_file));
    expect(hidden.state == SCARDSSP_PROVIDER_HIDDEN);
    expect_text(hidden.reason, reason);
    expect(stage_listed(stage_path(used_file)).state == SCARDSSP_PROVIDER_USED);
}

/* Of one name the last file; of two names for one card, too. */
static void test_precedence__last_file(void **state) {
    (void)state;
    stage_write("p/x.provider", ONE);
    stage_write("q/x.provider", "profile = stage-one\npath = @/lib/otherprofiles.so\n");
    known = L"Other", unknown = L"Serial", hidden_file = "p/x.provider", used_file = "q/x.provider";
    stage_expect_loaded(run(precedence_program, "@/p:@/q"), 1);
    known = L"Serial", unknown = L"Other", hidden_file = "q/x.provider", used_file = "p/x.provider";
    stage_expect_loaded(run(precedence_program, "@/q:@/p"), 1);
}

static void both_program(void) {
    expect_hr(open_by(known), S_OK);
    expect_hr(open_by(unknown), E_INVALIDARG);
}

static void test_precedence__two_profiles_for_one_card(void **state) {
    (void)state;
    stage_write("p/1.provider", ONE);
    stage_write("p/2.provider", "profile = stage-two\npath = @/lib/profiles.so\n");
    known = L"Second", unknown = L"Serial";
    stage_expect_loaded(run(both_program, "@/p"), 1);
    stage_shell("mv p/1.provider p/3.provider");
    known = L"Serial", unknown = L"Second";
    stage_expect_loaded(run(both_program, "@/p"), 1);
}

/* Bad ones */

static const struct bad_case {
    const char *library, *profile;
    uint32_t state;
    const char *reason;
} bad_cases[] = {
    {"badprofiles.so", "stage-one", SCARDSSP_PROVIDER_FAILED,
     "files[0]: name is not letters, digits, '-', '_' and '.', a letter first, and more than hexadecimal digits"},
    {"noprofiles.so", "stage-one", SCARDSSP_PROVIDER_FAILED,
     "ScardsspGetProfile knows no profile of this name"},
    {"profiles.so", "stage-three", SCARDSSP_PROVIDER_FAILED,
     "ScardsspGetProfile knows no profile of this name"},
    {"silentprofiles.so", "stage-one", SCARDSSP_PROVIDER_FAILED, "it does not export ScardsspGetProfile"},
    {"text.so", "stage-one", SCARDSSP_PROVIDER_FAILED, "@/lib/text.so: file too short"},
    {"open.so", "stage-one", SCARDSSP_PROVIDER_REFUSED, "@/lib/open.so: everybody may write to it"},
};
static const struct bad_case *bad;

static void bad_program(void) {
    for (int i = 0; i < 2; ++i) {
        expect_hr(open_by(L"Second"), S_OK); /* the other one is as good as ever */
        expect_hr(open_by(L"Serial"), E_INVALIDARG);
        const struct listed listed = stage_listed(stage_path("p/x.provider"));
        expect(listed.state == bad->state);
        expect_text(listed.reason, stage_text(bad->reason));
    }
}

static void test_bad__harms_no_other(void **state) {
    (void)state;
    stage_write("lib/text.so", "text");
    stage_shell("cp lib/profiles.so lib/open.so && chmod 666 lib/open.so");
    stage_write("p/a.provider", "profile = stage-two\npath = @/lib/profiles.so\n");
    for (size_t i = 0; i < sizeof bad_cases / sizeof bad_cases[0]; ++i) {
        char text[300];
        bad = &bad_cases[i];
        (void)snprintf(text, sizeof text, "profile = %s\npath = @/lib/%s\n", bad->profile, bad->library);
        stage_write("p/x.provider", text);
        free(run(bad_program, "@/p"));
    }
}

/* Asked for by scardssp_profiles() alone, without a manager or a resource manager. */
static void asked_program(void) {
    expect(stage_listed(stage_path("p/x.provider")).state == SCARDSSP_PROVIDER_USED);
    expect_hr(scardssp_profiles(), S_OK);
    expect(stage_listed(stage_path("p/x.provider")).state == SCARDSSP_PROVIDER_FAILED);
}

static void test_bad__told_when_asked(void **state) {
    (void)state;
    stage_write("p/x.provider", "profile = stage-one\npath = @/lib/badprofiles.so\n");
    char *const said = stage_child(asked_program, "@/p");
    assert_non_null(
        strstr(said, stage_text("scardssp: provider(@/p/x.provider) library @/lib/badprofiles.so profile "
                                "stage-one refused: files[0]: name is not")));
    stage_expect_loaded(said, 1);
}

/* Files come and go; what a library has brought stays with it. */
static void changing_program(void) {
    for (int round = 0; round < 3; ++round) {
        expect_hr(open_by(L"Serial"), E_INVALIDARG);
        stage_write("p/x.provider", ONE);
        expect_hr(open_by(L"Serial"), S_OK);
        stage_shell("rm p/x.provider");
    }
    stage_write("p/x.provider", ONE);
    stage_shell("mv lib/profiles.so lib/away.so");
    expect_hr(open_by(L"Serial"), E_INVALIDARG);
    stage_shell("mv lib/away.so lib/profiles.so");
    expect_hr(open_by(L"Serial"), S_OK);
}

static void test_changes__noticed_by_the_next_manager(void **state) {
    (void)state;
    stage_expect_loaded(run(changing_program, "@/p"), 1);
}

static void nested_program(void) {
    expect_hr(open_by(L"Serial"), S_OK);
}

static void test_nested__a_manager_while_loading(void **state) {
    (void)state;
    stage_write("p/x.provider", "profile = stage-one\npath = @/lib/nestedprofiles.so\n");
    char *const said = run(nested_program, "@/p");
    assert_non_null(strstr(said, "inner 00000000\n"));
    stage_expect_loaded(said, 1);
}

static pthread_barrier_t start;

static void *thread_main(void *user) {
    (void)user;
    pthread_barrier_wait(&start);
    for (int i = 0; i < 20; ++i)
        expect_hr(open_by(L"Serial"), S_OK);
    return NULL;
}

static void threads_program(void) {
    pthread_t threads[4];
    expect(pthread_barrier_init(&start, NULL, 4) == 0);
    for (size_t i = 0; i < 4; ++i)
        expect(pthread_create(&threads[i], NULL, thread_main, NULL) == 0);
    for (size_t i = 0; i < 4; ++i)
        expect(pthread_join(threads[i], NULL) == 0);
    expect(pthread_barrier_destroy(&start) == 0);
}

static void test_threads__one_library(void **state) {
    (void)state;
    stage_write("p/x.provider", ONE);
    stage_expect_loaded(run(threads_program, "@/p"), 1);
}

/* A class and a profile are different things, whatever their files say. */
static void apart_program(void) {
    HRESULT hr = S_OK;
    void *out = NULL;
    expect_hr(open_by(L"Serial"), S_OK);
    expect(stage_make(&double_clsid, &hr) == 'b');
    expect_hr(CoCreateInstance(&GUID_NULL, NULL, CLSCTX_ALL, &IID_IUnknown, &out), REGDB_E_CLASSNOTREG);
}

static void test_apart__classes_and_profiles(void **state) {
    (void)state;
    stage_write_good();
    stage_write("p/y.provider", ONE);
    stage_expect_loaded(run(apart_program, "@/p"), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_served__loaded_by_the_first_manager),
        CASE(test_precedence__last_file),
        CASE(test_precedence__two_profiles_for_one_card),
        CASE(test_bad__harms_no_other),
        CASE(test_bad__told_when_asked),
        CASE(test_changes__noticed_by_the_next_manager),
        CASE(test_nested__a_manager_while_loading),
        CASE(test_threads__one_library),
        CASE(test_apart__classes_and_profiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
