/* Reads a whole file of a card, piece by piece. See reading.h. */
#include "transfer/reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "terminal/progress.h"

/* Large enough that calls cost nothing beside the reader, small enough that Ctrl-C is soon heard. */
#define CHUNK_SIZE 1024

struct reading {
    struct recovery *recovery;
    ISCardFileAccess *files;
    const char *directory;
    BSTR path;
    HSCARD_FILE file; /* 0: not open */
    size_t total;     /* bytes that the card says it has; 0: it does not say */
    bool doubt;       /* the connection was lost: is it the same card? */
    bool done;
    struct filecopy copy;
    struct progress progress;
};

/* The kind that a file descriptor byte says (ISO/IEC 7816-4 §5.3.3.2, table 14). */
static enum filecopy_kind kind_of(uint8_t descriptor) {
    static const enum filecopy_kind kinds[] = {
        FILECOPY_UNKNOWN,         FILECOPY_TRANSPARENT,     FILECOPY_LINEAR_FIXED, FILECOPY_LINEAR_FIXED,
        FILECOPY_LINEAR_VARIABLE, FILECOPY_LINEAR_VARIABLE, FILECOPY_CYCLIC,       FILECOPY_CYCLIC};
    return (descriptor & 0xB0) == 0 ? kinds[descriptor & 0x07] : FILECOPY_UNKNOWN;
}

/* Asks what the file is. A card that does not tell has files of an unknown kind. */
static void ask(struct reading *reading) {
    BYTE size[8] = {0x80}, descriptor[16] = {0x82};
    TLV_TABLE table[] = {{sizeof size, size}, {sizeof descriptor, descriptor}};
    LONG count = 2;
    reading->total = 0;
    reading->copy.kind = FILECOPY_UNKNOWN;
    if (FAILED(ISCardFileAccess_GetProperties(reading->files, SC_TYPE_BY_ANY, reading->path, table, &count,
                                              SC_FL_NO_FLAGS)))
        return;
    if (table[1].cbSize >= 3)
        reading->copy.kind = kind_of(descriptor[2]);
    for (LONG i = 2; i < table[0].cbSize && i < 6; ++i)
        reading->total = reading->total << 8 | size[i];
}

static HRESULT open_file(struct reading *reading) {
    HRESULT hr = manager_enter(reading->files, reading->directory);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_Open(reading->files, SC_TYPE_BY_ANY, reading->path, &reading->file);
    if (SUCCEEDED(hr))
        ask(reading);
    reading->progress.unit = reading->copy.kind >= FILECOPY_LINEAR_FIXED ? "records" : "bytes";
    return hr;
}

/*
 * Puts the file's pointer where that piece begins. Of a file whose kind nobody knows all comes at once, or
 * record by record: there it can only be left alone, or put to the beginning.
 */
static HRESULT seek(struct reading *reading, size_t number) {
    const struct filecopy *copy = &reading->copy;
    if (copy->kind == FILECOPY_UNKNOWN && number > 0)
        return S_OK;
    const size_t at = copy->kind == FILECOPY_TRANSPARENT && number > 0 ? copy->ends[number - 1] : number;
    return ISCardFileAccess_Seek(reading->files, reading->file, (LONG)at, SC_SEEK_FROM_BEGINNING);
}

/* The bytes of one piece, in new memory. */
static HRESULT fetch(struct reading *reading, size_t number, uint8_t **out, size_t *size_out) {
    IByteBuffer *buffer = NULL;
    LONG size = reading->copy.kind == FILECOPY_TRANSPARENT ? CHUNK_SIZE : 0;
    HRESULT hr = seek(reading, number);
    if (SUCCEEDED(hr))
        hr = ISCardFileAccess_Read(reading->files, reading->file, &size, &buffer, SC_FL_NO_FLAGS);
    if (SUCCEEDED(hr))
        hr = card_buffer_bytes(buffer, out, size_out);
    if (buffer)
        IByteBuffer_Release(buffer);
    return hr;
}

/* Whether the file has ended: a transparent one tells before its end is met. */
static bool is_whole(const struct reading *reading, size_t came) {
    return reading->copy.kind == FILECOPY_TRANSPARENT &&
           (came < CHUNK_SIZE || (reading->total > 0 && reading->copy.size >= reading->total));
}

/* Takes the next piece. */
static HRESULT take(struct reading *reading) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    HRESULT hr = fetch(reading, reading->copy.count, &bytes, &size);
    if (hr == (HRESULT)SCARD_W_EOF) {
        reading->done = true;
        return S_OK;
    }
    if (SUCCEEDED(hr) && !filecopy_add(&reading->copy, bytes, size))
        hr = E_OUTOFMEMORY;
    wipe_free(bytes, size);
    if (SUCCEEDED(hr))
        reading->done = is_whole(reading, size);
    return hr;
}

static HRESULT compare_piece(struct reading *reading, size_t number) {
    uint8_t *bytes = NULL;
    size_t size = 0, known_size = 0;
    const uint8_t *known = filecopy_piece(&reading->copy, number, &known_size);
    HRESULT hr = fetch(reading, number, &bytes, &size);
    if (hr == (HRESULT)SCARD_W_EOF ||
        (SUCCEEDED(hr) && (size != known_size || memcmp(bytes, known, size) != 0)))
        hr = READING_CHANGED;
    wipe_free(bytes, size);
    return hr;
}

/* Another card of the same make must not give the second half of a file. */
static HRESULT compare(struct reading *reading) {
    HRESULT hr = S_OK;
    if (reading->copy.kind == FILECOPY_UNKNOWN) /* from the beginning */
        filecopy_free(&reading->copy);
    if (reading->copy.count > 0)
        hr = compare_piece(reading, 0);
    if (SUCCEEDED(hr) && reading->copy.count > 1)
        hr = compare_piece(reading, reading->copy.count - 1);
    if (SUCCEEDED(hr))
        reading->doubt = false;
    return hr;
}

static HRESULT step(struct reading *reading) {
    if (reading->file == 0)
        return open_file(reading);
    return reading->doubt ? compare(reading) : take(reading);
}

static HRESULT run(struct reading *reading) {
    HRESULT hr = S_OK;
    while (SUCCEEDED(hr) && !reading->done) {
        hr = step(reading);
        if (SUCCEEDED(hr)) {
            const bool records = reading->copy.kind >= FILECOPY_LINEAR_FIXED;
            progress_show(&reading->progress, records ? reading->copy.count : reading->copy.size,
                          records ? 0 : reading->total);
            hr = recovery_check(reading->recovery);
        } else {
            reading->doubt = true;
            hr = recovery_mend(reading->recovery, hr);
        }
    }
    return hr;
}

HRESULT reading_read(struct recovery *recovery, ISCardFileAccess *files, const char *directory,
                     const char *path, struct filecopy *out) {
    struct reading reading = {
        .recovery = recovery, .files = files, .directory = directory, .path = manager_text(path)};
    if (reading.path == NULL)
        return E_OUTOFMEMORY;
    progress_begin(&reading.progress, path, "bytes");
    recovery->progress = &reading.progress;
    const HRESULT hr = run(&reading);
    progress_hide(&reading.progress);
    recovery->progress = NULL;
    if (reading.file)
        ISCardFileAccess_Close(files, reading.file);
    SysFreeString(reading.path);
    if (FAILED(hr))
        filecopy_free(&reading.copy);
    *out = reading.copy;
    return hr;
}
