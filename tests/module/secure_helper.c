/*
 * A program that tells whether it runs with more rights than its caller, and whether SCARDSSP_RM chose the simulator:
 * exit status 10 (plain) or 20 (more rights), plus 1 if it did. test_wiring.c runs set-uid copies of it.
 */
#include <sys/auxv.h>
#include <unistd.h>

#include <scardssp.h>
#include <scardssp_sim.h>

int main(void) {
    const int rights = getauxval(AT_SECURE) ? 20 : 10;
    const int32_t hr = scardssp_sim_plug("Another reader", NULL, 0, NULL, 0);
    /* Not exit(): what tools hook in there cannot work in a process with more rights. */
    _exit(rights + (hr == S_OK));
}
