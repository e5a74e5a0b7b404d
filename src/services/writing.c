/* Writing to files: see writing.h. */
#include "services/writing.h"

#include <stdlib.h>
#include <string.h>

#include "apdu/iso7816.h"
#include "apdu/tlv.h"
#include "base/wipe.h"
#include "services/chunk.h"
#include "services/objectfile.h"
#include "services/offset.h"

#define SW_NO_RECORD 0x6A83u
#define SW_WRONG_LENGTH 0x6700u

/* Whether the card says of the file that its WRITE commands do what is wanted. */
static bool is_offered(const struct openfile *file, enum writing_way way) {
    const enum fcp_write offered = fcp_write_of(&file->fcp);
    return way == WRITING_REPLACE || (way == WRITING_OR && offered == FCP_WRITE_OR) ||
           (way == WRITING_AND && offered == FCP_WRITE_AND);
}

static HRESULT code_of(const struct service_answer *answer) {
    return hresult_from_sw(answer->sw, SW_USE_WRITE);
}

/* The command with its bytes in data objects, for an offset that P1 and P2 cannot say. */
static HRESULT send_odd(struct filesystem *files, uint8_t ins, uint32_t at, const uint8_t *bytes,
                        uint32_t size, struct service_answer *answer) {
    const size_t room = OFFSET_OBJECT_MAX + TLV_HEAD_MAX + size;
    uint8_t *const data = malloc(room);
    if (!data)
        return E_OUTOFMEMORY;
    size_t used = offset_write(at, data);
    used += tlv_head_write(data + used, room - used, OFFSET_DATA_TAG, size);
    memcpy(data + used, bytes, size);
    used += size;
    struct apdu command = {.ins = (uint8_t)(ins | OFFSET_ODD), .data = data, .nc = (uint32_t)used};
    const HRESULT hr = selection_send(files, &command, answer);
    wipe_free(data, room);
    return hr;
}

static HRESULT send_bytes(struct filesystem *files, uint8_t ins, uint32_t at, const uint8_t *bytes,
                          uint32_t size, struct service_answer *answer) {
    if (at > OFFSET_PLAIN_MAX)
        return send_odd(files, ins, at, bytes, size, answer);
    struct apdu command = {
        .ins = ins, .p1 = (uint8_t)(at >> 8), .p2 = (uint8_t)at, .data = bytes, .nc = size};
    return selection_send(files, &command, answer);
}

/* Bytes of a command beside the ones that are written. */
static uint32_t around(uint32_t at) {
    return at > OFFSET_PLAIN_MAX ? OFFSET_OBJECT_MAX + 4u : 0;
}

/* What a piece may have so that what is around it fits the command too; one byte is tried in any case. */
static uint32_t piece_of(uint32_t command_size, uint32_t at) {
    return command_size > around(at) ? command_size - around(at) : 1;
}

static bool reaches_behind_end(const struct openfile *file, uint32_t at, uint32_t size) {
    return file->end_known && (at > file->end || size > file->end - at);
}

/* One piece of at most `left` bytes, in a size that the card takes; *size: what was written. */
static HRESULT write_piece(struct filesystem *files, struct openfile *file, uint8_t ins, uint32_t at,
                           const uint8_t *bytes, uint32_t *size) {
    struct service_answer answer;
    const uint32_t first = *size;
    for (;;) {
        HRESULT hr = openfile_select(files, file);
        if (FAILED(hr))
            return hr;
        hr = send_bytes(files, ins, at, bytes, *size, &answer);
        if (SUCCEEDED(hr) && answer.sw == SW_WRONG_LENGTH && reaches_behind_end(file, at, *size))
            return hresult_from_rm(RM_E_WRITE_TOO_MANY);
        const uint32_t sent = *size + around(at);
        const uint32_t less = FAILED(hr) ? chunk_after_failure(CHUNK_WRITE, sent, hr)
                                         : chunk_smaller(CHUNK_WRITE, sent, answer.sw);
        const uint32_t smaller = less ? piece_of(less, at) : 0;
        if (smaller == 0 || smaller >= *size) {
            hr = FAILED(hr) ? hr : code_of(&answer);
            if (SUCCEEDED(hr) && *size < first)
                chunk_learn(files, CHUNK_WRITE, sent);
            return hr;
        }
        *size = smaller;
    }
}

