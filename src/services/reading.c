/* Reading files: see reading.h. */
#include "services/reading.h"

#include "apdu/iso7816.h"
#include "apdu/tlv.h"
#include "services/chunk.h"
#include "services/objectfile.h"
#include "services/offset.h"

#define SW_END 0x6282u
#define SW_OUTSIDE 0x6B00u
#define SW_OTHER_STRUCTURE 0x6981u

/* A piece that has come. */
struct piece {
    const uint8_t *bytes;
    size_t size;
    bool last; /* the card says that the file ends here */
};

/* What stands before `count` bytes in an answer to the odd instruction: the head of their data object. */
static uint32_t odd_head(uint32_t count) {
    return (uint32_t)tlv_head_write(NULL, 0, OFFSET_DATA_TAG, count);
}

/* READ BINARY of at most `size` bytes of answer, at an offset that P1 and P2 can say, or in a data object. */
static HRESULT send_read(struct filesystem *files, uint32_t at, uint32_t size,
                         struct service_answer *answer) {
    uint8_t data[OFFSET_OBJECT_MAX];
    struct apdu command = {.ins = ISO7816_INS_READ_BINARY, .ne = size};
    if (at > OFFSET_PLAIN_MAX) {
        command.ins |= OFFSET_ODD;
        command.data = data;
        command.nc = (uint32_t)offset_write(at, data);
    } else {
        command.p1 = (uint8_t)(at >> 8);
        command.p2 = (uint8_t)at;
    }
    return selection_send(files, &command, answer);
}

/* The bytes in the answer: never more than were wanted, whatever the card sent. */
static HRESULT take_bytes(const struct service_answer *answer, uint32_t at, uint32_t left,
                          struct piece *piece) {
    piece->bytes = answer->data;
    piece->size = answer->size;
    if (at > OFFSET_PLAIN_MAX && answer->size) {
        struct tlv_object object;
        if (!tlv_find(answer->data, answer->size, OFFSET_DATA_TAG, &object))
            return hresult_from_rm(RM_E_UNEXPECTED);
        piece->bytes = object.value;
        piece->size = object.length;
    }
    if (piece->size > left)
        piece->size = left;
    return S_OK;
}

/* Cards that refuse a piece which reaches behind the end may do so by a wrong offset. */
static bool may_be_too_long(const struct openfile *file, uint32_t at, uint32_t size, uint16_t sw) {
    return sw == SW_OUTSIDE && size > 1 && file->end_known && at < file->end;
}

/*
 * One piece of at most `left` bytes, in a size that the card takes. *size is what was tried first and ends as
 * what was taken. Nothing left: piece->size is 0.
 */
static HRESULT read_piece(struct filesystem *files, struct openfile *file, uint32_t at, uint32_t left,
                          uint32_t *size, struct piece *piece) {
    struct service_answer answer;
    for (;;) {
        HRESULT hr = openfile_select(files, file);
        if (FAILED(hr))
            return hr;
        hr = send_read(files, at, *size, &answer);
        uint32_t less = FAILED(hr) ? chunk_after_failure(CHUNK_READ, *size, hr)
                                   : chunk_smaller(CHUNK_READ, *size, answer.sw);
        if (SUCCEEDED(hr) && may_be_too_long(file, at, *size, answer.sw))
            less = *size / 2;
        if (less == 0) {
            if (SUCCEEDED(hr))
                hr = hresult_from_sw(answer.sw, SW_USE_READ);
            if (FAILED(hr))
                return hr;
            piece->last = answer.sw == SW_END;
            return take_bytes(&answer, at, left, piece);
        }
        *size = less;
    }
}

/* What one answer may have so that `left` bytes come. */
static uint32_t first_size(const struct filesystem *files, uint32_t at, uint32_t left) {
    return chunk_first(files, CHUNK_READ, at > OFFSET_PLAIN_MAX ? left + odd_head(left) : left);
}

/*
 * Whether a refusal was for the length and not for the end of the file: what was refused lies inside it.
 */
static void learn(struct filesystem *files, const struct openfile *file, uint32_t at, uint32_t refused,
                  uint32_t taken) {
    if (taken < refused && file->end_known && at < file->end && refused <= file->end - at)
        chunk_learn(files, CHUNK_READ, taken);
}

static void note_end(struct openfile *file, uint32_t at) {
    if (!file->end_known || at < file->end)
        file->end = at;
    file->end_known = true;
}

/* Reads pieces until all is there or the file has ended; *out has what came also when this fails. */
static HRESULT read_pieces(struct filesystem *files, struct openfile *file, uint32_t wanted,
                           struct content *out) {
    HRESULT hr = S_OK;
    uint32_t at = file->position;
    for (uint32_t left = wanted; SUCCEEDED(hr) && left;) {
        const uint32_t first = first_size(files, at, left);
        uint32_t size = first;
        struct piece piece = {0};
        hr = read_piece(files, file, at, left, &size, &piece);
        if (SUCCEEDED(hr))
            hr = content_add(out, piece.bytes, piece.size);
        if (FAILED(hr))
            break;
        learn(files, file, at, first, size);
        at += (uint32_t)piece.size;
        left -= (uint32_t)piece.size;
        if (piece.last || piece.size == 0) {
            note_end(file, at);
            hr = hresult_from_rm(RM_W_EOF);
        }
    }
    return hr;
}

