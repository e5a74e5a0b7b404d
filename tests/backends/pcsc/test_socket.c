/* Finding the socket that somebody else has opened to the daemon. */
#include "backends/pcsc/socket.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
    char directory[64];
    struct sockaddr_un address;
    int listener;
    int lowest; /* the first free descriptor: again at the end of each case */
};

static int lowest_free(void) {
    const int fd = dup(STDOUT_FILENO);
    close(fd);
    return fd;
}

/* A daemon that only listens. */
static int listen_at(struct place *place, const char *name) {
    strcpy(place->directory, "/tmp/scardssp-socket-XXXXXX");
    if (!mkdtemp(place->directory))
        return -1;
    place->address.sun_family = AF_UNIX;
    snprintf(place->address.sun_path, sizeof place->address.sun_path, "%s/%s", place->directory, name);
    place->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    return place->listener < 0 ||
           bind(place->listener, (const struct sockaddr *)&place->address, sizeof place->address) != 0 ||
           listen(place->listener, 64) != 0;
}

static int setup(void **state) {
    static struct place place;

    *state = &place;
    if (listen_at(&place, "pcscd.comm"))
        return -1;
    place.lowest = lowest_free();
    return 0;
}

static int teardown(void **state) {
    struct place *const place = *state;
    const bool clean = lowest_free() == place->lowest;

    close(place->listener);
    unlink(place->address.sun_path);
    rmdir(place->directory);
    return clean ? 0 : -1;
}

static int dial(const struct place *place) {
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&place->address, sizeof place->address), 0);
    return fd;
}

static ino_t number_of(int fd) {
    struct stat about;

    assert_int_equal(fstat(fd, &about), 0);
    return about.st_ino;
}

static void test_find__the_new_one(void **state) {
    struct place *const place = *state;
    struct pcsc_sockets before;
    int others[20];
    int pair[2];
    int ambiguous = 1;
    int library = -1;

    for (int i = 0; i < 20; i++)
        others[i] = dial(place);
    pcsc_sockets_note(&before);
    assert_true(before.count >= 20);
    assert_int_equal(pcsc_sockets_find_new(&before, -1, &library, &ambiguous), -1);
    assert_int_equal(ambiguous, 0);
    close(others[0]); /* its number is used again for the new one */
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0); /* new, but not to the daemon */
    const int fresh = dial(place);
    const int found = pcsc_sockets_find_new(&before, -1, &library, &ambiguous);
    assert_true(found >= 0 && found != fresh);
    assert_int_equal(number_of(found), number_of(fresh));
    assert_int_equal(ambiguous, 0);
    pcsc_sockets_free(&before);
    close(found);
    close(fresh);
    close(pair[0]);
    close(pair[1]);
    for (int i = 1; i < 20; i++)
        close(others[i]);
}

static void test_find__two_at_once(void **state) {
    struct place *const place = *state;
    struct pcsc_sockets before;
    int ambiguous = 0;
    int library = -1;

    pcsc_sockets_note(&before);
    const int first = dial(place);
    const int second = dial(place);
    assert_int_equal(pcsc_sockets_find_new(&before, -1, &library, &ambiguous), -1);
    assert_int_equal(ambiguous, 1);
    pcsc_sockets_free(&before);
    close(first);
    close(second);
}

static void test_find__without_a_list(void **state) {
    struct pcsc_sockets nothing = {NULL, 0};
    int ambiguous = 1;
    int library = -1;
    const int fresh = dial(*state);

    assert_int_equal(pcsc_sockets_find_new(&nothing, -1, &library, &ambiguous), -1);
    assert_int_equal(ambiguous, 0);
    close(fresh);
}

/* In a program that has closed its standard streams, what it writes to them must not go to the daemon. */
static void test_find__keeps_off_the_standard_streams(void **state) {
    struct pcsc_sockets before;
    int ambiguous = 0;
    int library = -1;
    const int saved = dup(STDIN_FILENO);

    pcsc_sockets_note(&before);
    const int fresh = dial(*state);
    close(STDIN_FILENO);
    const int found = pcsc_sockets_find_new(&before, -1, &library, &ambiguous);
    if (found != STDIN_FILENO && saved >= 0)
        dup2(saved, STDIN_FILENO);
    assert_true(found > STDERR_FILENO);
    pcsc_sockets_free(&before);
    close(found);
    close(fresh);
    close(saved);
}

static void *wait_for_end(void *end) {
    char byte;
    return read(*(const int *)end, &byte, 1) == 0 ? NULL : end;
}

