/* Data objects as files: see objectfile.h. */
#include "services/objectfile.h"

#include <string.h>

#include "apdu/tlv.h"
#include "services/chaining.h"
#include "services/selection.h"

#define CURRENT_DF 0x3FFFu
#define TAG_LIST 0x5Cu
#define TAG_VALUE 0x53u
#define SW_NOT_FOUND 0x6A82u
#define SW_NO_OBJECT 0x6A88u

bool objectfile_is_object(const struct path *path) {
    const struct scardssp_profile *const profile = profile_of_name(path->name, path->name_size);
    return path->depth == 1 && profile && profile->object_count;
}

static uint32_t tag_of(const struct scardssp_profile *profile, const struct path *path) {
    const struct scardssp_profile_object *const object = profile_object(profile, path->ids[0]);
    return object ? object->tag : 0;
}

HRESULT objectfile_select(struct filesystem *files, const struct path *path) {
    const struct path application = path_parent(path);
    struct selected selected;
    if (path->sfi || !tag_of(filesystem_profile(files, path), path))
        return hresult_from_rm(RM_E_FILE_NOT_FOUND);
    if (selection_is_current(files, &application))
        return S_OK;
    return selection_select(files, &application, SW_USE_DIRECTORY, &selected);
}

/* Where the tag is said: P1 and P2, or a list in the data. Returns the bytes of the list. */
static size_t put_tag(const struct scardssp_profile *profile, uint32_t tag, struct apdu *command,
                      uint8_t list[2 + TLV_TAG_MAX]) {
    const bool listed = profile_has(profile, SCARDSSP_PROFILE_LISTED_OBJECTS);
    const uint32_t place = listed ? CURRENT_DF : tag;
    uint8_t head[TLV_HEAD_MAX];
    command->p1 = (uint8_t)(place >> 8);
    command->p2 = (uint8_t)place;
    if (!listed)
        return 0;
    const size_t size = tlv_head_write(head, sizeof head, tag, 0) - 1;
    list[0] = TAG_LIST;
    list[1] = (uint8_t)size;
    memcpy(list + 2, head, size);
    return 2 + size;
}

HRESULT objectfile_get(struct filesystem *files, const struct path *path, struct content *out) {
    const struct scardssp_profile *const profile = filesystem_profile(files, path);
    uint8_t list[2 + TLV_TAG_MAX];
    struct apdu command = {.ins = profile->get, .ne = APDU_SHORT_NE_MAX};
    struct service_answer answer;
    struct tlv_object object;
    command.nc = (uint32_t)put_tag(profile, tag_of(profile, path), &command, list);
    command.data = command.nc ? list : NULL;
    HRESULT hr = selection_send(files, &command, &answer);
    if (FAILED(hr))
        return hr;
    if (answer.sw == SW_NOT_FOUND || answer.sw == SW_NO_OBJECT)
        return S_OK;
    hr = hresult_from_sw(answer.sw, SW_USE_READ);
    if (FAILED(hr))
        return hr;
    /* Some objects have a tag of their own instead of the common one: those come as they are. */
    if (profile_has(profile, SCARDSSP_PROFILE_LISTED_OBJECTS) &&
        tlv_find(answer.data, answer.size, TAG_VALUE, &object))
        return content_add(out, object.value, object.length);
    return content_add(out, answer.data, answer.size);
}

HRESULT objectfile_put(struct filesystem *files, const struct path *path, const uint8_t *bytes, size_t size) {
    const struct scardssp_profile *const profile = filesystem_profile(files, path);
    uint8_t list[2 + TLV_TAG_MAX];
    struct apdu command = {.cla = profile->cla, .ins = profile->put};
    struct content data = {0};
    struct service_answer answer;
    HRESULT hr = content_add(&data, list, put_tag(profile, tag_of(profile, path), &command, list));
    if (SUCCEEDED(hr))
        hr = profile_has(profile, SCARDSSP_PROFILE_LISTED_OBJECTS)
                 ? content_add_object(&data, TAG_VALUE, bytes, size)
                 : content_add(&data, bytes, size);
    if (SUCCEEDED(hr))
        hr = chaining_send(files->link, &command, data.bytes, data.size, SW_USE_WRITE, &answer);
    content_clear(&data);
    return hr;
}
