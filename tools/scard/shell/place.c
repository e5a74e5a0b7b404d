/* Places on a card: see place.h. */
#include "shell/place.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_DIGITS 4u
#define AID_DIGITS_MIN 10u /* an application's name has 5 bytes at least */
#define AID_DIGITS_MAX 32u
#define PART_MAX 64u

static bool is_digits(const char *text, size_t size) {
    size_t i = 0;
    while (i < size && isxdigit((unsigned char)text[i]))
        ++i;
    return i == size && size > 0;
}

bool place_is_id(const char *name, size_t size, uint16_t *out) {
    if (size != ID_DIGITS || !is_digits(name, size))
        return false;
    char digits[ID_DIGITS + 1] = {0};
    memcpy(digits, name, ID_DIGITS);
    if (out)
        *out = (uint16_t)strtoul(digits, NULL, 16);
    return true;
}

static bool is_aid(const char *name, size_t size) {
    return size >= AID_DIGITS_MIN && size <= AID_DIGITS_MAX && size % 2 == 0 && is_digits(name, size);
}

/* The digits of the application that a place begins with; 0: it begins at the master file. */
static size_t aid_digits(const char *place) {
    return place[0] == '/' && place[1] == '"' ? strcspn(place + 2, "\"") : 0;
}

/* What is behind the application. */
static const char *behind_aid(const char *place) {
    const size_t digits = aid_digits(place);
    return digits ? place + digits + 3 : place;
}

static const struct application *application_of(const char *digits, size_t size) {
    uint8_t aid[AID_DIGITS_MAX / 2] = {0};
    for (size_t i = 0; i + 1 < size && i / 2 < sizeof aid; i += 2) {
        const char byte[3] = {digits[i], digits[i + 1], '\0'};
        aid[i / 2] = (uint8_t)strtoul(byte, NULL, 16);
    }
    return names_application(aid, size / 2);
}

const struct application *place_application(const char *place) {
    const size_t digits = aid_digits(place);
    return digits ? application_of(place + 2, digits) : NULL;
}

void place_parent(const char *place, char out[PLACE_MAX], const char **last_out) {
    const char *rest = behind_aid(place);
    const char *slash = strrchr(rest, '/');
    const size_t size = slash ? (size_t)(slash - place) : 0;
    const char *last = slash ? slash + 1 : "";
    (void)snprintf(out, PLACE_MAX, "%.*s", (int)(size > 0 ? size : 1), size > 0 ? place : "/");
    if (last_out)
        *last_out = last;
}

bool place_below(const char *directory, const char *name, char out[PLACE_MAX]) {
    const bool top = strcmp(directory, "/") == 0;
    const bool aid = !place_is_id(name, strlen(name), NULL);
    const char *quote = aid ? "\"" : "";
    if (aid && !is_aid(name, strlen(name)))
        return false;
    const int size = snprintf(out, PLACE_MAX, "%s/%s%s%s", top || aid ? "" : directory, quote, name, quote);
    return size > 0 && size < PLACE_MAX;
}

/*
 * The table that has the names of what is in a directory: an application's (NULL: the card's), and the
 * parent.
 */
static const struct application *table_of(const char *directory, uint16_t *parent) {
    const char *rest = behind_aid(directory);
    const char *slash = strrchr(rest, '/');
    *parent = aid_digits(directory) ? NAMES_TOP : NAMES_MF;
    if (slash && slash[1] != '\0')
        (void)place_is_id(slash + 1, strlen(slash + 1), parent);
    return place_application(directory);
}

/* Whether names are known of a directory: not of an application that has no table. */
static bool has_table(const char *directory) {
    return aid_digits(directory) == 0 || place_application(directory) != NULL;
}

const struct file_name *place_name(const char *place) {
    char directory[PLACE_MAX];
    const char *last = NULL;
    uint16_t id = 0, parent = 0;
    place_parent(place, directory, &last);
    if (!place_is_id(last, strlen(last), &id) || !has_table(directory))
        return NULL;
    const struct application *table = table_of(directory, &parent);
    return names_file(table, parent, id);
}

