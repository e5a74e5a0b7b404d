/* Places on a card and their spelling: see path.h. */
#include "services/path.h"

#include <stdio.h>
#include <string.h>

#include "base/ascii.h"

#define ID_DIGITS 4u
#define SFI_MAX 30u

static bool is_slash(char letter) {
    return letter == '/' || letter == '\\';
}

static size_t part_size(const char *text) {
    size_t size = 0;
    while (text[size] && !is_slash(text[size]))
        ++size;
    return size;
}

static bool is_parent(const char *part, size_t size) {
    return size == 2 && part[0] == '.' && part[1] == '.';
}

static bool read_id(const char *part, size_t size, uint16_t *id) {
    unsigned number = 0;
    if (size != ID_DIGITS)
        return false;
    for (size_t i = 0; i < size; ++i) {
        const int digit = ascii_digit(part[i]);
        if (digit < 0)
            return false;
        number = number << 4 | (unsigned)digit;
    }
    *id = (uint16_t)number;
    return true;
}

static bool step_up(struct path *path) {
    if (path_is_root(path))
        return false;
    *path = path_parent(path);
    return true;
}

static bool step_down(struct path *path, uint16_t id) {
    if (path->depth == PATH_DEPTH_MAX || id == PATH_MF)
        return false;
    path->ids[path->depth++] = id;
    return true;
}

/* One part of a path; 3F00 at its beginning stands for the master file, anywhere else it means nothing. */
static bool take_part(const char *part, size_t size, bool first, struct path *path) {
    uint16_t id = 0;
    if (is_parent(part, size))
        return step_up(path);
    if (!read_id(part, size, &id))
        return false;
    if (first && id == PATH_MF) {
        *path = (struct path){0};
        return true;
    }
    return step_down(path, id);
}

static bool parse_ids(const char *text, struct path *path) {
    bool first = true;
    if (is_slash(*text)) {
        *path = (struct path){0};
        if (!*++text)
            return true;
    }
    for (;; ++text, first = false) {
        const size_t size = part_size(text);
        if (!take_part(text, size, first, path))
            return false;
        text += size;
        if (!*text)
            return true;
    }
}

/* A directory that deep; where it is does not matter. */
static struct path somewhere(uint8_t depth) {
    struct path path = {.depth = depth};
    for (size_t i = 0; i < depth; ++i)
        path.ids[i] = 1;
    return path;
}

/* Whether every part is four digits or `..`: then it is a path of identifiers, whatever else it could be. */
static bool looks_like_ids(const char *text) {
    for (uint8_t depth = 0; depth <= PATH_DEPTH_MAX; ++depth) {
        struct path path = somewhere(depth);
        if (parse_ids(text, &path))
            return true;
    }
    return false;
}

/* A DF name: characters between quotes, or two digits a byte. */
static bool parse_name(const char *text, struct path *path) {
    const size_t size = strlen(text);
    struct path named = {0};
    if (size > 2 && text[0] == '"' && text[size - 1] == '"') {
        if (size - 2 > PATH_NAME_MAX)
            return false;
        named.name_size = (uint8_t)(size - 2);
        memcpy(named.name, text + 1, size - 2);
    } else {
        if (size == 0 || size % 2 || size / 2 > PATH_NAME_MAX)
            return false;
        for (size_t i = 0; i < size; i += 2) {
            const int high = ascii_digit(text[i]), low = ascii_digit(text[i + 1]);
            if (high < 0 || low < 0)
                return false;
            named.name[named.name_size++] = (uint8_t)(high << 4 | low);
        }
    }
    *path = named;
    return true;
}

