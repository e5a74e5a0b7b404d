/* Measurements on a card: see course.h. */
#include "measure/course.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "terminal/interrupt.h"
#include "terminal/progress.h"
#include "terminal/text.h"

#define SELECT_MASTER "00A40000023F00"
#define CHALLENGE "0084000008"

/* What may be asked for in one command: above 256 with extended lengths. */
static const size_t chunks[] = {1, 8, 32, 64, 128, 256, 1024, 4096};

static bool is_success(uint16_t sw) {
    return sw == 0x9000 || sw == 0x6282 || sw >> 8 == 0x61;
}

static HRESULT make_command(const uint8_t *bytes, size_t size, ISCardCmd **out) {
    void *object = NULL;
    IByteBuffer *apdu = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCardCmd, NULL, CLSCTX_ALL, &IID_ISCardCmd, &object);
    if (SUCCEEDED(hr))
        hr = card_buffer(bytes, size, &apdu);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_put_Apdu((ISCardCmd *)object, apdu);
    if (apdu)
        IByteBuffer_Release(apdu);
    if (FAILED(hr) && object)
        ISCardCmd_Release((ISCardCmd *)object);
    *out = SUCCEEDED(hr) ? object : NULL;
    return hr;
}

/* One command, its time, its status word and how many bytes of data came. */
static HRESULT exchange(struct course *course, ISCardCmd *command, struct trial *trial) {
    uint8_t *reply = NULL;
    size_t size = 0;
    const uint64_t start = clock_ns();
    HRESULT hr = ISCard_Transaction(course->card, &command);
    const uint64_t end = clock_ns();
    if (SUCCEEDED(hr))
        hr = card_reply(command, &reply, &size);
    if (FAILED(hr))
        return hr;
    trial->sw = (uint16_t)(size >= 2 ? reply[size - 2] << 8 | reply[size - 1] : 0);
    trial->got = size >= 2 ? size - 2 : 0;
    free(reply);
    return samples_add(&trial->samples, end - start) ? S_OK : E_OUTOFMEMORY;
}

static bool is_stopped(struct course *course) {
    course->stopped = course->stopped || (course->interrupt >= 0 && interrupt_wait(course->interrupt, 0));
    return course->stopped;
}

/* How one trial is repeated: so often, unless its time is over before or the user has had enough. */
struct repetition {
    uint64_t begin;
    uint32_t times, done;
    struct progress progress;
};

static void repetition_begin(struct repetition *repetition, const char *label, uint32_t times) {
    *repetition = (struct repetition){.begin = clock_ms(), .times = times};
    progress_begin(&repetition->progress, label, "times", repetition->begin);
}

static bool repetition_goes_on(struct course *course, struct repetition *repetition) {
    const bool late = clock_ms() - repetition->begin >= (uint64_t)course->seconds * 1000;
    if (repetition->done == repetition->times || is_stopped(course) || (late && repetition->done > 0)) {
        progress_hide(&repetition->progress);
        return false;
    }
    progress_show(&repetition->progress, repetition->done++, repetition->times);
    return true;
}

/* A place for a trial; there are more than the course needs. */
static struct trial *trial_begin(struct course *course, enum trial_kind kind, const char *label) {
    struct trial *trial = &course->trials[course->count++];
    *trial = (struct trial){.kind = kind};
    (void)snprintf(trial->label, sizeof trial->label, "%s", label);
    return trial;
}

/* One that was not made leaves no trace. */
static void trial_end(struct course *course, struct trial *trial) {
    samples_sort(&trial->samples);
    if (trial->samples.count == 0) {
        samples_free(&trial->samples);
        --course->count;
    }
}

static HRESULT run_commands(struct course *course, struct trial *trial, const uint8_t *bytes, size_t size) {
    struct repetition repetition;
    ISCardCmd *command = NULL;
    HRESULT hr = make_command(bytes, size, &command);
    repetition_begin(&repetition, trial->label, course->times);
    while (SUCCEEDED(hr) && repetition_goes_on(course, &repetition)) {
        hr = exchange(course, command, trial);
        if (trial->kind == TRIAL_THROUGHPUT && !is_success(trial->sw))
            break; /* the card gives no such chunk: once is enough to know */
    }
    progress_hide(&repetition.progress);
    if (command)
        ISCardCmd_Release(command);
    return hr;
}

static HRESULT run_round_trip(struct course *course, const char *label, const char *hex) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (is_stopped(course))
        return S_OK;
    if (!text_parse_hex(hex, strlen(hex), &bytes, &size))
        return E_OUTOFMEMORY;
    struct trial *trial = trial_begin(course, TRIAL_ROUND_TRIP, label);
    const HRESULT hr = run_commands(course, trial, bytes, size);
    trial_end(course, trial);
    free(bytes);
    return hr;
}

