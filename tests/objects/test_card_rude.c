/*
 * Cards that mean no good, at the other end of virtual readers: whatever one answers, the call ends, another
 * reader's card works meanwhile, and once an honest card is in the reader the same object works with it.
 * Prints what each has come to. Runs in the worlds of support/worlds/world.h that have virtual readers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/kits/apdus.h"
#include "support/kits/cardex.h"
#include "support/kits/cardjob.h"
#include "support/services/rude_answer.h"
#include "support/worlds/world.h"

#define ITSELF_MS 3500u /* by then a call has ended by itself, or does not */
#define GROWTH_MAX (32u * 1024 * 1024)

static struct world *world;
static enum rude manner;
static size_t reply_size;

static HRESULT call_rude(struct cardjob *job) {
    char hex[32];
    LONG last = -1;
    (void)snprintf(hex, sizeof hex, "80 30 %02X 00 00", (unsigned)manner);
    VARIANT command = variant_from_hex(hex), reply;
    const HRESULT hr = ISCardEx_TransmitBytes(job->ex, &command, &reply);
    assert_true(SUCCEEDED(hr) ? V_VT(&reply) == (VT_ARRAY | VT_UI1) : V_VT(&reply) == VT_EMPTY);
    if (SUCCEEDED(hr))
        assert_int_equal(SafeArrayGetUBound(V_ARRAY(&reply), 1, &last), S_OK);
    reply_size = (size_t)(last + 1);
    VariantClear(&command);
    VariantClear(&reply);
    return hr;
}

/* What a call may say of an answer that cannot be had. */
static bool is_honest_failure(HRESULT hr) {
    static const uint32_t codes[] = {(uint32_t)SCARD_F_COMM_ERROR,        (uint32_t)SCARD_E_CANCELLED,
                                     (uint32_t)SCARD_W_REMOVED_CARD,      (uint32_t)SCARD_W_RESET_CARD,
                                     (uint32_t)SCARD_E_NO_SMARTCARD,      (uint32_t)SCARD_E_COMM_DATA_LOST,
                                     (uint32_t)SCARD_W_UNRESPONSIVE_CARD, (uint32_t)SCARD_E_NOT_TRANSACTED};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; ++i)
        if ((uint32_t)hr == codes[i])
            return true;
    return false;
}

/* What must hold of an answer that has come: it is one the card has sent. */
static void check_reply(void) {
    assert_int_in_range(reply_size, 2, 65538);
    if (manner == RUDE_LARGEST)
        assert_int_equal(reply_size, 65535);
    if (manner == RUDE_TWICE)
        assert_int_equal(reply_size, 2);
}

static void play(ISCard *other) {
    world_stall(world, 0);
    ISCard *card = world_attached(world, SHARED);
    ISCardEx *ex = cardex_of(card);
    struct cardjob job = {.call = call_rude, .card = card, .ex = ex};
    const uint64_t start = cardjob_ms();
    cardjob_begin(&job);
    while (cardjob_is_running(&job) && cardjob_ms() - start < ITSELF_MS) {
        const struct timespec moment = {0, 20000000};
        nanosleep(&moment, NULL);
    }
    const bool itself = !cardjob_is_running(&job);
    assert_works(other);
    cardjob_cancel(&job);
    print_message("# %-22s %-6s 0x%08X %5zu bytes, %s in %u ms\n", rude_names[manner], world->kind,
                  (unsigned)job.hr, reply_size, itself ? "by itself" : "by Cancel",
                  (unsigned)(cardjob_ms() - start));
    assert_works(other);
    if (job.hr == S_OK)
        check_reply();
    else
        assert_true(is_honest_failure(job.hr));
    if (manner == RUDE_NOTHING && world->is_service)
        world_break(world); /* the driver waits for ever for an answer that has bytes: only a restart helps */
    world_insert(world, "demo");
    assert_hr(ISCardEx_put_Timeout(ex, 8000), S_OK);
    assert_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    assert_works(card);
    ISCardEx_Release(ex);
    assert_int_equal(ISCard_Release(card), 0);
}

static size_t resident(void) {
    unsigned long pages = 0;
    FILE *const file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*u %lu", &pages), 1);
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void test_rude__ends_and_harms_nobody(void **state) {
    (void)state;
    world_second(world, "demo");
    ISCard *other = world_card(world);
    assert_hr(ISCard_AttachByReader(other, world->second, SHARED, T1), S_OK);
    size_t first = 0;
    for (unsigned i = 0; i < RUDES; ++i) {
        manner = (enum rude)i;
        play(other);
        if (manner == RUDE_LARGEST)
            first = resident(); /* the largest answer has been there */
    }
    assert_true(resident() < first + GROWTH_MAX);
    assert_int_equal(ISCard_Release(other), 0);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_rude__ends_and_harms_nobody, world_after),
    };
    return world_run(argc, argv, &world, tests, sizeof tests / sizeof tests[0]);
}
