/*
 * Many writers at once, and writers that are killed: what was acknowledged is there, what was forgotten is
 * gone, and nothing is half there. The moments of the kills come from a seed, SCARDSSP_TEST_SEED or a fixed
 * one.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "carddb/kit.h"
#include "carddb/sqlite/sqlite.h"
#include "rm/mstring.h"
#include "rm/names.h"

#define WRITERS 8
#define TYPES_EACH 125
#define KILLS 200
#define OPS_MAX 400

static struct carddb *open_db(void) {
    struct carddb *db = NULL;
    return carddb_sqlite_open(kit_path("system/cards.db"), kit_path("user/cards.db"), &db) == RM_OK ? db
                                                                                                    : NULL;
}

static const struct carddb_guid interfaces[3] = {{.data1 = 1}, {.data1 = 2}, {.data1 = 3}};

/* A type whose bytes follow from its number, so that a mixed-up one shows. */
static struct carddb_type numbered_type(const char *name, unsigned number) {
    struct carddb_type type = {.name = name,
                               .atr = {0x3B, (uint8_t)(number >> 8), (uint8_t)number},
                               .mask = {0xFF, 0xFF, 0xFF},
                               .atr_size = 3,
                               .has_provider = true,
                               .provider = {.data1 = number},
                               .interfaces = interfaces,
                               .interface_count = 3};
    return type;
}

static bool is_whole(struct carddb *db, const char *name, unsigned number) {
    struct carddb_type *got = NULL;

    if (db->ops->get(db, name, &got) != RM_OK)
        return false;
    const bool whole = got->atr_size == 3 && got->atr[1] == (uint8_t)(number >> 8) &&
                       got->atr[2] == (uint8_t)number && got->provider.data1 == number &&
                       got->interface_count == 3 &&
                       memcmp(got->interfaces, interfaces, sizeof interfaces) == 0;
    free(got);
    return whole;
}

/* One writer: introduces its types, forgets every second, and fights with all the others over one name. */
static int write_types(unsigned writer) {
    struct carddb *const db = open_db();
    char name[32];

    for (unsigned i = 0; db && i < TYPES_EACH; i++) {
        snprintf(name, sizeof name, "type %u-%03u", writer, i);
        struct carddb_type type = numbered_type(name, writer * 1000 + i);
        const rm_status status = db->ops->introduce(db, CARDDB_USER, &type);
        if (status != RM_OK) {
            fprintf(stderr, "%s: %08x %s\n", name, status, db->ops->explain(db));
            return 1;
        }
        if (i % 2 && db->ops->forget(db, CARDDB_USER, name) != RM_OK)
            return 2;
        if (i % 25 == 0) {
            type = numbered_type("shared", writer);
            if (db->ops->introduce(db, CARDDB_USER, &type) != RM_OK)
                return 3;
        }
    }
    if (!db)
        return 4;
    db->ops->close(db);
    return 0;
}

