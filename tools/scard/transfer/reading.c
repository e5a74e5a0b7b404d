/* Reads a whole file of a card, piece by piece. See reading.h. */
#include "transfer/reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "terminal/progress.h"
#include "transfer/cardfile.h"

struct reading {
    struct recovery *recovery;
    struct cardfile file;
    bool doubt; /* the connection was lost: is it the same card? */
    bool done;
    struct filecopy copy;
    struct progress progress;
};

static HRESULT open_file(struct reading *reading) {
    const HRESULT hr = cardfile_open(&reading->file);
    reading->copy.kind = reading->file.kind;
    reading->progress.unit = reading->copy.kind >= FILECOPY_LINEAR_FIXED ? "records" : "bytes";
    return hr;
}

/*
 * Where that piece begins. Of a file whose kind nobody knows all comes at once, or record by record: there
 * the pointer can only be left alone, or put to the beginning.
 */
static size_t place(const struct filecopy *copy, size_t number) {
    if (copy->kind == FILECOPY_UNKNOWN && number > 0)
        return CARDFILE_HERE;
    return copy->kind == FILECOPY_TRANSPARENT && number > 0 ? copy->ends[number - 1] : number;
}

/* The bytes of one piece, in new memory. */
static HRESULT fetch(struct reading *reading, size_t number, uint8_t **out, size_t *size_out) {
    return cardfile_read(&reading->file, place(&reading->copy, number),
                         reading->copy.kind == FILECOPY_TRANSPARENT ? CARDFILE_CHUNK : 0, out, size_out);
}

/* Whether the file has ended: a transparent one tells before its end is met. */
static bool is_whole(const struct reading *reading, size_t came) {
    return reading->copy.kind == FILECOPY_TRANSPARENT &&
           (came < CARDFILE_CHUNK || (reading->file.total > 0 && reading->copy.size >= reading->file.total));
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
    if (reading->file.handle == 0)
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
                          records ? 0 : reading->file.total);
            hr = recovery_check(reading->recovery);
        } else {
            reading->doubt = true;
            hr = recovery_mend(reading->recovery, hr);
        }
    }
    return hr;
}

HRESULT reading_run(struct recovery *recovery, ISCardFileAccess *files, const char *directory,
                    const char *path, struct filecopy *out) {
    struct reading reading = {.recovery = recovery};
    HRESULT hr = cardfile_begin(files, directory, path, &reading.file);
    *out = reading.copy;
    if (FAILED(hr))
        return hr;
    progress_begin(&reading.progress, path, "bytes", recovery->start);
    recovery->progress = &reading.progress;
    hr = run(&reading);
    progress_hide(&reading.progress);
    recovery->progress = NULL;
    cardfile_end(&reading.file);
    if (FAILED(hr))
        filecopy_free(&reading.copy);
    *out = reading.copy;
    return hr;
}
