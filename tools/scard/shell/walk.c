/* All files and directories below one: see walk.h. */
#include "shell/walk.h"

#define DEPTH_MAX 8u /* deeper than any card: one that goes on has no end */

struct walk {
    struct session *session;
    walk_visitor visit;
    void *user;
};

/* Whether the card has said that there is nothing to be seen for us. */
static bool is_closed(HRESULT hr) {
    return hr == (HRESULT)SCARD_W_SECURITY_VIOLATION || hr == (HRESULT)SCARD_E_NO_ACCESS ||
           hr == (HRESULT)SCARD_E_DIR_NOT_FOUND || hr == (HRESULT)SCARD_E_UNSUPPORTED_FEATURE;
}

/*
 * The session may let go of a listing while those below are listed: the entry is a copy, and the listing is
 * asked for anew.
 */
static HRESULT below(const struct walk *walk, const char *place, unsigned depth) {
    const struct listing *listing = NULL;
    HRESULT hr = session_list(walk->session, place, &listing);
    for (size_t i = 0; SUCCEEDED(hr) && i < listing->count; ++i) {
        const struct listing_entry entry = listing->entries[i];
        walk->visit(walk->user, &entry, depth);
        if (!entry.directory || depth + 1 == DEPTH_MAX)
            continue;
        hr = below(walk, entry.place, depth + 1);
        if (SUCCEEDED(hr) || is_closed(hr))
            hr = session_list(walk->session, place, &listing);
    }
    return hr;
}

HRESULT walk_below(struct session *session, const char *place, walk_visitor visit, void *user) {
    return below(&(const struct walk){session, visit, user}, place, 0);
}
