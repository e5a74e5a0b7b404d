/* A walk over well-formed JSON text that counts lines; values are stepped over, not understood. */
#include "backends/sim/json_line.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct walk {
    const char *at;
    unsigned line;
};

static void skip_blank(struct walk *walk) {
    for (; *walk->at && strchr(" \t\r\n", *walk->at); ++walk->at)
        if (*walk->at == '\n')
            ++walk->line;
}

static void skip_string(struct walk *walk) {
    for (++walk->at; *walk->at && *walk->at != '"'; ++walk->at)
        if (*walk->at == '\\' && walk->at[1])
            ++walk->at;
    if (*walk->at)
        ++walk->at;
}

/* Steps over one value, however deep. */
static void skip_value(struct walk *walk) {
    unsigned depth = 0;
    do {
        skip_blank(walk);
        if (*walk->at == '"') {
            skip_string(walk);
        } else if (*walk->at == '\0') {
            return;
        } else {
            if (*walk->at == '{' || *walk->at == '[')
                ++depth;
            else if (*walk->at == '}' || *walk->at == ']')
                --depth;
            ++walk->at;
        }
        skip_blank(walk);
    } while (depth || (*walk->at && !strchr(",]}", *walk->at)));
}

/* With the walk on a '{': moves it to the value of the member; false: there is none, the walk stays. */
static bool enter_member(struct walk *walk, const char *name, unsigned *line) {
    struct walk at = *walk;
    size_t length = strlen(name);
    if (*at.at != '{')
        return false;
    do {
        ++at.at;
        skip_blank(&at);
        const char *key = at.at;
        unsigned key_line = at.line;
        if (*key != '"')
            return false;
        skip_string(&at);
        bool found = (size_t)(at.at - key) == length + 2 && strncmp(key + 1, name, length) == 0;
        skip_blank(&at);
        if (*at.at == ':')
            ++at.at;
        skip_blank(&at);
        if (found) {
            *walk = at;
            *line = key_line;
            return true;
        }
        skip_value(&at);
    } while (*at.at == ',');
    return false;
}

/* With the walk on a '[': moves it to the element; false: there is none, the walk stays. */
static bool enter_element(struct walk *walk, int index) {
    struct walk at = *walk;
    if (*at.at != '[')
        return false;
    for (int i = 0;; ++i) {
        ++at.at;
        skip_blank(&at);
        if (i == index) {
            *walk = at;
            return true;
        }
        skip_value(&at);
        if (*at.at != ',')
            return false;
    }
}

unsigned json_line(const char *text, const char *name, int index, const char *field) {
    struct walk walk = {text, 1};
    skip_blank(&walk);
    unsigned line = walk.line;
    if (!enter_member(&walk, name, &line) || index < 0)
        return line;
    if (!enter_element(&walk, index))
        return line;
    line = walk.line;
    if (*field)
        enter_member(&walk, field, &line);
    return line;
}
