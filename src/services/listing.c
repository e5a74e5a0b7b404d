/* What there is in a directory: see listing.h. */
#include "services/listing.h"

#include <stdio.h>
#include <string.h>

#include "apdu/iso7816.h"
#include "apdu/tlv.h"
#include "services/objectfile.h"
#include "services/reading.h"

#define EF_DIR 0x2F00u
#define ADF_CURRENT 0x7FFFu /* stands for the current application (ETSI TS 102 221 8.4.2) */
#define TAG_APPLICATION 0x61u
#define TAG_AID 0x4Fu
/* The most directories that are asked for by name, in each of both ways: a card may have always one more. */
#define NAMES_MAX 64u

/* Whether a file of that kind is wanted; one that the card says nothing of is wanted where all are. */
static bool is_wanted(FILETYPE wanted, enum fcp_kind kind) {
    switch ((int)wanted) {
    case SC_TYPE_DIRECTORIES:
    case SC_TYPE_DIRECTORY_FILE:
        return kind == FCP_KIND_DF;
    case SC_TYPE_FILES:
        return kind != FCP_KIND_DF && kind != FCP_KIND_UNKNOWN;
    case SC_TYPE_TRANSPARENT_EF:
        return kind == FCP_KIND_TRANSPARENT;
    case SC_TYPE_FIXED_EF:
        return kind == FCP_KIND_LINEAR_FIXED;
    case SC_TYPE_CYCLIC_EF:
        return kind == FCP_KIND_CYCLIC;
    case SC_TYPE_VARIABLE_EF:
        return kind == FCP_KIND_LINEAR_VARIABLE;
    default:
        return true;
    }
}

static HRESULT add_name(struct names *names, const char *name) {
    if (names_has(names, name))
        return S_OK;
    return names_add(names, name, strlen(name)) ? S_OK : E_OUTOFMEMORY;
}

static HRESULT add_id(struct names *names, uint16_t id) {
    char text[5];
    (void)snprintf(text, sizeof text, "%04X", (unsigned)id);
    return add_name(names, text);
}

/* Whether the card has said no, and not the way to it: then there are others to be asked for. */
static bool is_cards_word(HRESULT hr) {
    static const rm_status words[] = {RM_E_FILE_NOT_FOUND,      RM_E_NO_FILE,
                                      RM_E_NO_ACCESS,           RM_W_SECURITY_VIOLATION,
                                      RM_E_UNSUPPORTED_FEATURE, RM_W_EOF};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; ++i)
        if (hr == hresult_from_rm(words[i]))
            return true;
    return hr == E_INVALIDARG;
}

/*
 * The identifier is asked for below the current directory. A refusal by the card only says that it is not
 * there.
 */
static HRESULT try_id(struct filesystem *files, uint16_t id, FILETYPE wanted, struct names *out) {
    struct path path = files->directory;
    struct selected selected;
    if (path.depth == PATH_DEPTH_MAX)
        return S_OK;
    path.ids[path.depth++] = id;
    const HRESULT hr = selection_select(files, &path, SW_USE_LIST, &selected);
    if (FAILED(hr))
        return is_cards_word(hr) ? S_OK : hr;
    if ((selected.fcp.has_id && selected.fcp.id != id) || !is_wanted(wanted, selected.fcp.kind))
        return S_OK;
    return add_id(out, id);
}

/*
 * On a SIM the first byte of an identifier says how deep the file lies (3GPP TS 51.011 6.2). That has to be
 * looked at, since its directories let their neighbours and themselves be selected, as if they were in them
 * (6.5).
 */
static bool is_at_depth(const struct scardssp_profile *profile, uint16_t id, size_t depth) {
    if (!(profile->flags & SCARDSSP_PROFILE_PLAIN_SELECT))
        return true;
    switch (id >> 8) {
    case 0x2F:
    case 0x7F:
        return depth == 0;
    case 0x5F:
    case 0x6F:
        return depth == 1;
    case 0x4F:
        return depth == 2;
    default:
        return true;
    }
}

static HRESULT try_ids(struct filesystem *files, const struct scardssp_profile *profile, FILETYPE wanted,
                       struct names *out) {
    HRESULT hr = S_OK;
    for (size_t i = 0; i < profile->range_count; ++i)
        for (unsigned id = profile->ranges[i].first; SUCCEEDED(hr) && id <= profile->ranges[i].last; ++id)
            if (is_at_depth(profile, (uint16_t)id, files->directory.depth))
                hr = try_id(files, (uint16_t)id, wanted, out);
    return hr;
}

