/* Names of places: see naming.h. */
#include "services/naming.h"

#include <string.h>

#include "services/selection.h"

static bool is_name(REFTYPE type, const char *text) {
    return ((int)type == SC_TYPE_BY_NAME || (int)type == SC_TYPE_BY_ANY) && profile_is_label(text);
}

HRESULT naming_check(REFTYPE type, const char *text) {
    return is_name(type, text) ? S_OK : path_check(type, text);
}

/* From the top of where the profile holds. */
static bool find_in(const struct scardssp_profile *profile, const struct path *top, const char *text,
                    struct path *out) {
    const struct scardssp_profile_file *const file = profile_file(profile, text);
    if (!file)
        return false;
    *out = *top;
    out->depth = file->depth;
    memcpy(out->ids, file->ids, file->depth * sizeof file->ids[0]);
    return true;
}

static bool find(const struct filesystem *files, const char *text, struct path *out) {
    static const struct path root;
    const struct scardssp_profile *const profile = filesystem_profile(files, &files->directory);
    struct path top = files->directory;
    top.depth = 0;
    if (profile != files->profile && find_in(profile, &top, text, out))
        return true;
    return find_in(files->profile, &root, text, out);
}

HRESULT naming_parse(struct filesystem *files, REFTYPE type, const char *text, struct path *out) {
    struct selected selected;
    if (!is_name(type, text))
        return path_parse(type, text, &files->directory, out);
    if (find(files, text, out))
        return S_OK;
    if (!selection_may_learn(files))
        return E_INVALIDARG;
    const HRESULT hr = selection_select(files, &files->directory, SW_USE_DIRECTORY, &selected);
    if (FAILED(hr))
        return hr;
    return find(files, text, out) ? S_OK : E_INVALIDARG;
}
