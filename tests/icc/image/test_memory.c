/*
 * What loading a card leaves in memory: no block that is freed holds a key or a PIN, however the loading
 * ends; and what becomes of it when memory lacks: that is said, and not that the image is wrong
 * (behaviour.md, rules for every method).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#define block_size _msize
#else
#include <malloc.h>
#define block_size malloc_usable_size
#endif

#include <cmocka.h>

#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "icc/card.h"
#include "support/kits/scratch.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);

#define KEY_TEXT "C0FFEE5EC2E75EC2E75EC2E75EC2E7A5"
#define PIN_TEXT "40718265"
/* The text's bytes, of which the first eight tell it from anything else. */
static const uint8_t key_bytes[] = {0xC0, 0xFF, 0xEE, 0x5E, 0xC2, 0xE7, 0x5E, 0xC2};
/* Key 9C of the image "piv": some of its text, which has to do with the secret, and of the secret itself. */
#define PEM_TEXT "e7UOdQ8SfyfREdUQ"
static const uint8_t private_bytes[] = {0x7B, 0xB5, 0x0E, 0x75, 0x0F, 0x12, 0x7F, 0x27};

static bool watching;
static unsigned traces;
/* Which allocation from now on fails; SIZE_MAX: none does. */
static size_t fails_at = SIZE_MAX;

static bool holds(const uint8_t *bytes, size_t size, const void *needle, size_t length) {
    for (size_t i = 0; i + length <= size; ++i)
        if (bytes[i] == *(const uint8_t *)needle && memcmp(bytes + i, needle, length) == 0)
            return true;
    return false;
}

static void look_at(void *memory) {
    if (!watching || !memory)
        return;
    const size_t size = block_size(memory);
    traces += holds(memory, size, KEY_TEXT, 16) || holds(memory, size, PIN_TEXT, 8) ||
              holds(memory, size, key_bytes, sizeof key_bytes) || holds(memory, size, PEM_TEXT, 16) ||
              holds(memory, size, private_bytes, sizeof private_bytes);
}

static bool allowed(void) {
    if (fails_at == SIZE_MAX)
        return true;
    return fails_at-- != 0;
}

void *__wrap_malloc(size_t size) {
    return allowed() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size) {
    return allowed() ? __real_calloc(count, size) : NULL;
}

/* As if it always moved: what it leaves behind is freed. */
void *__wrap_realloc(void *memory, size_t size) {
    if (!allowed())
        return NULL;
    look_at(memory);
    return __real_realloc(memory, size);
}

void __wrap_free(void *memory) {
    look_at(memory);
    __real_free(memory);
}

#define HEAD                                                                                                 \
    "{\"format\":\"scardssp-card\",\"version\":1,\"name\":\"n\",\"protocols\":[\"T=1\"],\"mf\":{"            \
    "\"pins\":[{\"reference\":\"01\",\"value\":\"" PIN_TEXT "\"}],"                                          \
    "\"keys\":[{\"reference\":\"01\",\"value\":\"" KEY_TEXT "\"}]"
#define GOOD HEAD "}}"
#define PIV                                                                                                            \
    "{\"format\":\"scardssp-card\",\"version\":1,\"name\":\"n\",\"protocols\":[\"T=1\"],\"commands\":\"piv\",\"mf\":{" \
    "\"keys\":[{\"reference\":\"01\",\"private\":{\"pem\":\"-----BEGIN PRIVATE KEY-----\\n"                            \
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQge7UOdQ8SfyfREdUQ"                                                 \
    "zGve5MHHeCJVcJ2IeMcOGAB4xNShRANCAAS+GuyZBU2ZZBB0z98sVY/4x+kKoMaJ"                                                 \
    "lgbyC71kqQJkrAg3yKFyDTnQzTXv93YphTF11SlCtmi3nRkBSlFAW8Cg"
#define PIV_GOOD PIV "\\n-----END PRIVATE KEY-----\"}}]}}"

static char path[SCRATCH_ROOM + 20];

/* `padding` bytes of blanks stand behind the text: more than one piece of reading. */
static void write_image(const char *text, size_t padding) {
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    for (size_t i = 0; i < padding; ++i)
        assert_int_equal(fputc(' ', file), ' ');
    assert_int_equal(fclose(file), 0);
}

static const struct {
    const char *text;
    size_t padding;
    bool good;
} images[] = {
    {GOOD, 0, true},
    {GOOD, 200000, true},              /* read in pieces */
    {HEAD "}", 0, false},              /* syntax */
    {HEAD ",\"other\":1}}", 0, false}, /* a field nobody knows, after all of it was read */
    {"{\"keys\":\"" KEY_TEXT "\",\"value\":\"" PIN_TEXT, 0, false},
    {"{\"name\":\"" KEY_TEXT "\\q\"}", 0, false},
    {PIV_GOOD, 0, true},
    {PIV "*\\n-----END PRIVATE KEY-----\"}}]}}", 0, false},    /* no base64 */
    {PIV "AAAA\\n-----END PRIVATE KEY-----\"}}]}}", 0, false}, /* more than a key */
    {PIV "\"}}]}}", 0, false},                                 /* without its end */
    {GOOD, 9 * 1024 * 1024, false},                            /* larger than an image may be */
};
#define IMAGES (sizeof images / sizeof images[0])

