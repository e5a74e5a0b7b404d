/*
 * What a program that uses the library brings along in these tests: a client's kit, and a child process for
 * everything that can be chosen only once per process. Uses the public headers only. In a child a failed
 * expectation ends the process with status 1.
 */
#ifndef SCARDSSP_TESTS_MODULE_KIT_H
#define SCARDSSP_TESTS_MODULE_KIT_H

#include "clients/kit.h"

#include <scardssp_rm.h>
#include <scardssp_sim.h>

/* The first reader of the simulator. */
#define SIM_READER "Simulated Reader 00"
#define SIM_READER_WIDE L"Simulated Reader 00"

/* Milliseconds since some moment, for measuring. */
int64_t kit_ms(void);

/* Lets so many milliseconds go by. */
void kit_pause(long ms);

/* A setup of cmocka: the three readers of the simulator with their cards, as at the start. */
int kit_three_cards(void **state);

/*
 * Runs `program` in a child process with these variables ("NAME=value", a NULL at the end; all SCARDSSP_* of
 * our own are unset first). Returns what it wrote to standard error, which the caller frees. The test fails
 * when an expectation failed in the child or it did not end by itself.
 */
char *kit_child(void (*program)(void), const char *const *variables);

/* The same where the child must say nothing. */
void kit_quiet_child(void (*program)(void), const char *const *variables);

/* The readers of the process's resource manager as one line, "A|B|C", until the next call. */
const char *kit_readers(void);

#endif
