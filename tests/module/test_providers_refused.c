/*
 * Files of providers that are refused, and the reasons: what they say, who could have changed them or their
 * libraries; and what looks odd and is sound.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "provider_stage.h"

/* Without being asked for a trace the library says nothing, whatever it finds. */
static void test_refused__silent_without_trace(void **state) {
    (void)state;
    char variable[300];
    stage_write("p/x.provider", "nonsense\n");
    (void)snprintf(variable, sizeof variable, "SCARDSSP_PROVIDER_PATH=%s:%s", stage_path("p"),
                   stage_path("none"));
    kit_quiet_child(stage_quiet_program, (const char *const[]){variable, NULL});
}

/* Refused: the text */

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

static const struct {
    const char *text;
    const char *reason; /* behind the file's path */
} texts[] = {
    {"", ": there is no clsid, and no profile"},
    {"clsid = " DOUBLE_CLSID "\n", ": there is no path"},
    {"path = @/lib/good.so\n", ": there is no clsid, and no profile"},
    {"nonsense\n", ":1: there is no '='; a line is \"key = value\", or a comment after '#'"},
    {"#\n\nclsid\n", ":3: there is no '='; a line is \"key = value\", or a comment after '#'"},
    {GOOD_LINES "version = 1\n", ":3: this key is unknown; there are clsid, profile, path, progid and name"},
    {GOOD_LINES "Name = x\n", ":3: this key is unknown; there are clsid, profile, path, progid and name"},
    {GOOD_LINES "= x\n", ":3: this key is unknown; there are clsid, profile, path, progid and name"},
    {GOOD_LINES "name =\n", ":3: there is no value"},
    {GOOD_LINES "clsid = " DOUBLE_CLSID "\n", ":3: there is a second clsid"},
    {GOOD_LINES "path = @/lib/good.so", ":3: there is a second path"},
    {GOOD_LINES "name = a\nname = b\n", ":4: there is a second name"},
    {GOOD_LINES "progid = a\nprogid = a\n", ":4: there is a second progid"},
    {"clsid = " DOUBLE_CLSID "\r\n", ":1: there is a control character; lines end with a newline alone"},
    {"# \x1b[31m\n" GOOD_LINES, ":1: there is a control character; lines end with a newline alone"},
    {"clsid = {0}\n", ":1: clsid is no GUID in registry form, {E126F8FE-A7AF-11D0-B88A-00C04FD424B9}"},
    {"clsid = {0D0B1E00-1111-4222-8333-44445555666G}\n",
     ":1: clsid is no GUID in registry form, {E126F8FE-A7AF-11D0-B88A-00C04FD424B9}"},
    {"clsid = {00000000-0000-0000-0000-000000000000}\n", ":1: clsid is all zeros, which no class is"},
    {"path = lib/good.so\n", ":1: path is relative; it has to begin with '/'"},
    {"path = ./good.so\n", ":1: path is relative; it has to begin with '/'"},
    {"path = @/$LIB/good.so\n", ":1: path holds a '$', which means something to the loader"},
    {"progid = 1.Card\n",
     ":1: progid is not made of letters, digits and '.', with a letter at its beginning"},
    {"progid = Test Double\n",
     ":1: progid is not made of letters, digits and '.', with a letter at its beginning"},
    {"progid = Tést\n", ":1: progid is not made of letters, digits and '.', with a letter at its beginning"},
    {"progid = A" TEN TEN TEN TEN "\n", ":1: the value is too long"},
    {"name = " FIFTY FIFTY FIFTY FIFTY FIFTY TEN "\n", ":1: the value is too long"},
    {"name = \xff\xfe\n", ":1: name is not UTF-8"},
    {"clsid = {1461AAC7-6810-11D0-918F-00AA00C18068}\npath = @/lib/good.so\n",
     ": clsid is that of a class of this library, which always comes first"},
    {GOOD_LINES "profile = acme-badge\n", ": clsid and profile are for a file each"},
    {"profile = acme-badge\npath = @/lib/profiles.so\nprogid = Acme.Badge\n",
     ": progid is for a class, and there is no clsid"},
    {"profile = Acme\n", ":1: profile is not small letters, digits and '-', a letter first"},
    {"profile = 1acme\n", ":1: profile is not small letters, digits and '-', a letter first"},
    {"profile = " TEN TEN TEN "ab\n", ":1: the value is too long"},
    {"profile = a\nprofile = a\n", ":2: there is a second profile"},
    {"profile = piv\npath = @/lib/profiles.so\n",
     ": profile is the name of one of this library, which always comes first"},
    {GOOD_LINES "progid = scardssp.SCARD\n",
     ": progid is that of a class of this library, which always comes first"},
    {GOOD_LINES "progid = SCardSSP.SCard.1\n",
     ": progid is that of a class of this library, which always comes first"},
};
#define TEXTS (sizeof texts / sizeof texts[0])

