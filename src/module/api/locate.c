/* scardssp_rm.h: bounds and ends searches for a card, which the published ISCardLocate cannot. */
#include "scardssp_rm.h"

#include "objects/locate.h"

/* S_OK: it is one of this library's objects, in this process. */
static int32_t judge(const struct ISCardLocate *locate) {
    if (!locate)
        return E_POINTER;
    return locate_is_ours(locate) ? S_OK : E_INVALIDARG;
}

int32_t scardssp_locate_cancel(struct ISCardLocate *locate) {
    const int32_t status = judge(locate);
    if (status == S_OK)
        locate_cancel(locate);
    return status;
}

int32_t scardssp_locate_limit(struct ISCardLocate *locate, uint32_t limit_ms) {
    const int32_t status = judge(locate);
    if (status == S_OK)
        locate_limit(locate, limit_ms);
    return status;
}
