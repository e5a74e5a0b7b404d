/*
 * One card object used by several threads at once: a call that comes while another one is under way waits for
 * it no longer than its own time ("one deadline per call", and "every wait is bounded or cancellable"),
 * Cancel ends both. Runs in each world of support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/kits/cardjob.h"
#include "support/worlds/world.h"

static struct world *world;

#define ENDS_MS 10000u /* what would wait for ever has ended by then, on a busy machine too */
#define SLACK_MS 900u

/* B holds the card in a transaction; a call of A waits for that on a thread of its own, for ever. */
struct scene {
    ISCard *a, *b;
    ISCardEx *ex;
    struct cardjob busy;
};

static HRESULT call_lock(struct cardjob *job) {
    return ISCard_LockSCard(job->card);
}

static void set(struct scene *scene, LONG timeout) {
    *scene = (struct scene){.a = world_attached(world, SHARED), .b = world_attached(world, SHARED)};
    scene->ex = cardex_of(scene->a);
    scene->busy = (struct cardjob){.call = call_lock, .card = scene->a, .ex = scene->ex};
    assert_hr(ISCard_LockSCard(scene->b), S_OK);
    assert_hr(ISCardEx_put_Timeout(scene->ex, timeout), S_OK);
    cardjob_start(&scene->busy);
    assert_true(cardjob_is_running(&scene->busy));
}

static void strike(struct scene *scene) {
    ISCardEx_Release(scene->ex);
    assert_int_equal(ISCard_Release(scene->b), 0);
    assert_int_equal(ISCard_Release(scene->a), 0);
}

/* The calls that need the object for themselves, with results that must be set to nothing. */

static HRESULT get_atr(struct cardjob *job) {
    IByteBuffer *out = (IByteBuffer *)job;
    HRESULT hr = ISCard_get_Atr(job->card, &out);
    assert_true(SUCCEEDED(hr) || out == NULL);
    return hr;
}

static HRESULT get_card_handle(struct cardjob *job) {
    HSCARD out = (HSCARD)7;
    HRESULT hr = ISCard_get_CardHandle(job->card, &out);
    assert_true(SUCCEEDED(hr) || out == 0);
    return hr;
}

static HRESULT get_context(struct cardjob *job) {
    HSCARDCONTEXT out = (HSCARDCONTEXT)7;
    HRESULT hr = ISCard_get_Context(job->card, &out);
    assert_true(SUCCEEDED(hr) || out == 0);
    return hr;
}

static HRESULT get_protocol(struct cardjob *job) {
    SCARD_PROTOCOLS out = T0;
    HRESULT hr = ISCard_get_Protocol(job->card, &out);
    assert_true(SUCCEEDED(hr) || out == 0);
    return hr;
}

static HRESULT get_status(struct cardjob *job) {
    SCARD_STATES out = PRESENT;
    HRESULT hr = ISCard_get_Status(job->card, &out);
    assert_true(SUCCEEDED(hr) || out == 0);
    return hr;
}

static HRESULT attach_by_handle(struct cardjob *job) {
    return ISCard_AttachByHandle(job->card, (HSCARD)0x12345);
}

static HRESULT attach_by_reader(struct cardjob *job) {
    return ISCard_AttachByReader(job->card, world->reader, SHARED, T1);
}

static HRESULT detach(struct cardjob *job) {
    return ISCard_Detach(job->card, LEAVE);
}

static HRESULT reattach(struct cardjob *job) {
    return ISCard_ReAttach(job->card, SHARED, LEAVE);
}

static HRESULT unlock(struct cardjob *job) {
    return ISCard_UnlockSCard(job->card, LEAVE);
}

static HRESULT transaction(struct cardjob *job) {
    const char *reply = NULL;
    HRESULT hr = send_hex(job->card, "00 84 00 00 08", &reply);
    assert_true(SUCCEEDED(hr) || *reply == '\0');
    return hr;
}

static HRESULT transmit_bytes(struct cardjob *job) {
    VARIANT command = variant_from_hex("00 84 00 00 08"), reply;
    HRESULT hr = ISCardEx_TransmitBytes(job->ex, &command, &reply);
    assert_true(SUCCEEDED(hr) || V_VT(&reply) == VT_EMPTY);
    VariantClear(&command);
    VariantClear(&reply);
    return hr;
}

static HRESULT control(struct cardjob *job) {
    VARIANT nothing, reply;
    VariantInit(&nothing);
    return ISCardEx_Control(job->ex, 0x42000D48, &nothing, &reply);
}

