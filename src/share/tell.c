/* Telling: see tell.h. */
#include "share/tell.h"

void share_tell(const struct share *share, enum share_event_kind kind, const char *who, const char *reader,
                uint32_t status) {
    const struct share_event event = {.kind = kind, .who = who, .reader = reader, .status = status};
    if (share->options.tell)
        share->options.tell(share->options.user, &event);
}