/* What an identifier or a name of a file means in a directory; NULL: nothing. */
static const char *find_file(const char *directory, const char *part, char digits[ID_DIGITS + 1]) {
    uint16_t id = 0, parent = 0;
    const bool numbered = place_is_id(part, strlen(part), &id);
    if (!numbered) {
        const struct application *table = table_of(directory, &parent);
        const struct file_name *file = has_table(directory) ? names_file_called(table, parent, part) : NULL;
        if (file == NULL)
            return NULL;
        id = file->id;
    }
    (void)snprintf(digits, ID_DIGITS + 1, "%04X", (unsigned)id);
    return digits;
}

static void to_upper(char *text) {
    for (; *text; ++text)
        *text = (char)toupper((unsigned char)*text);
}

/* The application that a part means, in digits. */
static bool find_application(const char *part, place_finder *find, void *user, char out[PLACE_MAX]) {
    const struct application *application = names_application_called(part);
    if (application && find)
        return find(user, application, out);
    if (!is_aid(part, strlen(part)))
        return false;
    (void)snprintf(out, PLACE_MAX, "%s", part);
    to_upper(out);
    return true;
}

/* One step from *place on. first: names of the master file are known everywhere. */
static bool step(char place[PLACE_MAX], const char *part, bool first, place_finder *find, void *user) {
    char digits[ID_DIGITS + 1], name[PLACE_MAX], next[PLACE_MAX];
    uint16_t id = 0;
    bool good = true;
    if (strcmp(part, ".") == 0 || part[0] == '\0')
        return true;
    if (strcmp(part, "..") == 0)
        place_parent(place, next, NULL);
    else if (place_is_id(part, strlen(part), &id) && id == NAMES_MF)
        (void)snprintf(next, sizeof next, "/");
    else if (find_file(place, part, digits))
        good = place_below(place, digits, next);
    else if (first && find_file("/", part, digits))
        good = place_below("/", digits, next);
    else
        good = find_application(part, find, user, name) && place_below("/", name, next);
    if (good)
        memcpy(place, next, PLACE_MAX);
    return good;
}

/* Takes the next part of a path, without quotes. false: it is longer than any. */
static bool take_part(const char **path, char out[PART_MAX]) {
    const char *at = *path;
    const bool quoted = *at == '"';
    at += quoted;
    const size_t size = strcspn(at, quoted ? "\"" : "/\\");
    if (size >= PART_MAX)
        return false;
    memcpy(out, at, size);
    out[size] = '\0';
    at += size;
    at += quoted && *at == '"';
    at += *at == '/' || *at == '\\';
    *path = at;
    return true;
}

/* A word alone, which only the card's profile may know. */
static bool pass_on(const char *path, char out[PLACE_MAX]) {
    const bool word = isalpha((unsigned char)path[0]) && strpbrk(path, "/\\\"") == NULL;
    return word && snprintf(out, PLACE_MAX, "%s", path) < PLACE_MAX;
}

bool place_resolve(const char *from, const char *path, place_finder *find, void *user, char out[PLACE_MAX]) {
    const bool absolute = *path == '/' || *path == '\\';
    char part[PART_MAX];
    (void)snprintf(out, PLACE_MAX, "%s", absolute ? "/" : from);
    const char *at = path + absolute;
    for (bool first = !absolute; *at; first = false)
        if (!take_part(&at, part) || !step(out, part, first, find, user))
            return pass_on(path, out);
    return true;
}

void place_text(const char *place, char out[PLACE_MAX]) {
    const struct application *application = place_application(place);
    const char *at = behind_aid(place);
    size_t used = 0;
    if (application)
        used = (size_t)snprintf(out, PLACE_MAX, "/%s", application->name);
    else
        used = (size_t)snprintf(out, PLACE_MAX, "%.*s", (int)(at - place), place);
    for (; *at && used < PLACE_MAX; at += 1 + strcspn(at + 1, "/")) {
        char upper[PLACE_MAX];
        const size_t size = 1 + strcspn(at + 1, "/");
        (void)snprintf(upper, sizeof upper, "%.*s", (int)(at - place + (ptrdiff_t)size), place);
        const struct file_name *file = place_name(upper);
        used += (size_t)(file ? snprintf(out + used, PLACE_MAX - used, "/%s", file->name)
                              : snprintf(out + used, PLACE_MAX - used, "%.*s", (int)size, at));
    }
    if (out[0] == '\0')
        (void)snprintf(out, PLACE_MAX, "/");
}
