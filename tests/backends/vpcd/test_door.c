/* Doors for cards: ports and sockets that are free, taken, left behind or none of ours. */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/vpcd/listener_rig.h"

/* Opens by a specification; on failure the message has all of these words. */
static struct rm_service *open_spec(const char *spec) {
    struct rm_service *service = NULL;
    char message[400] = "";
    assert_int_equal(vpcd_service_create(spec, &service, message, sizeof message), RM_OK);
    assert_string_equal(message, "");
    return service;
}

static void assert_refused(const char *spec, rm_status code, const char *const *words, size_t count) {
    struct rm_service *service = NULL;
    char message[400] = "";
    assert_int_equal(vpcd_service_create(spec, &service, message, sizeof message), code);
    for (size_t i = 0; i < count; ++i)
        if (!strstr(message, words[i]))
            fail_msg("%s is not in: %s", words[i], message);
    assert_int_equal(vpcd_service_create(spec, &service, NULL, 0), code);
    assert_null(service);
}

static void test_port__is_taken(void **state) {
    char spec[60], process[60];
    uint16_t port = 0;
    (void)state;
    const int listener = socket_listen(&port);
    (void)snprintf(process, sizeof process, "test_vpcd_door (process %d) has this port", (int)getpid());
    const char *const words[] = {process, "127.0.0.1:", "another port"};
    (void)snprintf(spec, sizeof spec, "%u", (unsigned)port);
    assert_refused(spec, RM_E_SHARING_VIOLATION, words, 3);
    socket_close(listener);
    rm_service_release(open_spec(spec));
}

/* Listens on the highest of three ports in a row that nobody has. Returns the listener. */
static int take_highest_of_three(uint16_t *port_out) {
    for (;;) {
        uint16_t port = 0;
        const int listener = socket_listen(&port);
        const int middle = port < 3000 ? -1 : socket_bind((uint16_t)(port - 1));
        const int lowest = middle == -1 ? -1 : socket_bind((uint16_t)(port - 2));
        if (middle != -1)
            socket_close(middle);
        if (lowest != -1) {
            socket_close(lowest);
            *port_out = port;
            return listener;
        }
        if (listener != -1)
            socket_close(listener);
    }
}

/* One of a range: none of it is kept. */
static void test_port__one_of_a_range_is_taken(void **state) {
    static const char *const words[] = {"has this port"};
    char spec[60];
    uint16_t port = 0;
    (void)state;
    const int listener = take_highest_of_three(&port);
    (void)snprintf(spec, sizeof spec, "%u-%u", port - 2u, (unsigned)port);
    assert_refused(spec, RM_E_SHARING_VIOLATION, words, 1);
    const int lower = socket_bind((uint16_t)(port - 1));
    assert_true(lower != -1);
    socket_close(lower);
    socket_close(listener);
    struct rm_service *service = open_spec(spec);
    for (unsigned i = 0; i < 3; ++i) {
        const int peer = socket_connect((uint16_t)(port - i));
        peer_expect(peer, power_and_atr, sizeof power_and_atr);
        socket_close(peer);
    }
    rm_service_release(service);
}

/* Nobody listens elsewhere than on the loopback interface, unless it is written. */
static void test_port__interfaces(void **state) {
    static const char *const no_interface[] = {"192.0.2.1:5", "no such address"};
    static const char *const no_name[] = {"no.such.host.invalid", "no host or interface"};
    (void)state;
    rm_service_release(open_spec("0"));
    rm_service_release(open_spec("0.0.0.0:0"));
    assert_refused("192.0.2.1:5", RM_E_READER_UNAVAILABLE, no_interface, 2); /* RFC 5737: nobody's */
    assert_refused("no.such.host.invalid:5", RM_E_READER_UNAVAILABLE, no_name, 2);
}

/* Sockets in the file system */

static struct { char folder[40], path[80]; } place;

