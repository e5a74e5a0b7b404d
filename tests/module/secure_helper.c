/*
 * A program that tells whether it runs with more rights than its caller, and whether SCARDSSP_RM chose the
 * simulator: exit status 10 (plain) or 20 (more rights), plus 1 if it did. test_secure.c runs set-uid copies
 * of it.
 */
#include <sys/auxv.h>
#include <unistd.h>

#include <scardssp.h>
#include <scardssp_sim.h>

#include "beside.h"

int main(void) {
    const int rights = getauxval(AT_SECURE) ? 20 : 10;
    const __typeof__(&scardssp_sim_plug) plug =
        (__typeof__(&scardssp_sim_plug))beside_function("scardssp_sim_plug");
    const int32_t hr = plug("Another reader", NULL, 0, NULL, 0);
    /* Not exit(): what tools hook in there cannot work in a process with more rights. */
    _exit(rights + (hr == S_OK));
}
