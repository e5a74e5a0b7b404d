/*
 * FindCard over Windows' smart card service: hContext is the context that hCard lives in. Who releases it, or
 * ends hCard, has given the card back, as with a connection of one's own, and nothing of either is left in
 * the process.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <windows.h>

#include <tlhelp32.h>

#include "base/clock.h"
#include "client/found.h"
#include "support/fakes/winscard.h"
#include "support/kits/apdus.h"
#include "support/kits/locating.h"

#define ROUNDS 50
#define PATIENCE_MS 20000u

static unsigned threads(void) {
    const HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    THREADENTRY32 entry = {.dwSize = sizeof entry};
    unsigned count = 0;

    for (BOOL more = Thread32First(snapshot, &entry); more; more = Thread32Next(snapshot, &entry))
        count += entry.th32OwnerProcessID == GetCurrentProcessId();
    CloseHandle(snapshot);
    return count;
}

static unsigned handles(void) {
    DWORD count = 0;

    assert_true(GetProcessHandleCount(GetCurrentProcess(), &count));
    return count;
}

/* What the process has; a thread that nobody waits for may take its time to end. */
struct burden {
    unsigned threads, handles, contexts;
};

static struct burden weigh(void) {
    return (struct burden){threads(), handles(), fake_winscard_contexts()};
}

static void assert_no_more_than(const struct burden *before) {
    const uint64_t end = clock_deadline(PATIENCE_MS);
    struct burden now = weigh();

    while ((now.threads > before->threads || now.handles > before->handles) && clock_left(end)) {
        Sleep(10);
        now = weigh();
    }
    assert_int_equal(now.contexts, before->contexts);
    assert_int_in_range(now.threads, 0, before->threads);
    assert_int_in_range(now.handles, 0, before->handles);
}

/* Ways to end a connection that was found. Each frees the information. */

static void end_context(SCARDINFO *info) {
    assert_int_equal(fake_winscard_api.release_context(info->hContext), 0);
    CoTaskMemFree(info);
}

static void end_both(SCARDINFO *info) {
    assert_int_equal(fake_winscard_api.disconnect(info->hCard, SCARD_LEAVE_CARD), 0);
    end_context(info);
}

static void end_by_object(SCARDINFO *info) {
    const SCARDCONTEXT context = info->hContext;

    locating_finish(info);
    assert_int_equal(fake_winscard_api.release_context(context),
                     ERROR_INVALID_HANDLE); /* it went with the card */
}

static void assert_nothing_left(void (*end)(SCARDINFO *info)) {
    ISCardLocate *locate = locating_demo(LOCATING_LIMIT_MS);
    struct burden before = {0, 0, 0};

    for (int i = 0; i < ROUNDS; i++) {
        SCARDINFO *info = NULL;
        assert_hr(ISCardLocate_FindCard(locate, EXCLUSIVE, T1, 0, &info), S_OK);
        assert_true(info->hContext && info->hCard);
        ISCard *card = world_card(locating.world);
        assert_hr(ISCard_AttachByReader(card, locating.world->reader, SHARED, T1), SCARD_E_SHARING_VIOLATION);
        ISCard_Release(card);
        end(info);
        locating_expect_free(locating.world->reader);
        if (i == 0)
            before = weigh(); /* what is made once for all is there now */
    }
    assert_no_more_than(&before);
    ISCardLocate_Release(locate);
}

static void test_found__released(void **state) {
    (void)state;
    assert_nothing_left(end_context);
}

static void test_found__disconnected_and_released(void **state) {
    (void)state;
    assert_nothing_left(end_both);
}

static void test_found__detached(void **state) {
    (void)state;
    assert_nothing_left(end_by_object);
}

/* Those that nobody has ended are ended with the service. */
static void test_found__left(void **state) {
    (void)state;
    ISCardLocate *locate = locating_demo(LOCATING_LIMIT_MS);
    const unsigned before = fake_winscard_contexts();
    SCARDINFO *info[3] = {NULL, NULL, NULL};

    for (int i = 0; i < 3; i++)
        assert_hr(ISCardLocate_FindCard(locate, SHARED, T1, 0, &info[i]), S_OK);
    assert_int_equal(fake_winscard_contexts(), before + 3);
    end_context(info[1]);
    CoTaskMemFree(info[0]);
    CoTaskMemFree(info[2]);
    found_end_all(locating.world->service);
    assert_int_equal(fake_winscard_contexts(), before);
    ISCardLocate_Release(locate);
    locating_expect_free(locating.world->reader);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, locating_set_up, locating_tear_down)

int main(int argc, char **argv) {
    static const struct CMUnitTest tests[] = {
        CASE(test_found__released),
        CASE(test_found__disconnected_and_released),
        CASE(test_found__detached),
        CASE(test_found__left),
    };
    return world_run(argc, argv, &locating.world, tests, sizeof tests / sizeof *tests);
}
