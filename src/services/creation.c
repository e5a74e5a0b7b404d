/* Files that come and go: see creation.h. */
#include "services/creation.h"

#include <string.h>

#include "apdu/iso7816.h"
#include "apdu/tlv.h"
#include "services/content.h"

/* Whether the bytes are data objects and nothing else. */
static bool are_objects(const uint8_t *objects, size_t size) {
    struct tlv_reader reader = {objects, size};
    struct tlv_object object;
    while (tlv_next(&reader, &object)) {
    }
    return reader.left == 0;
}

static HRESULT add_object(struct content *content, uint8_t tag, const uint8_t *value, size_t size) {
    const uint8_t head[2] = {tag, (uint8_t)size};
    const HRESULT hr = content_add(content, head, sizeof head);
    return FAILED(hr) ? hr : content_add(content, value, size);
}

/*
 * Adds what the path says of the file, unless the objects say the same; E_INVALIDARG: they say something
 * else.
 */
static HRESULT add_from_path(struct content *content, const struct path *path) {
    const bool named = path->name_size && path->depth == 0;
    const uint16_t id = path->depth ? path->ids[path->depth - 1] : 0;
    const uint8_t id_bytes[2] = {(uint8_t)(id >> 8), (uint8_t)id};
    const uint8_t tag = named ? FCP_NAME : FCP_ID;
    const uint8_t *const value = named ? path->name : id_bytes;
    const size_t size = named ? path->name_size : sizeof id_bytes;
    struct tlv_object there;
    if (!tlv_find(content->bytes, content->size, tag, &there))
        return add_object(content, tag, value, size);
    return there.length == size && memcmp(there.value, value, size) == 0 ? S_OK : E_INVALIDARG;
}

static HRESULT send_plain(struct filesystem *files, enum iso7816_ins ins, enum sw_use use) {
    struct apdu command = {.ins = (uint8_t)ins};
    struct service_answer answer;
    const HRESULT hr = selection_send(files, &command, &answer);
    return FAILED(hr) ? hr : hresult_from_sw(answer.sw, use);
}

/* The template around `content`; what was selected before is not any more: the new file is. */
static HRESULT send_create(struct filesystem *files, const struct content *content) {
    uint8_t head[TLV_HEAD_MAX];
    struct content template = {0};
    struct service_answer answer;
    const size_t head_size = tlv_head_write(head, sizeof head, FCP_TEMPLATE, (uint32_t)content->size);
    HRESULT hr = content_add(&template, head, head_size);
    if (SUCCEEDED(hr))
        hr = content_add(&template, content->bytes, content->size);
    if (SUCCEEDED(hr) && template.size > files->link->command_max)
        hr = E_INVALIDARG;
    if (SUCCEEDED(hr)) {
        struct apdu command = {
            .ins = ISO7816_INS_CREATE_FILE, .data = template.bytes, .nc = (uint32_t) template.size};
        hr = selection_send(files, &command, &answer);
        selection_forget(files);
    }
    if (SUCCEEDED(hr))
        hr = hresult_from_sw(answer.sw, SW_USE_OTHER);
    content_clear(&template);
    return hr;
}

static HRESULT select_directory(struct filesystem *files, const struct path *path) {
    const bool named = path->name_size && path->depth == 0;
    const struct path directory = named ? files->directory : path_parent(path);
    struct selected selected;
    const HRESULT hr = selection_select(files, &directory, SW_USE_DIRECTORY, &selected);
    if (FAILED(hr))
        return hr;
    if (selected.fcp.kind != FCP_KIND_DF && selected.fcp.kind != FCP_KIND_UNKNOWN)
        return hresult_from_rm(RM_E_NO_DIR);
    return selected.deactivated ? hresult_from_rm(RM_E_NO_ACCESS) : S_OK;
}

HRESULT creation_create(struct filesystem *files, const struct path *path, const uint8_t *objects,
                        size_t size) {
    struct content content = {0};
    if (path->sfi || path_is_root(path) || size > files->link->command_max || !are_objects(objects, size))
        return E_INVALIDARG;
    HRESULT hr = content_add(&content, objects, size);
    if (SUCCEEDED(hr))
        hr = add_from_path(&content, path);
    if (SUCCEEDED(hr))
        hr = select_directory(files, path);
    if (SUCCEEDED(hr))
        hr = send_create(files, &content);
    content_clear(&content);
    return hr;
}

/* Selects the file for a command that works on the current one. */
static HRESULT select_file(struct filesystem *files, const struct path *path, enum sw_use use,
                           struct selected *selected) {
    if (path->sfi)
        return E_INVALIDARG;
    const HRESULT hr = selection_select(files, path, use, selected);
    if (FAILED(hr))
        return hr;
    return selected->deactivated && use != SW_USE_REHABILITATE ? hresult_from_rm(RM_E_NO_ACCESS) : S_OK;
}

static bool is_directory(const struct selected *selected, const struct path *path) {
    return selected->fcp.kind == FCP_KIND_DF || path_is_root(path) || (path->name_size && path->depth == 0);
}

HRESULT creation_delete(struct filesystem *files, const struct path *path, bool recursive) {
    struct selected selected;
    HRESULT hr = select_file(files, path, SW_USE_OTHER, &selected);
    if (FAILED(hr))
        return hr;
    if (is_directory(&selected, path) && !recursive)
        return E_INVALIDARG;
    hr = send_plain(files, ISO7816_INS_DELETE_FILE, SW_USE_DELETE);
    if (FAILED(hr))
        return hr;
    selection_forget(files);
    if (path_leads_to(path, &files->directory))
        files->directory = path_parent(path);
    return S_OK;
}

HRESULT creation_deactivate(struct filesystem *files, const struct path *path) {
    struct selected selected;
    const HRESULT hr = select_file(files, path, SW_USE_OTHER, &selected);
    return FAILED(hr) ? hr : send_plain(files, ISO7816_INS_DEACTIVATE_FILE, SW_USE_OTHER);
}

HRESULT creation_activate(struct filesystem *files, const struct path *path) {
    struct selected selected;
    const HRESULT hr = select_file(files, path, SW_USE_REHABILITATE, &selected);
    return FAILED(hr) ? hr : send_plain(files, ISO7816_INS_ACTIVATE_FILE, SW_USE_OTHER);
}