static HRESULT write_pieces(struct filesystem *files, struct openfile *file, uint8_t ins,
                            const uint8_t *bytes, uint32_t size) {
    HRESULT hr = S_OK;
    uint32_t done = 0;
    while (SUCCEEDED(hr) && done < size) {
        const uint32_t at = file->position + done;
        uint32_t piece = piece_of(chunk_first(files, CHUNK_WRITE, size - done + around(at)), at);
        hr = write_piece(files, file, ins, at, bytes + done, &piece);
        if (SUCCEEDED(hr))
            done += piece;
    }
    if (SUCCEEDED(hr))
        file->position += size;
    return hr;
}

/* The command that brings a record its bytes. */
static struct apdu record_command(const struct openfile *file, enum iso7816_ins ins, uint32_t number,
                                  enum openfile_record which, const uint8_t *bytes, uint32_t size) {
    struct apdu command = openfile_record_command(file, ins, number, which);
    command.data = bytes;
    command.nc = size;
    return command;
}

/*
 * Whether what is missing is the record behind the last one, and not one further on: then an appended one
 * would get another number than the one that was meant.
 */
static HRESULT check_record_before(struct filesystem *files, const struct openfile *file) {
    struct apdu command =
        openfile_record_command(file, ISO7816_INS_READ_RECORD, file->position, RECORD_BY_NUMBER);
    struct service_answer answer;
    if (file->position == 0)
        return S_OK;
    command.ne = APDU_SHORT_NE_MAX;
    const HRESULT hr = selection_send(files, &command, &answer);
    if (FAILED(hr))
        return hr;
    return answer.sw == SW_NO_RECORD ? hresult_from_rm(RM_E_WRITE_TOO_MANY) : S_OK;
}

static HRESULT append(struct filesystem *files, struct openfile *file, const uint8_t *bytes, uint32_t size) {
    struct apdu command = record_command(file, ISO7816_INS_APPEND_RECORD, 0, RECORD_NEW, bytes, size);
    struct service_answer answer;
    const HRESULT hr = check_record_before(files, file);
    return FAILED(hr) ? hr : selection_run(files, &command, SW_USE_WRITE, &answer);
}

/*
 * Over the oldest record, which becomes the first (ETSI TS 102 221 11.1.6): the second is next, wherever it
 * stood.
 */
static HRESULT write_previous(struct filesystem *files, struct openfile *file, const uint8_t *bytes,
                              uint32_t size) {
    struct apdu command = record_command(file, ISO7816_INS_UPDATE_RECORD, 0, RECORD_PREVIOUS, bytes, size);
    struct service_answer answer;
    const HRESULT hr = selection_run(files, &command, SW_USE_WRITE, &answer);
    if (SUCCEEDED(hr))
        file->position = 1;
    return hr;
}

static HRESULT write_record(struct filesystem *files, struct openfile *file, enum writing_way way,
                            const uint8_t *bytes, uint32_t size) {
    const enum iso7816_ins ins =
        way == WRITING_REPLACE ? ISO7816_INS_UPDATE_RECORD : ISO7816_INS_WRITE_RECORD;
    struct apdu command = record_command(file, ins, file->position + 1, RECORD_BY_NUMBER, bytes, size);
    struct service_answer answer;
    if (file->fcp.kind == FCP_KIND_CYCLIC && profile_has(files->profile, SCARDSSP_PROFILE_CYCLIC_PREVIOUS))
        return write_previous(files, file, bytes, size);
    if (file->position >= RECORD_MAX)
        return hresult_from_rm(RM_E_WRITE_TOO_MANY);
    HRESULT hr = selection_send(files, &command, &answer);
    if (FAILED(hr))
        return hr;
    hr = answer.sw == SW_NO_RECORD && way == WRITING_REPLACE ? append(files, file, bytes, size)
                                                             : code_of(&answer);
    if (FAILED(hr))
        return hr;
    ++file->position;
    if (file->end_known && file->position > file->end)
        file->end = file->position;
    return S_OK;
}