/* What path_write() makes of a DF that is known by its name alone, with identifiers behind it. */
static bool parse_named_root(const char *text, struct path *path) {
    char digits[2 * PATH_NAME_MAX + 1];
    if (!is_slash(text[0]) || text[1] != '"')
        return false;
    const char *const end = strchr(text + 2, '"');
    const size_t size = end ? (size_t)(end - (text + 2)) : 0;
    if (!end || size >= sizeof digits || (end[1] && !is_slash(end[1])))
        return false;
    memcpy(digits, text + 2, size);
    digits[size] = '\0';
    if (!parse_name(digits, path))
        return false;
    return !end[1] || (end[2] && !is_slash(end[2]) && parse_ids(end + 2, path));
}

static bool parse_sfi(const char *text, struct path *path) {
    unsigned number = 0;
    const size_t size = strlen(text);
    if (size < 1 || size > 2)
        return false;
    for (size_t i = 0; i < size; ++i) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        number = number * 10 + (unsigned)(text[i] - '0');
    }
    path->sfi = (uint8_t)number;
    return number >= 1 && number <= SFI_MAX;
}

static bool parse(REFTYPE type, const char *text, struct path *path) {
    switch ((int)type) {
    case SC_TYPE_BY_NAME:
        return parse_name(text, path);
    case SC_TYPE_BY_ID:
        return parse_ids(text, path) || parse_named_root(text, path);
    case SC_TYPE_BY_SHORT_ID:
        return parse_sfi(text, path);
    case SC_TYPE_BY_ANY:
        return looks_like_ids(text) ? parse_ids(text, path)
                                    : parse_named_root(text, path) || parse_name(text, path);
    default:
        return false;
    }
}

HRESULT path_parse(REFTYPE type, const char *text, const struct path *directory, struct path *out) {
    struct path path = *directory;
    *out = (struct path){0};
    if (!parse(type, text, &path))
        return E_INVALIDARG;
    *out = path;
    return S_OK;
}

HRESULT path_check(REFTYPE type, const char *text) {
    for (uint8_t depth = 0; depth <= PATH_DEPTH_MAX; ++depth) {
        struct path path = somewhere(depth);
        if (parse(type, text, &path))
            return S_OK;
    }
    return E_INVALIDARG;
}

void path_write(const struct path *path, char *out) {
    size_t at = 0;
    if (path->name_size && path->name_id) {
        at += (size_t)snprintf(out + at, PATH_TEXT_ROOM - at, "/%04X", (unsigned)path->name_id);
    } else if (path->name_size) {
        at += (size_t)snprintf(out + at, PATH_TEXT_ROOM - at, "/\"");
        for (size_t i = 0; i < path->name_size; ++i)
            at += (size_t)snprintf(out + at, PATH_TEXT_ROOM - at, "%02X", (unsigned)path->name[i]);
        at += (size_t)snprintf(out + at, PATH_TEXT_ROOM - at, "\"");
    } else if (path->depth == 0) {
        at += (size_t)snprintf(out + at, PATH_TEXT_ROOM - at, "/");
    }
    for (size_t i = 0; i < path->depth; ++i)
        at += (size_t)snprintf(out + at, PATH_TEXT_ROOM - at, "/%04X", (unsigned)path->ids[i]);
}

static bool same_root(const struct path *one, const struct path *other) {
    return one->name_size == other->name_size && memcmp(one->name, other->name, one->name_size) == 0;
}

bool path_leads_to(const struct path *above, const struct path *below) {
    return same_root(above, below) && above->sfi == 0 && above->depth <= below->depth &&
           memcmp(above->ids, below->ids, above->depth * sizeof above->ids[0]) == 0;
}

bool path_equal(const struct path *one, const struct path *other) {
    return same_root(one, other) && one->depth == other->depth && one->sfi == other->sfi &&
           memcmp(one->ids, other->ids, one->depth * sizeof one->ids[0]) == 0;
}

struct path path_parent(const struct path *path) {
    struct path parent = *path;
    if (parent.sfi)
        parent.sfi = 0;
    else if (parent.depth)
        parent.ids[--parent.depth] = 0;
    else
        parent = (struct path){0};
    return parent;
}
