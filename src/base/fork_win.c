/* Windows has no fork(): see fork.h. */
#include "base/fork.h"

_Atomic uint32_t fork_word = 1;

void fork_join(struct fork_part *part) {
    (void)part;
}

void fork_leave(struct fork_part *part) {
    (void)part;
}