static HRESULT get_attrib(struct cardjob *job) {
    VARIANT value;
    return ISCardEx_GetAttrib(job->ex, 0x00090303, &value);
}

static HRESULT vendor_name(struct cardjob *job) {
    BSTR name = NULL;
    HRESULT hr = ISCardEx_get_VendorName(job->ex, &name);
    SysFreeString(name);
    return hr;
}

static HRESULT characteristics(struct cardjob *job) {
    LONG bits = 7;
    HRESULT hr = ISCardEx_get_Characteristics(job->ex, &bits);
    assert_true(SUCCEEDED(hr) || bits == 0);
    return hr;
}

static const struct {
    const char *name;
    HRESULT (*call)(struct cardjob *job);
} calls[] = {
    {"get_Atr", get_atr},
    {"get_CardHandle", get_card_handle},
    {"get_Context", get_context},
    {"get_Protocol", get_protocol},
    {"get_Status", get_status},
    {"AttachByHandle", attach_by_handle},
    {"AttachByReader", attach_by_reader},
    {"Detach", detach},
    {"LockSCard", call_lock},
    {"ReAttach", reattach},
    {"UnlockSCard", unlock},
    {"Transaction", transaction},
    {"TransmitBytes", transmit_bytes},
    {"Control", control},
    {"GetAttrib", get_attrib},
    {"get_VendorName", vendor_name},
    {"get_Characteristics", characteristics},
};
#define CALLS (sizeof calls / sizeof calls[0])

static void assert_ended(const char *name, HRESULT hr, HRESULT expected) {
    if (hr != expected)
        print_error("%s\n", name);
    assert_hr(hr, expected);
}

/* Each ends at its own deadline while the first goes on, and has done nothing. */
static void test_busy__calls_end_at_their_deadlines(void **state) {
    (void)state;
    static const LONG timeouts[] = {0, 150};
    struct scene scene;
    set(&scene, -1);
    for (size_t t = 0; t < 2; ++t) {
        assert_hr(ISCardEx_put_Timeout(scene.ex, timeouts[t]), S_OK);
        for (size_t i = 0; i < CALLS; ++i) {
            struct cardjob job = {.card = scene.a, .ex = scene.ex};
            const uint64_t start = cardjob_ms();
            assert_ended(calls[i].name, calls[i].call(&job), (HRESULT)SCARD_E_TIMEOUT);
            assert_int_in_range(cardjob_ms() - start + 20, (uint64_t)timeouts[t],
                                (uint64_t)timeouts[t] + SLACK_MS);
        }
    }
    assert_true(cardjob_is_running(&scene.busy));
    assert_hr(ISCard_UnlockSCard(scene.b, LEAVE), S_OK);
    cardjob_end(&scene.busy);
    assert_hr(scene.busy.hr, S_OK);
    assert_works(scene.a);
    assert_hr(ISCard_UnlockSCard(scene.a, LEAVE), S_OK); /* one level: the others' calls took none */
    assert_hr(ISCard_UnlockSCard(scene.a, LEAVE), SCARD_E_NOT_TRANSACTED);
    strike(&scene);
}

/* What asks nobody waits for nobody. */
static void test_busy__calls_that_do_not_wait(void **state) {
    (void)state;
    struct scene scene;
    LONG number = 0;
    VARIANT_BOOL raw;
    BSTR name = NULL;
    VARIANT names;
    set(&scene, -1);
    const uint64_t start = cardjob_ms();
    assert_hr(ISCardEx_get_Timeout(scene.ex, &number), S_OK);
    assert_int_equal(number, -1);
    assert_hr(ISCardEx_get_RawMode(scene.ex, &raw), S_OK);
    assert_hr(ISCardEx_put_RawMode(scene.ex, raw), S_OK);
    assert_hr(ISCardEx_get_ReaderName(scene.ex, &name), S_OK);
    assert_true(wcscmp(name, world->reader) == 0);
    SysFreeString(name);
    assert_hr(ISCardEx_ListReadersArray(scene.ex, &names), S_OK);
    VariantClear(&names);
    assert_hr(ISCardEx_WaitForChange(scene.ex, 0, NULL, &number), S_OK);
    assert_true(cardjob_ms() - start < SLACK_MS);
    cardjob_cancel(&scene.busy);
    strike(&scene);
}

