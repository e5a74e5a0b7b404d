/*
 * Lines on a shared stream: whole, in order, at the end of the file; on a Windows console as what they are.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/output.h"

#ifdef _WIN32
#include <windows.h>

#include <fcntl.h>
#include <io.h>

#define LONGEST 9000u /* more than the C library moves at once */
#define SHARED "r+b"  /* no matter how the file was opened */
#else
#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LONGEST 4000u
#define SHARED "ab"
#endif

#define PLACE "scardssp-output-test.txt"
#define WRITERS 4
#define LINES 60

static char *read_all(size_t *size) {
    FILE *file = fopen(PLACE, "rb");
    assert_non_null(file);
    char *const text = calloc(1, WRITERS * LINES * LONGEST + 1);
    assert_non_null(text);
    *size = fread(text, 1, WRITERS * LINES * LONGEST, file);
    fclose(file);
    return text;
}

static int make_empty(void **state) {
    (void)state;
    FILE *file = fopen(PLACE, "wb");
    return file && fclose(file) == 0 ? 0 : -1;
}

static int drop(void **state) {
    (void)state;
    return remove(PLACE);
}

/* Each with a stream of its own, as programs have that share a file. */
static void *write_lines(void *user) {
    const char letter = *(const char *)user;
    FILE *const file = fopen(PLACE, SHARED);
    char *const line = malloc(LONGEST);
    if (!file || !line)
        abort();
    for (unsigned i = 1; i <= LINES; ++i) {
        const size_t size = (size_t)LONGEST / LINES * i;
        memset(line, letter, size - 1);
        line[size - 1] = '\n';
        output_lines(file, line, size);
    }
    free(line);
    fclose(file);
    return NULL;
}

static void test_lines__of_many_stay_whole(void **state) {
    (void)state;
    pthread_t threads[WRITERS];
    char letters[WRITERS];
    unsigned seen[WRITERS] = {0};
    size_t size = 0;
    for (int i = 0; i < WRITERS; ++i) {
        letters[i] = (char)('a' + i);
        assert_int_equal(pthread_create(&threads[i], NULL, write_lines, &letters[i]), 0);
    }
    for (int i = 0; i < WRITERS; ++i)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    char *const text = read_all(&size);
    for (const char *at = text; *at;) {
        const char *const end = strchr(at, '\n');
        assert_non_null(end);
        assert_int_in_range(*at, 'a', 'a' + WRITERS - 1);
        const unsigned number = ++seen[*at - 'a'];
        assert_int_equal(end + 1 - at, (size_t)LONGEST / LINES * number);
        for (const char *letter = at; letter < end; ++letter)
            assert_int_equal(*letter, *at);
        at = end + 1;
    }
    for (int i = 0; i < WRITERS; ++i)
        assert_int_equal(seen[i], LINES);
    free(text);
}

/* What the stream holds already comes first, and what comes later behind. */
static void test_lines__beside_other_output(void **state) {
    (void)state;
    size_t size = 0;
    FILE *const file = fopen(PLACE, "wb");
    assert_non_null(file);
    assert_true(fputs("before\n", file) >= 0);
    output_lines(file, "line\nline\n", 10);
    assert_true(fputs("after\n", file) >= 0);
    output_lines(file, "", 0);
    fclose(file);
    char *const text = read_all(&size);
    assert_string_equal(text, "before\nline\nline\nafter\n");
    free(text);
}

static void test_lines__nobody_takes_them(void **state) {
    (void)state;
    FILE *const file = fopen(PLACE, "rb");
    assert_non_null(file);
    output_lines(file, "line\n", 5);
    fclose(file);
    size_t size = 0;
    free(read_all(&size));
    assert_int_equal(size, 0);
}

#ifndef _WIN32

/* Lines whose stream has been closed do not go into whatever has its number now. */
static void test_place__is_not_somebody_elses(void **state) {
    (void)state;
    struct output_place place;
    char path[] = "/tmp/scardssp-output-XXXXXX";
    const int data = mkstemp(path);
    assert_true(data >= 0);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    FILE *const stream = fdopen(ends[1], "w");
    assert_non_null(stream);
    output_place_take(stream, &place);
    assert_true(output_place_lines(&place, "a\n", 2));
    char seen[8] = "";
    assert_int_equal(read(ends[0], seen, sizeof seen), 2);
    assert_int_equal(dup2(data, ends[1]), ends[1]); /* the program's data under the same number */
    assert_false(output_place_lines(&place, "b\n", 2));
    assert_int_equal(lseek(data, 0, SEEK_END), 0);
    close(ends[1]);
    assert_false(output_place_lines(&place, "c\n", 2)); /* closed */
    assert_int_equal(read(ends[0], seen, sizeof seen), 0);
    fclose(stream);
    close(ends[0]);
    close(data);
    assert_int_equal(unlink(path), 0);
}

/* A stream that was closed from the beginning takes nothing, whatever is opened in its place. */
static void test_place__closed_from_the_beginning(void **state) {
    (void)state;
    struct output_place place;
    char path[] = "/tmp/scardssp-output-XXXXXX";
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    FILE *const stream = fdopen(ends[1], "w");
    assert_non_null(stream);
    close(ends[1]);
    output_place_take(stream, &place);
    const int data = mkstemp(path);
    assert_int_equal(data, ends[1]);
    assert_false(output_place_lines(&place, "line\n", 5));
    assert_int_equal(lseek(data, 0, SEEK_END), 0);
    fclose(stream);
    close(ends[0]);
    assert_int_equal(unlink(path), 0);
}

