/*
 * Safe arrays: one of two dimensions beside a plain grid that holds the same numbers, and structures that a
 * program might have set up itself, of which nothing may be believed unchecked.
 */
#include <stdlib.h>
#include <string.h>

#include "compat/safearray.h"
#include "fuzz.h"

#define SIDE 12

enum { STEP_PUT, STEP_GET, STEP_REDIM, STEP_COPY, STEP_LOCK, STEP_UNLOCK, STEP_POINTER };
#define STEPS 7

struct play {
    struct feed feed;
    SAFEARRAY *array;
    LONG lower[2];
    ULONG count[2];
    int16_t grid[SIDE][SIDE]; /* [last dimension][first dimension] */
    unsigned locks;
};

/* Two indices, in and around the bounds; true: they are within. */
static bool pick(struct play *play, LONG *indices, size_t *at) {
    bool within = true;
    for (int i = 0; i < 2; ++i) {
        const int offset = (int)(feed_byte(&play->feed) % (SIDE + 2)) - 1;
        at[i] = (size_t)(offset < 0 ? 0 : offset);
        indices[i] = play->lower[i] + offset;
        within = within && offset >= 0 && (ULONG)offset < play->count[i];
    }
    return within;
}

static void touch(struct play *play, uint8_t code) {
    LONG indices[2];
    size_t at[2];
    void *address = NULL;
    int16_t value = (int16_t)feed_word(&play->feed);
    const bool within = pick(play, indices, at);
    const HRESULT wanted = within ? S_OK : (HRESULT)DISP_E_BADINDEX;
    if (code == STEP_PUT) {
        FUZZ_CHECK(SafeArrayPutElement(play->array, indices, &value) == wanted);
        if (within)
            play->grid[at[1]][at[0]] = value;
    } else if (code == STEP_GET) {
        FUZZ_CHECK(SafeArrayGetElement(play->array, indices, &value) == wanted);
        if (within)
            FUZZ_CHECK(value == play->grid[at[1]][at[0]]);
    } else {
        FUZZ_CHECK(SafeArrayPtrOfIndex(play->array, indices, &address) == wanted);
        if (within)
            FUZZ_CHECK(*(const int16_t *)address == play->grid[at[1]][at[0]]);
    }
}

static void redim(struct play *play) {
    SAFEARRAYBOUND bound = {.cElements = feed_byte(&play->feed) % (SIDE + 1),
                            .lLbound = (int16_t)feed_word(&play->feed)};
    const HRESULT hr = SafeArrayRedim(play->array, &bound);
    FUZZ_CHECK(hr == (play->locks ? (HRESULT)DISP_E_ARRAYISLOCKED : S_OK));
    if (hr != S_OK)
        return;
    play->lower[1] = bound.lLbound;
    play->count[1] = bound.cElements;
    for (size_t row = bound.cElements; row < SIDE; ++row)
        memset(play->grid[row], 0, sizeof play->grid[row]);
}

/* The copy takes the place of the array, which goes away as soon as nobody holds it. */
static void copy(struct play *play) {
    SAFEARRAY *fresh = NULL;
    FUZZ_CHECK(SafeArrayCopy(play->array, &fresh) == S_OK && fresh);
    if (play->locks) {
        FUZZ_CHECK(SafeArrayDestroy(play->array) == (HRESULT)DISP_E_ARRAYISLOCKED);
        while (play->locks--)
            FUZZ_CHECK(SafeArrayUnlock(play->array) == S_OK);
    }
    play->locks = 0;
    FUZZ_CHECK(SafeArrayDestroy(play->array) == S_OK);
    play->array = fresh;
}

static void lock(struct play *play, bool undo) {
    if (!undo) {
        FUZZ_CHECK(SafeArrayLock(play->array) == S_OK);
        ++play->locks;
    } else {
        FUZZ_CHECK(SafeArrayUnlock(play->array) == (play->locks ? S_OK : (HRESULT)E_UNEXPECTED));
        play->locks -= play->locks ? 1 : 0;
    }
}

