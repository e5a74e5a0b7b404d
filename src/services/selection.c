/* Making files current on the card: see selection.h. */
#include "services/selection.h"

#include <string.h>

#include "apdu/iso7816.h"

/* P1 (table 39). */
enum { BY_ID = 0x00, BY_NAME = 0x04, PATH_FROM_MF = 0x08, PATH_FROM_DF = 0x09 };

/* What shall be answered, P2 (table 40), in the order in which it is tried. */
static const struct {
    uint8_t p2;
    bool answers;
} forms[] = {{0x04, true}, {0x00, true}, {0x0C, false}};
#define FORM_COUNT (sizeof forms / sizeof forms[0])

#define SW_OK 0x9000u
#define SW_DEACTIVATED 0x6283u
#define SW1_ANSWER_WAITS 0x9Fu

/* Whether what was noted last still holds. */
static bool is_known(const struct filesystem *files) {
    return files->selected && files->turn == files->link->turn;
}

bool selection_is_current(const struct filesystem *files, const struct path *path) {
    return is_known(files) && path_equal(&files->current, path);
}

void selection_forget(struct filesystem *files) {
    files->selected = false;
}

void selection_return(struct filesystem *files, const struct path *current) {
    selection_forget(files);
    files->current = *current;
}

/* Others that share the link know no longer what is selected, and we do. */
static void note(struct filesystem *files, const struct path *path, enum current_kind kind) {
    files->turn = ++files->link->turn;
    files->selected = true;
    files->current_kind = kind;
    files->current = *path;
}

void selection_note_file(struct filesystem *files, const struct path *path) {
    note(files, path, CURRENT_FILE);
}

HRESULT selection_send(struct filesystem *files, struct apdu *command, struct service_answer *answer) {
    const struct scardssp_profile *const profile = files->profile;
    command->cla = profile->cla;
    const HRESULT hr = service_send(files->link, command, answer);
    /* What a plain SELECT answers also says how much there is to be fetched. */
    if (SUCCEEDED(hr) &&
        !(profile_has(profile, SCARDSSP_PROFILE_PLAIN_SELECT) && command->ins == ISO7816_INS_SELECT))
        answer->sw = profile_word(profile, answer->sw);
    return hr;
}

HRESULT selection_run(struct filesystem *files, struct apdu *command, enum sw_use use,
                      struct service_answer *answer) {
    const HRESULT hr = selection_send(files, command, answer);
    return FAILED(hr) ? hr : hresult_from_sw(answer->sw, use);
}

static bool is_refusal_of_form(uint16_t sw) {
    return sw == 0x6A86 || sw == 0x6A81 || sw == 0x6B00;
}

static bool is_plain(const struct filesystem *files) {
    return profile_has(files->profile, SCARDSSP_PROFILE_PLAIN_SELECT);
}

/* A SIM keeps its answer until it is asked for it (TS 51.011 9.2.1). */
static HRESULT send_plain(struct filesystem *files, uint8_t p1, const uint8_t *data, size_t size,
                          struct service_answer *answer) {
    struct apdu select = {.ins = ISO7816_INS_SELECT, .p1 = p1, .data = data, .nc = (uint32_t)size};
    HRESULT hr = selection_send(files, &select, answer);
    if (SUCCEEDED(hr) && answer->sw >> 8 == SW1_ANSWER_WAITS) {
        const uint8_t waiting = (uint8_t)(answer->sw & 0xFF);
        struct apdu fetch = {.ins = ISO7816_INS_GET_RESPONSE, .ne = waiting ? waiting : APDU_SHORT_NE_MAX};
        hr = selection_send(files, &fetch, answer);
    } else if (SUCCEEDED(hr)) {
        answer->sw = profile_word(files->profile, answer->sw);
    }
    return hr;
}

/* SELECT with the answer wanted, falling back to less of it for as long as no form has been taken. */
static HRESULT send_select(struct filesystem *files, uint8_t p1, const uint8_t *data, size_t size,
                           struct service_answer *answer) {
    uint8_t form = files->answer_form;
    if (is_plain(files))
        return send_plain(files, p1, data, size, answer);
    for (;; ++form) {
        struct apdu command = {.ins = ISO7816_INS_SELECT, .p1 = p1, .data = data, .nc = (uint32_t)size};
        command.p2 = forms[form].p2;
        command.ne = forms[form].answers ? APDU_SHORT_NE_MAX : 0;
        const HRESULT hr = selection_send(files, &command, answer);
        if (FAILED(hr))
            return hr;
        if (!is_refusal_of_form(answer->sw))
            break;
        if (files->answer_known || form + 1u == FORM_COUNT)
            return S_OK;
    }
    files->answer_form = form;
    files->answer_known = true;
    return S_OK;
}

static size_t write_ids(const struct path *path, size_t from, size_t to, uint8_t *out) {
    size_t size = 0;
    for (size_t i = from; i < to; ++i) {
        out[size++] = (uint8_t)(path->ids[i] >> 8);
        out[size++] = (uint8_t)path->ids[i];
    }
    return size;
}

static bool is_good(uint16_t sw) {
    return sw == SW_OK || sw == SW_DEACTIVATED;
}

/*
 * The identifiers from `from` on, below the card's current directory: in one command where the card takes
 * paths, which is tried for as long as it has not refused one, or else one by one. One alone goes as a path,
 * too: an identifier can also be a directory beside the current one.
 */
