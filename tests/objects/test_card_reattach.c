/*
 * ISCard::ReAttach: every share mode and disposition in every situation, asserted on the code and on the
 * state afterwards. Runs in each world of support/worlds/world.h (first argument).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kits/apdus.h"
#include "support/worlds/world.h"

static struct world *world;

enum situation {
    ATTACHED_SHARED,
    ATTACHED_EXCLUSIVE,
    NOT_ATTACHED,
    OTHER_SHARED,
    OTHER_EXCLUSIVE,
    OTHER_TRANSACTION
};

static const char *const situation_names[] = {"attached_shared", "attached_exclusive", "not_attached",
                                              "other_shared",    "other_exclusive",    "other_transaction"};
static const char *const share_names[] = {"", "EXCLUSIVE", "SHARED"};
static const char *const init_names[] = {"LEAVE", "RESET", "UNPOWER", "EJECT"};

struct row {
    enum situation situation;
    SCARD_SHARE_MODES share;
    SCARD_DISPOSITIONS init;
};

/* A: the object under test, B: the other client where there is one. */
struct scene {
    ISCard *a;
    ISCard *b;
};

static struct scene set(enum situation situation) {
    struct scene scene = {NULL, NULL};
    switch (situation) {
    case ATTACHED_SHARED:
    case ATTACHED_EXCLUSIVE:
        scene.a = world_attached(world, situation == ATTACHED_SHARED ? SHARED : EXCLUSIVE);
        break;
    case NOT_ATTACHED:
        scene.a = world_card(world);
        break;
    case OTHER_SHARED:
    case OTHER_TRANSACTION:
        scene.a = world_attached(world, SHARED);
        scene.b = world_attached(world, SHARED);
        break;
    case OTHER_EXCLUSIVE:
        /* The only way there: A's connection is lost, and B takes the card before A comes back. */
        scene.a = world_attached(world, SHARED);
        world_break(world);
        scene.b = world_attached(world, EXCLUSIVE);
        break;
    }
    if (scene.a && situation != NOT_ATTACHED && situation != OTHER_EXCLUSIVE)
        select_greeting(scene.a);
    if (situation == OTHER_TRANSACTION)
        assert_hr(ISCard_LockSCard(scene.b), S_OK);
    return scene;
}

static void strike(struct scene *scene) {
    if (scene->b)
        assert_int_equal(ISCard_Release(scene->b), 0);
    assert_int_equal(ISCard_Release(scene->a), 0);
}

/* What a third client that wants the card shared gets tells how A holds it. */
static void assert_held(SCARD_SHARE_MODES share) {
    ISCard *probe = world_card(world);
    assert_hr(ISCard_AttachByReader(probe, world->reader, SHARED, T1),
              share == EXCLUSIVE ? (HRESULT)SCARD_E_SHARING_VIOLATION : S_OK);
    ISCard_Release(probe);
}

static void assert_properties(ISCard *a) {
    SCARD_STATES state = 0;
    SCARD_PROTOCOLS protocol = 0;
    HSCARD handle = 0;
    IByteBuffer *atr = NULL;
    BYTE ts = 0;
    assert_hr(ISCard_get_Status(a, &state), S_OK);
    assert_int_equal(state, SPECIFICMODE);
    assert_hr(ISCard_get_Protocol(a, &protocol), S_OK);
    assert_int_equal(protocol, T1);
    assert_hr(ISCard_get_CardHandle(a, &handle), S_OK);
    assert_true(handle != 0);
    assert_hr(ISCard_get_Atr(a, &atr), S_OK);
    assert_hr(IByteBuffer_Read(atr, &ts, 1, NULL), S_OK);
    assert_int_equal(ts, 0x3B);
    IByteBuffer_Release(atr);
}

/* A succeeded: attached as asked, and the card reset or not. */
static void assert_reattached(ISCard *a, const struct row *row) {
    assert_int_equal(greeting_is_selected(a), row->init == LEAVE);
    assert_works(a);
    assert_properties(a);
}

