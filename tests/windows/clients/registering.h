/*
 * The library is registered for the time of a test program by the system's own regsvr32, as an installer does
 * it. For C and C++. The file to register is DLL, a macro of the build, or what SCARDSSP_CLIENTS_DLL in the
 * environment names.
 */
#ifndef SCARDSSP_TESTS_WINDOWS_CLIENTS_REGISTERING_H
#define SCARDSSP_TESTS_WINDOWS_CLIENTS_REGISTERING_H

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Group setup: COM is started and the library registered; fails when a class is there before or none
 * afterwards.
 */
int registering_begin(void **state);

/* Group teardown: the library is unregistered; fails when a class is still there. */
int registering_end(void **state);

/* Fails the test unless the library that answers in this process is the file that was registered. */
void registering_expect_loaded(void);

#ifdef __cplusplus
}
#endif

#endif