/* Selects one file by its identifier. */
static HRESULT select_file(struct course *course, const uint8_t identifier[2]) {
    const uint8_t bytes[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, identifier[0], identifier[1]};
    struct trial trial = {.kind = TRIAL_ROUND_TRIP};
    ISCardCmd *command = NULL;
    HRESULT hr = make_command(bytes, sizeof bytes, &command);
    if (SUCCEEDED(hr))
        hr = exchange(course, command, &trial);
    if (SUCCEEDED(hr) && !is_success(trial.sw))
        hr = (HRESULT)SCARD_E_FILE_NOT_FOUND;
    if (command)
        ISCardCmd_Release(command);
    samples_free(&trial.samples);
    return hr;
}

/* Goes to the file that is to be read: "/DF01/0101". */
static HRESULT select_path(struct course *course) {
    static const uint8_t master[2] = {0x3F, 0x00};
    HRESULT hr = select_file(course, master);
    for (const char *at = course->file; SUCCEEDED(hr) && *at;) {
        uint8_t *identifier = NULL;
        size_t size = 0;
        at += *at == '/';
        const size_t length = strcspn(at, "/");
        hr = length == 4 && text_parse_hex(at, length, &identifier, &size) && size == 2 ? S_OK : E_INVALIDARG;
        if (SUCCEEDED(hr))
            hr = select_file(course, identifier);
        free(identifier);
        at += length;
    }
    return hr;
}

/* One command that brings so many bytes. */
static HRESULT run_chunk(struct course *course, size_t chunk, bool *more) {
    const bool extended = chunk > 256;
    const uint8_t low = (uint8_t)chunk; /* 256 is written as 0 */
    const uint8_t short_form[] = {0x00, course->file ? 0xB0 : 0x84, 0x00, 0x00, low};
    const uint8_t extended_form[] = {0x00, short_form[1], 0x00, 0x00, 0x00, (uint8_t)(chunk >> 8), low};
    char label[TRIAL_LABEL_MAX];
    (void)snprintf(label, sizeof label, "%zu %s", chunk, chunk == 1 ? "byte" : "bytes");
    struct trial *trial = trial_begin(course, TRIAL_THROUGHPUT, label);
    trial->asked = chunk;
    const HRESULT hr = extended ? run_commands(course, trial, extended_form, sizeof extended_form)
                                : run_commands(course, trial, short_form, sizeof short_form);
    *more = SUCCEEDED(hr) && is_success(trial->sw) && trial->got == chunk;
    if (!is_success(trial->sw) || trial->got == 0)
        trial->samples.count = 0; /* a refusal brings nothing: it is no throughput */
    trial_end(course, trial);
    return hr;
}

static HRESULT run_throughput(struct course *course) {
    HRESULT hr = course->file && !is_stopped(course) ? select_path(course) : S_OK;
    bool more = true;
    for (size_t i = 0; SUCCEEDED(hr) && more && i < sizeof chunks / sizeof chunks[0] && !is_stopped(course);
         ++i)
        hr = run_chunk(course, chunks[i], &more);
    /* A card of short lengths only may refuse a long one in any way. */
    return FAILED(hr) && course->count > 0 && course->trials[course->count - 1].asked >= 256 ? S_OK : hr;
}

static HRESULT run_reset(struct course *course, const char *label, SCARD_DISPOSITIONS how) {
    struct repetition repetition;
    HRESULT hr = S_OK;
    if (is_stopped(course))
        return S_OK;
    struct trial *trial = trial_begin(course, TRIAL_RESET, label);
    repetition_begin(&repetition, label, (course->times + 9) / 10);
    while (SUCCEEDED(hr) && repetition_goes_on(course, &repetition)) {
        const uint64_t start = clock_ns();
        hr = ISCard_ReAttach(course->card, EXCLUSIVE, how);
        if (SUCCEEDED(hr) && !samples_add(&trial->samples, clock_ns() - start))
            hr = E_OUTOFMEMORY;
    }
    progress_hide(&repetition.progress);
    trial_end(course, trial);
    return hr;
}

HRESULT course_run(struct course *course) {
    course->count = 0;
    HRESULT hr = run_round_trip(course, "SELECT the master file", SELECT_MASTER);
    if (SUCCEEDED(hr))
        hr = run_round_trip(course, "GET CHALLENGE, 8 bytes", CHALLENGE);
    if (SUCCEEDED(hr))
        hr = run_throughput(course);
    if (SUCCEEDED(hr) && course->alone)
        hr = run_reset(course, "warm reset", RESET);
    if (SUCCEEDED(hr) && course->alone)
        hr = run_reset(course, "cold reset (power off and on)", UNPOWER);
    return hr;
}

void course_clear(struct course *course) {
    for (size_t i = 0; i < course->count; ++i)
        samples_free(&course->trials[i].samples);
    course->count = 0;
}
