/* Contexts of a library of the test's own, which opens sockets to a daemon that only listens. */
#include "backends/pcsc/link.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "backends/pcsc/api.h"

#define AT_ONCE 2

struct fixture {
    char directory[64];
    struct sockaddr_un address;
    int listener;
    int open; /* descriptors before: as many at the end of each case */
    struct pcsc_watch watch;
    struct pcsc_link *link;

    /* The library */
    int sockets[AT_ONCE];  /* of its context; the second one is somebody else's, opened at the same moment */
    unsigned crowded;      /* so many contexts are opened together with another's */
    unsigned established;  /* contexts */
    unsigned released;     /* of these */
    LONG code;             /* what establishing one comes to */
    uint32_t limit;        /* of the call that establishes one */
    bool unanswered;       /* the library waits for the daemon, which says nothing */
    bool duplicate_stayed; /* until the context was released */
};

static struct fixture place;

static int count_open(void) {
    int count = 0;
    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) != -1;
    return count;
}

static int dial(void) {
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&place.address, sizeof place.address), 0);
    return fd;
}

static LONG establish(DWORD scope, LPCVOID reserved1, LPCVOID reserved2, LPSCARDCONTEXT context) {
    (void)scope, (void)reserved1, (void)reserved2;
    place.established++;
    place.limit = atomic_load(&place.watch.calls->timeout_ms);
    if (place.code != SCARD_S_SUCCESS)
        return place.code;
    place.sockets[0] = dial();
    if (place.unanswered) {
        char byte;
        const ssize_t size = recv(place.sockets[0], &byte, 1, 0);
        close(place.sockets[0]);
        return size == 0 ? SCARD_E_NO_SERVICE : SCARD_F_INTERNAL_ERROR;
    }
    place.sockets[1] = place.established <= place.crowded ? dial() : -1;
    *context = 100 + place.established;
    return SCARD_S_SUCCESS;
}

static LONG release(SCARDCONTEXT context) {
    assert_int_equal(context, 100 + place.established);
    place.released++;
    place.duplicate_stayed = place.link && place.link->call.socket >= 0;
    for (size_t i = 0; i < AT_ONCE; i++)
        if (place.sockets[i] >= 0)
            close(place.sockets[i]);
    return SCARD_S_SUCCESS;
}

static const struct pcsc_api api = {.establish_context = establish, .release_context = release};

static int setup(void **state) {
    memset(&place, 0, sizeof place);
    *state = &place;
    place.open = count_open();
    strcpy(place.directory, "/tmp/scardssp-link-XXXXXX");
    if (!mkdtemp(place.directory))
        return -1;
    place.address.sun_family = AF_UNIX;
    (void)snprintf(place.address.sun_path, sizeof place.address.sun_path, "%s/pcscd.comm", place.directory);
    place.listener = socket(AF_UNIX, SOCK_STREAM, 0);
    pcsc_watch_init(&place.watch);
    return bind(place.listener, (const struct sockaddr *)&place.address, sizeof place.address) != 0 ||
           listen(place.listener, 64) != 0;
}

static int teardown(void **state) {
    (void)state;
    pcsc_watch_destroy(&place.watch);
    close(place.listener);
    unlink(place.address.sun_path);
    rmdir(place.directory);
    return count_open() == place.open ? 0 : -1;
}

static rm_status open_link(void) {
    return pcsc_link_open(&api, &place.watch, &place, 20000, &place.link);
}

static void close_link(void) {
    const unsigned released = place.released;
    pcsc_link_close(&api, &place.watch, place.link);
    place.link = NULL;
    assert_int_equal(place.released, released + 1);
    assert_int_equal(place.released, place.established);
    assert_false(place.duplicate_stayed); /* it would wake the daemon once more */
    assert_null(place.watch.calls);
}

static ino_t number_of(int fd) {
    struct stat about;
    assert_int_equal(fstat(fd, &about), 0);
    return about.st_ino;
}

/* Where nobody else opens anything its descriptor is known beforehand, and no duplicate is made. */
static void test_open__alone(void **state) {
    (void)state;
#ifdef __SANITIZE_THREAD__
    skip(); /* it has a thread of its own */
#endif
    for (int i = 0; i < 2; i++) {
        const unsigned before = place.established;
        assert_int_equal(open_link(), RM_OK);
        assert_int_equal(place.established, before + 1);
        assert_int_equal(place.link->handle, 100 + place.established);
        assert_int_equal(place.link->call.library, place.sockets[0]);
        assert_int_equal(place.link->call.number, number_of(place.sockets[0]));
        assert_int_equal(place.link->call.socket, -1);
        close_link();
    }
}

