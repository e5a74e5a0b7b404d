/* Wrong card images and the messages they must give. */
#include "icc/image_faults.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BIG_ROOM 300000u

char faults_path[FAULTS_PATH_ROOM];
static char folder[SCRATCH_ROOM];
char big[BIG_ROOM];
size_t big_size;

int faults_begin(void **state) {
    (void)state;
    if (!scratch_create(folder))
        return -1;
    snprintf(faults_path, sizeof faults_path, "%s/card.json", folder);
    return 0;
}

int faults_end(void **state) {
    (void)state;
    return scratch_remove(folder) ? 0 : -1;
}

struct sim_card *faults_load(const char *text, size_t size, char *message, size_t message_size) {
    FILE *file = fopen(faults_path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return sim_card_create(faults_path, message, message_size, NULL);
}

void faults_expect_one(const char *text, size_t size, const char *expected) {
    char message[300] = "";
    assert_null(faults_load(text, size, message, sizeof message));
    assert_memory_equal(message, faults_path, strlen(faults_path));
    assert_string_equal(message + strlen(faults_path) + 1, expected);
}

void faults_expect(const struct fault *faults, size_t count) {
    for (size_t i = 0; i < count; i++)
        faults_expect_one(faults[i].text, strlen(faults[i].text), faults[i].message);
}

void big_begin(void) {
    big_size = 0;
    big[0] = '\0';
}

void big_add(const char *format, ...) {
    va_list args;
    va_start(args, format);
    big_size += (size_t)vsnprintf(big + big_size, sizeof big - big_size, format, args);
    va_end(args);
    assert_true(big_size < sizeof big);
}