static void check_bounds(struct play *play) {
    for (int i = 0; i < 2; ++i) {
        LONG lower = 77, upper = 77;
        FUZZ_CHECK(SafeArrayGetLBound(play->array, (UINT)i + 1, &lower) == S_OK && lower == play->lower[i]);
        FUZZ_CHECK(SafeArrayGetUBound(play->array, (UINT)i + 1, &upper) == S_OK);
        FUZZ_CHECK(upper == play->lower[i] + (LONG)play->count[i] - 1);
    }
}

static void grid(struct feed feed) {
    static struct play play;
    SAFEARRAYBOUND bounds[2];
    memset(&play, 0, sizeof play);
    play.feed = feed;
    for (int i = 0; i < 2; ++i) {
        bounds[i].cElements = feed_byte(&play.feed) % (SIDE + 1);
        bounds[i].lLbound = (int16_t)feed_word(&play.feed);
        play.lower[i] = bounds[i].lLbound;
        play.count[i] = bounds[i].cElements;
    }
    play.array = SafeArrayCreate(VT_I2, 2, bounds);
    FUZZ_CHECK(play.array);
    while (play.feed.left) {
        const uint8_t code = feed_byte(&play.feed) % STEPS;
        if (code == STEP_REDIM)
            redim(&play);
        else if (code == STEP_COPY)
            copy(&play);
        else if (code == STEP_LOCK || code == STEP_UNLOCK)
            lock(&play, code == STEP_UNLOCK);
        else
            touch(&play, code);
        check_bounds(&play);
    }
    copy(&play);
    FUZZ_CHECK(SafeArrayDestroy(play.array) == S_OK);
}

/* A structure out of the input, over `room` bytes at most, on the stack of somebody who got it wrong. */
static void foreign(struct feed feed) {
    uint8_t content[256];
    struct {
        uint32_t head[4];
        SAFEARRAY array;
        SAFEARRAYBOUND more[3];
    } own = {{0}, {0}, {{0}}};
    SAFEARRAY *fresh = NULL;
    size_t got = 0;
    memset(content, 0, sizeof content);
    own.array.cDims = feed_byte(&feed) % 5;
    /* What owns its elements is left out: bytes of an input are no pointers. */
    own.array.fFeatures = FADF_AUTO | (feed_byte(&feed) & (FADF_FIXEDSIZE | FADF_HAVEVARTYPE));
    own.array.cbElements = feed_byte(&feed) & 1 ? feed_byte(&feed) : feed_long(&feed);
    own.array.pvData = feed_byte(&feed) & 1 ? content : NULL;
    own.head[3] = feed_byte(&feed);
    uint64_t total = own.array.cbElements;
    for (unsigned i = 0; i < own.array.cDims; ++i) {
        SAFEARRAYBOUND *const bound = i ? &own.more[i - 1] : own.array.rgsabound;
        bound->cElements = feed_byte(&feed) & 1 ? feed_byte(&feed) : feed_long(&feed);
        bound->lLbound = (int32_t)feed_long(&feed);
        total =
            bound->cElements && total > UINT64_MAX / bound->cElements ? UINT64_MAX : total * bound->cElements;
    }
    memcpy(content, feed_bytes(&feed, sizeof content, &got), got);
    const HRESULT sound = safearray_check(&own.array);
    FUZZ_CHECK(sound == S_OK || sound == (HRESULT)E_INVALIDARG);
    FUZZ_CHECK(!(sound == S_OK && (!own.array.cDims || !own.array.cbElements)));
    FUZZ_CHECK(!(sound == S_OK && total && !own.array.pvData));
    /* Of one that says more than there is, only this much can be asked. */
    if (sound == S_OK && total <= sizeof content) {
        FUZZ_CHECK(SafeArrayCopy(&own.array, &fresh) == S_OK && fresh);
        if (total)
            FUZZ_CHECK(memcmp(fresh->pvData, content, (size_t)total) == 0);
        FUZZ_CHECK(SafeArrayDestroy(fresh) == S_OK);
    } else if (sound != S_OK) {
        FUZZ_CHECK(SafeArrayCopy(&own.array, &fresh) == (HRESULT)E_INVALIDARG && !fresh);
        FUZZ_CHECK(SafeArrayDestroy(&own.array) == (HRESULT)E_INVALIDARG);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    grid((struct feed){data, size});
    foreign((struct feed){data, size});
    return 0;
}
