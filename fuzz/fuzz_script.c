/*
 * Lists of commands and what they are to be answered with, as `scard apdu` reads them, and the forms of
 * files that are written to cards. A step is whole, or there is none; what is made of a file's content
 * reads back as it was.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "fuzz.h"
#include "steps/expectation.h"
#include "steps/script.h"
#include "transfer/filecopy.h"
#include "transfer/form.h"

static void check_script(const uint8_t *data, size_t size) {
    unsigned long line = 0, former = 0;
    FILE *const file = fmemopen((void *)(uintptr_t)data, size, "rb");
    FUZZ_CHECK(file);
    enum script_result result = SCRIPT_STEP;
    while (result == SCRIPT_STEP) {
        struct script_step step = {0};
        result = script_read(file, &line, &step);
        FUZZ_CHECK(result != SCRIPT_NOTHING && line >= former);
        former = line;
        if (result != SCRIPT_STEP)
            break;
        FUZZ_CHECK((step.bytes != NULL) == (step.size != 0) && step.line && step.line <= line);
        if (step.expected)
            (void)expectation_is_met(step.expected, data, size < 300 ? size : 300);
        script_step_free(&step);
    }
    fclose(file);
}

/* One form of a pattern, which is a pattern and stays as it is. */
static void check_expectation(const char *text, size_t size) {
    char *once = NULL, *twice = NULL;
    if (!expectation_parse(text, size, &once)) {
        FUZZ_CHECK(!once);
        return;
    }
    FUZZ_CHECK(expectation_parse(once, strlen(once), &twice) && strcmp(once, twice) == 0);
    free(once);
    free(twice);
}

static void check_form(const uint8_t *data, size_t size) {
    for (int records = 0; records < 2; ++records) {
        struct filecopy copy = {0}, again = {0};
        size_t made = 0;
        if (!form_parse(data, size, FORM_HEX, records, &copy))
            continue;
        copy.kind = records ? FILECOPY_LINEAR_VARIABLE : FILECOPY_TRANSPARENT;
        uint8_t *const text = form_make(&copy, FORM_HEX, &made);
        FUZZ_CHECK(text && form_parse(text, made, FORM_HEX, records, &again));
        FUZZ_CHECK(again.size == copy.size &&
                   (!copy.size || memcmp(again.bytes, copy.bytes, copy.size) == 0));
        wipe_free(text, made);
        filecopy_free(&copy);
        filecopy_free(&again);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct script_step step = {0};
    char *const text = fuzz_copy(data, size, 0);
    if (size)
        check_script(data, size);
    if (script_parse(text, size, &step) == SCRIPT_STEP)
        script_step_free(&step);
    check_expectation(text, size);
    check_form(data, size);
    free(text);
    return 0;
}