static void *wait_for_end(void *end) {
    char byte;
    return read(*(const int *)end, &byte, 1) == 0 ? NULL : end;
}

/* Where others may, the new one is looked for; when there are two, again, though not for ever. */
static void test_open__among_others(void **state) {
    static const struct {
        unsigned crowded, tries;
        bool known;
    } rows[] = {{0, 1, true}, {1, 2, true}, {3, 4, true}, {9, 4, false}};
    int end[2];
    pthread_t thread;
    (void)state;
    assert_int_equal(pipe(end), 0);
    assert_int_equal(pthread_create(&thread, NULL, wait_for_end, &end[0]), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        place.established = place.released = 0;
        place.crowded = rows[i].crowded;
        assert_int_equal(open_link(), RM_OK);
        assert_int_equal(place.established, rows[i].tries);
        assert_int_equal(place.released, rows[i].tries - 1);
        const struct pcsc_watched *const call = &place.link->call;
        assert_int_equal(call->number, rows[i].known ? number_of(place.sockets[0]) : 0);
        if (rows[i].known) {
            assert_int_equal(call->library, place.sockets[0]);
            assert_true(call->socket > STDERR_FILENO && call->socket != call->library);
            assert_int_equal(number_of(call->socket), call->number);
        } else {
            assert_int_equal(call->socket, -1);
        }
        close_link();
    }
    close(end[1]);
    pthread_join(thread, NULL);
    close(end[0]);
}

static void test_open__fails(void **state) {
    (void)state;
    place.code = SCARD_E_NO_SERVICE;
    place.link = (struct pcsc_link *)&place;
    assert_int_equal(open_link(), RM_E_NO_SERVICE);
    assert_null(place.link);
    assert_int_equal(place.established, 1);
    assert_int_equal(place.released, 0);
    assert_null(place.watch.calls);
}

/* A short limit is the call's; a longer one does not end what a daemon that lives takes its time for. */
static void test_open__limit(void **state) {
    (void)state;
    place.code = SCARD_E_NO_SERVICE;
    assert_int_equal(pcsc_link_open(&api, &place.watch, &place, 100, &place.link), RM_E_NO_SERVICE);
    assert_int_equal(place.limit, 100);
    assert_int_equal(pcsc_link_open(&api, &place.watch, &place, PCSC_SILENT_MS, &place.link),
                     RM_E_NO_SERVICE);
    assert_int_equal(place.limit, PCSC_WHILE_ALIVE);
}

/* A daemon that answers nobody: what the library waits by is found while it waits, and shut. */
static void test_open__unanswered(void **state) {
    int end[2];
    pthread_t thread;
    (void)state;
    place.unanswered = true;
    assert_int_equal(setenv("PCSCLITE_CSOCK_NAME", place.address.sun_path, 1), 0);
    assert_int_equal(pipe(end), 0);
    for (int others = 0; others < 2; others++) {
        if (others)
            assert_int_equal(pthread_create(&thread, NULL, wait_for_end, &end[0]), 0);
        atomic_store(&place.watch.silent, false);
        place.established = 0;
        assert_int_equal(pcsc_link_open(&api, &place.watch, &place, 100, &place.link), RM_E_TIMEOUT);
        assert_null(place.link);
        assert_int_equal(place.established, 1);
        assert_true(atomic_load(&place.watch.silent));
    }
    /* Nor is anything asked of it any more. */
    assert_int_equal(pcsc_link_open(&api, &place.watch, &place, 100, &place.link), RM_E_TIMEOUT);
    assert_int_equal(place.established, 1);
    assert_int_equal(unsetenv("PCSCLITE_CSOCK_NAME"), 0);
    close(end[1]);
    pthread_join(thread, NULL);
    close(end[0]);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    static const struct CMUnitTest tests[] = {
        CASE(test_open__alone), CASE(test_open__among_others), CASE(test_open__fails),
        CASE(test_open__limit), CASE(test_open__unanswered),
    };
    return cmocka_run_group_tests_name("pcsc_link", tests, NULL, NULL);
}
