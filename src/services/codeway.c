/* The card's way with codes: see codeway.h. */
#include "services/codeway.h"

#include "services/selection.h"

void codeway_note(const struct filesystem *files, struct code *code) {
    const struct scardssp_profile *const profile = filesystem_profile(files, &files->directory);
    const struct scardssp_profile_code *const row = profile_code(profile, code->asked);
    code->cla = profile->cla;
    code->profile = profile;
    code->reference = row ? row->reference : code->asked;
    code->form = row ? row->form : profile->form;
}

bool codeway_learned(struct filesystem *files, HRESULT hr, struct code *code) {
    const struct scardssp_profile *const before = files->profile;
    struct selected selected;
    if (hr != hresult_from_rm(RM_E_UNSUPPORTED_FEATURE) || !selection_may_learn(files))
        return false;
    (void)selection_select(files, &files->directory, SW_USE_DIRECTORY, &selected);
    codeway_note(files, code);
    return files->profile != before;
}

HRESULT codeway_verify(struct filesystem *files, struct code *code, const uint8_t *bytes, size_t size) {
    HRESULT hr;
    do
        hr = code_verify(files->link, code, bytes, size);
    while (codeway_learned(files, hr, code));
    return hr;
}
