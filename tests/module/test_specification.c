/* Specifications of resource managers: where commas separate, and where they belong to an argument. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "module/specification.h"

/* The backends of these tests. */
static bool is_backend(const char *name, size_t length) {
    static const char *const names[] = {"system", "sim", "vpcd", "ifd", "nats"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
            return true;
    return false;
}

/* All parts as one text: "NAME|ARGUMENT" or "NAME" each, with " + " between them. */
static const char *taken_apart(const char *specification) {
    static char text[300];
    size_t parts = 0;
    struct specification_part part;
    const char *rest = specification;
    text[0] = '\0';
    while (specification_next(&rest, is_backend, &part)) {
        const size_t used = strlen(text);
        const char *plus = parts++ ? " + " : "";
        const char *argument = part.text + part.name_length + 1;
        const int name_length = (int)part.name_length;
        if (part.has_argument)
            (void)snprintf(text + used, sizeof text - used, "%s%.*s|%.*s", plus, name_length, part.text,
                           (int)(part.text + part.length - argument), argument);
        else
            (void)snprintf(text + used, sizeof text - used, "%s%.*s", plus, name_length, part.text);
    }
    assert_null(rest);
    return text;
}

static void test_specification__parts(void **state) {
    static const struct {
        const char *specification, *parts;
    } cases[] = {
        {"system", "system"},
        {"sim:", "sim|"},
        {"sim:/etc/cards.json", "sim|/etc/cards.json"},
        {"system,nats://a:1,b:2?ca=/c,sim", "system + nats|//a:1,b:2?ca=/c + sim"},
        {"system,sim,vpcd:35970,ifd:auto", "system + sim + vpcd|35970 + ifd|auto"},
        {"sim:,sim:", "sim| + sim|"},
        {"sim,sim", "sim + sim"},
        {"ifd:/usr/lib/driver.so:/dev/ttyS0,system", "ifd|/usr/lib/driver.so:/dev/ttyS0 + system"},
        /* Files with commas: the name of a backend has to follow, and nothing else of its kind. */
        {"sim:a,b.json", "sim|a,b.json"},
        {"sim:a,b.json,system", "sim|a,b.json + system"},
        {"sim:a,simple.json", "sim|a,simple.json"},
        {"sim:a,system.json", "sim|a,system.json"},
        {"sim:a,,system", "sim|a, + system"},
        {"sim:C:\\a,b.json,sim:D:\\c.json", "sim|C:\\a,b.json + sim|D:\\c.json"},
        {"sim:a,SYSTEM", "sim|a,SYSTEM"},
        {"sim:a, system", "sim|a, system"},
        /* What names no backend is a part all the same. */
        {"", ""},
        {"bogus", "bogus"},
        {"bogus,sim", "bogus + sim"},
        {"sim,bogus", "sim,bogus"},
        {"sim,bogus:1,system", "sim,bogus|1 + system"},
        {"system,", "system,"},
        {",system", " + system"},
        {":x", "|x"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(taken_apart(cases[i].specification), cases[i].parts);
}

static void test_specification__parts_lie_in_the_text(void **state) {
    static const char text[] = "sim:a,b,system";
    const char *rest = text;
    struct specification_part part;
    (void)state;
    assert_true(specification_next(&rest, is_backend, &part));
    assert_ptr_equal(part.text, text);
    assert_int_equal(part.length, 7);
    assert_int_equal(part.name_length, 3);
    assert_true(part.has_argument);
    assert_ptr_equal(rest, text + 8);
    assert_true(specification_next(&rest, is_backend, &part));
    assert_ptr_equal(part.text, text + 8);
    assert_false(part.has_argument);
    assert_false(specification_next(&rest, is_backend, &part));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_specification__parts),
        cmocka_unit_test(test_specification__parts_lie_in_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
