/* The directories and files below a directory of a card. See tree.h. */
#include "transfer/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/progress.h"
#include "terminal/text.h"

#define ID_DIGITS 4u

void tree_free(struct tree *tree) {
    for (size_t i = 0; i < tree->count; ++i) {
        free(tree->entries[i].path);
        free(tree->entries[i].place);
    }
    free(tree->entries);
    *tree = (struct tree){0};
}

static bool has(const struct tree *tree, const char *path) {
    for (size_t i = 0; i < tree->count; ++i)
        if (strcmp(tree->entries[i].path, path) == 0)
            return true;
    return false;
}

/* Takes over both texts; NULL: there was no memory for them. */
static HRESULT add(struct tree *tree, char *path, char *place, bool directory) {
    bool good = path && place && tree->count < TREE_MAX;
    if (good && tree->count == tree->room) {
        const size_t room = tree->room ? 2 * tree->room : 64;
        struct tree_entry *entries = realloc(tree->entries, room * sizeof *entries);
        good = entries != NULL;
        if (good) {
            tree->entries = entries;
            tree->room = room;
        }
    }
    if (good && !has(tree, path)) {
        tree->entries[tree->count++] = (struct tree_entry){path, place, directory};
        return S_OK;
    }
    free(path);
    free(place);
    return good ? S_OK : E_OUTOFMEMORY;
}

/* "above/name", with the quotes that a name on a card has; above "/" or "": nothing stands before it. */
static char *below(const char *above, const char *separator, const char *quote, const char *name) {
    const size_t size = strlen(above) + strlen(name) + 4;
    char *whole = malloc(size);
    if (whole)
        (void)snprintf(whole, size, "%s%s%s%s%s", above, separator, quote, name, quote);
    return whole;
}

/* Names become names on disk: nothing but digits does. */
static bool is_digits(const char *name) {
    return name[0] != '\0' && strspn(name, "0123456789ABCDEF") == strlen(name);
}

static HRESULT add_name(struct tree *tree, size_t above, const char *name, bool directory) {
    if (!is_digits(name))
        return S_OK;
    const char *path = tree->entries[above].path, *place = tree->entries[above].place;
    const bool top = strcmp(path, "/") == 0;
    const char *quote = strlen(name) == ID_DIGITS ? "" : "\"";
    return add(tree, below(top ? "" : path, "/", quote, name), below(place, *place ? "/" : "", "", name),
               directory);
}

/* One element of what Directory has found. */
static HRESULT add_element(struct tree *tree, size_t above, SAFEARRAY *names, LONG index, bool directory) {
    BSTR wide = NULL;
    HRESULT hr = SafeArrayGetElement(names, &index, &wide);
    if (FAILED(hr))
        return hr;
    char *name = text_from_wide(wide);
    hr = name ? add_name(tree, above, name, directory) : E_OUTOFMEMORY;
    free(name);
    SysFreeString(wide);
    return hr;
}

static HRESULT list_kind(struct tree *tree, size_t above, ISCardFileAccess *files, FILETYPE kind) {
    SAFEARRAY *names = NULL;
    LONG last = -1;
    HRESULT hr = ISCardFileAccess_Directory(files, kind, &names);
    if (FAILED(hr))
        return hr;
    hr = SafeArrayGetUBound(names, 1, &last);
    for (LONG i = 0; SUCCEEDED(hr) && i <= last; ++i)
        hr = add_element(tree, above, names, i, kind == SC_TYPE_DIRECTORIES);
    SafeArrayDestroy(names);
    return hr;
}

/* Whether the card has said that there is nothing to be seen for us. */
static bool is_closed(HRESULT hr) {
    return hr == (HRESULT)SCARD_W_SECURITY_VIOLATION || hr == (HRESULT)SCARD_E_NO_ACCESS ||
           hr == (HRESULT)SCARD_E_DIR_NOT_FOUND || hr == (HRESULT)SCARD_E_FILE_NOT_FOUND ||
           hr == (HRESULT)SCARD_E_UNSUPPORTED_FEATURE;
}

/*
 * All that is right below one directory. Done again after a fault, it adds what is not there yet. The master
 * file, where we are at first, need not be there: the applications of a card may be all it has.
 */
static HRESULT list_directory(struct tree *tree, size_t number, ISCardFileAccess *files) {
    const bool top = strcmp(tree->entries[number].path, "/") == 0;
    HRESULT hr = top ? S_OK : manager_enter(files, tree->entries[number].path);
    if (SUCCEEDED(hr))
        hr = list_kind(tree, number, files, SC_TYPE_FILES);
    if (FAILED(hr) && !(top && is_closed(hr)))
        return hr;
    const HRESULT below = list_kind(tree, number, files, SC_TYPE_DIRECTORIES);
    return FAILED(hr) && is_closed(below) ? hr : below;
}

static HRESULT list_all(struct tree *tree, struct recovery *recovery, ISCardFileAccess *files) {
    HRESULT hr = S_OK;
    for (size_t number = 0; SUCCEEDED(hr) && number < tree->count;) {
        if (!tree->entries[number].directory) {
            ++number;
            continue;
        }
        hr = list_directory(tree, number, files);
        if (SUCCEEDED(hr) || (number > 0 && is_closed(hr))) {
            ++number;
            progress_show(recovery->progress, tree->count, 0);
            hr = recovery_check(recovery);
        } else {
            hr = recovery_mend(recovery, hr);
        }
    }
    return hr;
}

/* Whether that is the name of an application, in digits. */
static bool is_name(const char *root) {
    const size_t size = strlen(root);
    return size != ID_DIGITS && size > 0 && strspn(root, "0123456789ABCDEFabcdef") == size;
}

/* Where the user has led us, as the card's manager says it. */
static HRESULT current(ISCardFileAccess *files, char **out) {
    BSTR wide = NULL;
    const HRESULT hr = ISCardFileAccess_GetCurrentDir(files, &wide);
    *out = SUCCEEDED(hr) ? text_from_wide(wide) : NULL;
    SysFreeString(wide);
    return hr;
}

/*
 * The root's own path. An application that was named stays named, whatever its identifier is: by the name its
 * kind is known.
 */
static HRESULT begin(struct tree *tree, ISCardFileAccess *files, const char *root) {
    char *path = NULL;
    HRESULT hr = manager_enter(files, root);
    if (SUCCEEDED(hr) && root && is_name(root))
        path = below("", "/", "\"", root);
    else if (SUCCEEDED(hr))
        hr = current(files, &path);
    return SUCCEEDED(hr) ? add(tree, path, strdup(""), true) : hr;
}

HRESULT tree_list(struct recovery *recovery, ISCardFileAccess *files, const char *root, struct tree *out) {
    struct progress progress;
    *out = (struct tree){0};
    progress_begin(&progress, "Looking for files", "found", recovery->start);
    recovery->progress = &progress;
    HRESULT hr = begin(out, files, root);
    if (SUCCEEDED(hr))
        hr = list_all(out, recovery, files);
    progress_hide(&progress);
    recovery->progress = NULL;
    if (FAILED(hr))
        tree_free(out);
    return hr;
}