/*
 * Nor into a conversation with the service, which a program without standard error may have as its descriptor
 * 2.
 */
static void test_place__no_socket_of_the_service(void **state) {
    (void)state;
    struct output_place place;
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/tmp/scardssp-output-pcscd.comm"};
    (void)unlink(address.sun_path);
    const int listening = socket(AF_UNIX, SOCK_STREAM, 0), talking = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listening, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listening, 1), 0);
    assert_int_equal(connect(talking, (struct sockaddr *)&address, sizeof address), 0);
    FILE *const stream = fdopen(talking, "w");
    const int service = accept(listening, NULL, NULL);
    assert_non_null(stream);
    output_place_take(stream, &place);
    assert_false(output_place_lines(&place, "line\n", 5));
    char seen[8];
    assert_int_equal(recv(service, seen, sizeof seen, MSG_DONTWAIT), -1);
    assert_int_equal(errno, EAGAIN);
    fclose(stream);
    close(service);
    close(listening);
    assert_int_equal(unlink(address.sun_path), 0);
}

/* A reader that has gone ends no program, and leaves no signal behind. */
static void test_lines__nobody_reads_any_more(void **state) {
    (void)state;
    sigset_t pending;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    FILE *const stream = fdopen(ends[1], "w");
    assert_non_null(stream);
    assert_true(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
    output_lines(stream, "line\n", 5);
    assert_int_equal(sigpending(&pending), 0);
    assert_int_equal(sigismember(&pending, SIGPIPE), 0);
    (void)signal(SIGPIPE, SIG_IGN); /* fclose() tries once more */
    fclose(stream);
    (void)signal(SIGPIPE, SIG_DFL);
}

static void test_errors__go_to_standard_error(void **state) {
    (void)state;
    int ends[2];
    char seen[8] = "";
    const int kept = dup(STDERR_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    output_errors("line\n", 5);
    assert_int_equal(dup2(kept, STDERR_FILENO), STDERR_FILENO);
    output_errors("more\n", 5); /* led elsewhere since the first time */
    close(ends[1]);
    assert_int_equal(read(ends[0], seen, sizeof seen), 5);
    assert_int_equal(read(ends[0], seen, sizeof seen), 0);
    close(ends[0]);
    close(kept);
}

#endif

#ifdef _WIN32

static void test_lines__end_as_the_mode_says(void **state) {
    (void)state;
    size_t size = 0;
    FILE *const file = fopen(PLACE, "wt");
    assert_non_null(file);
    output_lines(file, "a\n\nb\n", 5);
    assert_true(fputs("c\n", file) >= 0);
    fclose(file);
    char *const text = read_all(&size);
    assert_string_equal(text, "a\r\n\r\nb\r\nc\r\n");
    free(text);
}

/* Characters in a console, which has another code page. */
static void test_lines__console(void **state) {
    (void)state;
    static const wchar_t wanted[] = L"\u017deton-\u03a9\u043a\u0430\u0440\u0442\u0430";
    wchar_t seen[80] = L"";
    DWORD count = 0;
    (void)FreeConsole();
    assert_true(AllocConsole());
    HANDLE const screen =
        CreateConsoleScreenBuffer(GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                                  CONSOLE_TEXTMODE_BUFFER, NULL);
    assert_true(screen != INVALID_HANDLE_VALUE);
    const UINT page = GetConsoleOutputCP();
    assert_true(SetConsoleOutputCP(437));
    FILE *const file = _fdopen(_open_osfhandle((intptr_t)screen, _O_WRONLY | _O_TEXT), "w");
    assert_non_null(file);
    output_lines(file,
                 "\xC5\xBD"
                 "eton-\xCE\xA9\xD0\xBA\xD0\xB0\xD1\x80\xD1\x82\xD0\xB0\n",
                 21);
    assert_true(ReadConsoleOutputCharacterW(screen, seen, 12, (COORD){0, 0}, &count));
    assert_int_equal(count, 12);
    assert_memory_equal(seen, wanted, sizeof wanted - sizeof *wanted);
    assert_true(SetConsoleOutputCP(page));
    fclose(file);
}

#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_lines__of_many_stay_whole, make_empty, drop),
        cmocka_unit_test_setup_teardown(test_lines__beside_other_output, make_empty, drop),
        cmocka_unit_test_setup_teardown(test_lines__nobody_takes_them, make_empty, drop),
#ifdef _WIN32
        cmocka_unit_test_setup_teardown(test_lines__end_as_the_mode_says, make_empty, drop),
        cmocka_unit_test(test_lines__console),
#else
        cmocka_unit_test(test_place__is_not_somebody_elses),
        cmocka_unit_test(test_place__closed_from_the_beginning),
        cmocka_unit_test(test_place__no_socket_of_the_service),
        cmocka_unit_test(test_lines__nobody_reads_any_more),
        cmocka_unit_test(test_errors__go_to_standard_error),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
