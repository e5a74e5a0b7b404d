/*
 * Failure points: the places at which a call into the system may fail. For programs that are linked with
 * --wrap of the calls in meson.build: those that come from our own objects are counted, and the one that is
 * asked for fails; what other libraries call among themselves never does. Used by the wrap_*.c, which stand
 * in the calls' place, and by sweep.c, which goes through all of them.
 */
#ifndef SCARDSSP_TESTS_FAILURES_POINTS_H
#define SCARDSSP_TESTS_FAILURES_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Kinds of calls, bits. */
enum points_kind {
    POINTS_MEMORY = 1,  /* malloc() and its like */
    POINTS_SYSTEM = 2,  /* what the kernel and the C library give: descriptors, threads, bytes, files */
    POINTS_SERVICE = 4, /* the PC/SC library's SCard...() */
    POINTS_DRIVER = 8,  /* the IFDH...() of a reader driver in the process */
    POINTS_NATS = 16,   /* libnats */
};

/*
 * Codes beside those of errno.h and of the services, all of which are positive or have 32 bits: the call is
 * made, but for one byte only. Who makes it has to make it again.
 */
#define POINTS_SHORT (-1)

/* What became of the calls since points_begin(). */
struct points_end {
    size_t seen;      /* how many there were */
    bool failed;      /* the one that was to fail has been reached */
    const char *call; /* its name; static text */
    int code;         /* the code that it failed with */
    size_t codes;     /* how many codes it may fail with */
    uint32_t meaning; /* what the code is in the port's language, by points_ask_elsewhere(); 0: nothing */
};

/*
 * From now on the calls of these kinds are counted, from 0, and number `at` fails with the code at this place
 * among those that it may fail with (the places behind the last begin again with the first). Calls of this
 * thread, and of those begun while points_adopt(). at SIZE_MAX: none fails.
 */
void points_begin(unsigned kinds, size_t at, size_t code);

/* No call fails any more. */
struct points_end points_end(void);

/*
 * Threads that are begun from now on are the library's own: their calls count, too, as long as they live. Not
 * (false) those of the test.
 */
void points_adopt(bool on);

/*
 * The test does something for the library's sake in the middle of a call: until `false`, what this thread
 * calls does not count.
 */
void points_pause(bool on);

/* For wrap_threads.c: whether a thread that is begun now is the library's; this thread is. */
bool points_adopting(void);
void points_count_here(void);

/* For wrap_*.c: what the call that is being made has to do. */
enum points_verdict { POINTS_PASS, POINTS_FAIL, POINTS_SHORTEN };

/* Whether calls of this thread count at the moment: those that others make for it do, too. */
bool points_count_now(void);

/* A code that a call may fail with, and what that comes to for who called the port; 0: nobody notices. */
struct points_answer {
    int code;
    uint32_t meaning;
};

/*
 * The verdict on a call that counts, by whatever thread it is made: points_count_now() where it comes from.
 * As below.
 */
enum points_verdict points_ask_elsewhere(enum points_kind kind, const char *call,
                                         const struct points_answer *answers, size_t count, int *code);

/* The verdict on a call of this kind and name with `count` codes. To fail: *code is the code. */
enum points_verdict points_ask(enum points_kind kind, const char *call, const int *codes, size_t count,
                               int *code);

/* The same for a system call; to fail: errno is set. */
enum points_verdict points_ask_system(const char *call, const int *codes, size_t count);

/* The codes as arguments. POINTS_PASS is false. */
#define SYSTEM_CALL(name, ...)                                                                               \
    points_ask_system(name, (const int[]){__VA_ARGS__}, sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

/* A call that stands in another's place: __wrap_name() is made instead of it, __real_name() is it. */
#define WRAP(type, name, ...)                                                                                \
    type __real_##name(__VA_ARGS__);                                                                         \
    type __wrap_##name(__VA_ARGS__);                                                                         \
    type __wrap_##name(__VA_ARGS__)

#endif
