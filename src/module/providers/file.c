/* Reads the text of .provider files, strictly: whoever gets one wrong should hear of it. Called by scan.c. */
#include "module/providers/file.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf.h"
#include "compat/guidtext.h"
#include "services/profile.h"

#define REPLACEMENT 0xFFFD

/* A piece of the text, not terminated. */
struct piece {
    const char *start;
    size_t size;
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

static struct piece trimmed(struct piece piece) {
    while (piece.size && is_blank(*piece.start)) {
        ++piece.start;
        --piece.size;
    }
    while (piece.size && is_blank(piece.start[piece.size - 1]))
        --piece.size;
    return piece;
}

static bool has_control(struct piece piece) {
    for (size_t i = 0; i < piece.size; ++i) {
        const unsigned char c = (unsigned char)piece.start[i];
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return true;
    }
    return false;
}

/* Values. Each returns what is wrong, or NULL. */

static const char *copy(struct piece value, char *out, size_t room) {
    if (value.size >= room)
        return "the value is too long";
    memcpy(out, value.start, value.size);
    out[value.size] = '\0';
    return NULL;
}

static const char *set_clsid(struct piece value, struct providerfile *out) {
    static const char fault[] = "clsid is no GUID in registry form, {E126F8FE-A7AF-11D0-B88A-00C04FD424B9}";
    wchar_t text[GUID_TEXT_LENGTH + 1] = {0};
    if (value.size != GUID_TEXT_LENGTH)
        return fault;
    for (size_t i = 0; i < value.size; ++i)
        text[i] = (wchar_t)(unsigned char)value.start[i];
    if (!guid_from_text(text, &out->clsid))
        return fault;
    return IsEqualGUID(&out->clsid, &GUID_NULL) ? "clsid is all zeros, which no class is" : NULL;
}

static const char *set_path(struct piece value, struct providerfile *out) {
    if (*value.start != '/')
        return "path is relative; it has to begin with '/'";
    /*
     * The loader would put something else in the place of $LIB and the like: another file than the one looked
     * at.
     */
    if (memchr(value.start, '$', value.size))
        return "path holds a '$', which means something to the loader";
    return copy(value, out->path, sizeof out->path);
}

static const char *set_profile(struct piece value, struct providerfile *out) {
    const char *fault = copy(value, out->profile, sizeof out->profile);
    if (fault)
        return fault;
    return profile_name_is_valid(out->profile)
               ? NULL
               : "profile is not small letters, digits and '-', a letter first";
}

static bool is_letter(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Told apart from what is wrong with the file, which stays wrong. */
static const char no_memory[] = "out of memory";

static const char *set_progid(struct piece value, struct providerfile *out) {
    static const char fault[] =
        "progid is not made of letters, digits and '.', with a letter at its beginning";
    if (!is_letter(*value.start))
        return fault;
    for (size_t i = 0; i < value.size; ++i) {
        const char c = value.start[i];
        if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '.')
            return fault;
    }
    return copy(value, out->progid, sizeof out->progid);
}

static const char *set_name(struct piece value, struct providerfile *out) {
    const char *fault = copy(value, out->name, sizeof out->name);
    if (fault)
        return fault;
    wchar_t *wide = utf8_to_wide(out->name, NULL);
    if (!wide)
        return no_memory;
    const bool broken = wcschr(wide, REPLACEMENT) != NULL;
    free(wide);
    return broken ? "name is not UTF-8" : NULL;
}

static const struct key {
    const char *name;
    const char *(*set)(struct piece value, struct providerfile *out);
    const char *twice;
    const char *missing; /* NULL: it may be */
} keys[] = {
    {"clsid", set_clsid, "there is a second clsid", NULL},
    {"profile", set_profile, "there is a second profile", NULL},
    {"path", set_path, "there is a second path", "there is no path"},
    {"progid", set_progid, "there is a second progid", NULL},
    {"name", set_name, "there is a second name", NULL},
};
#define KEYS (sizeof keys / sizeof keys[0])

/* What the keys are together. Returns what is wrong, or NULL. */
static const char *check_whole(const struct providerfile *file) {
    const bool class = !IsEqualGUID(&file->clsid, &GUID_NULL);
    if (class && *file->profile)
        return "clsid and profile are for a file each";
    if (!class && !*file->profile)
        return "there is no clsid, and no profile";
    return *file->progid && !class ? "progid is for a class, and there is no clsid" : NULL;
}

static bool is_key(struct piece piece, const char *name) {
    return strlen(name) == piece.size && memcmp(name, piece.start, piece.size) == 0;
}

/* One line. Returns what is wrong with it, or NULL. */
static const char *read_line(struct piece line, bool seen[KEYS], struct providerfile *out) {
    if (has_control(line))
        return "there is a control character; lines end with a newline alone";
    line = trimmed(line);
    if (line.size == 0 || *line.start == '#')
        return NULL;
    const char *sign = memchr(line.start, '=', line.size);
    if (!sign)
        return "there is no '='; a line is \"key = value\", or a comment after '#'";
    const struct piece key = trimmed((struct piece){line.start, (size_t)(sign - line.start)});
    const struct piece value = trimmed((struct piece){sign + 1, line.size - (size_t)(sign + 1 - line.start)});
    for (size_t i = 0; i < KEYS; ++i) {
        if (!is_key(key, keys[i].name))
            continue;
        if (seen[i])
            return keys[i].twice;
        seen[i] = true;
        return value.size ? keys[i].set(value, out) : "there is no value";
    }
    return "this key is unknown; there are clsid, profile, path, progid and name";
}

static bool refuse(struct providerfile_fault *fault, unsigned line, const char *text) {
    *fault = (struct providerfile_fault){line, text, text == no_memory};
    return false;
}

bool providerfile_parse(const char *text, size_t size, struct providerfile *out,
                        struct providerfile_fault *fault) {
    struct providerfile file = {0};
    bool seen[KEYS] = {false};
    unsigned number = 0;
    if (size > PROVIDERFILE_SIZE_MAX)
        return refuse(fault, 0, "it is larger than 8192 bytes");
    const char *end = text + size;
    for (const char *at = text, *next; at < end; at = next) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;
        next = newline ? newline + 1 : end;
        ++number;
        const char *wrong = read_line((struct piece){at, (size_t)(stop - at)}, seen, &file);
        if (wrong)
            return refuse(fault, number, wrong);
    }
    const char *const wrong = check_whole(&file);
    if (wrong)
        return refuse(fault, 0, wrong);
    for (size_t i = 0; i < KEYS; ++i)
        if (keys[i].missing && !seen[i])
            return refuse(fault, 0, keys[i].missing);
    *out = file;
    return true;
}
