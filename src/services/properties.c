/* What a file is like: see properties.h. */
#include "services/properties.h"

#include "apdu/capabilities.h"
#include "apdu/iso7816.h"
#include "apdu/tlv.h"
#include "services/objectfile.h"
#include "services/reading.h"

#define TAG_CAPABILITIES 0x47u
#define EF_ATR 0x2F01u

/* Life cycle status (table 13): bits 1 and 3 tell the operational states. */
enum { DEACTIVATED = 0x04, ACTIVATED = 0x05, LIFE_MASK = 0xFD };

/*
 * What can be said of a data object: its size, that it is bytes (a transparent file), its identifier as a
 * file.
 */
static HRESULT get_of_object(struct filesystem *files, const struct path *path, struct content *out) {
    struct content whole = {0};
    struct fcp fcp = {
        .has_size = true, .has_descriptor = true, .descriptor = 0x01, .has_id = true, .id = path->ids[0]};
    uint8_t objects[FCP_WRITE_MAX];
    HRESULT hr = objectfile_select(files, path);
    if (SUCCEEDED(hr))
        hr = objectfile_get(files, path, &whole);
    fcp.size = (uint32_t)whole.size;
    if (SUCCEEDED(hr))
        hr = content_add(out, objects, fcp_write(&fcp, objects));
    content_clear(&whole);
    return hr;
}

HRESULT properties_get(struct filesystem *files, const struct path *path, struct content *out) {
    struct selected selected;
    const uint8_t *content = NULL;
    size_t size = 0;
    if (path->sfi)
        return E_INVALIDARG;
    if (objectfile_is_object(path))
        return get_of_object(files, path, out);
    const HRESULT hr = selection_select(files, path, SW_USE_GET_PROPERTIES, &selected);
    if (FAILED(hr) || !selected.told)
        return hr;
    if (profile_has(files->profile, SCARDSSP_PROFILE_PLAIN_SELECT)) {
        uint8_t objects[FCP_WRITE_MAX];
        return content_add(out, objects, fcp_write(&selected.fcp, objects));
    }
    return fcp_content(selected.bytes, selected.size, &content, &size) ? content_add(out, content, size)
                                                                       : S_OK;
}

static bool can_be_set(const struct tlv_object *object) {
    if (object->tag != FCP_LIFE_CYCLE)
        return object->tag <= 0xFFFF;
    const uint8_t state = object->length == 1 ? object->value[0] & LIFE_MASK : 0;
    return state == ACTIVATED || state == DEACTIVATED;
}

/*
 * Whether all can be set; *life_cycle_only: all that is set is the life cycle, which a deactivated file has
 * too.
 */
static bool check(const uint8_t *objects, size_t size, bool *life_cycle_only) {
    struct tlv_reader reader = {objects, size};
    struct tlv_object object;
    *life_cycle_only = true;
    while (tlv_next(&reader, &object)) {
        if (!can_be_set(&object))
            return false;
        if (object.tag != FCP_LIFE_CYCLE)
            *life_cycle_only = false;
    }
    return reader.left == 0;
}

static struct apdu command_for(const struct tlv_object *object) {
    if (object->tag == FCP_LIFE_CYCLE)
        return (struct apdu){.ins = (object->value[0] & LIFE_MASK) == ACTIVATED
                                        ? ISO7816_INS_ACTIVATE_FILE
                                        : ISO7816_INS_DEACTIVATE_FILE};
    return (struct apdu){.ins = ISO7816_INS_PUT_DATA,
                         .p1 = (uint8_t)(object->tag >> 8),
                         .p2 = (uint8_t)object->tag,
                         .data = object->length ? object->value : NULL,
                         .nc = (uint32_t)object->length};
}

static HRESULT set_one(struct filesystem *files, const struct tlv_object *object) {
    struct apdu command = command_for(object);
    struct service_answer answer;
    if (command.nc > files->link->command_max)
        return E_INVALIDARG;
    return selection_run(files, &command, SW_USE_SET_PROPERTIES, &answer);
}

HRESULT properties_set(struct filesystem *files, const struct path *path, const uint8_t *objects,
                       size_t size) {
    struct tlv_reader reader = {objects, size};
    struct tlv_object object;
    struct selected selected;
    bool life_cycle_only = false;
    if (path->sfi || !check(objects, size, &life_cycle_only))
        return E_INVALIDARG;
    HRESULT hr = selection_select(files, path, SW_USE_OTHER, &selected);
    if (SUCCEEDED(hr) && selected.deactivated && !life_cycle_only)
        hr = hresult_from_rm(RM_E_NO_ACCESS);
    while (SUCCEEDED(hr) && tlv_next(&reader, &object))
        hr = set_one(files, &object);
    return hr;
}

/* The object with the card capabilities out of EF.ATR; a card without it has none. */
static HRESULT add_from_ef_atr(struct filesystem *files, struct content *out) {
    static const struct path path = {.depth = 1, .ids = {EF_ATR}};
    const struct path current = files->current;
    struct content content = {0};
    struct openfile file;
    struct tlv_object object;
    HRESULT hr = openfile_open(files, &path, &file);
    if (SUCCEEDED(hr))
        hr = reading_read(files, &file, 0, &content);
    const bool found = SUCCEEDED(hr) && tlv_find(content.bytes, content.size, TAG_CAPABILITIES, &object);
    hr = found ? content_add(out, object.bytes, object.size) : S_OK;
    content_clear(&content);
    /* This was no selection of the program's. */
    selection_return(files, &current);
    return hr;
}

HRESULT properties_capabilities(struct filesystem *files, struct content *out) {
    const struct path current = files->current;
    const struct capabilities capabilities = capabilities_of_atr(files->link->atr, files->link->atr_size);
    struct path place = current;
    place.sfi = 0; /* its directory: no SELECT takes a short identifier */
    HRESULT hr = properties_get(files, &place, out);
    if (FAILED(hr))
        return hr;
    if (capabilities.size == 0)
        return add_from_ef_atr(files, out);
    return content_add_object(out, TAG_CAPABILITIES, capabilities.bytes, capabilities.size);
}
