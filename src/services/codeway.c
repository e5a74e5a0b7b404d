/* The card's way with codes: see codeway.h. */
#include "services/codeway.h"

#include "services/selection.h"

void codeway_note(const struct filesystem *files, struct code *code) {
    const struct profile *const profile = filesystem_profile(files, &files->directory);
    code->cla = profile->cla;
    code->profile = profile;
    code->form = profile->form;
}

bool codeway_learned(struct filesystem *files, HRESULT hr, struct code *code) {
    const struct profile *const before = files->profile;
    struct selected selected;
    if (hr != hresult_from_rm(RM_E_UNSUPPORTED_FEATURE) || before != &profile_iso || files->answer_known)
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
