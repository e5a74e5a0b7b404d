/*
 * Classes of other shared objects: what they are served by, which file wins, libraries that misbehave,
 * threads. Each case is a process of its own: what is loaded stays.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider_stage.h"
#include "rights.h"

#define THREADS 8

/* Served */

static void served_program(void) {
    HRESULT hr = E_FAIL;
    CLSID clsid = GUID_NULL;
    LPOLESTR progid = NULL;
    expect_hr(CLSIDFromProgID(L"tEST.dOUBLE", &clsid), S_OK);
    expect(IsEqualCLSID(&clsid, &double_clsid));
    expect_hr(CLSIDFromString(DOUBLE_PROGID, &clsid), S_OK);
    expect_hr(ProgIDFromCLSID(&double_clsid, &progid), S_OK);
    expect(wcscmp(progid, DOUBLE_PROGID) == 0);
    CoTaskMemFree(progid);
    const struct listed listed = stage_listed(stage_path("p/x.provider"));
    expect(listed.times == 1 && listed.state == SCARDSSP_PROVIDER_USED);
    expect_text(listed.clsid, DOUBLE_CLSID);
    expect_text(listed.progid, "Test.Double");
    expect_text(listed.name, "Doppelgänger # 1");
    expect_text(listed.library, stage_path("lib/good.so"));
    expect_text(listed.reason, "");
    fprintf(stderr, "made\n"); /* nothing is loaded before */
    expect(stage_make(&double_clsid, &hr) == 'b');
    expect(stage_make(&double_clsid, &hr) == 'b');
    void *factory = NULL;
    expect_hr(CoGetClassObject(&double_clsid, CLSCTX_ALL, NULL, &IID_IClassFactory, &factory), S_OK);
    IClassFactory_Release((IClassFactory *)factory);
    expect_hr(CoGetClassObject(&double_clsid, CLSCTX_ALL, NULL, &IID_ISCard, &factory), E_NOINTERFACE);
    expect(factory == NULL);
    expect_hr(CoCreateInstance(&double_clsid, NULL, CLSCTX_ALL, &IID_ISCard, &factory), E_NOINTERFACE);
    expect_hr(CoCreateInstance(&double_clsid, NULL, CLSCTX_LOCAL_SERVER, &IID_IUnknown, &factory),
              E_INVALIDARG);
    IUnknown *const outer = (IUnknown *)kit_cmd();
    expect_hr(CoCreateInstance(&double_clsid, outer, CLSCTX_ALL, &IID_ISCard, &factory),
              CLASS_E_NOAGGREGATION);
    /*
     * Whether it can be part of another is for the provider to say: this one's object can (behaviour.md,
     * aggregation).
     */
    expect_hr(CoCreateInstance(&double_clsid, outer, CLSCTX_ALL, &IID_IUnknown, &factory), S_OK);
    expect(IUnknown_Release((IUnknown *)factory) == 0);
    expect(IUnknown_Release(outer) == 0);
}

static void test_served__class_and_names(void **state) {
    (void)state;
    stage_write_good();
    char *const said = stage_child(served_program, "@/p");
    const char *const made = strstr(said, "made\n");
    assert_non_null(made);
    assert_non_null(strstr(made, "loaded 1\n"));
    assert_non_null(
        strstr(said, stage_text("scardssp: provider(@/p/x.provider) library @/lib/good.so = 0x00000000\n")));
    stage_expect_loaded(said, 1);
}

static void own_program(void) {
    const struct listed own = stage_listed(NULL);
    expect(own.times == 1 && own.state == SCARDSSP_PROVIDER_USED);
    expect_text(own.clsid, "{E126F8FF-A7AF-11D0-B88A-00C04FD424B9}");
    expect_text(own.progid, "SCardSSP.ByteBuffer");
    expect_text(own.name, "CByteBuffer");
    expect_hr(scardssp_providers(NULL, NULL), E_POINTER);
}

