/* scardssp_rm.h: ends searches for a card, which the published ISCardLocate cannot. */
#include "scardssp_rm.h"

#include "objects/locate.h"

int32_t scardssp_locate_cancel(struct ISCardLocate *locate) {
    if (!locate)
        return E_POINTER;
    locate_cancel(locate);
    return S_OK;
}
