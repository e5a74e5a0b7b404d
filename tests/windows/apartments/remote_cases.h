/*
 * What the other process does with the object it is handed: cases of test_processes.c, each a cmocka test of
 * its own there. The object comes from another process, so that every call goes through proxy and stub.
 */
#ifndef SCARDSSP_TESTS_WINDOWS_APARTMENTS_REMOTE_CASES_H
#define SCARDSSP_TESTS_WINDOWS_APARTMENTS_REMOTE_CASES_H

#include "../clients/readers.h"
#include "clients/kit.h"

struct remote_case {
    const char *name;
    const CLSID *clsid; /* of the object that is made and handed over */
    const IID *iid;
    void (*run)(void *object); /* in the other process; releases nothing */
};

/* Ended by one without a name. */
extern const struct remote_case remote_buffer_cases[];
extern const struct remote_case remote_card_cases[];
extern const struct remote_case remote_other_cases[];

#endif