static void test_concurrent__eight_writers_lose_nothing(void **state) {
    pid_t writers[WRITERS];
    struct names names = {0};
    char name[32];

    (void)state;
    fflush(NULL);
    for (unsigned w = 0; w < WRITERS; w++) {
        writers[w] = fork();
        assert_true(writers[w] >= 0);
        if (writers[w] == 0)
            _exit(write_types(w));
    }
    for (unsigned w = 0; w < WRITERS; w++) {
        int status = 0;
        assert_int_equal(waitpid(writers[w], &status, 0), writers[w]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    struct carddb *const db = open_db();
    assert_non_null(db);
    assert_int_equal(db->ops->list(db, NULL, 0, NULL, 0, &names), RM_OK);
    assert_int_equal(mstring_count(names.list, names.size), WRITERS * ((TYPES_EACH + 1) / 2) + 1);
    free(names.list);
    for (unsigned w = 0; w < WRITERS; w++)
        for (unsigned i = 0; i < TYPES_EACH; i += 2) {
            snprintf(name, sizeof name, "type %u-%03u", w, i);
            assert_true(is_whole(db, name, w * 1000 + i));
        }
    struct carddb_type *shared = NULL;
    assert_int_equal(db->ops->get(db, "shared", &shared), RM_OK);
    assert_true(shared->provider.data1 < WRITERS);
    assert_int_equal(shared->atr[2], shared->provider.data1);
    free(shared);
    db->ops->close(db);
    assert_int_equal(kit_sql_number(kit_path("user/cards.db"), "SELECT count(*) FROM pragma_integrity_check "
                                                               "WHERE integrity_check = 'ok'"),
                     1);
}

/* The operations of a round, in order: two of three introduce a type, the third forgets the one before. */
static bool is_forget(unsigned op) {
    return op % 3 == 2;
}

static void op_name(unsigned round, unsigned op, char *out, size_t room) {
    snprintf(out, room, "round %03u-%03u", round, is_forget(op) ? op - 1 : op);
}

static rm_status do_op(struct carddb *db, unsigned round, unsigned op) {
    char name[32];

    op_name(round, op, name, sizeof name);
    if (is_forget(op))
        return db->ops->forget(db, CARDDB_USER, name);
    const struct carddb_type type = numbered_type(name, round * 7 + op);
    return db->ops->introduce(db, CARDDB_USER, &type);
}

/* Works until it is killed; a byte tells of each operation that was acknowledged. */
static void work(unsigned round, int report) {
    struct carddb *const db = open_db();

    for (unsigned op = 0; db && op < OPS_MAX; op++) {
        const char said = do_op(db, round, op) == RM_OK ? '+' : '-';
        if (write(report, &said, 1) != 1 || said == '-')
            break;
    }
    pause();
}

static void sleep_us(long us) {
    struct timespec pause = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
    while (nanosleep(&pause, &pause) != 0)
        ;
}

/* Starts a writer, kills it after some time; how many operations it said were done. */
static unsigned run_and_kill(unsigned round, long us) {
    int ends[2];
    unsigned done = 0;
    char said;

    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        work(round, ends[1]);
        _exit(0);
    }
    close(ends[1]);
    sleep_us(us);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    while (read(ends[0], &said, 1) == 1) {
        assert_int_equal(said, '+');
        done++;
    }
    close(ends[0]);
    return done;
}

/* What a round has left: the last operation may be there or not, all others as they were acknowledged. */
static void check_round(struct carddb *db, unsigned round, unsigned done) {
    char name[32];

    for (unsigned op = 0; op <= done && op < OPS_MAX; op++) {
        struct carddb_type *got = NULL;
        if (is_forget(op))
            continue;
        op_name(round, op, name, sizeof name);
        const rm_status status = db->ops->get(db, name, &got);
        free(got);
        const bool forgotten = is_forget(op + 1) && op + 1 < done,
                   maybe_forgotten = is_forget(op + 1) && op + 1 == done;
        if (op < done && !forgotten && !maybe_forgotten)
            assert_int_equal(status, RM_OK);
        if (forgotten)
            assert_int_equal(status, RM_E_UNKNOWN_CARD);
        if (status == RM_OK)
            assert_true(is_whole(db, name, round * 7 + op));
        else
            assert_int_equal(status, RM_E_UNKNOWN_CARD);
    }
    /* Nothing beyond the one that was under way. */
    op_name(round, is_forget(done + 1) ? done + 2 : done + 1, name, sizeof name);
    struct carddb_type *beyond = NULL;
    assert_int_equal(db->ops->get(db, name, &beyond), RM_E_UNKNOWN_CARD);
}

#define SLOWEST_US 1000000 /* after which a writer is killed at the latest, however slow the machine */

static void test_killed__two_hundred_times(void **state) {
    const char *const set = getenv("SCARDSSP_TEST_SEED");
    unsigned seed = set ? (unsigned)strtoul(set, NULL, 0) : 20240229;
    static unsigned done[KILLS];
    unsigned all = 0;
    long latest = 30000;

    (void)state;
    fflush(NULL);
    for (unsigned round = 0; round < KILLS; round++) {
        /*
         * Mostly in the midst of an operation, sometimes before the first: later on a machine that is busy.
         */
        done[round] = run_and_kill(round, rand_r(&seed) % latest);
        all += done[round];
        if (all <= round && latest < SLOWEST_US)
            latest += latest / 8;
        struct carddb *const db = open_db();
        assert_non_null(db);
        check_round(db, round, done[round]);
        struct names names = {0};
        if (db->ops->list(db, NULL, 0, NULL, 0, &names) != RM_OK)
            fail_msg("round %u: %s", round, db->ops->explain(db));
        free(names.list);
        db->ops->close(db);
    }
    struct carddb *const db = open_db();
    for (unsigned round = 0; round < KILLS; round++)
        check_round(db, round, done[round]);
    db->ops->close(db);
    assert_true(all > KILLS / 4); /* else the kills came before there was anything to lose */
    assert_int_equal(kit_sql_number(kit_path("user/cards.db"), "SELECT count(*) FROM pragma_integrity_check "
                                                               "WHERE integrity_check = 'ok'"),
                     1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_concurrent__eight_writers_lose_nothing, kit_empty),
        cmocka_unit_test_setup(test_killed__two_hundred_times, kit_empty),
    };
    return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
