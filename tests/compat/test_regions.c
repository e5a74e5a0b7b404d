/* Locked ranges: which locks exclude which, who may read and write, how locks end. */
#include "support/kits/com.h"

#include "compat/regions.h"

static const char owner_a, owner_b;
#define A (&owner_a)
#define B (&owner_b)

struct pair {
    uint64_t first, second;
    HRESULT expected;
};

static void test_lock__which_excludes_which(void **state) {
    (void)state;
    static const struct pair pairs[] = {
        {LOCK_WRITE, LOCK_WRITE, STG_E_LOCKVIOLATION},
        {LOCK_WRITE, LOCK_EXCLUSIVE, STG_E_LOCKVIOLATION},
        {LOCK_EXCLUSIVE, LOCK_WRITE, STG_E_LOCKVIOLATION},
        {LOCK_EXCLUSIVE, LOCK_EXCLUSIVE, STG_E_LOCKVIOLATION},
        {LOCK_ONLYONCE, LOCK_ONLYONCE, STG_E_LOCKVIOLATION},
        {LOCK_ONLYONCE, LOCK_WRITE, S_OK},
        {LOCK_WRITE, LOCK_ONLYONCE, S_OK},
        {LOCK_EXCLUSIVE, LOCK_ONLYONCE, S_OK},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; ++i) {
        struct region *list = NULL;
        assert_hr(S_OK, regions_lock(&list, A, 10, 10, pairs[i].first));
        assert_hr(pairs[i].expected, regions_lock(&list, B, 15, 10, pairs[i].second));
        assert_hr(pairs[i].expected, regions_lock(&list, A, 5, 6, pairs[i].second));
        assert_hr(S_OK, regions_lock(&list, B, 30, 10, pairs[i].second));
        regions_leave(&list, A);
        regions_leave(&list, B);
        assert_null(list);
    }
}

static void test_lock__neighbours_and_ends(void **state) {
    (void)state;
    struct region *list = NULL;
    assert_hr(S_OK, regions_lock(&list, A, 10, 10, LOCK_WRITE));
    assert_hr(S_OK, regions_lock(&list, B, 20, 1, LOCK_WRITE));
    assert_hr(S_OK, regions_lock(&list, B, 9, 1, LOCK_WRITE));
    assert_hr(STG_E_LOCKVIOLATION, regions_lock(&list, B, 0, UINT64_MAX, LOCK_WRITE));
    assert_hr(S_OK, regions_lock(&list, B, UINT64_MAX - 1, UINT64_MAX, LOCK_EXCLUSIVE));
    assert_hr(STG_E_LOCKVIOLATION, regions_lock(&list, A, UINT64_MAX, 1, LOCK_WRITE));
    assert_hr(S_OK, regions_lock(&list, A, 12, 0, LOCK_EXCLUSIVE));
    assert_true(regions_allow(list, B, 0, 9, true));
    assert_false(regions_allow(list, B, 0, 20, true));
    assert_hr(S_OK, regions_unlock(&list, A, 12, 0, LOCK_EXCLUSIVE));
    regions_leave(&list, A);
    regions_leave(&list, B);
    assert_null(list);
}

static void test_lock__unknown_type(void **state) {
    (void)state;
    static const uint64_t types[] = {0, 3, 5, 6, 7, 8, UINT64_MAX, (uint64_t)1 << 32 | 1};
    struct region *list = NULL;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; ++i) {
        assert_hr(STG_E_INVALIDFUNCTION, regions_lock(&list, A, 0, 1, types[i]));
        assert_hr(STG_E_INVALIDFUNCTION, regions_unlock(&list, A, 0, 1, types[i]));
        assert_null(list);
    }
}

static void test_allow__owner_and_others(void **state) {
    (void)state;
    static const struct {
        uint64_t type;
        bool others_read, others_write;
    } rows[] = {{LOCK_WRITE, true, false}, {LOCK_EXCLUSIVE, false, false}, {LOCK_ONLYONCE, true, true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        struct region *list = NULL;
        assert_hr(S_OK, regions_lock(&list, A, 4, 4, rows[i].type));
        assert_true(regions_allow(list, A, 0, 100, false));
        assert_true(regions_allow(list, A, 0, 100, true));
        assert_int_equal(rows[i].others_read, regions_allow(list, B, 7, 1, false));
        assert_int_equal(rows[i].others_write, regions_allow(list, B, 7, 1, true));
        assert_true(regions_allow(list, B, 8, 1, true));
        assert_true(regions_allow(list, B, 0, 4, true));
        assert_true(regions_allow(list, B, 5, 0, true));
        regions_leave(&list, A);
    }
}

static void test_unlock__only_the_same(void **state) {
    (void)state;
    struct region *list = NULL;
    assert_hr(STG_E_LOCKVIOLATION, regions_unlock(&list, A, 1, 2, LOCK_WRITE));
    assert_hr(S_OK, regions_lock(&list, A, 1, 2, LOCK_WRITE));
    assert_hr(S_OK, regions_lock(&list, B, 10, 2, LOCK_WRITE));
    assert_hr(STG_E_LOCKVIOLATION, regions_unlock(&list, B, 1, 2, LOCK_WRITE));
    assert_hr(STG_E_LOCKVIOLATION, regions_unlock(&list, A, 0, 2, LOCK_WRITE));
    assert_hr(STG_E_LOCKVIOLATION, regions_unlock(&list, A, 1, 1, LOCK_WRITE));
    assert_hr(STG_E_LOCKVIOLATION, regions_unlock(&list, A, 1, 2, LOCK_EXCLUSIVE));
    assert_hr(S_OK, regions_unlock(&list, A, 1, 2, LOCK_WRITE));
    assert_hr(STG_E_LOCKVIOLATION, regions_unlock(&list, A, 1, 2, LOCK_WRITE));
    assert_hr(S_OK, regions_unlock(&list, B, 10, 2, LOCK_WRITE));
    assert_null(list);
}

static void test_leave__only_own_locks(void **state) {
    (void)state;
    struct region *list = NULL;
    for (uint64_t i = 0; i < 6; ++i)
        assert_hr(S_OK, regions_lock(&list, i % 2 ? A : B, i, 1, LOCK_EXCLUSIVE));
    regions_leave(&list, A);
    assert_true(regions_allow(list, A, 1, 1, false));
    assert_false(regions_allow(list, A, 2, 1, false));
    regions_leave(&list, A);
    regions_leave(&list, B);
    assert_null(list);
}

/* glibc's <fcntl.h> gives LOCK_WRITE another number, and may be included after our header. */
static void test_lock__number_of_fcntl(void **state) {
    (void)state;
    struct region *list = NULL;
    assert_hr(S_OK, regions_lock(&list, A, 0, 10, 128));
    assert_false(regions_allow(list, B, 0, 1, true));
    assert_true(regions_allow(list, B, 0, 1, false));
    assert_hr(S_OK, regions_unlock(&list, A, 0, 10, LOCK_WRITE));
    assert_null(list);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lock__which_excludes_which), cmocka_unit_test(test_lock__neighbours_and_ends),
        cmocka_unit_test(test_lock__unknown_type),         cmocka_unit_test(test_allow__owner_and_others),
        cmocka_unit_test(test_unlock__only_the_same),      cmocka_unit_test(test_leave__only_own_locks),
        cmocka_unit_test(test_lock__number_of_fcntl),
    };
    return cmocka_run_group_tests_name("compat/regions", tests, NULL, NULL);
}
