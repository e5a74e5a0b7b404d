/* File content in a card image: for everything wrong the exact line, field and reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/image_faults.h"

static void test_image_content__faults(void **state) {
    (void)state;
#define CONTENT(content) EF "\"type\":\"transparent\",\"content\":" content FILES_END
    static const struct fault faults[] = {
        {CONTENT("\"\""), "3: mf.files[0].content: must have 1 to 1048576 bytes, has 0"},
        {CONTENT("\"0\""), "3: mf.files[0].content: must be pairs of hexadecimal digits"},
        {CONTENT("7"), "3: mf.files[0].content: must be an object"},
        {CONTENT("{}"), "3: mf.files[0].content: needs \"hex\", \"text\" or \"size\""},
        {CONTENT("{\"bytes\":\"00\"}"), "3: mf.files[0].content.bytes: unknown field"},
        {CONTENT("{\"hex\":\"00\",\"repeat\":2}"), "3: mf.files[0].content.repeat: unknown field"},
        {CONTENT("{\"hex\":\"00\",\"text\":\"a\"}"), "3: mf.files[0].content: has both \"hex\" and \"text\""},
        {CONTENT("{\"fill\":\"00\",\"counter\":1,\"size\":1}"),
         "3: mf.files[0].content: has both \"fill\" and \"counter\""},
        {CONTENT("{\"fill\":\"00\"}"), "3: mf.files[0].content.size: is missing"},
        {CONTENT("{\"counter\":2}"), "3: mf.files[0].content.size: is missing"},
        {CONTENT("{\"counter\":5,\"size\":1}"),
         "3: mf.files[0].content.counter: must be a whole number from 1 to 4"},
        {CONTENT("{\"fill\":\n\"\",\"size\":1}"), "4: mf.files[0].content.fill: is empty"},
        {CONTENT("{\"fill\":\"x\",\"size\":1}"),
         "3: mf.files[0].content.fill: must be pairs of hexadecimal digits"},
        {CONTENT("{\"hex\":1}"), "3: mf.files[0].content.hex: must be text of hexadecimal digits"},
        {CONTENT("{\"text\":1}"), "3: mf.files[0].content.text: must be text"},
        {CONTENT("{\"text\":\"\"}"), "3: mf.files[0].content: must have 1 to 1048576 bytes, has 0"},
        {CONTENT("{\"text\":\"abc\",\"size\":2}"),
         "3: mf.files[0].content: has 3 bytes, more than its size of 2"},
        {CONTENT("{\"fill\":\"00\",\"size\":1048577}"),
         "3: mf.files[0].content.size: must be a whole number from 1 to 1048576"},
    };
    faults_expect(faults, sizeof faults / sizeof *faults);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_image_content__faults),
    };
    return cmocka_run_group_tests(tests, faults_begin, faults_end);
}
