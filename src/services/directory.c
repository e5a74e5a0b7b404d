/* The current directory: see directory.h. */
#include "services/directory.h"

HRESULT directory_change(struct filesystem *files, const struct path *path) {
    struct selected selected;
    if (path->sfi)
        return E_INVALIDARG;
    const HRESULT hr = selection_select(files, path, SW_USE_DIRECTORY, &selected);
    if (FAILED(hr))
        return hr;
    if (selected_is_elementary(&selected)) {
        (void)selection_select(files, &files->directory, SW_USE_DIRECTORY, &selected);
        return hresult_from_rm(RM_E_NO_DIR);
    }
    if (selected.deactivated)
        return hresult_from_rm(RM_E_NO_ACCESS);
    files->current_kind = CURRENT_DIRECTORY;
    files->directory = *path;
    if (path_is_named(path))
        files->directory.name_id = selected.fcp.id;
    return S_OK;
}
