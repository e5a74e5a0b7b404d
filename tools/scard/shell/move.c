/* The way to another directory of the card: see move.h. */
#include "shell/move.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/text.h"

/* Where the card's manager says that it is: of a name that only the card's profile knows. */
static HRESULT ask_place(ISCardFileAccess *files, char out[PLACE_MAX]) {
    BSTR wide = NULL;
    const HRESULT hr = ISCardFileAccess_GetCurrentDir(files, &wide);
    char *text = SUCCEEDED(hr) ? text_from_wide(wide) : NULL;
    SysFreeString(wide);
    if (text)
        (void)snprintf(out, PLACE_MAX, "%s", text);
    free(text);
    return SUCCEEDED(hr) && text == NULL ? E_OUTOFMEMORY : hr;
}

/* The name of an application that is known, where the directory is one; else *place stays. */
static void prefer_name(ISCardFileAccess *files, char place[PLACE_MAX]) {
    struct facts facts;
    char digits[2 * FACTS_NAME_MAX + 1] = "";
    char parent[PLACE_MAX], named[PLACE_MAX];
    place_parent(place, parent, NULL);
    if (strcmp(parent, "/") != 0 || FAILED(facts_get(files, place, &facts)) ||
        names_application(facts.name, facts.name_size) == NULL)
        return;
    for (size_t i = 0; i < facts.name_size; ++i)
        (void)snprintf(digits + 2 * i, 3, "%02X", facts.name[i]);
    if (place_below("/", digits, named) && SUCCEEDED(manager_enter(files, named)))
        memcpy(place, named, PLACE_MAX);
}

static HRESULT enter(struct session *session, void *user) {
    char *place = user;
    HRESULT hr = manager_enter(session->files, place);
    if (SUCCEEDED(hr) && place[0] != '/')
        hr = ask_place(session->files, place);
    if (SUCCEEDED(hr) && place_application(place) == NULL)
        prefer_name(session->files, place);
    if (SUCCEEDED(hr))
        memcpy(session->place, place, PLACE_MAX);
    return hr;
}

HRESULT move_to(struct session *session, const char *path) {
    char place[PLACE_MAX];
    HRESULT hr = session_resolve(session, path, place);
    if (SUCCEEDED(hr))
        hr = session_do(session, enter, place);
    return hr;
}
