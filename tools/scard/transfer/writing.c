/* Writes to a file of a card, piece by piece. See writing.h. */
#include "transfer/writing.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "terminal/progress.h"
#include "transfer/cardfile.h"

struct writing {
    struct recovery *recovery;
    struct writing_task *task;
    struct cardfile file;
    bool doubt; /* the connection was lost: is it the same card? */
    struct progress progress;
};

static HRESULT refuse(struct writing *writing, enum writing_refusal refusal) {
    writing->task->refusal = refusal;
    return WRITING_REFUSED;
}

static bool has_records(const struct writing *writing) {
    return writing->file.kind >= FILECOPY_LINEAR_FIXED;
}

/* Data objects, whose kind no card tells, go whole. */
static bool cut_bytes(struct filecopy *copy, const uint8_t *bytes, size_t size, size_t chunk) {
    bool good = true;
    for (size_t at = 0; good && at < size; at += chunk)
        good = filecopy_add(copy, bytes + at, size - at < chunk ? size - at : chunk);
    return good;
}

/* Makes the pieces that this file takes of the text. */
static HRESULT cut(struct writing *writing) {
    struct writing_task *task = writing->task;
    struct filecopy whole = {0};
    if (writing->file.kind == FILECOPY_CYCLIC)
        return refuse(writing, WRITING_CYCLIC);
    filecopy_free(&task->copy);
    if ((task->records_known && task->records != has_records(writing)) ||
        !form_parse(task->text, task->size, task->form, has_records(writing), &whole))
        return refuse(writing, WRITING_NO_FORM);
    if (has_records(writing)) {
        task->copy = whole;
    } else {
        const bool good =
            cut_bytes(&task->copy, whole.bytes, whole.size,
                      writing->file.kind == FILECOPY_TRANSPARENT ? CARDFILE_CHUNK : FILECOPY_MAX);
        filecopy_free(&whole);
        if (!good)
            return E_OUTOFMEMORY;
    }
    task->copy.kind = writing->file.kind;
    return !has_records(writing) && writing->file.total > 0 && task->copy.size > writing->file.total
               ? refuse(writing, WRITING_TOO_LARGE)
               : S_OK;
}

static HRESULT open_file(struct writing *writing) {
    HRESULT hr = cardfile_open(&writing->file);
    if (SUCCEEDED(hr))
        hr = cut(writing);
    writing->progress.unit = has_records(writing) ? "records" : "bytes";
    return hr;
}

/* Where that piece begins: bytes, or records. */
static size_t place(const struct writing *writing, size_t number) {
    if (has_records(writing))
        return number;
    return number > 0 ? writing->task->copy.ends[number - 1] : 0;
}

static HRESULT put(struct writing *writing) {
    size_t size = 0;
    const uint8_t *bytes = filecopy_piece(&writing->task->copy, writing->task->done, &size);
    const HRESULT hr = cardfile_write(&writing->file, place(writing, writing->task->done), bytes, size);
    if (SUCCEEDED(hr))
        ++writing->task->done;
    return hr;
}

/* Another card of the same make must not get the second half of a file. */
static HRESULT compare(struct writing *writing) {
    const size_t last = writing->task->done - 1;
    uint8_t *bytes = NULL;
    size_t size = 0, wanted_size = 0;
    const uint8_t *wanted = filecopy_piece(&writing->task->copy, last, &wanted_size);
    HRESULT hr = cardfile_read(&writing->file, place(writing, last), has_records(writing) ? 0 : wanted_size,
                               &bytes, &size);
    if (hr == (HRESULT)SCARD_W_EOF ||
        (SUCCEEDED(hr) && (size < wanted_size || memcmp(bytes, wanted, wanted_size) != 0)))
        hr = refuse(writing, WRITING_CHANGED);
    wipe_free(bytes, size);
    if (SUCCEEDED(hr))
        writing->doubt = false;
    return hr;
}

static HRESULT step(struct writing *writing) {
    if (writing->file.handle == 0)
        return open_file(writing);
    return writing->doubt && writing->task->done > 0 ? compare(writing) : put(writing);
}

static HRESULT run(struct writing *writing) {
    struct writing_task *task = writing->task;
    HRESULT hr = S_OK;
    while (SUCCEEDED(hr) && (writing->file.handle == 0 || task->done < task->copy.count)) {
        hr = step(writing);
        if (SUCCEEDED(hr)) {
            progress_show(&writing->progress, place(writing, task->done),
                          has_records(writing) ? task->copy.count : task->copy.size);
            hr = recovery_check(writing->recovery);
        } else {
            writing->doubt = true;
            hr = recovery_mend(writing->recovery, hr);
        }
    }
    return hr;
}

HRESULT writing_run(struct recovery *recovery, ISCardFileAccess *files, struct writing_task *task) {
    struct writing writing = {.recovery = recovery, .task = task};
    HRESULT hr = cardfile_begin(files, task->directory, task->path, &writing.file);
    if (FAILED(hr))
        return hr;
    progress_begin(&writing.progress, task->path, "bytes", recovery->start);
    recovery->progress = &writing.progress;
    hr = run(&writing);
    progress_hide(&writing.progress);
    recovery->progress = NULL;
    cardfile_end(&writing.file);
    return hr;
}