static void texts_program(void) {
    HRESULT hr = S_OK;
    for (size_t i = 0; i < TEXTS; ++i) {
        char name[40], reason[600];
        (void)snprintf(name, sizeof name, "p/%02u.provider", (unsigned)i);
        (void)snprintf(reason, sizeof reason, "%s%s", stage_path(name), texts[i].reason);
        const struct listed listed = stage_listed(stage_path(name));
        expect(listed.times == 1 && listed.state == SCARDSSP_PROVIDER_REFUSED);
        expect_text(listed.reason, reason);
    }
    expect(stage_make(&double_clsid, &hr) == '-');
    expect_hr(hr, REGDB_E_CLASSNOTREG);
    expect(stage_make(&CLSID_CSCardCmd, &hr) == 'c');
}

static void test_refused__text(void **state) {
    (void)state;
    for (size_t i = 0; i < TEXTS; ++i) {
        char name[40];
        (void)snprintf(name, sizeof name, "p/%02u.provider", (unsigned)i);
        stage_write(name, texts[i].text);
    }
    char *const said = stage_child(texts_program, "@/p");
    assert_null(strstr(said, "loaded"));
    assert_non_null(strstr(
        said,
        stage_text(
            "scardssp: provider(@/p/00.provider) refused: @/p/00.provider: there is no clsid, and no profile\n")));
    free(said);
}

static void large_program(void) {
    expect_text(stage_listed(stage_path("p/x.provider")).reason,
                stage_text("@/p/x.provider: it is larger than 8192 bytes"));
    expect_text(stage_listed(stage_path("p/y.provider")).reason, "");
    expect_text(stage_listed(stage_path("p/z.provider")).reason,
                stage_text("@/p/z.provider:1: the value is too long"));
}

static void test_refused__size(void **state) {
    (void)state;
    stage_write_good();
    stage_shell("cp p/x.provider p/y.provider && truncate -s 8193 p/x.provider && "
                "while [ $(stat -c %s p/y.provider) -lt 8192 ]; do echo >> p/y.provider; done && "
                "printf 'path = /%01024d\\n' 0 > p/z.provider");
    free(stage_child(large_program, "@/p"));
}

static void crowd_program(void) {
    const struct listed crowd = stage_listed(stage_path("p"));
    expect(crowd.times == 1 && crowd.state == SCARDSSP_PROVIDER_REFUSED);
    expect_text(crowd.reason, "it holds more than 256 files; the rest is not read");
    expect(stage_listed(stage_path("p/256.provider")).times == 1);
    expect(stage_listed(stage_path("p/257.provider")).times == 0);
}

static void test_refused__too_many_files(void **state) {
    (void)state;
    stage_shell("for i in $(seq 300); do : > p/$(printf %03d $i).provider; done");
    free(stage_child(crowd_program, "@/p"));
}

/* Refused: files, libraries and directories that others could have changed */

