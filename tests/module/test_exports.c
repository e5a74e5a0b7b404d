/*
 * What libscardssp.so gives to the linker: exactly the scardssp_ names that the public headers declare, all
 * functions, all under the library's version.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"

#define NAMES_MAX 200
#define NAME_ROOM 80
#define PREFIX "scardssp_"

struct names {
    char name[NAMES_MAX][NAME_ROOM];
    size_t count;
};

static struct names declared;
static struct names exported;

static bool contains(const struct names *names, const char *name) {
    for (size_t i = 0; i < names->count; ++i)
        if (strcmp(names->name[i], name) == 0)
            return true;
    return false;
}

static void add(struct names *names, const char *name, size_t length) {
    char copy[NAME_ROOM];
    assert_true(length < NAME_ROOM && names->count < NAMES_MAX);
    memcpy(copy, name, length);
    copy[length] = '\0';
    if (!contains(names, copy))
        memcpy(names->name[names->count++], copy, length + 1);
}

static void blank_comments(char *text) {
    while ((text = strstr(text, "/*"))) {
        const char *end = strstr(text + 2, "*/");
        assert_non_null(end);
        for (; text < end + 2; ++text)
            if (*text != '\n')
                *text = ' ';
    }
}

static bool is_name(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

/* A name before a parenthesis is a function; one at the end of a line is what a macro stands for. */
static void collect_declared(const char *text) {
    for (const char *p = text; (p = strstr(p, PREFIX));) {
        const char *start = p;
        while (is_name(*p))
            ++p;
        const bool whole = start == text || !is_name(start[-1]);
        if (whole && (*p == '(' || *p == '\n'))
            add(&declared, start, (size_t)(p - start));
    }
}

static void read_header(const char *path) {
    static char text[65536];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    const size_t size = fread(text, 1, sizeof text - 1, file);
    assert_true(size > 0 && size < sizeof text - 1);
    text[size] = '\0';
    fclose(file);
    blank_comments(text);
    collect_declared(text);
}

static int read_headers(void **state) {
    (void)state;
    DIR *folder = opendir(HEADERS);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        char path[1000];
        const size_t length = strlen(entry->d_name);
        (void)snprintf(path, sizeof path, HEADERS "/%s", entry->d_name);
        if (length > 2 && strcmp(entry->d_name + length - 2, ".h") == 0)
            read_header(path);
    }
    closedir(folder);
    return 0;
}

static void test_exports__only_functions_under_our_version(void **state) {
    (void)state;
    char line[300];
    FILE *nm = popen("nm -D --defined-only '" LIBRARY "'", "r");
    assert_non_null(nm);
    while (fgets(line, sizeof line, nm)) {
        char type = 0;
        char name[200] = "";
        assert_int_equal(sscanf(line, "%*s %c %199s", &type, name), 2);
        if (type == 'A') { /* the version itself */
            assert_int_equal(strncmp(name, "SCARDSSP_0", 10), 0);
            continue;
        }
        assert_int_equal(type, 'T');
        assert_int_equal(strncmp(name, PREFIX, strlen(PREFIX)), 0);
        const char *version = strchr(name, '@');
        assert_non_null(version);
        assert_string_equal(version, "@@SCARDSSP_0");
        add(&exported, name, (size_t)(version - name));
    }
    assert_int_equal(pclose(nm), 0);
    assert_true(exported.count > 40);
}

static void test_exports__what_the_headers_declare(void **state) {
    (void)state;
    assert_true(declared.count > 40);
    for (size_t i = 0; i < declared.count; ++i)
        if (!contains(&exported, declared.name[i]))
            fail_msg("%s is declared, not exported", declared.name[i]);
    for (size_t i = 0; i < exported.count; ++i)
        if (!contains(&declared, exported.name[i]))
            fail_msg("%s is exported, in no header", exported.name[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exports__only_functions_under_our_version),
        cmocka_unit_test(test_exports__what_the_headers_declare),
    };
    return cmocka_run_group_tests_name("exports", tests, read_headers, NULL);
}
