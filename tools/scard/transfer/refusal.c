/* Why a file of a card could not be written, in words: see refusal.h. */
#include "transfer/refusal.h"

#include "terminal/failure.h"

static int complain_of_refusal(const struct writing_task *task) {
    switch (task->refusal) {
    case WRITING_TOO_LARGE:
        return failure_plain("nothing was written", "'%s' has no room for %zu bytes", task->path,
                             task->copy.size);
    case WRITING_NO_FORM:
        return failure_plain("'scard read' shows how its text looks; nothing was written",
                             "'%s' wants lines of hexadecimal, one for each record", task->path);
    case WRITING_CYCLIC:
        return failure_plain("'scard apdu' writes a record of it; nothing was written",
                             "'%s' is a cyclic file, which is not written as a whole", task->path);
    default:
        return failure_plain("put the right card in, and begin anew",
                             "what was written to '%s' is not there: this is another card", task->path);
    }
}

int refusal_tell(const struct writing_task *task, HRESULT hr) {
    if (hr == WRITING_REFUSED && task->refusal != WRITING_TAKEN)
        return complain_of_refusal(task);
    const size_t done = task->done > 0 ? task->copy.ends[task->done - 1] : 0;
    if (hr == (HRESULT)SCARD_E_CANCELLED)
        return failure_plain(NULL, "ended by Ctrl-C: of %zu bytes %zu are in '%s'", task->copy.size, done,
                             task->path);
    const char *advice =
        hr == (HRESULT)SCARD_W_SECURITY_VIOLATION
            ? "The card wants a PIN first (--pin NUMBER), or a key, or never lets it be written."
            : NULL;
    return done > 0 ? failure(hr, advice, "of %zu bytes %zu are in '%s'", task->copy.size, done, task->path)
                    : failure(hr, advice, "cannot write '%s'", task->path);
}