/* Cancel ends the call that waits for the other program and those that wait for that call. */
static void test_busy__cancel_ends_all(void **state) {
    (void)state;
    struct scene scene;
    struct cardjob jobs[CALLS];
    set(&scene, -1);
    for (size_t i = 0; i < CALLS; ++i) {
        jobs[i] = (struct cardjob){.call = calls[i].call, .card = scene.a, .ex = scene.ex};
        if (i + 1 < CALLS)
            cardjob_begin(&jobs[i]);
        else
            cardjob_start(&jobs[i]);
    }
    for (size_t i = 0; i < CALLS; ++i)
        assert_true(cardjob_is_running(&jobs[i]));
    const uint64_t start = cardjob_ms();
    assert_hr(ISCardEx_Cancel(scene.ex), S_OK);
    for (size_t i = 0; i < CALLS; ++i) {
        cardjob_end(&jobs[i]);
        assert_ended(calls[i].name, jobs[i].hr, (HRESULT)SCARD_E_CANCELLED);
    }
    cardjob_cancel(&scene.busy);
    assert_hr(scene.busy.hr, SCARD_E_CANCELLED);
    assert_true(cardjob_ms() - start < ENDS_MS);
    assert_hr(ISCard_UnlockSCard(scene.b, LEAVE), S_OK);
    assert_hr(ISCardEx_put_Timeout(scene.ex, 5000), S_OK);
    assert_hr(ISCard_ReAttach(scene.a, SHARED, LEAVE), S_OK);
    assert_works(scene.a);
    strike(&scene);
}

/* What a call has waited for the object is taken off what it may wait for the other program. */
static void test_busy__one_deadline_for_all(void **state) {
    (void)state;
    struct scene scene;
    set(&scene, 1200); /* 300 of them have gone by */
    struct cardjob job = {.call = call_lock, .card = scene.a, .ex = scene.ex};
    const uint64_t start = cardjob_ms();
    cardjob_begin(&job);
    cardjob_end(&job);
    assert_hr(job.hr, SCARD_E_TIMEOUT);
    assert_int_in_range(cardjob_ms() - start, 1150, 1200 + 700); /* not 900 and then 1200 */
    cardjob_end(&scene.busy);
    assert_hr(scene.busy.hr, SCARD_E_TIMEOUT);
    strike(&scene);
}

/* A command object that another card's call has at the moment is waited for in the same way. */

struct shared_command {
    struct cardjob job;
    ISCardCmd *cmd;
};

static HRESULT send_shared(struct cardjob *job) {
    struct shared_command *shared = (struct shared_command *)job;
    return ISCard_Transaction(job->card, &shared->cmd);
}

static void test_busy__command(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED), *b = world_attached(world, SHARED);
    ISCard *holder = world_attached(world, SHARED);
    ISCardEx *ex_a = cardex_of(a), *ex_b = cardex_of(b);
    ISCardCmd *cmd = cmd_from_hex("00 84 00 00 08");
    struct shared_command first = {{.call = send_shared, .card = a, .ex = ex_a}, cmd};
    struct shared_command second = {{.call = send_shared, .card = b, .ex = ex_b}, cmd};
    assert_hr(ISCard_LockSCard(holder), S_OK);
    assert_hr(ISCardEx_put_Timeout(ex_a, -1), S_OK);
    cardjob_start(&first.job);
    assert_hr(ISCardEx_put_Timeout(ex_b, 200), S_OK);
    const uint64_t start = cardjob_ms();
    assert_hr(send_shared(&second.job), SCARD_E_TIMEOUT);
    assert_int_in_range(cardjob_ms() - start + 20, 200, 200 + SLACK_MS);
    assert_hr(ISCardEx_put_Timeout(ex_b, -1), S_OK);
    cardjob_start(&second.job);
    assert_true(cardjob_is_running(&second.job));
    cardjob_cancel(&second.job);
    assert_hr(second.job.hr, SCARD_E_CANCELLED);
    assert_true(cardjob_is_running(&first.job));
    assert_hr(ISCard_UnlockSCard(holder, LEAVE), S_OK);
    cardjob_end(&first.job);
    assert_hr(first.job.hr, S_OK);
    ISCardCmd_Release(cmd);
    ISCardEx_Release(ex_a);
    ISCardEx_Release(ex_b);
    ISCard_Release(holder);
    ISCard_Release(b);
    ISCard_Release(a);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_busy__calls_end_at_their_deadlines, world_after),
        cmocka_unit_test_teardown(test_busy__calls_that_do_not_wait, world_after),
        cmocka_unit_test_teardown(test_busy__cancel_ends_all, world_after),
        cmocka_unit_test_teardown(test_busy__one_deadline_for_all, world_after),
        cmocka_unit_test_teardown(test_busy__command, world_after),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}
