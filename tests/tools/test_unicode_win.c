/*
 * The tool on Windows with names beyond the code page: on its command line, in its environment, of files, and
 * in what it prints, into pipes as UTF-8 and on a console as characters. Argument: the path of scard.exe.
 */
#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#define NAME L"\u017deton-\u03a9\u043a\u0430\u0440\u0442\u0430"
#define NAME_UTF8                                                                                            \
    "\xC5\xBD"                                                                                               \
    "eton-\xCE\xA9\xD0\xBA\xD0\xB0\xD1\x80\xD1\x82\xD0\xB0"
#define FOLDER L"scardssp-" NAME
#define FOLDER_UTF8 "scardssp-" NAME_UTF8
#define ATR "3B 8C 80 31 FE 45 80 31 E0 73 F7 41 DB 54 44 45 4D 4F 9E"
#define PATIENCE_MS 60000
#define OUTPUT_ROOM 8192

static wchar_t tool[MAX_PATH];

/* What the tool wrote to both streams. */
static char output[OUTPUT_ROOM];

static void write_file(const wchar_t *name, const char *text) {
    DWORD written = 0;
    HANDLE const file = CreateFileW(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, text, (DWORD)strlen(text), &written, NULL));
    assert_int_equal(written, strlen(text));
    CloseHandle(file);
}

static int set_up(void **state) {
    (void)state;
    assert_true(CreateDirectoryW(FOLDER, NULL) || GetLastError() == ERROR_ALREADY_EXISTS);
    write_file(FOLDER L"\\" NAME L".json",
               "{\"format\": \"scardssp-readers\", \"version\": 1, \"readers\": [\n"
               "  {\"name\": \"Leser " NAME_UTF8 "\", \"card\": \"" NAME_UTF8 " 2.json\"}]}\n");
    write_file(
        FOLDER L"\\" NAME L" 2.json",
        "{\"format\": \"scardssp-card\", \"version\": 1, \"name\": \"Test\", \"protocols\": [\"T=1\"],\n"
        " \"historical\": \"41\", \"mf\": {\"files\": []}}\n");
    write_file(FOLDER L"\\" NAME L".txt", "00 84 00 00 08\n");
    write_file(FOLDER L"\\" NAME L" list.txt", ATR "\n\tKarte " NAME_UTF8 "\n");
    SetEnvironmentVariableW(L"SCARDSSP_RM", NULL);
    SetEnvironmentVariableW(L"SCARDSSP_TRACE", NULL);
    SetEnvironmentVariableW(L"SCARDSSP_ATR_LIST", FOLDER L"\\" NAME L" list.txt");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    (void)DeleteFileW(FOLDER L"\\" NAME L".json");
    (void)DeleteFileW(FOLDER L"\\" NAME L" 2.json");
    (void)DeleteFileW(FOLDER L"\\" NAME L".txt");
    (void)DeleteFileW(FOLDER L"\\" NAME L" list.txt");
    return RemoveDirectoryW(FOLDER) ? 0 : -1;
}

/* Starts the tool with both streams there; returns the process. */
static HANDLE start(const wchar_t *arguments, HANDLE streams) {
    wchar_t line[1024];
    STARTUPINFOW how = {.cb = sizeof how, .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION process;
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
    how.hStdInput = CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
                                OPEN_EXISTING, 0, NULL);
    how.hStdOutput = how.hStdError = streams;
    assert_true(swprintf(line, 1024, L"scard %ls", arguments) > 0);
    assert_true(CreateProcessW(tool, line, NULL, NULL, TRUE, 0, NULL, NULL, &how, &process));
    CloseHandle(how.hStdInput);
    CloseHandle(process.hThread);
    return process.hProcess;
}

static void wait_end(HANDLE process, DWORD wanted) {
    DWORD code = 99;
    assert_int_equal(WaitForSingleObject(process, PATIENCE_MS), WAIT_OBJECT_0);
    assert_true(GetExitCodeProcess(process, &code));
    CloseHandle(process);
    assert_int_equal(code, wanted);
}

/* Runs the tool into a pipe, whose content is in `output` then. */
static void run(const wchar_t *arguments, DWORD wanted) {
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
    HANDLE out = NULL, in = NULL;
    DWORD have = 0, got = 0;
    assert_true(CreatePipe(&out, &in, &inherited, 0));
    assert_true(SetHandleInformation(out, HANDLE_FLAG_INHERIT, 0));
    HANDLE const process = start(arguments, in);
    CloseHandle(in);
    while (have < OUTPUT_ROOM - 1 && ReadFile(out, output + have, OUTPUT_ROOM - 1 - have, &got, NULL) && got)
        have += got;
    output[have] = '\0';
    CloseHandle(out);
    wait_end(process, wanted);
}

static void expect(const char *part) {
    if (!strstr(output, part))
        fail_msg("'%s' is not in '%s'", part, output);
}

