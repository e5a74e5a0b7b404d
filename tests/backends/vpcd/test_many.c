/* Many virtual readers in one process: listed, waited for, used by as many threads, and what they weigh. */
#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include "backends/vpcd/listener_rig.h"

#define DOORS 8
#define EACH 8
#define MANY (DOORS * EACH)
#define BEYOND_SELECT 1100
#define COMMANDS 50
#define LEAST_THAT_IS_NOT_LITTLE 4096 /* bytes for a reader with its card */

static int peers[MANY];
static char readers[MANY][60];

/* Descriptors that select() could not tell from each other any more. */
static int *take_low_numbers(void) {
    int *taken = malloc(BEYOND_SELECT * sizeof *taken);
    assert_non_null(taken);
    for (int i = 0; i < BEYOND_SELECT; ++i) {
        taken[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (taken[i] < 0)
            fail_msg("no %d descriptors (ulimit -n)", BEYOND_SELECT);
    }
    return taken;
}

static void give_back(int *taken) {
    for (int i = 0; i < BEYOND_SELECT; ++i)
        close(taken[i]);
    free(taken);
}

/* Each card answers its number, so that nobody gets another's answer. */
static void *answer(void *argument) {
    const int number = *(const int *)argument;
    const uint8_t message[] = {0, 4, (uint8_t)(number >> 8), (uint8_t)number, 0x90, 0x00};
    uint8_t command[sizeof job_message];
    for (;;) {
        size_t got = 0;
        while (got < sizeof command) {
            const long more = socket_receive(peers[number], command + got, sizeof command - got);
            if (more <= 0)
                return NULL;
            got += (size_t)more;
        }
        if (socket_send(peers[number], message, sizeof message) != sizeof message)
            return NULL;
    }
}

struct client {
    struct rig *rig;
    int number;
    unsigned good;
    pthread_t thread, card;
};

static void *use(void *argument) {
    struct client *client = argument;
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    if (rm_context_open(client->rig->service, RM_WITHIN(RM_INFINITE), &context) != RM_OK ||
        rm_connect(context, readers[client->number], RM_SHARE_SHARED, ANY, RM_WITHIN(PATIENCE), &card) !=
            RM_OK)
        return NULL;
    for (int i = 0; i < COMMANDS; ++i) {
        uint8_t bytes[16];
        size_t size = sizeof bytes;
        client->good += rm_transmit(card, 0, job_command, sizeof job_command, bytes, &size,
                                    RM_WITHIN(PATIENCE)) == RM_OK &&
                        size == 4 && bytes[0] == client->number >> 8 && bytes[1] == (uint8_t)client->number;
    }
    (void)rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    rm_context_close(context);
    return NULL;
}

static void insert_all(struct rig *rig) {
    for (int i = 0; i < MANY; ++i) {
        (void)snprintf(readers[i], sizeof readers[i], "Virtual Reader %u %02d",
                       (unsigned)rig->ports[i / EACH], i % EACH);
        peers[i] = socket_connect(rig->ports[i / EACH]);
        assert_true(peers[i] != -1);
        peer_expect(peers[i], power_and_atr, sizeof power_and_atr);
        peer_tell(peers[i], rig_atr, sizeof rig_atr);
        await_state(rig, readers[i], RM_STATE_PRESENT);
    }
}

/* One wait for all of them, each way. */
static void wait_for_all(struct rig *rig) {
    struct rm_reader_state states[MANY] = {{.reader = NULL}};
    for (int i = 0; i < MANY; ++i)
        states[i].reader = readers[i];
    assert_int_equal(rm_wait(rig->context, states, MANY, RM_WITHIN(0)), RM_OK);
    for (int i = 0; i < MANY; ++i) {
        assert_true(states[i].event & RM_STATE_PRESENT);
        states[i].current = states[i].event & ~(uint32_t)RM_STATE_CHANGED;
    }
    socket_close(peers[MANY - 1]);
    assert_int_equal(rm_wait(rig->context, states, MANY, RM_WITHIN(PATIENCE)), RM_OK);
    for (int i = 0; i < MANY; ++i)
        assert_int_equal((states[i].event & RM_STATE_CHANGED) != 0, i == MANY - 1);
    peers[MANY - 1] = socket_connect(rig->ports[DOORS - 1]);
    peer_tell(peers[MANY - 1], rig_atr, sizeof rig_atr);
    peer_expect(peers[MANY - 1], power_and_atr, sizeof power_and_atr);
    await_state(rig, readers[MANY - 1], RM_STATE_PRESENT);
}

static void use_all(struct rig *rig) {
    static struct client clients[MANY];
    for (int i = 0; i < MANY; ++i) {
        clients[i] = (struct client){.rig = rig, .number = i};
        assert_int_equal(pthread_create(&clients[i].card, NULL, answer, &clients[i].number), 0);
        assert_int_equal(pthread_create(&clients[i].thread, NULL, use, &clients[i]), 0);
    }
    for (int i = 0; i < MANY; ++i) {
        assert_int_equal(pthread_join(clients[i].thread, NULL), 0);
        assert_int_equal(clients[i].good, COMMANDS);
    }
    rig_close(rig);
    for (int i = 0; i < MANY; ++i) {
        assert_int_equal(pthread_join(clients[i].card, NULL), 0);
        socket_close(peers[i]);
    }
}

static void test_many__list_wait_transact(void **state) {
    struct rig rig;
    (void)state;
    int *const taken = take_low_numbers();
    const size_t before = mallinfo2().uordblks;
    rig_open(&rig, DOORS, EACH);
    const size_t empty = mallinfo2().uordblks - before;
    insert_all(&rig);
    const size_t filled = mallinfo2().uordblks - before;
    print_message("%d virtual readers: %zu bytes each, %zu with a card; one thread for all\n", MANY,
                  empty / MANY, filled / MANY);
    assert_true(peers[0] > BEYOND_SELECT);
    assert_true(filled / MANY < LEAST_THAT_IS_NOT_LITTLE);
    wait_for_all(&rig);
    use_all(&rig);
    give_back(taken);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many__list_wait_transact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
