/*
 * scardssp_sim.h: each call of the hand at the simulated readers, seen through ISCard, and what the calls say when the
 * resource manager is another one.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "kit.h"

#define READER "Desk"
#define READER_WIDE L"Desk"
#define VARIABLES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define IMAGE_HEAD "{\"format\": \"scardssp-card\",\n\"version\": 1,\n"

static char message[300];

static HRESULT attach(ISCard *card) {
    wchar_t reader[] = READER_WIDE;
    return ISCard_AttachByReader(card, reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1));
}

static ISCard *attached(void) {
    ISCard *card = kit_card();
    expect_hr(attach(card), S_OK);
    return card;
}

/* The demo card's state that no reset survives: the file that is selected. */
static void select_greeting(ISCard *card) {
    expect_apdu(card, "00 A4 00 0C 02 00 02", "90 00");
    expect_apdu(card, "00 B0 00 00 05", "48 65 6C 6C 6F 90 00");
}

static void test_plug__with_and_without_card(void **state) {
    (void)state;
    ISCard *card = kit_card();
    expect_hr(attach(card), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_sim_plug(READER, NULL, 0, message, sizeof message), S_OK);
    expect_text(message, "");
    expect_hr(attach(card), SCARD_E_NO_SMARTCARD);
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), SCARD_E_DUPLICATE_READER);
    expect_hr(scardssp_sim_unplug(READER), S_OK);
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    expect_hr(attach(card), S_OK);
    expect_works(card);
    ISCard_Release(card);
}

static void test_plug__refused(void **state) {
    (void)state;
    char name[129];
    static const char *const images[] = {"", "Demo", "/no/such/image.json"};
    memset(name, 'n', sizeof name - 1);
    name[128] = '\0';
    expect_hr(scardssp_sim_plug(NULL, "demo", 0, message, sizeof message), E_INVALIDARG);
    assert_true(*message);
    expect_hr(scardssp_sim_plug("", "demo", 0, NULL, 0), E_INVALIDARG);
    expect_hr(scardssp_sim_plug(name, "demo", 0, NULL, 0), E_INVALIDARG);
    expect_hr(scardssp_sim_plug(READER, "demo", 2, NULL, 0), E_INVALIDARG);
    for (size_t i = 0; i < 3; ++i) {
        *message = '\0';
        expect_hr(scardssp_sim_plug(READER, images[i], 0, message, sizeof message), E_INVALIDARG);
        assert_true(*message);
    }
    expect_hr(scardssp_sim_unplug(READER), SCARD_E_UNKNOWN_READER);
    name[127] = '\0';
    expect_hr(scardssp_sim_plug(name, "demo", 0, NULL, 0), S_OK);
    expect_hr(scardssp_sim_unplug(name), S_OK);
}

/* A bad image says the file, the line and the field. */
static void test_plug__image_from_a_file(void **state) {
    (void)state;
    char path[] = "/tmp/scardssp-image-XXXXXX";
    char start[60];
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    static const char good[] =
        IMAGE_HEAD "\"name\": \"Mine\", \"protocols\": [\"T=1\"], \"historical\": \"4D\",\n"
                   "\"mf\": {\"files\": [{\"id\": \"0A0B\", \"type\": \"transparent\", "
                   "\"content\": \"C0 FF EE\"}]}}";
    static const char bad[] = IMAGE_HEAD "\"name\": \"Mine\",\n\"protocols\": [\"T=7\"], \"mf\": {}}";
    assert_int_equal(write(fd, good, sizeof good - 1), sizeof good - 1);
    expect_hr(scardssp_sim_plug(READER, path, 0, message, sizeof message), S_OK);
    ISCard *card = attached();
    expect_apdu(card, "00 A4 00 0C 02 0A 0B", "90 00");
    expect_apdu(card, "00 B0 00 00 00", "C0 FF EE 90 00");
    ISCard_Release(card);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(write(fd, bad, sizeof bad - 1), sizeof bad - 1);
    (void)snprintf(start, sizeof start, "%s:4: ", path);
    expect_hr(scardssp_sim_insert(READER, path, message, sizeof message), E_INVALIDARG);
    assert_int_equal(strncmp(message, start, strlen(start)), 0);
    assert_non_null(strstr(message, "protocols"));
    close(fd);
    unlink(path);
}