static void test_secrets__no_trace_of_a_card(void **state) {
    (void)state;
    for (size_t i = 0; i < IMAGES; ++i) {
        write_image(images[i].text, images[i].padding);
        traces = 0;
        watching = true;
        struct sim_card *card = sim_card_create(path, NULL, 0, NULL);
        sim_card_destroy(card);
        watching = false;
        assert_int_equal(card != NULL, images[i].good);
        if (traces)
            print_error("image %zu\n", i);
        assert_int_equal(traces, 0);
    }
}

static void test_secrets__no_trace_of_a_reader(void **state) {
    (void)state;
    for (size_t i = 0; i < IMAGES; ++i) {
        struct rm_service *service = NULL;
        write_image(images[i].text, images[i].padding);
        traces = 0;
        watching = true;
        const rm_status status = sim_service_create(path, &service, NULL, 0);
        if (status == RM_OK)
            rm_service_release(service);
        watching = false;
        assert_int_equal(status, images[i].good ? RM_OK : RM_E_INVALID_PARAMETER);
        assert_int_equal(traces, 0);
    }
}

/* Without this the two above could be blind. */
static void test_secrets__traces_are_seen(void **state) {
    (void)state;
    traces = 0;
    watching = true;
    char *const copy = malloc(64);
    strcpy(copy, KEY_TEXT);
    /* Else the compiler, which knows free(), leaves the bytes out. */
    __asm__ __volatile__("" : : "r"(copy) : "memory");
    free(copy);
    watching = false;
    assert_int_equal(traces, 1);
}

static void test_no_memory__is_said(void **state) {
    (void)state;
    write_image(GOOD, 40000);
    struct sim_card *card = NULL;
    size_t at = 0;
    for (; !card; ++at) {
        char message[400] = "";
        bool no_memory = false;
        assert_true(at < 1000);
        fails_at = at;
        card = sim_card_create(path, message, sizeof message, &no_memory);
        fails_at = SIZE_MAX;
        assert_int_equal(no_memory, !card);
        assert_true(card || strstr(message, "out of memory"));
    }
    assert_true(at > 20);
    sim_card_destroy(card);
}

/* The hand at the simulator: each call in turn, the readers as they were. */
static void test_no_memory__plug_and_insert(void **state) {
    (void)state;
    struct rm_service *service = NULL;
    rm_status status = RM_E_NO_MEMORY;
    write_image(GOOD, 0);
    for (size_t at = 0; status != RM_OK; ++at) {
        fails_at = at;
        status = sim_service_create(path, &service, NULL, 0);
        fails_at = SIZE_MAX;
        assert_true(status == RM_OK || status == RM_E_NO_MEMORY);
    }
    status = RM_E_NO_MEMORY;
    for (size_t at = 0; status != RM_OK; ++at) {
        fails_at = at;
        status = sim_plug(service, "Another", path, 0, NULL, 0);
        fails_at = SIZE_MAX;
        assert_true(status == RM_OK || status == RM_E_NO_MEMORY);
        assert_int_equal(sim_unplug(service, "Another"), status == RM_OK ? RM_OK : RM_E_UNKNOWN_READER);
    }
    assert_int_equal(sim_plug(service, "Another", NULL, 0, NULL, 0), RM_OK);
    status = RM_E_NO_MEMORY;
    for (size_t at = 0; status != RM_OK; ++at) {
        fails_at = at;
        status = sim_insert(service, "Another", path, NULL, 0);
        fails_at = SIZE_MAX;
        assert_true(status == RM_OK || status == RM_E_NO_MEMORY);
        assert_int_equal(sim_remove(service, "Another"), status == RM_OK ? RM_OK : RM_E_NO_SMARTCARD);
    }
    rm_service_release(service);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_secrets__traces_are_seen),
        cmocka_unit_test(test_secrets__no_trace_of_a_card),
        cmocka_unit_test(test_secrets__no_trace_of_a_reader),
        cmocka_unit_test(test_no_memory__is_said),
        cmocka_unit_test(test_no_memory__plug_and_insert),
    };
    char folder[SCRATCH_ROOM];
    if (!scratch_create(folder))
        return 1;
    (void)snprintf(path, sizeof path, "%s/card.json", folder);
    const int failed = cmocka_run_group_tests_name("sim/image_memory", tests, NULL, NULL);
    return failed + (scratch_remove(folder) ? 0 : 1);
}
