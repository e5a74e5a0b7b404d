/* Files that are open: see openfile.h. */
#include "services/openfile.h"

#include "apdu/iso7816.h"
#include "services/objectfile.h"

#define SHORT_READ 0x80u /* P1 of READ BINARY: the low bits are a short identifier */

static enum openfile_shape shape_of(const struct fcp *fcp) {
    if (fcp_kind_has_records(fcp->kind))
        return OPENFILE_RECORDS;
    return fcp->kind == FCP_KIND_TRANSPARENT ? OPENFILE_BINARY : OPENFILE_UNKNOWN;
}

/* How many records the card says there are: it may tell their number, or only the size of all of them. */
static uint32_t record_count_of(const struct fcp *fcp) {
    if (fcp->record_count || !fcp->has_size || !fcp->record_size || fcp->kind == FCP_KIND_LINEAR_VARIABLE)
        return fcp->record_count;
    return fcp->size / fcp->record_size;
}

static void learn_end(struct openfile *file) {
    file->end = file->shape == OPENFILE_RECORDS ? record_count_of(&file->fcp) : file->fcp.size;
    file->end_known = file->shape == OPENFILE_RECORDS ? file->end != 0 : file->fcp.has_size;
}

HRESULT openfile_open(struct filesystem *files, const struct path *path, struct openfile *out) {
    struct selected selected;
    *out = (struct openfile){.path = *path, .card = files->link->card};
    if (objectfile_is_object(path)) {
        out->shape = OPENFILE_OBJECT;
        return objectfile_select(files, path);
    }
    if (path->sfi)
        return S_OK;
    if (path_is_named(path))
        return E_INVALIDARG;
    const HRESULT hr = selection_select(files, path, SW_USE_OTHER, &selected);
    if (FAILED(hr))
        return hr;
    if (path_is_root(path) || selected.fcp.kind == FCP_KIND_DF)
        return hresult_from_rm(RM_E_NO_FILE);
    if (selected.deactivated)
        return hresult_from_rm(RM_E_NO_ACCESS);
    out->told = selected.told;
    out->fcp = selected.fcp;
    out->shape = shape_of(&out->fcp);
    learn_end(out);
    return S_OK;
}

static bool is_same_file(const struct openfile *file, const struct selected *selected) {
    const struct fcp *const before = &file->fcp, *const now = &selected->fcp;
    return file->told == selected->told && before->has_id == now->has_id && before->id == now->id &&
           before->kind == now->kind && before->record_size == now->record_size;
}

static HRESULT select_again(struct filesystem *files, struct openfile *file) {
    struct selected selected;
    const HRESULT hr = selection_select(files, &file->path, SW_USE_OTHER, &selected);
    if (FAILED(hr))
        return hr;
    if (!is_same_file(file, &selected))
        return hresult_from_rm(RM_W_REMOVED_CARD);
    return selected.deactivated ? hresult_from_rm(RM_E_NO_ACCESS) : S_OK;
}

/* No SELECT takes a short identifier: a first byte is read by it, which makes the file current. */
static HRESULT read_by_short_id(struct filesystem *files, struct openfile *file) {
    struct apdu command = {
        .ins = ISO7816_INS_READ_BINARY, .p1 = (uint8_t)(SHORT_READ | file->path.sfi), .ne = 1};
    struct service_answer answer;
    HRESULT hr = selection_send(files, &command, &answer);
    if (FAILED(hr))
        return hr;
    if (answer.sw == 0x6981)
        file->shape = OPENFILE_RECORDS;
    else if (answer.sw != 0x6B00) /* an empty file */
        hr = hresult_from_sw(answer.sw, SW_USE_READ);
    if (SUCCEEDED(hr) && file->shape == OPENFILE_UNKNOWN)
        file->shape = OPENFILE_BINARY;
    return hr;
}

/* Records name the file in each command (P2), so the directory is all they need. */
static HRESULT select_short(struct filesystem *files, struct openfile *file) {
    const struct path directory = path_parent(&file->path);
    struct selected selected;
    HRESULT hr = S_OK;
    if (file->shape == OPENFILE_RECORDS && selection_is_current(files, &directory))
        return S_OK;
    if (!selection_is_current(files, &directory))
        hr = selection_select(files, &directory, SW_USE_OTHER, &selected);
    if (FAILED(hr) || file->shape == OPENFILE_RECORDS)
        return hr;
    hr = read_by_short_id(files, file);
    if (SUCCEEDED(hr) && file->shape == OPENFILE_BINARY)
        selection_note_file(files, &file->path);
    return hr;
}

HRESULT openfile_select(struct filesystem *files, struct openfile *file) {
    if (file->card != files->link->card)
        return hresult_from_rm(RM_W_REMOVED_CARD);
    if (file->shape == OPENFILE_OBJECT)
        return objectfile_select(files, &file->path);
    if (selection_is_current(files, &file->path))
        return S_OK;
    return file->path.sfi ? select_short(files, file) : select_again(files, file);
}

HRESULT openfile_seek(struct openfile *file, LONG offset, SEEKTYPE type) {
    const int64_t outside = (int64_t)UINT32_MAX + 1; /* from anywhere this leads outside */
    const int64_t step = offset > outside ? outside : offset < -outside ? -outside : offset;
    int64_t base = 0;
    switch ((int)type) {
    case SC_SEEK_FROM_BEGINNING:
        break;
    case SC_SEEK_FROM_END:
        base = file->end_known ? (int64_t)file->end : 2 * outside;
        break;
    case SC_SEEK_RELATIVE:
        base = file->position;
        break;
    default:
        return E_INVALIDARG;
    }
    const int64_t wanted = base + step;
    if (wanted < 0 || wanted > (file->end_known ? (int64_t)file->end : UINT32_MAX))
        return hresult_from_rm(RM_E_BAD_SEEK);
    file->position = (uint32_t)wanted;
    return S_OK;
}