static HRESULT select_below(struct filesystem *files, const struct path *path, size_t from,
                            struct service_answer *answer) {
    uint8_t data[2 * PATH_DEPTH_MAX];
    if (!files->no_path && !is_plain(files)) {
        const HRESULT hr =
            send_select(files, PATH_FROM_DF, data, write_ids(path, from, path->depth, data), answer);
        if (FAILED(hr) || !is_refusal_of_form(answer->sw))
            return hr;
        files->no_path = true;
    }
    HRESULT hr = S_OK;
    for (size_t i = from; SUCCEEDED(hr) && i < path->depth; ++i) {
        hr = send_select(files, BY_ID, data, write_ids(path, i, i + 1, data), answer);
        if (SUCCEEDED(hr) && !is_good(answer->sw))
            break;
    }
    return hr;
}

static HRESULT select_root(struct filesystem *files, const struct path *path, struct service_answer *answer) {
    static const uint8_t master[2] = {PATH_MF >> 8, PATH_MF & 0xFF};
    return path->name_size ? send_select(files, BY_NAME, path->name, path->name_size, answer)
                           : send_select(files, BY_ID, master, sizeof master, answer);
}

/* How many identifiers of `path` lead to the card's current directory; false: it is not above the place. */
static bool find_start(const struct filesystem *files, const struct path *path, size_t *from) {
    if (!is_known(files) || files->current_kind == CURRENT_UNKNOWN)
        return false;
    const struct path here =
        files->current_kind == CURRENT_FILE ? path_parent(&files->current) : files->current;
    *from = here.depth;
    return path_leads_to(&here, path) && here.depth < path->depth;
}

static HRESULT select_by_steps(struct filesystem *files, const struct path *path,
                               struct service_answer *answer) {
    size_t from = 0;
    if (find_start(files, path, &from))
        return select_below(files, path, from, answer);
    const HRESULT hr = select_root(files, path, answer);
    if (FAILED(hr) || !is_good(answer->sw) || path->depth == 0)
        return hr;
    return select_below(files, path, 0, answer);
}

static HRESULT walk(struct filesystem *files, const struct path *path, struct service_answer *answer) {
    if (path->name_size == 0 && path->depth && !files->no_path && !is_plain(files)) {
        uint8_t data[2 * PATH_DEPTH_MAX];
        const HRESULT hr =
            send_select(files, PATH_FROM_MF, data, write_ids(path, 0, path->depth, data), answer);
        if (FAILED(hr) || !is_refusal_of_form(answer->sw))
            return hr;
        files->no_path = true;
    }
    return select_by_steps(files, path, answer);
}

static enum current_kind kind_of(const struct selected *selected, const struct path *path) {
    if (path_is_root(path) || path_is_named(path) || selected->fcp.kind == FCP_KIND_DF)
        return CURRENT_DIRECTORY;
    return selected->fcp.kind == FCP_KIND_UNKNOWN ? CURRENT_UNKNOWN : CURRENT_FILE;
}

/* What the card has said of what it has selected. */
static HRESULT take_answer(const struct filesystem *files, const struct service_answer *answer,
                           enum sw_use use, struct selected *out) {
    if (!is_good(answer->sw))
        return hresult_from_sw(answer->sw, use);
    out->told = profile_parse(files->profile, answer->data, answer->size, &out->fcp);
    out->deactivated = answer->sw == SW_DEACTIVATED || (is_plain(files) && fcp_is_deactivated(&out->fcp));
    out->bytes = answer->data;
    out->size = answer->size;
    return S_OK;
}

/* The way to the place, once more where the answer has shown what sort of card it is. */
static HRESULT find(struct filesystem *files, const struct path *path, struct service_answer *answer) {
    const struct scardssp_profile *const before = files->profile;
    HRESULT hr = walk(files, path, answer);
    if (FAILED(hr))
        return hr;
    files->profile = profile_learn(before, answer->sw, answer->data, answer->size);
    if (files->profile == before || files->profile->cla == before->cla)
        return hr;
    hr = path->name_size ? hresult_from_rm(RM_E_UNSUPPORTED_FEATURE) : walk(files, path, answer);
    if (FAILED(hr) || !is_good(answer->sw))
        files->profile = before;
    return hr;
}

HRESULT selection_select(struct filesystem *files, const struct path *path, enum sw_use use,
                         struct selected *out) {
    struct path place = *path;
    struct service_answer answer = {0};
    place.sfi = 0;
    memset(out, 0, sizeof *out);
    if (is_plain(files) && place.name_size)
        return hresult_from_rm(RM_E_UNSUPPORTED_FEATURE);
    HRESULT hr = find(files, &place, &answer);
    selection_forget(files);
    if (SUCCEEDED(hr))
        hr = take_answer(files, &answer, use, out);
    if (SUCCEEDED(hr))
        note(files, &place, kind_of(out, &place));
    return hr;
}

HRESULT selection_select_named(struct filesystem *files, enum selection_occurrence occurrence,
                               struct selected *out) {
    struct apdu command = {.ins = ISO7816_INS_SELECT, .p1 = BY_NAME, .ne = APDU_SHORT_NE_MAX};
    struct service_answer answer = {0};
    memset(out, 0, sizeof *out);
    command.p2 = (uint8_t)(forms[files->answer_form].p2 | occurrence);
    if (!forms[files->answer_form].answers || is_plain(files))
        return hresult_from_rm(RM_E_UNSUPPORTED_FEATURE);
    const HRESULT hr = selection_send(files, &command, &answer);
    selection_forget(files);
    return FAILED(hr) ? hr : take_answer(files, &answer, SW_USE_LIST, out);
}