/* The files that the profile has names for and that are right below the current directory. */
static HRESULT try_files(struct filesystem *files, const struct scardssp_profile *profile, FILETYPE wanted,
                         struct names *out) {
    HRESULT hr = S_OK;
    for (size_t i = 0; SUCCEEDED(hr) && i < profile->file_count; ++i) {
        const struct scardssp_profile_file *const file = &profile->files[i];
        const size_t depth = files->directory.depth;
        if (file->depth == depth + 1u &&
            memcmp(file->ids, files->directory.ids, depth * sizeof file->ids[0]) == 0)
            hr = try_id(files, file->ids[depth], wanted, out);
    }
    return hr;
}

/* What the profile that holds here knows; where that is nothing, what the card's does, or any card has. */
static HRESULT try_profile(struct filesystem *files, FILETYPE wanted, struct names *out) {
    const struct scardssp_profile *const here = filesystem_profile(files, &files->directory);
    const struct scardssp_profile *const known = here->range_count             ? here
                                                 : files->profile->range_count ? files->profile
                                                                               : &profile_iso;
    const HRESULT hr = try_ids(files, known, wanted, out);
    return SUCCEEDED(hr) ? try_files(files, here, wanted, out) : hr;
}

/* Whether it is by its name that an application is known to have data objects in the place of files. */
static bool has_objects(const struct path *path) {
    const struct scardssp_profile *const profile = profile_of_name(path->name, path->name_size);
    return profile && profile->object_count;
}

/* A directory that was found by its name: told by its identifier where it has one of its own that does. */
static HRESULT add_application(struct names *names, const struct path *path, const struct fcp *fcp) {
    char text[PATH_TEXT_ROOM];
    if (fcp->has_id && fcp->id == PATH_MF)
        return S_OK;
    if (fcp->has_id && fcp->id != ADF_CURRENT && !has_objects(path))
        return add_id(names, fcp->id);
    for (size_t i = 0; i < path->name_size; ++i)
        (void)snprintf(text + 2 * i, sizeof text - 2 * i, "%02X", (unsigned)path->name[i]);
    return add_name(names, text);
}

static struct path named(const uint8_t *name, size_t size) {
    struct path path = {.name_size = (uint8_t)(size < PATH_NAME_MAX ? size : PATH_NAME_MAX)};
    memcpy(path.name, name, path.name_size);
    return path;
}

/* The application with this name. */
static HRESULT try_application(struct filesystem *files, const uint8_t *name, size_t size,
                               struct names *out) {
    const struct path path = named(name, size);
    struct selected selected;
    const HRESULT hr = selection_select(files, &path, SW_USE_LIST, &selected);
    if (FAILED(hr))
        return is_cards_word(hr) ? S_OK : hr;
    return add_application(out, &path, &selected.fcp);
}

/* All directories that have names, one after the other: no name at all is the beginning of each. */
static HRESULT try_names(struct filesystem *files, struct names *out) {
    HRESULT hr = S_OK;
    for (unsigned i = 0; SUCCEEDED(hr) && i < NAMES_MAX; ++i) {
        struct selected selected;
        hr = selection_select_named(files, i ? SELECTION_NEXT : SELECTION_FIRST, &selected);
        if (FAILED(hr))
            return is_cards_word(hr) ? S_OK : hr;
        if (selected.fcp.name_size == 0)
            break;
        const struct path path = named(selected.fcp.name, selected.fcp.name_size);
        hr = add_application(out, &path, &selected.fcp);
    }
    return hr;
}

/*
 * The application templates in a record of EF.DIR, or in all of it where it is transparent (§8.2.1.1); *left:
 * how many more are asked for.
 */
static HRESULT try_templates(struct filesystem *files, const struct content *content, unsigned *left,
                             struct names *out) {
    struct tlv_reader reader = {content->bytes, content->size};
    struct tlv_object object, aid;
    HRESULT hr = S_OK;
    while (SUCCEEDED(hr) && *left && tlv_next(&reader, &object))
        if (object.tag == TAG_APPLICATION && tlv_find(object.value, object.length, TAG_AID, &aid) &&
            aid.length && aid.length <= PATH_NAME_MAX) {
            --*left;
            hr = try_application(files, aid.value, aid.length, out);
        }
    return hr;
}

/*
 * EF.DIR to its end; a card without one, or one that does not let it be read, has no applications to tell of.
 */
