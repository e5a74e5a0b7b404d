/* The slow side of the random pool: odd sizes and the system call. */
#include "backends/sim/random.h"

#include <errno.h>
#include <sys/random.h>

#include "base/wipe.h"

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