static void test_listed__own_classes(void **state) {
    (void)state;
    free(stage_child(own_program, "@/p"));
}

/* Which one wins */

#define OTHER_FILE "clsid = " DOUBLE_CLSID "\npath = @/lib/other.so\nprogid = Test.Other\n"

static char wanted_kind;
static const char *hidden_file, *used_file;

static void precedence_program(void) {
    HRESULT hr = S_OK;
    expect(stage_make(&double_clsid, &hr) == wanted_kind);
    const struct listed hidden = stage_listed(stage_path(hidden_file));
    const struct listed used = stage_listed(stage_path(used_file));
    char reason[300];
    (void)snprintf(reason, sizeof reason, "%s names the same class", stage_path(used_file));
    expect(used.state == SCARDSSP_PROVIDER_USED && hidden.state == SCARDSSP_PROVIDER_HIDDEN);
    expect_text(hidden.reason, reason);
}

static void test_precedence__last_directory_then_last_file(void **state) {
    (void)state;
    static const struct {
        const char *path, *hidden, *used;
        char kind;
    } cases[] = {
        {"@/p:@/q", "p/x.provider", "q/a.provider", 'c'},
        {"@/q:@/p", "q/a.provider", "p/x.provider", 'b'},
        {"@/q:@/none::@/p:", "q/a.provider", "p/x.provider", 'b'},
    };
    stage_write_good();
    stage_write("q/a.provider", OTHER_FILE);
    stage_write("q/z.provider.bak", GOOD_LINES); /* neither is a .provider file */
    stage_write("q/.z.provider", GOOD_LINES);
    for (size_t i = 0; i < 3; ++i) {
        wanted_kind = cases[i].kind;
        hidden_file = cases[i].hidden;
        used_file = cases[i].used;
        stage_expect_loaded(stage_child(precedence_program, cases[i].path), 1);
    }
    stage_write("p/y.provider", OTHER_FILE);
    wanted_kind = 'c';
    hidden_file = "p/x.provider";
    used_file = "p/y.provider";
    stage_expect_loaded(stage_child(precedence_program, "@/p"), 1);
}

/* One that is refused hides nobody. */
static void test_precedence__refused_counts_for_nothing(void **state) {
    (void)state;
    stage_write_good();
    stage_write("q/a.provider", OTHER_FILE "nonsense\n");
    stage_write("q/b.provider", "clsid = " DOUBLE_CLSID "\npath = @/lib/gone.so\n");
    stage_expect_loaded(stage_child(stage_works_program, "@/p:@/q"), 1);
}

static void nameless_program(void) {
    LPOLESTR progid = (LPOLESTR)&progid;
    CLSID clsid;
    expect_hr(ProgIDFromCLSID(&double_clsid, &progid), REGDB_E_CLASSNOTREG);
    expect(progid == NULL);
    expect_hr(CLSIDFromProgID(L"", &clsid), CO_E_CLASSSTRING);
    expect_hr(CLSIDFromProgID(L"Test.Doubl", &clsid), CO_E_CLASSSTRING);
    expect_hr(CLSIDFromProgID(L"Test.Double.1", &clsid), CO_E_CLASSSTRING);
}

static void test_progid__none(void **state) {
    (void)state;
    stage_write("p/x.provider", GOOD_LINES);
    stage_expect_loaded(stage_child(nameless_program, "@/p"), 0);
}

/* Directories change */

static void changing_program(void) {
    HRESULT hr = S_OK;
    for (int round = 0; round < 3; ++round) {
        expect(stage_make(&double_clsid, &hr) == '-');
        stage_write_good();
        expect(stage_make(&double_clsid, &hr) == 'b'); /* at once: no waiting for another tick of the clock */
        stage_shell("rm p/x.provider");
    }
    expect(stage_make(&double_clsid, &hr) == '-');
    stage_write_good();
    stage_shell("mv lib/good.so lib/away.so");
    expect(stage_make(&double_clsid, &hr) == '-');
    stage_shell("mv lib/away.so lib/good.so"); /* p/ has not changed */
    expect(stage_make(&double_clsid, &hr) == 'b');
}