static void test_unplug__under_a_connection(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    ISCard *card = attached();
    expect_hr(scardssp_sim_unplug(READER), S_OK);
    const HRESULT hr = kit_send(card, "00 84 00 00 08", NULL);
    assert_true(hr == (HRESULT)SCARD_E_READER_UNAVAILABLE);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_works(card);
    ISCard_Release(card);
    expect_hr(scardssp_sim_unplug(NULL), E_INVALIDARG);
}

static void test_insert__a_fresh_card(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, NULL, 0, NULL, 0), S_OK);
    expect_hr(scardssp_sim_insert(READER, "demo", message, sizeof message), S_OK);
    ISCard *card = attached();
    expect_apdu(card, "00 D6 83 00 01 58", "90 00");
    expect_apdu(card, "00 B0 83 00 05", "58 65 6C 6C 6F 90 00");
    expect_hr(scardssp_sim_insert(READER, "demo", NULL, 0), S_OK);
    expect_hr(kit_send(card, "00 B0 83 00 05", NULL), SCARD_W_REMOVED_CARD);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_apdu(card, "00 B0 83 00 05", "48 65 6C 6C 6F 90 00");
    ISCard_Release(card);
    expect_hr(scardssp_sim_insert("Nowhere", "demo", NULL, 0), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_sim_insert(READER, NULL, NULL, 0), E_INVALIDARG);
    expect_hr(scardssp_sim_insert(NULL, "demo", NULL, 0), E_INVALIDARG);
}

static void test_remove__and_put_back(void **state) {
    (void)state;
    SCARD_STATES status = POWERED;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    expect_hr(scardssp_sim_put_back(READER), SCARD_E_NO_SMARTCARD);
    ISCard *card = attached();
    expect_apdu(card, "00 D6 83 00 01 58", "90 00");
    expect_hr(scardssp_sim_remove(READER), S_OK);
    expect_hr(scardssp_sim_remove(READER), SCARD_E_NO_SMARTCARD);
    expect_hr(kit_send(card, "00 84 00 00 08", NULL), SCARD_W_REMOVED_CARD);
    expect_hr(ISCard_get_Status(card, &status), S_OK);
    assert_int_equal(status, ABSENT);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), SCARD_E_NO_SMARTCARD);
    expect_hr(scardssp_sim_put_back(READER), S_OK);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_apdu(card, "00 B0 83 00 05", "58 65 6C 6C 6F 90 00"); /* the very card, with all it holds */
    ISCard_Release(card);
    expect_hr(scardssp_sim_remove("Nowhere"), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_sim_put_back("Nowhere"), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_sim_remove(NULL), E_INVALIDARG);
    expect_hr(scardssp_sim_put_back(NULL), E_INVALIDARG);
}

static void test_fault__mute(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    ISCard *card = attached();
    expect_hr(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_MUTE, 1), S_OK);
    const HRESULT hr = kit_send(card, "00 84 00 00 08", NULL);
    assert_true(hr == (HRESULT)SCARD_W_UNRESPONSIVE_CARD);
    expect_hr(ISCard_ReAttach(card, SHARED, UNPOWER), S_OK);
    expect_works(card);
    ISCard_Release(card);
}

static void test_fault__transport(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    ISCard *card = attached();
    select_greeting(card);
    expect_hr(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_TRANSPORT, 2), S_OK);
    expect_hr(kit_send(card, "00 B0 00 00 05", NULL), SCARD_E_NOT_TRANSACTED);
    expect_hr(kit_send(card, "00 B0 00 00 05", NULL), SCARD_E_NOT_TRANSACTED);
    expect_apdu(card, "00 B0 00 00 05", "48 65 6C 6C 6F 90 00");
    ISCard_Release(card);
}

static void test_fault__remove_after(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    ISCard *card = attached();
    expect_hr(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_REMOVE_AFTER, 2), S_OK);
    expect_works(card);
    expect_works(card);
    expect_hr(kit_send(card, "00 84 00 00 08", NULL), SCARD_W_REMOVED_CARD);
    expect_hr(scardssp_sim_put_back(READER), S_OK);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_works(card);
    ISCard_Release(card);
}

static long exchange_ms(ISCard *card) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    expect_works(card);
    clock_gettime(CLOCK_MONOTONIC, &end);
    return (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000;
}

static void test_fault__slow(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    ISCard *card = attached();
    expect_hr(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_SLOW, 80), S_OK);
    const long slow = exchange_ms(card);
    assert_true(slow >= 79 && slow < 3000); /* deadlines are kept in whole milliseconds */
    expect_hr(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_SLOW, 0), S_OK);
    assert_true(exchange_ms(card) < 79);
    ISCard_Release(card);
}