static const struct trust_case {
    const char *change; /* shell; p/x.provider names lib/good.so before */
    const char *entry;  /* what is listed, with ... */
    const char *reason; /* ... this; '@' is the folder */
} trust_cases[] = {
    {"chmod 646 p/x.provider", "p/x.provider", "@/p/x.provider: everybody may write to it"},
    {"chmod 664 p/x.provider; chgrp 12345 p/x.provider", "p/x.provider",
     "@/p/x.provider: group 12345 may write to it"},
    {"chown 12345 p/x.provider", "p/x.provider",
     "@/p/x.provider: belongs to user 12345, neither to root nor to the user of this program"},
    {"rm p/x.provider; mkdir p/x.provider", "p/x.provider", "@/p/x.provider: is a directory"},
    {"rm p/x.provider; mkfifo p/x.provider", "p/x.provider", "@/p/x.provider: is not a regular file"},
    {"ln -sf gone p/x.provider", "p/x.provider", "@/p/gone: No such file or directory"},
    {"mkdir -m 777 open; mv p/x.provider open; ln -s ../open/x.provider p/x.provider", "p/x.provider",
     "@/open: everybody may write to it"},
    {"chmod 777 p", "p", "@/p: everybody may write to it"},
    {"chgrp 12345 p; chmod 775 p", "p", "@/p: group 12345 may write to it"},
    {"chown 12345 p", "p", "@/p: belongs to user 12345, neither to root nor to the user of this program"},
    {"rm -r p; echo > p", "p", "@/p: is not a directory"},
    {"mv p p2; ln -s p2 p; chown -h 12345 p", "p",
     "@/p: belongs to user 12345, neither to root nor to the user of this program"},
    {"chmod 757 lib/good.so", "p/x.provider", "@/lib/good.so: everybody may write to it"},
    {"chgrp 12345 lib/good.so; chmod 775 lib/good.so", "p/x.provider",
     "@/lib/good.so: group 12345 may write to it"},
    {"chown 12345 lib/good.so", "p/x.provider",
     "@/lib/good.so: belongs to user 12345, neither to root nor to the user of this program"},
    {"chmod 777 lib", "p/x.provider", "@/lib: everybody may write to it"},
    {"chown 12345 lib", "p/x.provider",
     "@/lib: belongs to user 12345, neither to root nor to the user of this program"},
    {"chmod 1777 lib; chown 12345 lib/good.so", "p/x.provider",
     "@/lib/good.so: belongs to user 12345, neither to root nor to the user of this program"},
    {"rm lib/good.so", "p/x.provider", "@/lib/good.so: No such file or directory"},
    {"rm -r lib", "p/x.provider", "@/lib: No such file or directory"},
    {"rm lib/good.so; mkdir lib/good.so", "p/x.provider", "@/lib/good.so: is a directory"},
    {"rm lib/good.so; mkfifo lib/good.so", "p/x.provider", "@/lib/good.so: is not a regular file"},
    {"rm -r lib; echo > lib", "p/x.provider", "@/lib: Not a directory"},
    {"mkdir -m 777 open; mv lib/good.so open; ln -s ../open/good.so lib", "p/x.provider",
     "@/open: everybody may write to it"},
    {"mkdir -m 777 open; mv lib l; ln -s ../l/good.so open; ln -s open lib", "p/x.provider",
     "@/open: everybody may write to it"},
    {"mv lib/good.so lib/g.so; ln -s $PWD/lib/g.so lib/good.so; chown -h 12345 lib/good.so", "p/x.provider",
     "@/lib/good.so: belongs to user 12345, neither to root nor to the user of this program"},
    {"sed -i \"s,^path.*,path = $PWD/lib/good.so/x,\" p/x.provider", "p/x.provider",
     "@/lib/good.so: Not a directory"},
    {"sed -i \"s,^path.*,path = $PWD/$(printf %0300d 0),\" p/x.provider", "p/x.provider",
     "@: File name too long"},
    {"sed -i \"s,^path.*,path = $PWD/..//../,\" p/x.provider", "p/x.provider", "/: is a directory"},
    {"ln -sf good.so lib/good.so", "p/x.provider", "@/lib/good.so: Too many levels of symbolic links"},
};

static const struct trust_case *trust_case;