static void test_changes__noticed(void **state) {
    (void)state;
    free(stage_child(changing_program, "@/p"));
}

static void unknown_program(void) {
    HRESULT hr = S_OK;
    for (int i = 0; i < 1000; ++i)
        expect(stage_make(&double_clsid, &hr) == '-');
}

/* Each reading of the files leaves one line about the bad one. */
static void test_changes__unknown_classes_do_not_read_again(void **state) {
    (void)state;
    stage_write("p/x.provider", "nonsense\n");
    usleep(150000);
    char *const said = stage_child(unknown_program, "@/p");
    const unsigned lines = stage_count(said, "refused");
    free(said);
    assert_int_equal(lines, 1);
}

/* Libraries that misbehave */

static const struct failing_case {
    const char *library;
    HRESULT hr;
    const char *reason; /* of the listing; NULL: the library loads, so there is none */
} failing_cases[] = {
    {"fails.so", E_ACCESSDENIED, NULL},
    {"liar.so", E_UNEXPECTED, NULL},
    {"hollow.so", E_UNEXPECTED, NULL},
    {"mute.so", CO_E_ERRORINDLL, "it does not export DllGetClassObject"},
    {"text.so", CO_E_DLLNOTFOUND, "text.so: file too short"},
};

static const struct failing_case *failing_case;

static void failing_program(void) {
    HRESULT hr = S_OK;
    for (int i = 0; i < 2; ++i) { /* failing once does not change the next answer */
        expect(stage_make(&double_clsid, &hr) == '-');
        expect_hr(hr, failing_case->hr);
    }
    const struct listed listed = stage_listed(stage_path("p/x.provider"));
    expect(listed.state == (failing_case->reason ? SCARDSSP_PROVIDER_FAILED : SCARDSSP_PROVIDER_USED));
    expect(strstr(listed.reason, failing_case->reason ? failing_case->reason : "") != NULL);
}

static void test_failing__libraries(void **state) {
    (void)state;
    stage_write("lib/text.so", "text");
    for (size_t i = 0; i < sizeof failing_cases / sizeof failing_cases[0]; ++i) {
        char text[300];
        failing_case = &failing_cases[i];
        (void)snprintf(text, sizeof text, "clsid = " DOUBLE_CLSID "\npath = @/lib/%s\n",
                       failing_case->library);
        stage_write("p/x.provider", text);
        free(stage_child(failing_program, "@/p"));
    }
}

static void nested_program(void) {
    HRESULT hr = S_OK;
    expect(stage_make(&double_clsid, &hr) == 'b');
}

/* A provider may use another one, even while it is being loaded. */
static void test_nested__another_provider(void **state) {
    (void)state;
    stage_write("p/x.provider", "clsid = " DOUBLE_CLSID "\npath = @/lib/nested.so\n");
    stage_write("p/y.provider", "clsid = {0D0B1E00-1111-4222-8333-444455557777}\npath = @/lib/other.so\n"
                                "progid = Test.Inner\n");
    char *const said = stage_child(nested_program, "@/p");
    assert_non_null(strstr(said, "inner 00000000\n"));
    stage_expect_loaded(said, 2);
}

/* Threads */

static pthread_barrier_t start;

static void *thread_main(void *user) {
    HRESULT hr = S_OK;
    pthread_barrier_wait(&start);
    for (int i = 0; i < 50; ++i) {
        expect(stage_make(&double_clsid, &hr) == 'b');
        expect(stage_listed(user).state == SCARDSSP_PROVIDER_USED);
    }
    return NULL;
}

