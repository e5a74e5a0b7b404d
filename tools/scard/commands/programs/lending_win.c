/* Lending readers, on Windows: see lending.h. */
#include "commands/programs/lending.h"

#include "terminal/failure.h"

static int refuse(void) {
    return failure_plain("run scard share on a Linux machine that has the readers",
                         "readers are lent to other machines from Linux only, so far");
}

int lending_run(const struct lending *lending) {
    (void)lending;
    return refuse();
}

int lending_status(const struct lending *lending) {
    (void)lending;
    return refuse();
}