static void test_next__where_nobody_else_opens(void **state) {
    int end[2], tasks = -1;
    pthread_t thread;
#ifdef __SANITIZE_THREAD__
    skip(); /* it has a thread of its own */
#endif
    assert_int_equal(pipe(end), 0);
    const int next = pcsc_sockets_next(0, &tasks);
    assert_true(next >= 0);
    const int fresh = dial(*state);
    assert_int_equal(fresh, next);
    const int found = pcsc_sockets_take(next, 0);
    assert_true(found >= 0 && found != fresh);
    assert_int_equal(number_of(found), number_of(fresh));
    /* A second thread is one too many, unless it is known to open nothing. */
    assert_int_equal(pthread_create(&thread, NULL, wait_for_end, &end[0]), 0);
    assert_int_equal(pcsc_sockets_next(0, &tasks), -1);
    assert_true(fcntl(tasks, F_GETFD) & FD_CLOEXEC); /* kept for the next time */
    const int kept = tasks;
    const int beside = pcsc_sockets_next(1, &tasks);
    assert_true(beside >= 0);
    assert_int_equal(fcntl(beside, F_GETFD), -1); /* nothing else is left open */
    const int again = dial(*state);
    assert_int_equal(again, beside);
    close(again);
    assert_int_equal(tasks, kept);
    close(end[1]);
    pthread_join(thread, NULL);
    /* It has ended for the kernel, too, a moment later. */
    for (int tries = 0; pcsc_sockets_next(0, &tasks) < 0 && tries < 1000; tries++)
        usleep(10000);
    assert_true(pcsc_sockets_next(0, &tasks) >= 0);
    assert_int_equal(pcsc_sockets_next(1, &tasks), -1);
    close(tasks);
    close(end[0]);
    close(found);
    close(fresh);
}

/* In a program that has closed its standard streams the next one is theirs, and stays free for it. */
static void test_next__is_the_first_of_all(void **state) {
    int tasks = -1;
    const int saved = dup(STDIN_FILENO);
    (void)state;
    for (unsigned idle = 0; idle < 2; idle++) {
        close(STDIN_FILENO);
        const int next = pcsc_sockets_next(idle, &tasks);
        const bool is_open = fcntl(STDIN_FILENO, F_GETFD) != -1;
        dup2(saved, STDIN_FILENO);
        if (next >= 0) /* -1: there are as many threads as there must not be */
            assert_int_equal(next, STDIN_FILENO);
        assert_false(is_open);
    }
    if (tasks >= 0)
        close(tasks);
    close(saved);
}

static void test_take__only_what_is_the_daemons(void **state) {
    int pair[2];
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    assert_int_equal(pcsc_sockets_take(pair[0], 0), -1);
    assert_int_equal(pcsc_sockets_number(pair[0]), number_of(pair[0]));
    close(pair[0]);
    close(pair[1]);
    assert_int_equal(pcsc_sockets_take(pair[0], 0), -1);
    assert_int_equal(pcsc_sockets_number(pair[0]), 0);
    assert_int_equal(pipe(pair), 0);
    assert_int_equal(pcsc_sockets_number(pair[0]), 0); /* has a number, and is no socket */
    close(pair[0]);
    close(pair[1]);
}

/* The library has closed it, and somebody else's connection to the daemon has its descriptor now. */
static void test_take__only_the_one_with_the_number(void **state) {
    const int library = dial(*state);
    const ino_t number = pcsc_sockets_number(library);
    assert_int_equal(number, number_of(library));
    const int taken = pcsc_sockets_take(library, number);
    assert_true(taken > STDERR_FILENO && taken != library);
    assert_int_equal(number_of(taken), number);
    const int other = dial(*state);
    assert_int_equal(dup2(other, library), library);
    assert_int_equal(pcsc_sockets_take(library, number), -1);
    const int free_one = dup(0);
    close(free_one);
    assert_int_equal(pcsc_sockets_take(library, number), -1);
    const int still_free = dup(0);
    assert_int_equal(still_free, free_one); /* nothing was left open */
    close(still_free);
    close(other);
    close(taken);
    close(library);
}

static void test_find__path_from_the_environment(void **state) {
    struct place place;
    struct pcsc_sockets before;
    int ambiguous = 0;
    int library = -1;

    (void)state;
    assert_int_equal(listen_at(&place, "elsewhere"), 0);
    pcsc_sockets_note(&before);
    const int fresh = dial(&place);
    assert_int_equal(pcsc_sockets_find_new(&before, -1, &library, &ambiguous), -1);
    setenv("PCSCLITE_CSOCK_NAME", place.address.sun_path, 1);
    const int found = pcsc_sockets_find_new(&before, -1, &library, &ambiguous);
    unsetenv("PCSCLITE_CSOCK_NAME");
    assert_true(found >= 0);
    assert_int_equal(number_of(found), number_of(fresh));
    pcsc_sockets_free(&before);
    close(found);
    close(fresh);
    teardown((void *[]){&place});
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    static const struct CMUnitTest tests[] = {
        CASE(test_find__the_new_one),
        CASE(test_find__two_at_once),
        CASE(test_find__without_a_list),
        CASE(test_next__where_nobody_else_opens),
        CASE(test_next__is_the_first_of_all),
        CASE(test_take__only_what_is_the_daemons),
        CASE(test_take__only_the_one_with_the_number),
        CASE(test_find__keeps_off_the_standard_streams),
        CASE(test_find__path_from_the_environment),
    };
    return cmocka_run_group_tests_name("pcsc_socket", tests, NULL, NULL);
}