static void threads_program(void) {
    pthread_t threads[THREADS];
    char file[200];
    (void)snprintf(file, sizeof file, "%s", stage_path("p/x.provider"));
    pthread_barrier_init(&start, NULL, THREADS + 1);
    for (size_t i = 0; i < THREADS; ++i)
        expect(pthread_create(&threads[i], NULL, thread_main, file) == 0);
    pthread_barrier_wait(&start);
    for (int i = 0; i < 20; ++i) /* meanwhile the directory changes */
        stage_write(i % 2 ? "p/y.provider" : "p/z.provider", "nonsense\n");
    for (size_t i = 0; i < THREADS; ++i)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&start);
}

static void test_threads__load_once(void **state) {
    (void)state;
    stage_write_good();
    stage_expect_loaded(stage_child(threads_program, "@/p"), 1);
}

/* The user's own directory */

static void test_user__directory(void **state) {
    (void)state;
    char home[200], data[200];
    stage_write_good();
    stage_shell("mkdir -p home/.local/share/scardssp data/scardssp && cp -r p "
                "home/.local/share/scardssp/providers.d");
    (void)snprintf(home, sizeof home, "HOME=%s", stage_path("home"));
    (void)snprintf(data, sizeof data, "XDG_DATA_HOME=%s", stage_path("data"));
    free(kit_child(nested_program, (const char *const[]){home, "XDG_DATA_HOME=", NULL}));
    free(kit_child(nested_program, (const char *const[]){home, "XDG_DATA_HOME=relative", NULL}));
    kit_quiet_child(stage_quiet_program, (const char *const[]){home, data, NULL});
    kit_quiet_child(stage_quiet_program, (const char *const[]){"HOME=", "XDG_DATA_HOME=", NULL});
    stage_shell("mv home/.local/share/scardssp/providers.d data/scardssp/");
    free(kit_child(nested_program, (const char *const[]){home, data, NULL}));
    kit_quiet_child(stage_quiet_program, (const char *const[]){home, "XDG_DATA_HOME=", NULL});
}

/* Whoever starts a program with more rights does not tell it what to load. */
static void test_user__not_in_set_uid_programs(void **state) {
    (void)state;
    char home[200], listed[200];
    if (geteuid() != 0)
        skip();
    stage_write_good();
    stage_shell("mkdir -p home/.local/share/scardssp && cp -r p home/.local/share/scardssp/providers.d");
    (void)snprintf(home, sizeof home, "HOME=%s", stage_path("home"));
    (void)snprintf(listed, sizeof listed, "SCARDSSP_PROVIDER_PATH=%s", stage_path("p"));
    char *const by_home[] = {home, NULL};
    char *const by_list[] = {listed, NULL};
    const int made = rights_make(HELPER, LIBRARY);
    const int plain = made ? rights_run(0755, by_home) : -1;
    const int secure = made ? rights_run(04755, by_home) : -1;
    const int plain_list = made ? rights_run(0755, by_list) : -1;
    const int secure_list = made ? rights_run(04755, by_list) : -1;
    const int secure_group = made ? rights_run(02755, by_list) : -1;
    rights_remove();
    assert_int_equal(plain, 11);
    assert_int_equal(plain_list, 11);
    if (secure / 10 == 1) /* no set-uid here */
        skip();
    assert_int_equal(secure, 20);
    assert_int_equal(secure_list, 20);
    assert_int_equal(secure_group, 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_served__class_and_names),
        CASE(test_listed__own_classes),
        CASE(test_precedence__last_directory_then_last_file),
        CASE(test_precedence__refused_counts_for_nothing),
        CASE(test_progid__none),
        CASE(test_changes__noticed),
        CASE(test_changes__unknown_classes_do_not_read_again),
        CASE(test_failing__libraries),
        CASE(test_nested__another_provider),
        CASE(test_threads__load_once),
        CASE(test_user__directory),
        CASE(test_user__not_in_set_uid_programs),
    };
    return cmocka_run_group_tests_name("providers", tests, NULL, NULL);
}
