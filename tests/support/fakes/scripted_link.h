/*
 * A link to a card that only exists as a script: which commands must come, in this order, and what each is
 * answered. For tests of services/.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_SCRIPTED_LINK_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_SCRIPTED_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "services/link.h"

struct scripted_step {
    const char *command; /* "00 20 00 81 04 31 32 33 34"; "reset": the link is to be reset */
    const char *answer;  /* data and SW1 SW2; NULL: nothing comes back, the code does */
    HRESULT hr;
};

/*
 * A link that follows the script. Short lengths only (command_max, answer_max), unless the test writes them.
 * Answers lie in memory of exactly their size, which is gone with the next command. A command that is not the
 * next of the script fails the test.
 */
struct scripted_link {
    struct service_link link;
    const struct scripted_step *steps;
    size_t count, at;
    uint8_t *answer;
};

/* Begins the script; the steps stay the caller's, for as long as the link is used. */
void scripted_link_init(struct scripted_link *scripted, const struct scripted_step *steps, size_t count);

/* Ends it; the test fails where commands of the script have not come. */
void scripted_link_end(struct scripted_link *scripted);

#endif
