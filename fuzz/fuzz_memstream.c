/*
 * The stream over memory and its clones beside a plain array that does the same: every call gives what the
 * array has.
 */
#ifndef COBJMACROS
#define COBJMACROS
#endif
#include <stdlib.h>
#include <string.h>

#include "compat/memstream.h"
#include "fuzz.h"

#define CLONES 4
#define SIZE_MOST 4096u

enum {
    STEP_READ,
    STEP_WRITE,
    STEP_SEEK,
    STEP_SIZE,
    STEP_COPY,
    STEP_CLONE,
    STEP_RELEASE,
    STEP_LOCK,
    STEP_UNLOCK
};
#define STEPS 9

struct play {
    struct feed feed;
    IStream *streams[CLONES];
    uint64_t at[CLONES];
    unsigned locks[CLONES];
    uint8_t bytes[SIZE_MOST]; /* what the stream holds, zeros behind `size` */
    size_t size;
};

/* Whether a clone may be told that another one has locked something. */
static bool others_lock(const struct play *play, size_t self) {
    for (size_t i = 0; i < CLONES; ++i)
        if (i != self && play->streams[i] && play->locks[i])
            return true;
    return false;
}

/* S_OK, or a refusal for which there is a reason. */
static bool done(const struct play *play, size_t self, HRESULT hr) {
    FUZZ_CHECK(hr == S_OK || (hr == (HRESULT)STG_E_ACCESSDENIED && others_lock(play, self)));
    return hr == S_OK;
}

static size_t available(const struct play *play, size_t self, size_t wanted) {
    const size_t left = play->at[self] < play->size ? play->size - (size_t)play->at[self] : 0;
    return wanted < left ? wanted : left;
}

static void read_bytes(struct play *play, size_t self) {
    const size_t wanted = feed_byte(&play->feed);
    uint8_t *const room = fuzz_alloc(wanted);
    ULONG got = 77;
    const size_t there = available(play, self, wanted);
    if (done(play, self, IStream_Read(play->streams[self], room, (ULONG)wanted, &got))) {
        FUZZ_CHECK(got == there && memcmp(room, play->bytes + (there ? play->at[self] : 0), there) == 0);
        play->at[self] += there;
    } else {
        FUZZ_CHECK(got == 0);
    }
    free(room);
}

static void write_bytes(struct play *play, size_t self) {
    size_t count = 0;
    ULONG put = 77;
    const uint8_t *const bytes = feed_bytes(&play->feed, feed_byte(&play->feed), &count);
    if (play->at[self] + count > SIZE_MOST)
        return;
    if (!done(play, self, IStream_Write(play->streams[self], bytes, (ULONG)count, &put))) {
        FUZZ_CHECK(put == 0);
        return;
    }
    FUZZ_CHECK(put == count);
    if (!count)
        return;
    memcpy(play->bytes + play->at[self], bytes, count);
    play->at[self] += count;
    play->size = play->at[self] > play->size ? (size_t)play->at[self] : play->size;
}

static void seek(struct play *play, size_t self) {
    const uint8_t origin = feed_byte(&play->feed) % 4;
    const LARGE_INTEGER move = {.QuadPart = (int16_t)feed_word(&play->feed)};
    const uint64_t bases[] = {0, play->at[self], play->size, 0};
    const int64_t target = (int64_t)bases[origin] + move.QuadPart;
    ULARGE_INTEGER position = {.QuadPart = 77};
    const HRESULT hr = IStream_Seek(play->streams[self], move, origin, &position);
    FUZZ_CHECK(hr == (origin < 3 && target >= 0 ? S_OK : (HRESULT)STG_E_INVALIDFUNCTION));
    if (hr == S_OK)
        play->at[self] = (uint64_t)target;
    FUZZ_CHECK(position.QuadPart == play->at[self]);
}

static void set_size(struct play *play, size_t self) {
    const ULARGE_INTEGER size = {.QuadPart = feed_word(&play->feed) % (SIZE_MOST + 1)};
    if (!done(play, self, IStream_SetSize(play->streams[self], size)))
        return;
    if (size.QuadPart < play->size)
        memset(play->bytes + size.QuadPart, 0, play->size - (size_t)size.QuadPart);
    play->size = (size_t)size.QuadPart;
}