static void trust_program(void) {
    HRESULT hr = S_OK;
    CLSID clsid;
    LPOLESTR progid = NULL;
    const struct listed listed = stage_listed(stage_path(trust_case->entry));
    expect(listed.times == 1 && listed.state == SCARDSSP_PROVIDER_REFUSED);
    expect_text(listed.reason, stage_text(trust_case->reason));
    expect(stage_make(&double_clsid, &hr) == '-');
    expect_hr(hr, REGDB_E_CLASSNOTREG);
    expect_hr(CLSIDFromProgID(DOUBLE_PROGID, &clsid), CO_E_CLASSSTRING);
    expect_hr(ProgIDFromCLSID(&double_clsid, &progid), REGDB_E_CLASSNOTREG);
}

static void test_refused__trust(void **state) {
    (void)state;
    if (geteuid() != 0)
        skip();
    for (size_t i = 0; i < sizeof trust_cases / sizeof trust_cases[0]; ++i) {
        char line[1500];
        trust_case = &trust_cases[i];
        stage_tear_down(NULL);
        assert_int_equal(stage_build(NULL), 0);
        stage_write_good();
        stage_shell(trust_case->change);
        char *const said = stage_child(trust_program, "@/p");
        (void)snprintf(line, sizeof line, "scardssp: provider(%s) refused: %s\n",
                       stage_path(trust_case->entry), stage_text(trust_case->reason));
        if (!strstr(said, line))
            print_error("no \"%s\" in:\n%s", line, said ? said : "");
        assert_non_null(strstr(said, line));
        stage_expect_loaded(said, 0);
    }
}

/* Names of files may hold anything; a line of the trace stays one line. */
static void test_refused__name_with_a_line_break(void **state) {
    (void)state;
    stage_shell("echo nonsense > \"$(printf 'p/a\\nb.provider')\"");
    char *const said = stage_child(stage_quiet_program, "@/p");
    const unsigned lines =
        stage_count(said, stage_text("scardssp: provider(@/p/a?b.provider) refused: @/p/a?b.provider:1: "));
    free(said);
    assert_int_not_equal(lines, 0);
}

/* What looks odd and is sound. */
static void test_trusted__odd_but_sound(void **state) {
    (void)state;
    static const char *const changes[] = {
        "chmod 1777 lib",
        "chmod 775 lib p lib/good.so p/x.provider", /* root's own group */
        "mkdir far; mv lib/good.so far; ln -s ../far/../far/./good.so lib/good.so",
        "mkdir far; mv lib far; ln -s $PWD/far/lib lib",
        "mv p p2; ln -s p2 p",
        "mv p/x.provider q/y; ln -s ../q/y p/x.provider",
        "chmod 500 lib; chmod 400 lib/good.so p/x.provider",
    };
    if (geteuid() != 0)
        skip();
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; ++i) {
        stage_tear_down(NULL);
        assert_int_equal(stage_build(NULL), 0);
        stage_write_good();
        stage_shell(changes[i]);
        stage_expect_loaded(stage_child(stage_works_program, "@/p"), 1);
    }
}

static void relative_program(void) {
    HRESULT hr = S_OK;
    const struct listed listed = stage_listed("p");
    expect(listed.times == 1 && listed.state == SCARDSSP_PROVIDER_REFUSED);
    expect_text(listed.reason, "p: is relative; a path has to begin with '/'");
    expect(stage_make(&double_clsid, &hr) == '-');
}

static void test_refused__relative_directory(void **state) {
    (void)state;
    stage_write_good();
    assert_int_equal(chdir(stage_root()), 0);
    free(stage_child(relative_program, "p"));
    assert_int_equal(chdir("/"), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_refused__silent_without_trace),
        CASE(test_refused__text),
        CASE(test_refused__size),
        CASE(test_refused__too_many_files),
        CASE(test_refused__trust),
        CASE(test_refused__name_with_a_line_break),
        CASE(test_trusted__odd_but_sound),
        CASE(test_refused__relative_directory),
    };
    return cmocka_run_group_tests_name("providers_refused", tests, NULL, NULL);
}