static int setup_folder(void **state) {
    (void)state;
    strcpy(place.folder, "/tmp/scardssp-door-XXXXXX");
    assert_non_null(mkdtemp(place.folder));
    (void)snprintf(place.path, sizeof place.path, "%s/cards", place.folder);
    return 0;
}

static int remove_folder(void **state) {
    (void)state;
    (void)unlink(place.path);
    return rmdir(place.folder);
}

static int knock_at_path(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, place.path, strlen(place.path) + 1);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

static void test_path__lets_in(void **state) {
    struct stat found;
    struct rig rig = {.reader = "Virtual Reader cards 01"};
    char spec[100];
    (void)state;
    (void)snprintf(spec, sizeof spec, "%s*2", place.path);
    rig.service = open_spec(spec);
    assert_int_equal(rm_context_open(rig.service, RM_WITHIN(RM_INFINITE), &rig.context), RM_OK);
    assert_int_equal(stat(place.path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    int peers[2];
    for (int i = 0; i < 2; ++i) {
        peers[i] = knock_at_path();
        peer_expect(peers[i], power_and_atr, sizeof power_and_atr);
        peer_tell(peers[i], rig_atr, sizeof rig_atr);
        await_state(&rig, i ? "Virtual Reader cards 01" : "Virtual Reader cards 00", RM_STATE_PRESENT);
    }
    assert_works(connect_to(&rig, rig.reader), peers[1]);
    card_out(&rig, peers[1]);
    rig_close(&rig);
    peer_expect_end(peers[0]);
    assert_int_equal(stat(place.path, &found), -1);
}

static void test_path__is_taken(void **state) {
    static const char *const listens[] = {"another program listens there"};
    static const char *const file[] = {"a file of this name"};
    (void)state;
    struct rm_service *service = open_spec(place.path);
    assert_refused(place.path, RM_E_SHARING_VIOLATION, listens, 1);
    const int peer = knock_at_path(); /* which is still there, and theirs */
    assert_true(peer != -1);
    rm_service_release(service);
    socket_close(peer);
    const int made = open(place.path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    close(made);
    assert_refused(place.path, RM_E_SHARING_VIOLATION, file, 1);
    assert_int_equal(access(place.path, F_OK), 0);
}

static void test_path__was_left_behind(void **state) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)state;
    memcpy(address.sun_path, place.path, strlen(place.path) + 1);
    const int dead = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(dead, (const struct sockaddr *)&address, sizeof address), 0);
    close(dead);
    assert_int_equal(access(place.path, F_OK), 0);
    rm_service_release(open_spec(place.path));
}

static void test_path__leads_nowhere(void **state) {
    static const char *const words[] = {"/nowhere/", "No such file or directory"};
    char path[100];
    (void)state;
    (void)snprintf(path, sizeof path, "%s/nowhere/cards", place.folder);
    assert_refused(path, RM_E_READER_UNAVAILABLE, words, 2);
}

/* The other way round: the card listens. */
static void test_reversed__knocks_until_somebody_is_there(void **state) {
    struct rig rig;
    char spec[60];
    uint16_t port = 0;
    (void)state;
    memset(&rig, 0, sizeof rig);
    socket_close(socket_listen(&port));
    (void)snprintf(spec, sizeof spec, "connect:127.0.0.1:%u", (unsigned)port);
    (void)snprintf(rig.reader, sizeof rig.reader, "Virtual Reader %u", (unsigned)port);
    rig.service = open_spec(spec);
    assert_int_equal(rm_context_open(rig.service, RM_WITHIN(RM_INFINITE), &rig.context), RM_OK);
    await_state(&rig, rig.reader, RM_STATE_EMPTY);
    const int listener = socket_listen(&port);
    assert_true(listener != -1);
    for (int i = 0; i < 2; ++i) {
        const int peer = socket_accept(listener, PATIENCE);
        assert_true(peer != -1);
        peer_expect(peer, power_and_atr, sizeof power_and_atr);
        peer_tell(peer, rig_atr, sizeof rig_atr);
        await_state(&rig, rig.reader, RM_STATE_PRESENT);
        assert_works(connect_to(&rig, rig.reader), peer);
        assert_int_equal(socket_accept(listener, 600), -1); /* while it has one */
        card_out(&rig, peer);
    }
    socket_close(listener);
    rig_close(&rig);
}