/* Objects go whole: what stood before the new bytes stays, what stood behind them is gone. */
static HRESULT write_object(struct filesystem *files, struct openfile *file, const uint8_t *bytes,
                            uint32_t size) {
    struct content whole = {0};
    HRESULT hr = file->position ? objectfile_get(files, &file->path, &whole) : S_OK;
    if (SUCCEEDED(hr) && whole.size < file->position)
        hr = hresult_from_rm(RM_E_WRITE_TOO_MANY);
    if (SUCCEEDED(hr)) {
        whole.size = file->position;
        hr = content_add(&whole, bytes, size);
    }
    if (SUCCEEDED(hr))
        hr = objectfile_put(files, &file->path, whole.bytes, whole.size);
    if (SUCCEEDED(hr)) {
        file->position += size;
        file->end = file->position;
        file->end_known = true;
    }
    content_clear(&whole);
    return hr;
}

HRESULT writing_write(struct filesystem *files, struct openfile *file, enum writing_way way,
                      const uint8_t *bytes, uint32_t size) {
    if (size == 0)
        return E_INVALIDARG;
    const HRESULT hr = openfile_select(files, file);
    if (FAILED(hr))
        return hr;
    if (!is_offered(file, way))
        return hresult_from_rm(RM_E_UNSUPPORTED_FEATURE);
    if (file->shape == OPENFILE_OBJECT)
        return write_object(files, file, bytes, size);
    if (file->shape == OPENFILE_RECORDS)
        return size > files->link->command_max ? E_INVALIDARG : write_record(files, file, way, bytes, size);
    return write_pieces(files, file,
                        way == WRITING_REPLACE ? ISO7816_INS_UPDATE_BINARY : ISO7816_INS_WRITE_BINARY, bytes,
                        size);
}

/*
 * What ERASE BINARY needs to be told: the first byte in P1 and P2 and, where one stays, its offset; or both
 * in data objects of the odd instruction (§7.2.7). Returns the command over `data`.
 */
static struct apdu erase_command(uint32_t at, uint32_t size, uint8_t data[2 * OFFSET_OBJECT_MAX]) {
    struct apdu command = {.ins = ISO7816_INS_ERASE_BINARY};
    const uint32_t end = at + size;
    if (at > OFFSET_PLAIN_MAX || end > 0xFFFF) {
        command.ins |= OFFSET_ODD;
        command.nc = (uint32_t)offset_write(at, data);
        command.nc += size ? (uint32_t)offset_write(end, data + command.nc) : 0;
    } else {
        command.p1 = (uint8_t)(at >> 8);
        command.p2 = (uint8_t)at;
        data[0] = (uint8_t)(end >> 8);
        data[1] = (uint8_t)end;
        command.nc = size ? 2 : 0;
    }
    command.data = command.nc ? data : NULL;
    return command;
}

HRESULT writing_erase(struct filesystem *files, struct openfile *file, uint32_t size) {
    uint8_t data[2 * OFFSET_OBJECT_MAX];
    struct service_answer answer;
    HRESULT hr = openfile_select(files, file);
    if (FAILED(hr))
        return hr;
    if (file->shape == OPENFILE_RECORDS || (file->shape == OPENFILE_OBJECT && (size || file->position)))
        return hresult_from_rm(RM_E_UNSUPPORTED_FEATURE);
    if (file->shape == OPENFILE_OBJECT)
        return objectfile_put(files, &file->path, NULL, 0);
    if (size > UINT32_MAX - file->position || reaches_behind_end(file, file->position, size))
        return hresult_from_rm(RM_E_WRITE_TOO_MANY);
    struct apdu command = erase_command(file->position, size, data);
    hr = selection_run(files, &command, SW_USE_WRITE, &answer);
    if (SUCCEEDED(hr))
        file->position = size || !file->end_known ? file->position + size : file->end;
    return hr;
}
