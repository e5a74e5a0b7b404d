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

/*
 * Adds what the path says of the file, unless the objects say the same; E_INVALIDARG: they say something
 * else.
 */
static HRESULT add_from_path(struct content *content, const struct path *path) {
    const bool named = path_is_named(path);
    const uint16_t id = path->depth ? path->ids[path->depth - 1] : 0;
    const uint8_t id_bytes[2] = {(uint8_t)(id >> 8), (uint8_t)id};
    const uint8_t tag = named ? FCP_NAME : FCP_ID;
    const uint8_t *const value = named ? path->name : id_bytes;
    const size_t size = named ? path->name_size : sizeof id_bytes;
    struct tlv_object there;
    if (!tlv_find(content->bytes, content->size, tag, &there))
        return content_add_object(content, tag, value, size);
    return there.length == size && memcmp(there.value, value, size) == 0 ? S_OK : E_INVALIDARG;
}

static HRESULT send_plain(struct filesystem *files, enum iso7816_ins ins, enum sw_use use) {
    struct apdu command = {.ins = (uint8_t)ins};
    struct service_answer answer;
    return selection_run(files, &command, use, &answer);
}

/* The template around `content`; what was selected before is not any more: the new file is. */
static HRESULT send_create(struct filesystem *files, const struct content *content) {
    struct content template = {0};
    struct service_answer answer;
    HRESULT hr = content_add_object(&template, FCP_TEMPLATE, content->bytes, content->size);
    if (SUCCEEDED(hr) && template.size > files->link->command_max)
        hr = E_INVALIDARG;
    if (SUCCEEDED(hr)) {
        struct apdu command = {
            .ins = ISO7816_INS_CREATE_FILE, .data = template.bytes, .nc = (uint32_t) template.size};
        hr = selection_run(files, &command, SW_USE_OTHER, &answer);
        selection_forget(files);
    }
    content_clear(&template);
    return hr;
}

static HRESULT select_directory(struct filesystem *files, const struct path *path) {
    const struct path directory = path_is_named(path) ? files->directory : path_parent(path);
    struct selected selected;
    const HRESULT hr = selection_select(files, &directory, SW_USE_DIRECTORY, &selected);
    if (FAILED(hr))
        return hr;
    if (selected_is_elementary(&selected))
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

HRESULT creation_delete(struct filesystem *files, const struct path *path, bool recursive) {
    struct selected selected;
    HRESULT hr = select_file(files, path, SW_USE_OTHER, &selected);
    if (FAILED(hr))
        return hr;
    if (files->current_kind == CURRENT_DIRECTORY && !recursive)
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
