/*
 * Several backends at once as a program sees them: SCARDSSP_RM=sim,sim, and some that cannot be had. Each
 * case is a process of its own, since the choice is made once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"

#define VARIABLES(...) ((const char *const[]){__VA_ARGS__, NULL})

static ISCard *attached(void) {
    wchar_t reader[] = SIM_READER_WIDE;
    ISCard *card = kit_card();
    expect_hr(ISCard_AttachByReader(card, reader, SHARED, T1), S_OK);
    return card;
}

static void several_program(void) {
    expect_text(kit_readers(), "Simulated Reader 00|Simulated Reader 01|Simulated Reader 02|"
                               "Simulated Reader 00 (2)|Simulated Reader 01 (2)|Simulated Reader 02 (2)");
    ISCard *card = attached();
    expect_works(card);
    ISCard_Release(card);
    /* The hand is at the readers of the first, whatever is around that. */
    expect_hr(scardssp_sim_unplug("Simulated Reader 01"), S_OK);
    expect_text(kit_readers(), "Simulated Reader 00|Simulated Reader 02|"
                               "Simulated Reader 00 (2)|Simulated Reader 01 (2)|Simulated Reader 02 (2)");
    expect_hr(scardssp_sim_unplug("Simulated Reader 01 (2)"), SCARD_E_UNKNOWN_READER);
}

static void test_rm__several(void **state) {
    (void)state;
    kit_quiet_child(several_program, VARIABLES("SCARDSSP_RM=sim,sim"));
    free(kit_child(several_program, VARIABLES("SCARDSSP_RM=sim,sim", "SCARDSSP_TRACE=1")));
}

static void tell_used(void *user, const struct scardssp_backend *backend) {
    char *text = user;
    const size_t used = strlen(text);
    (void)snprintf(text + used, 300 - used, "%s=%d ", backend->name, backend->status == S_OK);
    expect((backend->status == S_OK) == (backend->remedy == NULL));
    expect(backend->status == S_OK || strstr(backend->cause, "/no/such") != NULL);
}

static void failing_program(void) {
    char text[300] = "";
    expect_text(kit_readers(), "Simulated Reader 00|Simulated Reader 01|Simulated Reader 02");
    expect_hr(scardssp_used_backends(tell_used, text), S_OK);
    expect_text(text, "sim:/no/such/file=0 sim=1 ");
}

static void test_rm__one_of_several_fails(void **state) {
    (void)state;
    kit_quiet_child(failing_program, VARIABLES("SCARDSSP_RM=sim:/no/such/file,sim"));
}

static void refused_several_program(void) {
    char message[300] = "";
    expect_hr(scardssp_use_rm("sim:/no/such/file,sim:/no/such/other", message, sizeof message), E_INVALIDARG);
    expect(strncmp(message, "/no/such/file:1: ", 17) == 0);
    expect_hr(scardssp_use_rm("sim,system:x", message, sizeof message), E_INVALIDARG);
    expect(strncmp(message, "no resource manager \"system:x\"; there are system", 48) == 0);
    expect_hr(scardssp_use_rm("sim:", NULL, 0), S_OK);
}

static void test_rm__several_that_are_refused(void **state) {
    static const char *const none[] = {NULL};
    (void)state;
    kit_quiet_child(refused_several_program, none);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rm__several),
        cmocka_unit_test(test_rm__one_of_several_fails),
        cmocka_unit_test(test_rm__several_that_are_refused),
    };
    return cmocka_run_group_tests_name("several", tests, NULL, NULL);
}
