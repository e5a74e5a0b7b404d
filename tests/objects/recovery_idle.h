/*
 * Windows' rule of idle transactions around any service: a fault script plays it (backends/faults). Used by
 * recovery_rows.c.
 */
#ifndef SCARDSSP_TESTS_OBJECTS_RECOVERY_IDLE_H
#define SCARDSSP_TESTS_OBJECTS_RECOVERY_IDLE_H

#include "rm/rm.h"

/* The service with the rule, for transactions idle for 20 ms; fails the test where there is no memory. */
struct rm_service *idle_around(struct rm_service *inner);

/* Idle for longer than that, and then the rule holds no more. */
void idle_pass(void);
void idle_rest(struct rm_service *around);

#endif