/* The card was ejected: A remembers, and comes back with the card. */
static void assert_ejected(ISCard *a, const struct row *row) {
    SCARD_STATES state = 0;
    HSCARD handle = 1;
    assert_hr(ISCard_get_Status(a, &state), S_OK);
    assert_int_equal(state, ABSENT);
    assert_hr(ISCard_get_CardHandle(a, &handle), S_OK);
    assert_true(handle == 0);
    assert_fails(a, SCARD_W_REMOVED_CARD);
    assert_hr(ISCard_ReAttach(a, row->share, LEAVE), SCARD_E_NO_SMARTCARD);
    world_put_back(world);
    assert_hr(ISCard_ReAttach(a, row->share, LEAVE), S_OK);
    assert_works(a);
    assert_held(row->share);
}

static void alone(struct scene *scene, const struct row *row) {
    bool ejected = row->init == EJECT && world->ejects;
    assert_hr(ISCard_ReAttach(scene->a, row->share, row->init),
              ejected ? (HRESULT)SCARD_W_REMOVED_CARD : S_OK);
    if (ejected) {
        assert_ejected(scene->a, row);
        return;
    }
    assert_reattached(scene->a, row);
    assert_held(row->share);
}

static void not_attached(struct scene *scene, const struct row *row) {
    HSCARD handle = 1;
    assert_hr(ISCard_ReAttach(scene->a, row->share, row->init), SCARD_E_INVALID_HANDLE);
    assert_hr(ISCard_get_CardHandle(scene->a, &handle), S_OK);
    assert_true(handle == 0);
    assert_fails(scene->a, SCARD_E_INVALID_HANDLE);
    assert_hr(ISCard_AttachByReader(scene->a, world->reader, row->share, T1), S_OK);
    assert_works(scene->a);
}

static void other_shared(struct scene *scene, const struct row *row) {
    if (row->share == EXCLUSIVE) {
        assert_hr(ISCard_ReAttach(scene->a, row->share, row->init), SCARD_E_SHARING_VIOLATION);
        assert_true(greeting_is_selected(scene->a)); /* A keeps working, and nothing was done to the card */
        assert_works(scene->b);
        assert_hr(ISCard_Detach(scene->b, LEAVE), S_OK);
        assert_hr(ISCard_ReAttach(scene->a, row->share, LEAVE), S_OK);
        assert_held(EXCLUSIVE);
        return;
    }
    if (row->init == EJECT && world->ejects) {
        assert_hr(ISCard_ReAttach(scene->a, row->share, row->init), SCARD_W_REMOVED_CARD);
        assert_fails(scene->b, SCARD_W_REMOVED_CARD);
        assert_ejected(scene->a, row);
        return;
    }
    assert_hr(ISCard_ReAttach(scene->a, row->share, row->init), S_OK);
    assert_reattached(scene->a, row);
    if (row->init == LEAVE) {
        assert_works(scene->b);
        return;
    }
    /* B is told that its card was reset, until it re-attaches. */
    assert_fails(scene->b, SCARD_W_RESET_CARD);
    assert_hr(ISCard_ReAttach(scene->b, SHARED, LEAVE), S_OK);
    assert_works(scene->b);
}

static void other_exclusive(struct scene *scene, const struct row *row) {
    assert_hr(ISCard_ReAttach(scene->a, row->share, row->init), SCARD_E_SHARING_VIOLATION);
    assert_fails(scene->a, SCARD_E_SHARING_VIOLATION);
    assert_works(scene->b);
    assert_hr(ISCard_Detach(scene->b, LEAVE), S_OK);
    assert_hr(ISCard_ReAttach(scene->a, row->share, LEAVE), S_OK);
    assert_works(scene->a);
    assert_properties(scene->a);
    assert_held(row->share);
}

static void other_transaction(struct scene *scene, const struct row *row) {
    /* Raising is refused because B is connected, whatever B does; else A waits, but not for ever. */
    assert_hr(ISCard_ReAttach(scene->a, row->share, row->init),
              row->share == EXCLUSIVE ? SCARD_E_SHARING_VIOLATION : SCARD_E_TIMEOUT);
    assert_works(scene->b);
    assert_hr(ISCard_UnlockSCard(scene->b, LEAVE), S_OK);
    assert_works(scene->b);
    assert_hr(ISCard_ReAttach(scene->a, SHARED, LEAVE), S_OK);
    assert_works(scene->a);
    assert_properties(scene->a);
}

static void test_reattach__matrix(void **state) {
    const struct row *row = *state;
    static void (*const checks[])(struct scene *, const struct row *) = {
        alone, alone, not_attached, other_shared, other_exclusive, other_transaction};
    if (row->situation == OTHER_EXCLUSIVE && world->holds_on)
        return; /* A stays connected, whatever happens: there is no way there */
    struct scene scene = set(row->situation);
    checks[row->situation](&scene, row);
    strike(&scene);
}

