/*
 * Tables of vendors' profiles, good ones with some of their bytes changed: refused with a reason, or taken in
 * as a copy that is a good table itself, and by which any code can be written down.
 */
#include <stdlib.h>
#include <string.h>

#include "com/hresult.h"
#include "fuzz.h"
#include "services/codeform.h"
#include "services/profileintake.h"
#include "services/profilerows.h"

#define CODE_MOST 40u
#define TABLE_MOST (sizeof(struct scardssp_profile) + 64)

static const struct scardssp_profile_aid aid = {5, {0xF0, 0x41, 0x43, 0x4D, 0x45}};
static const struct scardssp_profile_atr atr = {3, {0x3B, 0x01, 0x41}, {0xFF, 0xFF, 0xFF}};
static const struct scardssp_profile_sign sign = {0x6E00, 0};
static const struct scardssp_profile_word word = {0x9804, 0xFFFF, 0x6982};
static const struct scardssp_profile_range range = {0x0001, 0x0002};
static const struct scardssp_profile_file file = {"Rooms", 2, {0xDF01, 0xB001}};
static const struct scardssp_profile_object object = {0x0001, 0x5FC102};
static const struct scardssp_profile_code code = {
    .asked = 1, .reference = 0x81, .form = {.size = 8, .pad = 0xFF}};
static const struct scardssp_profile_key key = {.asked = 1, .reference = 0x83};

/* The row that an array is made of, in the order of profilerows_all(). */
static const void *const examples[] = {&aid, &atr, &sign, &word, &word, &range, &file, &object, &code, &key};

/* A table that the input has changed: on the heap, of the size that it tells where that can be. */
static struct scardssp_profile *make_table(struct feed *feed) {
    const size_t size = feed_byte(feed) % TABLE_MOST;
    char *const table = fuzz_alloc(TABLE_MOST);
    struct scardssp_profile good = {.size = sizeof good, .name = "acme"};
    memset(table, 0, TABLE_MOST);
    good.aid_count = good.code_count = 1;
    memcpy(table, &good, sizeof good);
    const size_t told = sizeof good - 32 + size;
    if (size) /* no more than there is: whoever lies about that cannot be found out */
        memcpy(table, &(uint32_t){(uint32_t)(told < TABLE_MOST ? told : TABLE_MOST)}, sizeof(uint32_t));
    for (unsigned changes = feed_byte(feed) % 16; changes; --changes) {
        const size_t at = feed_byte(feed) % (TABLE_MOST - sizeof(uint32_t));
        table[sizeof(uint32_t) + at] = (char)feed_byte(feed);
    }
    return (struct scardssp_profile *)table;
}

/* As many rows as the table says, of which the input changes some. NULL: more than are ever looked at. */
static char *make_rows(struct feed *feed, const struct profilerows *rows, const void *example,
                       uint32_t count) {
    if (count > SCARDSSP_PROFILE_ROWS)
        return NULL;
    char *const made = fuzz_alloc(count * rows->row_size + 1);
    for (size_t i = 0; i < count; ++i)
        memcpy(made + i * rows->row_size, example, rows->row_size);
    for (unsigned changes = count ? feed_byte(feed) % 16 : 0; changes; --changes) {
        const size_t at = feed_word(feed) % (count * rows->row_size);
        made[at] = (char)feed_byte(feed);
    }
    return made;
}

static void write_code(const struct scardssp_profile_form *form, const uint8_t *bytes, size_t size) {
    if (FAILED(codeform_check(form, bytes, size)))
        return;
    const size_t room = codeform_size(form, size);
    uint8_t *const out = fuzz_alloc(room + 1);
    codeform_write(form, bytes, size, out);
    FUZZ_CHECK(form->encoding != SCARDSSP_PROFILE_CODE_PLAIN || memcmp(out, bytes, size) == 0);
    FUZZ_CHECK(room >= form->size);
    free(out);
}

/* What has been taken in is good itself, row for row. */
static void check_taken(const struct scardssp_profile *taken) {
    char why[PROFILEINTAKE_WHY_SIZE];
    size_t count = 0;
    const struct profilerows *const all = profilerows_all(&count);
    struct scardssp_profile *const again = profileintake_take(taken, taken->name, why);
    FUZZ_CHECK(again && !*why && profile_name_is_valid(taken->name));
    for (size_t i = 0; i < count; ++i) {
        const char *one = NULL, *other = NULL;
        uint32_t rows = 0;
        memcpy(&one, (const char *)taken + all[i].rows_at, sizeof one);
        memcpy(&other, (const char *)again + all[i].rows_at, sizeof other);
        memcpy(&rows, (const char *)taken + all[i].count_at, sizeof rows);
        FUZZ_CHECK(rows <= SCARDSSP_PROFILE_ROWS && !one == !rows && (one != other || !rows));
        FUZZ_CHECK(!rows || memcmp(one, other, rows * all[i].row_size) == 0);
    }
    free(again);
}

static void use(const struct scardssp_profile *taken, struct feed *feed) {
    size_t size = 0;
    const uint8_t *const digits = feed_bytes(feed, feed_byte(feed) % CODE_MOST, &size);
    uint8_t *const exact = fuzz_copy(digits, size, 0);
    write_code(&taken->form, exact, size);
    for (size_t i = 0; i < taken->code_count; ++i)
        write_code(&taken->codes[i].form, exact, size);
    (void)profile_word(taken, feed_word(feed));
    (void)profile_code_word(taken, feed_word(feed));
    for (size_t i = 0; i < taken->file_count; ++i)
        FUZZ_CHECK(profile_file(taken, taken->files[i].name) == &taken->files[i]);
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct feed feed = {data, size};
    char why[PROFILEINTAKE_WHY_SIZE], *rows[sizeof examples / sizeof *examples];
    size_t count = 0;
    const struct profilerows *const all = profilerows_all(&count);
    struct scardssp_profile *const table = make_table(&feed);
    FUZZ_CHECK(count == sizeof examples / sizeof *examples);
    for (size_t i = 0; i < count; ++i) {
        uint32_t wanted = 0;
        memcpy(&wanted, (char *)table + all[i].count_at, sizeof wanted);
        rows[i] = make_rows(&feed, &all[i], examples[i], wanted);
        memcpy((char *)table + all[i].rows_at, &rows[i], sizeof rows[i]);
    }
    struct scardssp_profile *const taken = profileintake_take(table, "acme", why);
    FUZZ_CHECK(!taken == (*why != '\0') && memchr(why, '\0', sizeof why));
    for (size_t i = 0; i < count; ++i)
        free(rows[i]);
    free(table);
    if (taken) {
        check_taken(taken);
        use(taken, &feed);
    }
    free(taken);
    return 0;
}
