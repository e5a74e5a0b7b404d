/* The slow side of the random pool: odd sizes and the system call. */
#include "icc/random.h"

#ifdef _WIN32
#include <windows.h>

#include <bcrypt.h>
#else
#include <errno.h>
#include <sys/random.h>
#endif

#include "base/wipe.h"

#ifdef _WIN32

static bool draw(uint8_t *out, size_t size) {
    return size <= ULONG_MAX && BCryptGenRandom(NULL, out, (ULONG)size, BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0;
}

#else

static bool draw(uint8_t *out, size_t size) {
    while (size) {
        ssize_t got = getrandom(out, size, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        out += got;
        size -= (size_t)got;
    }
    return true;
}

#endif

bool sim_random_take(struct random_pool *pool, uint8_t *out, size_t size) {
    if (size > RANDOM_POOL / 8)
        return draw(out, size);
    if (size > pool->left) {
        if (!draw(pool->bytes, RANDOM_POOL))
            return false;
        pool->left = RANDOM_POOL;
    }
    uint8_t *from = pool->bytes + (RANDOM_POOL - pool->left);
    memcpy(out, from, size);
    wipe(from, size);
    pool->left -= (uint32_t)size;
    return true;
}
