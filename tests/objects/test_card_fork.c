/*
 * Row 13 of the recovery specification: a forked child gets SCARD_E_INVALID_HANDLE and, after ReAttach,
 * works; "a child that was forked while another thread was inside a call gets the same code, and no hang";
 * the parent is unharmed. Runs in each world of support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "objects/bytebuffer.h"
#include "objects/database.h"
#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/kits/cardjob.h"
#include "support/kits/child.h"
#include "support/worlds/world.h"

static struct world *world;

struct family {
    ISCard *card;
    ISCardEx *ex;
    ISCardCmd *cmd; /* in use by the parent's other thread */
};

/* Calls of the child that wait for nobody, on a busy machine and under valgrind; what hangs has 40 s. */
#define AT_ONCE_MS 15000u

/* Every call that needs the connection says so at once. */
static int refused(const struct family *family) {
    ISCard *card = family->card;
    IByteBuffer *atr = NULL;
    SCARD_STATES state;
    SCARD_PROTOCOLS protocol;
    VARIANT value;
    const uint64_t start = clock_ms();
    CHILD_CLAIM(ISCard_get_Atr(card, &atr) == (HRESULT)SCARD_E_INVALID_HANDLE);
    CHILD_CLAIM(ISCard_get_Status(card, &state) == (HRESULT)SCARD_E_INVALID_HANDLE);
    CHILD_CLAIM(ISCard_LockSCard(card) == (HRESULT)SCARD_E_INVALID_HANDLE);
    CHILD_CLAIM(ISCardEx_GetAttrib(family->ex, 0x00090303, &value) == (HRESULT)SCARD_E_INVALID_HANDLE);
    CHILD_CLAIM(send_hex(card, "00 84 00 00 08", NULL) == (HRESULT)SCARD_E_INVALID_HANDLE);
    (void)ISCard_get_Protocol(card, &protocol);
    CHILD_CLAIM(clock_ms() - start < AT_ONCE_MS);
    return 0;
}

/* The same object, with a connection of the child's own. */
static int works(const struct family *family) {
    const char *reply = NULL;
    HSCARD handle = 0;
    BSTR name = NULL;
    HRESULT hr = S_OK;
    for (int i = 0; i < 40; ++i) { /* the card may be busy with the parent's command, or locked by it */
        hr = ISCard_ReAttach(family->card, SHARED, LEAVE);
        if (hr != (HRESULT)SCARD_E_TIMEOUT)
            break;
    }
    CHILD_CLAIM(hr == S_OK);
    CHILD_CLAIM(send_hex(family->card, "00 84 00 00 08", &reply) == S_OK && strlen(reply) == 29);
    CHILD_CLAIM(ISCard_LockSCard(family->card) == S_OK);
    CHILD_CLAIM(ISCard_UnlockSCard(family->card, LEAVE) == S_OK);
    CHILD_CLAIM(ISCard_get_CardHandle(family->card, &handle) == S_OK && handle);
    CHILD_CLAIM(ISCardEx_get_ReaderName(family->ex, &name) == S_OK && wcscmp(name, world->reader) == 0);
    SysFreeString(name);
    CHILD_CLAIM(ISCardEx_Cancel(family->ex) == S_OK);
    CHILD_CLAIM(ISCard_Detach(family->card, LEAVE) == S_OK);
    return 0;
}

static int child_of_family(void *argument) {
    const struct family *family = argument;
    LONG events, length;
    IByteBuffer *reply = NULL;
    CHILD_CLAIM(ISCardEx_Cancel(family->ex) == S_OK);
    if (family->cmd) { /* it has no reply, and is a command as ever */
        CHILD_CLAIM(ISCardCmd_get_ApduReply(family->cmd, &reply) == S_OK && !reply);
        CHILD_CLAIM(ISCardCmd_get_ApduLength(family->cmd, &length) == S_OK && length == 5);
    }
    if (refused(family))
        return 1;
    CHILD_CLAIM(ISCardEx_WaitForChange(family->ex, 0, NULL, &events) == S_OK);
    if (works(family))
        return 1;
    if (family->cmd)
        ISCardCmd_Release(family->cmd);
    ISCardEx_Release(family->ex);
    ISCard_Release(family->card);
    return 0;
}

/* Nobody was inside a call. */
static void test_fork__idle(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    struct family family = {a, cardex_of(a), NULL};
    assert_works(a);
    child_run(child_of_family, &family);
    assert_works(a);
    assert_hr(ISCard_LockSCard(a), S_OK);
    assert_hr(ISCard_UnlockSCard(a, LEAVE), S_OK);
    ISCardEx_Release(family.ex);
    ISCard_Release(a);
}

/* A command was on its way. */

struct sending {
    struct cardjob job;
    ISCardCmd *cmd;
};

static HRESULT send_it(struct cardjob *job) {
    return ISCard_Transaction(job->card, &((struct sending *)job)->cmd);
}

static void test_fork__during_a_command(void **state) {
    (void)state;
    world_stall(world, 1500);
    ISCard *a = world_attached(world, SHARED);
    struct family family = {a, cardex_of(a), cmd_from_hex("00 84 00 00 08")};
    struct sending sending = {{.call = send_it, .card = a, .ex = family.ex}, family.cmd};
    cardjob_start(&sending.job);
    assert_true(cardjob_is_running(&sending.job));
    child_run(child_of_family, &family);
    cardjob_end(&sending.job);
    assert_hr(sending.job.hr, S_OK);
    assert_works(a);
    ISCardCmd_Release(family.cmd);
    ISCardEx_Release(family.ex);
    ISCard_Release(a);
}

/* Calls waited: one for another program, one for that call, one for a change. */

static HRESULT call_lock(struct cardjob *job) {
    return ISCard_LockSCard(job->card);
}

