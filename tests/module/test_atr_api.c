/*
 * What scardssp_db.h says of ATRs without a database: public names from a list of the test's own, and
 * explanations.
 */
#include <stdio.h>
#include <string.h>

#include "kit.h"
#include "scardssp_db.h"
#include "support/kits/environment.h"
#include "support/kits/scratch.h"

static const uint8_t atr[] = {0x3B, 0x02, 0x14, 0x50};
static char folder[SCRATCH_ROOM];

static int set_up(void **state) {
    (void)state;
    char path[SCRATCH_ROOM + 9];
    if (!scratch_create(folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/list.txt", folder);
    environment_set("SCARDSSP_ATR_LIST", path);
    FILE *file = fopen(path, "wb");
    if (!file)
        return -1;
    (void)fputs("3B 02 14 ..\n\tFirst\n\tSecond\n", file);
    return fclose(file);
}

static int tear_down(void **state) {
    (void)state;
    (void)scratch_remove(folder); /* the list stays open to the end: not every system lets go of it */
    return 0;
}

/* What visitors collect: names, one after the other, each followed by ';'. */
struct seen {
    char text[1024];
    unsigned most; /* how many it wants */
    unsigned count;
};

static int see_name(void *user, const char *name) {
    struct seen *seen = user;
    (void)strncat(seen->text, name, sizeof seen->text - strlen(seen->text) - 2);
    (void)strcat(seen->text, ";");
    return ++seen->count == seen->most;
}

static void test_public_names__in_order(void **state) {
    (void)state;
    struct seen seen = {.count = 0}, one = {.most = 1}, none = {.count = 0};
    assert_int_equal(scardssp_public_names(atr, sizeof atr, see_name, &seen, NULL, 0), S_OK);
    assert_string_equal(seen.text, "First;Second;");
    assert_int_equal(scardssp_public_names(atr, sizeof atr, see_name, &one, NULL, 0), S_OK);
    assert_string_equal(one.text, "First;");
    assert_int_equal(scardssp_public_names(atr, 2, see_name, &none, NULL, 0), S_OK);
    assert_string_equal(none.text, "");
    assert_int_equal(scardssp_public_names(atr, 0, see_name, &none, NULL, 0), E_INVALIDARG);
    assert_int_equal(scardssp_public_names(NULL, 4, see_name, &none, NULL, 0), E_POINTER);
    assert_int_equal(scardssp_public_names(atr, 4, NULL, &none, NULL, 0), E_POINTER);
}

static void test_public_list__used_and_own(void **state) {
    (void)state;
    char list[SCRATCH_ROOM + 20], path[SCRATCH_ROOM + 20] = "x";
    (void)snprintf(list, sizeof list, "%s/list.txt", folder);
    assert_int_equal(scardssp_public_list(SCARDSSP_LIST_USED, path, sizeof path), S_OK);
    assert_string_equal(path, list);
    assert_int_equal(scardssp_public_list(SCARDSSP_LIST_OWN, path, strlen(list) + 1), S_OK);
    assert_string_equal(path, list);
    assert_int_equal(scardssp_public_list(SCARDSSP_LIST_OWN, path, strlen(list)),
                     (HRESULT)SCARD_E_INSUFFICIENT_BUFFER);
    assert_string_equal(path, "");
    assert_int_equal(scardssp_public_list(2, path, sizeof path), E_INVALIDARG);
    assert_int_equal(scardssp_public_list(0, NULL, sizeof path), E_POINTER);
    assert_int_equal(scardssp_public_list(0, path, 0), E_POINTER);
    (void)strcat(list, ".none");
    environment_set("SCARDSSP_ATR_LIST", list);
    assert_int_equal(scardssp_public_list(SCARDSSP_LIST_USED, path, sizeof path), (HRESULT)SCARD_E_NO_FILE);
    assert_string_equal(path, "");
    assert_int_equal(scardssp_public_list(SCARDSSP_LIST_OWN, path, sizeof path), S_OK);
    assert_string_equal(path, list);
    list[strlen(list) - strlen(".none")] = '\0';
    environment_set("SCARDSSP_ATR_LIST", list);
}

static void count_parts(void *user, const char *part, const uint8_t *bytes, size_t size, const char *text) {
    (void)bytes;
    assert_true(*part && *text);
    *(size_t *)user += size;
}

static void test_atr_explain__codes(void **state) {
    (void)state;
    size_t size = 0;
    assert_int_equal(scardssp_atr_explain(atr, sizeof atr, count_parts, &size), S_OK);
    assert_int_equal(size, sizeof atr);
    size = 0;
    assert_int_equal(scardssp_atr_explain(atr, 3, count_parts, &size), E_INVALIDARG);
    assert_int_equal(size, 3);
    assert_int_equal(scardssp_atr_explain(NULL, 3, count_parts, &size), E_POINTER);
    assert_int_equal(scardssp_atr_explain(atr, 3, NULL, &size), E_POINTER);
    assert_int_equal(scardssp_locate_cancel(NULL), E_POINTER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_public_names__in_order),
        cmocka_unit_test(test_public_list__used_and_own),
        cmocka_unit_test(test_atr_explain__codes),
    };
    return cmocka_run_group_tests_name("module_atr_api", tests, set_up, tear_down);
}
