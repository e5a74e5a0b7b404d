/* Tests that work on several threads. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_JOBS_H
#define SCARDSSP_TESTS_SUPPORT_KITS_JOBS_H

/*
 * One thread more (1) or less (-1) works for the test that runs; called by the test's own thread. As long as
 * there is one, an assertion that fails tells which and ends the program: on another thread cmocka would end
 * it without a word, and the test itself cannot be left while others work on its variables.
 */
void jobs_count(int change);

#endif