static void test_command_line__names_of_files(void **state) {
    (void)state;
    run(L"sim check " FOLDER L"\\" NAME L".json", 0);
    expect(FOLDER_UTF8 "\\" NAME_UTF8 ".json: good\r\n  Leser " NAME_UTF8 ": ATR 3B ");
    run(L"sim check \"" FOLDER L"/" NAME L" 2.json\"", 0);
    expect(" 2.json: good\r\n");
    run(L"sim check \"" FOLDER L"\\no " NAME L"\"", 1);
    expect("no " NAME_UTF8 ":1: image: no such card image");
    run(L"--rm sim apdu -r 0 -f " FOLDER L"\\" NAME L".txt", 0);
    expect("> 00 84 00 00 08\r\n< ");
    run(L"--rm sim apdu -r 0 -f " NAME L".txt", 1);
    expect("cannot read '" NAME_UTF8 ".txt'");
}

static void test_command_line__as_it_is(void **state) {
    (void)state;
    run(L"* " NAME, 2);
    expect("there is no command '*'");
    run(NAME L"\U0001F4B3", 2);
    expect("there is no command '" NAME_UTF8 "\xF0\x9F\x92\xB3'");
    run(L"\"\"", 2);
    expect("there is no command ''");
    run(L"\xD800"
        L"x",
        2); /* half a character */
    expect("there is no command '\xEF\xBF\xBDx'");
}

static void test_environment__resource_manager(void **state) {
    (void)state;
    assert_true(SetEnvironmentVariableW(L"SCARDSSP_RM", L"sim:" FOLDER L"\\" NAME L".json"));
    run(L"list", 0);
    expect("0: Leser " NAME_UTF8 "  card present");
    assert_true(SetEnvironmentVariableW(L"SCARDSSP_RM", L"sim:" FOLDER L"\\no " NAME));
    run(L"list", 1);
    expect("scardssp: SCARDSSP_RM: " FOLDER_UTF8 "\\no " NAME_UTF8 ":1: image: no such card image");
}

static void test_trace__names(void **state) {
    (void)state;
    run(L"--trace 1 --rm sim:" FOLDER L"\\" NAME L".json status 0", 0);
    expect("scardssp: connect(Leser " NAME_UTF8 ")");
}

static void test_environment__list_of_atrs(void **state) {
    (void)state;
    run(L"atr " ATR, 0);
    expect("Karte " NAME_UTF8);
}

/* The first line on the screen that holds characters like these; NULL: there is none. */
static const wchar_t *find_on_screen(HANDLE screen, const wchar_t *wanted) {
    static wchar_t text[100];
    CONSOLE_SCREEN_BUFFER_INFO about;
    assert_true(GetConsoleScreenBufferInfo(screen, &about));
    for (SHORT y = 0; y <= about.dwCursorPosition.Y; ++y) {
        DWORD count = 0;
        assert_true(ReadConsoleOutputCharacterW(screen, text, 79, (COORD){0, y}, &count));
        text[count] = 0;
        if (wcsstr(text, wanted))
            return text;
    }
    return NULL;
}

/* Both streams on a console whose code page has none of the letters. */
static void test_console__characters(void **state) {
    (void)state;
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
    (void)FreeConsole();
    assert_true(AllocConsole());
    assert_true(SetConsoleOutputCP(437));
    HANDLE const screen = CreateFileW(L"CONOUT$", GENERIC_READ | GENERIC_WRITE,
                                      FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited, OPEN_EXISTING, 0, NULL);
    assert_true(screen != INVALID_HANDLE_VALUE);
    wait_end(start(L"--rm sim:" FOLDER L"\\" NAME L".json list", screen), 0);
    assert_non_null(find_on_screen(screen, L"0: Leser " NAME L"  card present"));
    wait_end(start(NAME, screen), 2);
    assert_non_null(find_on_screen(screen, L"scard: there is no command '" NAME L"'"));
    assert_non_null(find_on_screen(screen, L"Try 'scard --help'."));
    wait_end(start(L"--trace 1 --rm sim:" FOLDER L"\\" NAME L".json status 0", screen), 0);
    assert_non_null(find_on_screen(screen, L"connect(Leser " NAME L")"));
    assert_int_equal(GetConsoleOutputCP(), 437);
    CloseHandle(screen);
}

/* More than the pipe to the console holds, all of it and in order. */
static void test_console__long_output(void **state) {
    (void)state;
    SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
    HANDLE const screen = CreateFileW(L"CONOUT$", GENERIC_READ | GENERIC_WRITE,
                                      FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited, OPEN_EXISTING, 0, NULL);
    assert_true(screen != INVALID_HANDLE_VALUE);
    CONSOLE_SCREEN_BUFFER_INFO about;
    wait_end(start(L"--trace 2 --rm sim demo", screen), 0);
    assert_true(GetConsoleScreenBufferInfo(screen, &about));
    assert_non_null(find_on_screen(screen, L"scardssp: "));
    assert_int_equal(about.dwCursorPosition.X, 0); /* behind the last line */
    CloseHandle(screen);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_command_line__names_of_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_command_line__as_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_environment__resource_manager, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_trace__names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_environment__list_of_atrs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_console__characters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_console__long_output, set_up, tear_down),
    };
    if (argc < 2 || swprintf(tool, MAX_PATH, L"%hs", argv[1]) < 0)
        return 2;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