static void test_reattach__bad_values(void **state) {
    (void)state;
    static const struct {
        int share, init;
    } bad[] = {{0, LEAVE},   {3, LEAVE},       {-1, LEAVE},       {SHARED, 4},
               {SHARED, -1}, {0x10002, RESET}, {EXCLUSIVE, 0x100}};
    ISCard *a = world_attached(world, SHARED);
    HSCARD before = 0;
    HSCARD after = 0;
    select_greeting(a);
    assert_hr(ISCard_get_CardHandle(a, &before), S_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; ++i) {
        assert_hr(ISCard_ReAttach(a, (SCARD_SHARE_MODES)bad[i].share, (SCARD_DISPOSITIONS)bad[i].init),
                  E_INVALIDARG);
        assert_true(greeting_is_selected(a));
    }
    assert_hr(ISCard_get_CardHandle(a, &after), S_OK);
    assert_true(before == after);
    assert_held(SHARED);
    assert_int_equal(ISCard_Release(a), 0);
}

static void test_reattach__keeps_the_transaction(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    ISCard *b = world_attached(world, SHARED);
    assert_hr(ISCard_LockSCard(a), S_OK);
    assert_hr(ISCard_LockSCard(a), S_OK);
    for (int init = LEAVE; init <= UNPOWER; ++init) {
        assert_hr(ISCard_ReAttach(a, SHARED, (SCARD_DISPOSITIONS)init), S_OK);
        assert_hr(ISCard_ReAttach(b, SHARED, LEAVE), SCARD_E_TIMEOUT);
    }
    assert_hr(ISCard_UnlockSCard(a, LEAVE), S_OK);
    assert_hr(ISCard_ReAttach(b, SHARED, LEAVE), SCARD_E_TIMEOUT);
    assert_hr(ISCard_UnlockSCard(a, LEAVE), S_OK);
    assert_hr(ISCard_UnlockSCard(a, LEAVE), SCARD_E_NOT_TRANSACTED);
    assert_hr(ISCard_ReAttach(b, SHARED, LEAVE), S_OK);
    assert_works(b);
    ISCard_Release(b);
    ISCard_Release(a);
}

/* The handle stays that of the service: raw calls on it go on working, which is what programs do with it. */
static void test_reattach__defaults(void **state) {
    (void)state;
    ISCard *a = world_attached(world, SHARED);
    assert_hr(ISCard_ReAttach(a, EXCLUSIVE, LEAVE), S_OK); /* what C++ means by ReAttach() */
    assert_held(EXCLUSIVE);
    assert_hr(ISCard_ReAttach(a, SHARED, LEAVE), S_OK);
    assert_held(SHARED);
    ISCard_Release(a);
}

/* 2 share modes x 4 dispositions x 6 situations, then the cases of their own. */
#define MATRIX (2 * 4 * 6)
static struct row rows[MATRIX];
static char names[MATRIX][80];

static size_t matrix(struct CMUnitTest *tests) {
    size_t count = 0;
    for (int situation = ATTACHED_SHARED; situation <= OTHER_TRANSACTION; ++situation)
        for (int share = EXCLUSIVE; share <= SHARED; ++share)
            for (int init = LEAVE; init <= EJECT; ++init, ++count) {
                rows[count] = (struct row){(enum situation)situation, (SCARD_SHARE_MODES)share,
                                           (SCARD_DISPOSITIONS)init};
                (void)snprintf(names[count], sizeof names[count], "test_reattach__%s_%s_%s",
                               situation_names[situation], share_names[share], init_names[init]);
                tests[count] =
                    (struct CMUnitTest){names[count], test_reattach__matrix, NULL, world_after, &rows[count]};
            }
    return count;
}

int main(int argc, char **argv) {
    struct CMUnitTest tests[MATRIX + 3];
    size_t count = matrix(tests);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test_teardown(test_reattach__bad_values, world_after);
    tests[count++] =
        (struct CMUnitTest)cmocka_unit_test_teardown(test_reattach__keeps_the_transaction, world_after);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test_teardown(test_reattach__defaults, world_after);
    return world_run(argc, argv, &world, tests, count);
}
