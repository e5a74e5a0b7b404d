/* Lists of names as Windows' card database gives them: see list.h. */
#include "carddb/winscard/list.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/ascii.h"
#include "base/utf.h"
#include "carddb/names.h"
#include "rm/names.h"

/* The name at *at and its length; moves on. NULL: the list ends there, with its NUL or without. */
static const wchar_t *next_name(const struct winscard_list *list, size_t *at, size_t *length) {
    if (!list->names || *at >= list->size)
        return NULL;
    const wchar_t *name = list->names + *at;
    *length = wcsnlen(name, list->size - *at);
    *at += *length + 1;
    return *length && *at <= list->size ? name : NULL;
}

static int order_names(const void *left, const void *right) {
    const char *a = *(const char *const *)left, *b = *(const char *const *)right;
    while (*a && ascii_lower((unsigned char)*a) == ascii_lower((unsigned char)*b)) {
        ++a;
        ++b;
    }
    return ascii_lower((unsigned char)*a) - ascii_lower((unsigned char)*b);
}

/* Appends the names in order; false: out of memory. */
static bool add_sorted(char **texts, size_t count, struct names *names) {
    qsort(texts, count, sizeof *texts, order_names);
    for (size_t i = 0; i < count; i++)
        if (!names_add(names, texts[i], strlen(texts[i])))
            return false;
    return true;
}

/* The names in UTF-8, at most as many as the list has; false: out of memory. */
static bool convert(const struct winscard_list *list, bool groups, char **texts, size_t *count) {
    const wchar_t *name;
    size_t at = 0, length = 0;
    while ((name = next_name(list, &at, &length)) != NULL) {
        int invalid = 0;
        char *text = utf8_from_wide(name, length, &invalid);
        if (!text && !invalid)
            return false;
        if (text && !(groups && carddb_group_reserved(text)))
            texts[(*count)++] = text;
        else
            free(text);
    }
    return true;
}

rm_status winscard_list_take(const struct winscard_list *list, bool groups, struct names *out) {
    struct names names = {0};
    size_t count = 0, have = 0, at = 0, length = 0;
    while (next_name(list, &at, &length))
        count++;
    char **texts = calloc(count + 1, sizeof *texts);
    const bool complete = texts && convert(list, groups, texts, &have) && add_sorted(texts, have, &names);
    for (size_t i = 0; i < have; i++)
        free(texts[i]);
    free(texts);
    if (!complete) {
        names_clear(&names);
        return RM_E_NO_MEMORY;
    }
    names_clear(out);
    *out = names;
    return RM_OK;
}
