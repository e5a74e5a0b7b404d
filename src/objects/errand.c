/* Work for a call that waits (see errand.h), where there are no apartments: the calling thread does it. */
#include "objects/errand.h"

void errand_run(void (*work)(void *user), void (*call_off)(void *user), void *user) {
    (void)call_off;
    work(user);
}