static void test_fault__refused(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    expect_hr(scardssp_sim_fault(READER, 0, 1), E_INVALIDARG);
    expect_hr(scardssp_sim_fault(READER, 5, 1), E_INVALIDARG);
    expect_hr(scardssp_sim_fault("Nowhere", SCARDSSP_SIM_FAULT_MUTE, 1), SCARD_E_UNKNOWN_READER);
    expect_hr(scardssp_sim_fault(NULL, SCARDSSP_SIM_FAULT_MUTE, 1), E_INVALIDARG);
}

static void test_ejector__ejects(void **state) {
    (void)state;
    expect_hr(scardssp_sim_plug(READER, "demo", SCARDSSP_SIM_EJECTOR, NULL, 0), S_OK);
    ISCard *card = attached();
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, EJECT), SCARD_W_REMOVED_CARD);
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), SCARD_E_NO_SMARTCARD);
    expect_hr(scardssp_sim_put_back(READER), S_OK);
    expect_hr(ISCard_ReAttach(card, EXCLUSIVE, LEAVE), S_OK);
    expect_works(card);
    ISCard_Release(card);
}

static void test_clear__takes_all_away(void **state) {
    (void)state;
    size_t size = 0;
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), S_OK);
    expect_hr(scardssp_sim_plug("Another", "gsm", 0, NULL, 0), S_OK);
    ISCard *card = attached();
    scardssp_sim_clear();
    expect_hr(scardssp_list_readers(NULL, &size), S_OK);
    assert_int_equal(size, 1);
    assert_true(FAILED(kit_send(card, "00 84 00 00 08", NULL)));
    expect_hr(scardssp_sim_insert("Another", "demo", NULL, 0), SCARD_E_UNKNOWN_READER);
    ISCard_Release(card);
}

/* Every call where the resource manager is not the simulator. */
static void elsewhere_program(void) {
    static const char why[] =
        "the resource manager of this process is not the simulator; choose \"sim\" first";
    char little[4] = "";
    expect_hr(scardssp_sim_plug(READER, "demo", 0, message, sizeof message), E_UNEXPECTED);
    expect_text(message, why);
    *message = '\0';
    expect_hr(scardssp_sim_insert(READER, "demo", message, sizeof message), E_UNEXPECTED);
    expect_text(message, why);
    expect_hr(scardssp_sim_insert(READER, "demo", little, sizeof little), E_UNEXPECTED);
    expect_text(little, "the");
    expect_hr(scardssp_sim_plug(READER, "demo", 0, NULL, 0), E_UNEXPECTED);
    expect_hr(scardssp_sim_unplug(READER), E_UNEXPECTED);
    expect_hr(scardssp_sim_remove(READER), E_UNEXPECTED);
    expect_hr(scardssp_sim_put_back(READER), E_UNEXPECTED);
    expect_hr(scardssp_sim_fault(READER, SCARDSSP_SIM_FAULT_SLOW, 1), E_UNEXPECTED);
    scardssp_sim_clear();
}

static void test_elsewhere__every_call(void **state) {
    (void)state;
    kit_quiet_child(elsewhere_program, VARIABLES("SCARDSSP_RM=system"));
}

/* The simulator as the first use of the library in a process. */
static void first_program(void) {
    expect_hr(scardssp_sim_plug(READER, "demo", 0, message, sizeof message), S_OK);
    expect_text(message, "");
    ISCard *card = attached();
    expect_works(card);
    ISCard_Release(card);
}

static void test_first_call__chooses_as_the_variable_says(void **state) {
    (void)state;
    kit_quiet_child(first_program, VARIABLES("SCARDSSP_RM=sim"));
}

/* scardssp_sim_serve, the driver's side of the wire played by the test */

struct server {
    struct scardssp_sim_serve_options options;
    int stop_fd;
    int32_t result;
};

static void *serve(void *argument) {
    struct server *server = argument;
    server->result = scardssp_sim_serve(&server->options, server->stop_fd, NULL, 0);
    return NULL;
}

static void note(void *user) {
    *(volatile int *)user = 1;
}

