/* Names that a user gives to readers: see alias.h. */
#include "talk/alias.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/text/textfile.h"
#include "base/wipe.h"
#include "scardssp.h"
#include "terminal/configplace.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"

#define PATH_ROOM 4096
#define FILE_MAX ((size_t)1 << 20)
#define SECTION "[readers]"
#define BLANKS " \t\r"

/* One file that is looked through. */
struct search {
    const char *path;
    const char *name;
    bool inside; /* the section */
    char *found;
};

/* Cuts blanks off both ends. */
static char *trim(char *text) {
    text += strspn(text, BLANKS);
    size_t size = strlen(text);
    while (size > 0 && strchr(BLANKS, text[size - 1]))
        --size;
    text[size] = '\0';
    return text;
}

static int complain_of_line(const struct search *search, size_t number, const char *why) {
    return failure_plain("write NAME = WHAT: what READER may be, as 'scard list --help' tells", "%s:%zu: %s",
                         search->path, number, why);
}

/* "NAME = WHAT"; others' sections are not looked into. */
static int take_line(struct search *search, char *line, size_t number) {
    line = trim(line);
    if (line[0] == '\0' || line[0] == '#' || line[0] == ';')
        return EXIT_GOOD;
    if (line[0] == '[') {
        search->inside = ascii_equal(line, SECTION);
        return EXIT_GOOD;
    }
    if (!search->inside)
        return EXIT_GOOD;
    char *sign = strchr(line, '=');
    if (!sign)
        return complain_of_line(search, number, "there is no '='");
    *sign = '\0';
    const char *name = trim(line), *what = trim(sign + 1);
    if (name[0] == '\0' || what[0] == '\0')
        return complain_of_line(search, number, "nothing stands on one side of '='");
    if (search->found || !ascii_equal(name, search->name))
        return EXIT_GOOD;
    search->found = strdup(what);
    return search->found ? EXIT_GOOD : failure(E_OUTOFMEMORY, NULL, "cannot read '%s'", search->path);
}

static int take_lines(struct search *search, char *text) {
    int code = EXIT_GOOD;
    size_t number = 1;
    for (char *line = text; code == EXIT_GOOD && line; ++number) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        code = take_line(search, line, number);
        line = end ? end + 1 : NULL;
    }
    return code;
}

static int look_into(struct search *search) {
    char *text = NULL;
    size_t size = 0;
    const enum textfile_result result = textfile_read(search->path, FILE_MAX, &text, &size);
    if (result == TEXTFILE_ABSENT)
        return EXIT_GOOD;
    if (result != TEXTFILE_OK)
        return failure_plain("see what it is: it is to have lines of text, at most 1 MiB of them",
                             "cannot read '%s'", search->path);
    const int code = take_lines(search, text);
    wipe_free(text, size);
    return code;
}

int alias_find(const char *name, char **out) {
    char path[PATH_ROOM];
    struct search search = {.path = path, .name = name};
    int code = EXIT_GOOD;
    for (size_t place = 0; code == EXIT_GOOD && !search.found; ++place) {
        if (!configplace_get(place, path, sizeof path))
            break;
        search.inside = false;
        if (path[0] != '\0')
            code = look_into(&search);
    }
    if (code != EXIT_GOOD) {
        free(search.found);
        search.found = NULL;
    }
    *out = search.found;
    return code;
}