static HRESULT try_ef_dir(struct filesystem *files, struct names *out) {
    static const struct path path = {.depth = 1, .ids = {EF_DIR}};
    struct openfile file;
    unsigned left = NAMES_MAX;
    HRESULT hr = openfile_open(files, &path, &file);
    if (FAILED(hr))
        return is_cards_word(hr) ? S_OK : hr;
    for (unsigned i = 0; left && i < RECORD_MAX; ++i) {
        struct content content = {0};
        hr = reading_read(files, &file, 0, &content);
        if (FAILED(hr))
            return is_cards_word(hr) ? S_OK : hr;
        hr = try_templates(files, &content, &left, out);
        content_clear(&content);
        if (FAILED(hr))
            return hr;
    }
    return S_OK;
}

/*
 * The applications of data objects that profiles know, for cards that tell of none: PIV cards have no EF.DIR,
 * and answer to no name with the manager of the card.
 */
static HRESULT try_known(struct filesystem *files, struct names *out) {
    const struct scardssp_profile_aid *aid = NULL;
    HRESULT hr = S_OK;
    for (size_t i = 0; SUCCEEDED(hr) && (aid = profile_objects_aid(i)) != NULL; ++i)
        hr = try_application(files, aid->bytes, aid->size, out);
    return hr;
}

/* What is right below the master file and goes by names. */
static HRESULT list_applications(struct filesystem *files, struct names *out) {
    const size_t before = names_count(out);
    HRESULT hr = try_ef_dir(files, out);
    if (SUCCEEDED(hr))
        hr = try_names(files, out);
    if (SUCCEEDED(hr) && names_count(out) == before)
        hr = try_known(files, out);
    return hr;
}

/* The objects of an application that have a value, or that the card does not let be read. */
static HRESULT try_objects(struct filesystem *files, const struct scardssp_profile *profile,
                           struct names *out) {
    HRESULT hr = S_OK;
    for (size_t i = 0; SUCCEEDED(hr) && i < profile->object_count; ++i) {
        const struct scardssp_profile_object *const object = &profile->objects[i];
        struct path path = files->directory;
        struct content content = {0};
        path.ids[path.depth++] = object->id;
        hr = objectfile_select(files, &path);
        if (SUCCEEDED(hr))
            hr = objectfile_get(files, &path, &content);
        if (content.size || hr == hresult_from_rm(RM_W_SECURITY_VIOLATION))
            hr = add_id(out, object->id);
        else if (is_cards_word(hr))
            hr = S_OK;
        content_clear(&content);
    }
    return hr;
}

/* As files: such applications have no directories and no records. */
static HRESULT list_objects(struct filesystem *files, const struct scardssp_profile *profile, FILETYPE kind,
                            struct names *out) {
    return is_wanted(kind, FCP_KIND_TRANSPARENT) ? try_objects(files, profile, out) : S_OK;
}

/* What the card says of the current directory has come to `hr`. */
static HRESULT list_directory(struct filesystem *files, FILETYPE kind, HRESULT hr, struct names *out) {
    const bool applications = path_is_root(&files->directory) && is_wanted(kind, FCP_KIND_DF);
    if (SUCCEEDED(hr))
        hr = try_profile(files, kind, out);
    if (SUCCEEDED(hr))
        return applications ? list_applications(files, out) : S_OK;
    if (!applications || !is_cards_word(hr))
        return hr;
    /* A card may consist of applications, without a master file. */
    const HRESULT found = list_applications(files, out);
    return SUCCEEDED(found) && names_count(out) == 0 ? hr : found;
}

HRESULT listing_list(struct filesystem *files, FILETYPE kind, struct names *out) {
    const struct path current = files->current;
    HRESULT hr = S_OK;
    if ((int)kind < SC_TYPE_DIRECTORIES || (int)kind > SC_TYPE_VARIABLE_EF)
        return E_INVALIDARG;
    const struct scardssp_profile *const profile = filesystem_profile(files, &files->directory);
    if (profile->object_count && files->directory.depth == 0)
        return list_objects(files, profile, kind, out);
    /* First of all the directory itself: what the card says of it may tell what sort of card it is. */
    struct selected selected;
    hr = selection_select(files, &files->directory, SW_USE_LIST, &selected);
    if (SUCCEEDED(hr) && selected.deactivated)
        hr = hresult_from_rm(RM_E_NO_ACCESS);
    else
        hr = list_directory(files, kind, hr, out);
    /* None of these was a selection of the program's. */
    selection_return(files, &current);
    return hr;
}