static int listener(uint16_t *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

static size_t ask(int fd, const char *request, uint8_t *answer) {
    uint8_t frame[300];
    const size_t size = kit_bytes(request, frame + 2, sizeof frame - 2);
    frame[0] = 0;
    frame[1] = (uint8_t)size;
    assert_int_equal(send(fd, frame, size + 2, 0), size + 2);
    if (!answer)
        return 0;
    assert_int_equal(recv(fd, frame, 2, MSG_WAITALL), 2);
    const size_t length = (size_t)frame[0] << 8 | frame[1];
    assert_true(length < 300);
    assert_int_equal(recv(fd, answer, length, MSG_WAITALL), length);
    return length;
}

/* Power on, ATR, a command; then the stop pipe or the driver's hanging up ends it. */
static void check_serving(bool by_stop, int32_t expected) {
    uint16_t port = 0;
    const int door = listener(&port);
    int connected = 0;
    int stop[2];
    uint8_t answer[300];
    pthread_t thread;
    assert_int_equal(pipe(stop), 0);
    struct server server = {
        .options = {.port = port, .image = "demo", .wait_ms = 500, .connected = note, .user = &connected},
        .stop_fd = stop[0]};
    assert_int_equal(pthread_create(&thread, NULL, serve, &server), 0);
    const int driver = accept(door, NULL, NULL);
    assert_true(driver >= 0);
    (void)ask(driver, "01", NULL);
    assert_true(ask(driver, "04", answer) > 2);
    assert_int_equal(answer[0], 0x3B);
    assert_int_equal(ask(driver, "00 B0 83 00 05", answer), 7);
    assert_memory_equal(answer, "Hello\x90\x00", 7);
    assert_int_equal(connected, 1);
    if (by_stop)
        close(stop[1]);
    else
        close(driver);
    if (!by_stop)
        close(door);
    pthread_join(thread, NULL);
    expect_hr(server.result, expected);
    if (by_stop) {
        close(driver);
        close(door);
    } else {
        close(stop[1]);
    }
    close(stop[0]);
}

static void test_serve__until_stopped(void **state) {
    (void)state;
    check_serving(true, S_OK);
}

static void test_serve__until_the_driver_leaves(void **state) {
    (void)state;
    check_serving(false, (int32_t)SCARD_E_READER_UNAVAILABLE);
}

static void test_serve__refused(void **state) {
    (void)state;
    uint16_t port = 0;
    close(listener(&port));
    struct scardssp_sim_serve_options options = {.port = port};
    expect_hr(scardssp_sim_serve(NULL, -1, message, sizeof message), E_INVALIDARG);
    expect_hr(scardssp_sim_serve(&options, -1, message, sizeof message), SCARD_E_READER_UNAVAILABLE);
    options.image = "/no/such/image.json";
    expect_hr(scardssp_sim_serve(&options, -1, message, sizeof message), E_INVALIDARG);
    assert_non_null(strstr(message, "/no/such/image.json"));
    options.image = "gsm";
    options.protocol = 2;
    expect_hr(scardssp_sim_serve(&options, -1, message, sizeof message), E_INVALIDARG);
}

static int tidy(void **state) {
    (void)state;
    scardssp_sim_clear();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        /* First, while this process has not chosen yet: their children inherit that. */
        cmocka_unit_test(test_elsewhere__every_call),
        cmocka_unit_test(test_first_call__chooses_as_the_variable_says),
        cmocka_unit_test_teardown(test_plug__with_and_without_card, tidy),
        cmocka_unit_test_teardown(test_plug__refused, tidy),
        cmocka_unit_test_teardown(test_plug__image_from_a_file, tidy),
        cmocka_unit_test_teardown(test_unplug__under_a_connection, tidy),
        cmocka_unit_test_teardown(test_insert__a_fresh_card, tidy),
        cmocka_unit_test_teardown(test_remove__and_put_back, tidy),
        cmocka_unit_test_teardown(test_fault__mute, tidy),
        cmocka_unit_test_teardown(test_fault__transport, tidy),
        cmocka_unit_test_teardown(test_fault__remove_after, tidy),
        cmocka_unit_test_teardown(test_fault__slow, tidy),
        cmocka_unit_test_teardown(test_fault__refused, tidy),
        cmocka_unit_test_teardown(test_ejector__ejects, tidy),
        cmocka_unit_test_teardown(test_clear__takes_all_away, tidy),
        cmocka_unit_test(test_serve__until_stopped),
        cmocka_unit_test(test_serve__until_the_driver_leaves),
        cmocka_unit_test(test_serve__refused),
    };
    setenv("SCARDSSP_RM", "sim:", 1);
    return cmocka_run_group_tests_name("sim_api", tests, NULL, NULL);
}
