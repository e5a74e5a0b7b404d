/*
 * A PC/SC program over simulated readers: what the tests of the calls begin and end with. The library of
 * dropin/ is linked into the test, which calls the functions by their own names.
 */
#ifndef TESTS_DROPIN_PROGRAM_H
#define TESTS_DROPIN_PROGRAM_H

#include <winscard.h>

#include "rm/rm.h"

/* Readers of `sim`, and what is in them: a card for T=0 and T=1, one for T=0, one for T=1. */
#define READER "Simulated Reader 00"
#define READER_T0 "Simulated Reader 01"
#define READER_T1 "Simulated Reader 02"

/* A code as tests compare it: numbers of LONG do not fit in an assertion on int. */
#define assert_code(call, code) assert_int_equal((uint32_t)(call), (uint32_t)(code))

/* The simulator, for the hand that moves cards (sim.h). */
struct rm_service *program_simulator(void);

/*
 * cmocka's setup and teardown of a case: the simulator with the readers above is the resource manager of the
 * process, their cards are as they were at first, and program_context is a context.
 */
int program_open(void **state);
int program_close(void **state);
extern SCARDCONTEXT program_context;

/* Connects in a context, SHARED, by T=0 or T=1. */
SCARDHANDLE program_connect(SCARDCONTEXT context, const char *reader);

/* Calls `job` with `data` in another thread, so many ms from now; program_join() waits for its end. */
struct program_thread;
struct program_thread *program_later(uint32_t ms, void (*job)(void *data), void *data);
void program_join(struct program_thread *thread);

#endif