static HRESULT read_binary(struct filesystem *files, struct openfile *file, uint32_t wanted,
                           struct content *out) {
    const bool inside = file->end_known && file->position < file->end;
    uint32_t bytes = wanted ? wanted : inside ? file->end - file->position : READING_MAX;
    if (bytes > READING_MAX)
        bytes = READING_MAX;
    /* At the end of a file of 32 KiB the odd instruction would be needed, which the card may not have. */
    if (file->end_known && !inside && file->position > OFFSET_PLAIN_MAX)
        return hresult_from_rm(RM_W_EOF);
    HRESULT hr = read_pieces(files, file, bytes, out);
    if (hr == hresult_from_rm(RM_W_EOF) && out->size)
        hr = S_OK;
    if (SUCCEEDED(hr))
        file->position += (uint32_t)out->size;
    return hr;
}

/*
 * Le of READ RECORD: all there is, said in short where that is enough and the card does not want to be told.
 */
static uint32_t record_ne(const struct filesystem *files, const struct openfile *file) {
    const uint32_t size = file->fcp.record_size;
    if (size && size <= APDU_SHORT_NE_MAX && profile_has(files->profile, SCARDSSP_PROFILE_EXACT_RECORDS))
        return size;
    return size > APDU_SHORT_NE_MAX && size <= files->link->answer_max ? size : APDU_SHORT_NE_MAX;
}

static HRESULT read_record(struct filesystem *files, struct openfile *file, uint32_t wanted,
                           struct content *out) {
    struct apdu command =
        openfile_record_command(file, ISO7816_INS_READ_RECORD, file->position + 1, RECORD_BY_NUMBER);
    struct service_answer answer;
    command.ne = record_ne(files, file);
    if (file->position >= RECORD_MAX)
        return hresult_from_rm(RM_W_EOF);
    HRESULT hr = selection_run(files, &command, SW_USE_READ, &answer);
    if (hr == hresult_from_rm(RM_W_EOF))
        note_end(file, file->position);
    if (FAILED(hr))
        return hr;
    hr = content_add(out, answer.data, wanted && wanted < answer.size ? wanted : answer.size);
    if (SUCCEEDED(hr))
        ++file->position;
    return hr;
}

/* Objects come whole: what was wanted is cut out. */
static HRESULT read_object(struct filesystem *files, struct openfile *file, uint32_t wanted,
                           struct content *out) {
    struct content whole = {0};
    HRESULT hr = objectfile_get(files, &file->path, &whole);
    if (SUCCEEDED(hr)) {
        file->end_known = true;
        file->end = whole.size < READING_MAX ? (uint32_t)whole.size : READING_MAX;
        if (file->position >= file->end)
            hr = hresult_from_rm(RM_W_EOF);
    }
    if (SUCCEEDED(hr)) {
        const uint32_t left = file->end - file->position;
        const uint32_t size = wanted && wanted < left ? wanted : left;
        hr = content_add(out, whole.bytes + file->position, size);
        if (SUCCEEDED(hr))
            file->position += size;
    }
    content_clear(&whole);
    return hr;
}

/*
 * A file whose structure the card has not told is read as bytes, and as records once the card says that it
 * has them.
 */
static HRESULT read_unknown(struct filesystem *files, struct openfile *file, uint32_t wanted,
                            struct content *out) {
    HRESULT hr = read_binary(files, file, wanted, out);
    if (hr != hresult_from_sw(SW_OTHER_STRUCTURE, SW_USE_READ)) {
        if (SUCCEEDED(hr))
            file->shape = OPENFILE_BINARY;
        return hr;
    }
    hr = read_record(files, file, wanted, out);
    if (SUCCEEDED(hr))
        file->shape = OPENFILE_RECORDS;
    return hr;
}

HRESULT reading_read(struct filesystem *files, struct openfile *file, uint32_t wanted, struct content *out) {
    HRESULT hr = openfile_select(files, file);
    if (SUCCEEDED(hr) && file->shape == OPENFILE_RECORDS)
        hr = read_record(files, file, wanted, out);
    else if (SUCCEEDED(hr) && file->shape == OPENFILE_OBJECT)
        hr = read_object(files, file, wanted, out);
    else if (SUCCEEDED(hr) && file->shape == OPENFILE_BINARY)
        hr = read_binary(files, file, wanted, out);
    else if (SUCCEEDED(hr))
        hr = read_unknown(files, file, wanted, out);
    if (FAILED(hr))
        content_clear(out);
    return hr;
}