static HRESULT call_wait(struct cardjob *job) {
    return ISCardEx_WaitForChange(job->ex, -1, NULL, &job->events);
}

static int refused_only(void *argument) {
    const struct family *family = argument;
    if (refused(family))
        return 1;
    CHILD_CLAIM(ISCardEx_Cancel(family->ex) == S_OK);
    return 0;
}

static void test_fork__during_waits(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED), *b = world_attached(world, SHARED);
    struct family family = {a, cardex_of(a), NULL};
    struct cardjob jobs[3] = {{.call = call_lock, .card = a, .ex = family.ex},
                              {.call = call_lock, .card = a, .ex = family.ex},
                              {.call = call_wait, .card = a, .ex = family.ex}};
    assert_hr(ISCard_LockSCard(b), S_OK);
    assert_hr(ISCardEx_put_Timeout(family.ex, -1), S_OK);
    for (int i = 0; i < 3; ++i)
        cardjob_start(&jobs[i]);
    child_run(refused_only, &family);
    for (int i = 0; i < 3; ++i)
        assert_true(cardjob_is_running(&jobs[i]));
    assert_hr(ISCard_UnlockSCard(b, LEAVE), S_OK);
    cardjob_end(&jobs[0]);
    cardjob_end(&jobs[1]);
    assert_hr(jobs[0].hr, S_OK);
    assert_hr(jobs[1].hr, S_OK);
    assert_hr(ISCard_UnlockSCard(a, LEAVE), S_OK);
    assert_hr(ISCard_UnlockSCard(a, LEAVE), S_OK);
    child_run(child_of_family, &family); /* that of a wait only */
    assert_true(cardjob_is_running(&jobs[2]));
    cardjob_cancel(&jobs[2]);
    assert_hr(jobs[2].hr, SCARD_E_CANCELLED);
    assert_works(a);
    ISCardEx_Release(family.ex);
    ISCard_Release(b);
    ISCard_Release(a);
}

/* Threads that do everything at once, so that forks meet every lock of ours there is. */

/* A sanitizer's allocator is left locked in the child, which the C library's is not. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OTHERS_ALLOCATOR true
#else
#define OTHERS_ALLOCATOR false
#endif

#define HAMMERS 4
#define FORKS 60

static atomic_bool hammering;

struct hammer {
    ISCard *card;
    ISCardEx *ex;
    ISCardCmd *cmd;
    IByteBuffer *buffer;
    ISCardDatabase *database;
    unsigned failures;
};

static unsigned everything(struct hammer *hammer) {
    LPSAFEARRAY names = NULL;
    LONG events, count = 0;
    BSTR name = NULL;
    uint8_t bytes[200] = {0};
    unsigned failures = FAILED(ISCard_Transaction(hammer->card, &hammer->cmd));
    failures += FAILED(ISCardCmd_put_P2(hammer->cmd, 0));
    failures += FAILED(IByteBuffer_Write(hammer->buffer, bytes, sizeof bytes, &count));
    failures += FAILED(IByteBuffer_SetSize(hammer->buffer, 8));
    failures += FAILED(ISCardDatabase_ListReaders(hammer->database, 0, &names));
    SafeArrayDestroy(names);
    failures += FAILED(ISCardEx_get_ReaderName(hammer->ex, &name));
    SysFreeString(name);
    failures += FAILED(ISCardEx_WaitForChange(hammer->ex, 0, NULL, &events));
    return failures;
}

static void *hammer_run(void *argument) {
    struct hammer *hammer = argument;
    while (atomic_load(&hammering))
        hammer->failures += everything(hammer);
    return NULL;
}

static int child_of_hammers(void *argument) {
    struct hammer *hammer = argument;
    const struct family family = {hammer->card, hammer->ex, NULL};
    if (refused(&family))
        return 1;
    CHILD_CLAIM(ISCard_ReAttach(hammer->card, SHARED, LEAVE) == S_OK);
    for (int i = 0; i < 3; ++i)
        CHILD_CLAIM(everything(hammer) == 0);
    return works(&family);
}

/* On the simulator: the service's own library has locks, too, which are not ours to free in a child. */
static void test_fork__in_the_middle_of_everything(void **state) {
    (void)state;
    static struct hammer shared, hammers[HAMMERS];
    pthread_t threads[HAMMERS];
    if (world->is_service || OTHERS_ALLOCATOR)
        return;
    shared.card = world_attached(world, SHARED);
    shared.ex = cardex_of(shared.card);
    shared.cmd = cmd_from_hex("00 84 00 00 08");
    assert_hr(bytebuffer_create(&shared.buffer), S_OK);
    assert_hr(database_create(world->service, NULL, NULL, &shared.database), S_OK);
    atomic_store(&hammering, true);
    for (int i = 0; i < HAMMERS; ++i) {
        hammers[i] = shared; /* the same objects in all threads */
        assert_int_equal(pthread_create(&threads[i], NULL, hammer_run, &hammers[i]), 0);
    }
    for (int i = 0; i < FORKS; ++i)
        child_run(child_of_hammers, &shared);
    atomic_store(&hammering, false);
    for (int i = 0; i < HAMMERS; ++i) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(hammers[i].failures, 0);
    }
    assert_int_equal(everything(&shared), 0);
    ISCardDatabase_Release(shared.database);
    IByteBuffer_Release(shared.buffer);
    ISCardCmd_Release(shared.cmd);
    ISCardEx_Release(shared.ex);
    ISCard_Release(shared.card);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_fork__idle, world_after),
        cmocka_unit_test_teardown(test_fork__during_a_command, world_after),
        cmocka_unit_test_teardown(test_fork__during_waits, world_after),
        cmocka_unit_test_teardown(test_fork__in_the_middle_of_everything, world_after),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}