/* Processes */

/* A child has no card: those are the parent's, who keeps them, the door and the connections to himself. */
static void test_fork__leaves_all_to_the_parent(void **state) {
    struct rig *rig = *state;
    struct names names = {0};
    int how = 1;
    const int peer = card_in_reader(rig);
    struct rm_card *card = connect_to(rig, rig->reader);
    const int nobody = knock(rig);
    const pid_t child = fork();
    if (child == 0) {
        struct rm_card *own = NULL;
        bool good = rm_list_readers(rig->context, RM_WITHIN(RM_INFINITE), &names) == RM_OK &&
                    names_has(&names, rig->reader);
        good = good && rm_connect(rig->context, rig->reader, RM_SHARE_SHARED, ANY, RM_WITHIN(100), &own) ==
                           RM_E_NO_SMARTCARD;
        rm_context_close(rig->context);
        rm_service_release(rig->service);
        _exit(good ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    assert_works(card, peer);
    socket_close(nobody);
    card_out(rig, peer);
    assert_serves(rig);
}

static void test_fork__child_keeps_nothing_open(void **state) {
    struct rig rig;
    int hold[2];
    (void)state;
    rig_open(&rig, 1, 1);
    const uint16_t port = rig.ports[0];
    const int peer = card_in_reader(&rig);
    assert_int_equal(pipe(hold), 0);
    const pid_t child = fork();
    if (child == 0) {
        char byte;
        close(hold[1]);
        _exit(read(hold[0], &byte, 1) == 0 ? 0 : 1);
    }
    close(hold[0]);
    rig_close(&rig);
    peer_expect_end(peer); /* though the child lives */
    int again = socket_bind(port);
    for (int i = 0; i < 200 && again == -1; ++i) { /* it has only just begun */
        (void)usleep(10000);
        again = socket_bind(port);
    }
    assert_true(again != -1);
    socket_close(again);
    close(hold[1]);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

/* Where no descriptor is left, who knocks waits until there is one. */
static void test_means__run_out_for_a_while(void **state) {
    struct rig *rig = *state;
    struct rlimit limit, low;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const int peer = knock(rig); /* before */
    peer_expect(peer, power_and_atr, sizeof power_and_atr);
    const int late = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    low = limit;
    low.rlim_cur = (rlim_t)late + 1;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    const int next = dup(late); /* -1: there is none left */
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    assert_int_equal(getpeername(peer, (struct sockaddr *)&address, &size), 0);
    const int connected = connect(late, (const struct sockaddr *)&address, size);
    const bool asked = socket_readable(late, 300);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(next, -1);
    assert_int_equal(connected, 0);
    assert_false(asked);
    peer_expect(late, power_and_atr, sizeof power_and_atr);
    socket_close(late);
    socket_close(peer);
    assert_serves(rig);
}

#define IN_FOLDER(name) cmocka_unit_test_setup_teardown(name, setup_folder, remove_folder)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_port__is_taken),
        cmocka_unit_test(test_port__one_of_a_range_is_taken),
        cmocka_unit_test(test_port__interfaces),
        IN_FOLDER(test_path__lets_in),
        IN_FOLDER(test_path__is_taken),
        IN_FOLDER(test_path__was_left_behind),
        IN_FOLDER(test_path__leads_nowhere),
        cmocka_unit_test(test_reversed__knocks_until_somebody_is_there),
        CASE(test_fork__leaves_all_to_the_parent),
        cmocka_unit_test(test_fork__child_keeps_nothing_open),
        CASE(test_means__run_out_for_a_while),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