static void copy_to(struct play *play, size_t self, size_t other) {
    const ULARGE_INTEGER wanted = {.QuadPart = feed_word(&play->feed)};
    ULARGE_INTEGER got = {.QuadPart = 77}, put = {.QuadPart = 77};
    const size_t there = available(play, self, (size_t)wanted.QuadPart);
    if (play->at[other] + there > SIZE_MOST)
        return;
    const HRESULT hr = IStream_CopyTo(play->streams[self], play->streams[other], wanted, &got, &put);
    /* Reading is up to the one clone, writing to the other. */
    if (hr == (HRESULT)STG_E_ACCESSDENIED) {
        FUZZ_CHECK(others_lock(play, self) || others_lock(play, other));
        FUZZ_CHECK(got.QuadPart == 0 && put.QuadPart == 0);
        return;
    }
    FUZZ_CHECK(hr == S_OK && got.QuadPart == there && put.QuadPart == there);
    if (!there)
        return;
    memmove(play->bytes + play->at[other], play->bytes + play->at[self], there);
    play->at[self] += there;
    if (other != self)
        play->at[other] += there;
    play->size = play->at[other] > play->size ? (size_t)play->at[other] : play->size;
}

static void clone(struct play *play, size_t self, size_t other) {
    if (play->streams[other])
        return;
    FUZZ_CHECK(IStream_Clone(play->streams[self], &play->streams[other]) == S_OK);
    play->at[other] = play->at[self];
    play->locks[other] = 0;
}

static void lock(struct play *play, size_t self, bool undo) {
    const ULARGE_INTEGER offset = {.QuadPart = feed_word(&play->feed)};
    const ULARGE_INTEGER size = {.QuadPart = feed_byte(&play->feed)};
    const uint8_t type = feed_byte(&play->feed) % 6;
    IStream *const stream = play->streams[self];
    const HRESULT hr = undo ? IStream_UnlockRegion(stream, offset, size, type)
                            : IStream_LockRegion(stream, offset, size, type);
    FUZZ_CHECK(hr == S_OK || hr == (HRESULT)STG_E_LOCKVIOLATION || hr == (HRESULT)STG_E_INVALIDFUNCTION);
    if (hr != S_OK)
        return;
    FUZZ_CHECK(!undo || play->locks[self]);
    play->locks[self] += undo ? 0u - 1u : 1u;
}

static void step(struct play *play) {
    const uint8_t code = feed_byte(&play->feed);
    const uint8_t who = feed_byte(&play->feed);
    const size_t self = play->streams[who % CLONES] ? who % CLONES : 0;
    const size_t other = who / CLONES % CLONES;
    switch (code % STEPS) {
    case STEP_READ:
        read_bytes(play, self);
        break;
    case STEP_WRITE:
        write_bytes(play, self);
        break;
    case STEP_SEEK:
        seek(play, self);
        break;
    case STEP_SIZE:
        set_size(play, self);
        break;
    case STEP_COPY:
        copy_to(play, self, play->streams[other] ? other : self);
        break;
    case STEP_CLONE:
        clone(play, self, other);
        break;
    case STEP_RELEASE:
        /* The first one stays. */
        if (self) {
            FUZZ_CHECK(IStream_Release(play->streams[self]) == 0);
            play->streams[self] = NULL;
        }
        break;
    default:
        lock(play, self, code % STEPS == STEP_UNLOCK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct play play;
    STATSTG stat;
    memset(&play, 0, sizeof play);
    play.feed = (struct feed){data, size};
    FUZZ_CHECK(memstream_create(NULL, true, &play.streams[0]) == S_OK);
    while (play.feed.left) {
        step(&play);
        FUZZ_CHECK(IStream_Stat(play.streams[0], &stat, STATFLAG_NONAME) == S_OK);
        FUZZ_CHECK(stat.cbSize.QuadPart == play.size);
    }
    for (size_t i = CLONES - 1; i > 0; --i)
        if (play.streams[i])
            FUZZ_CHECK(IStream_Release(play.streams[i]) == 0);
    uint8_t *whole = NULL;
    size_t whole_size = 0;
    FUZZ_CHECK(memstream_copy(play.streams[0], SIZE_MOST, &whole, &whole_size) == S_OK);
    FUZZ_CHECK(whole_size == play.size && (!whole_size || memcmp(whole, play.bytes, whole_size) == 0));
    free(whole);
    FUZZ_CHECK(IStream_Release(play.streams[0]) == 0 && memstream_count() == 0);
    return 0;
}
