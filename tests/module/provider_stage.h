/*
 * A folder with .provider files and libraries to play with, and what a process makes of them. Used by the
 * tests of providers; uses the public headers only.
 */
#ifndef SCARDSSP_TESTS_MODULE_PROVIDER_STAGE_H
#define SCARDSSP_TESTS_MODULE_PROVIDER_STAGE_H

#include "kit.h"

#include <scardssp_provider.h>

/* The class that most files of the stage name, its text, and its ProgID. */
#define DOUBLE_CLSID "{0D0B1E00-1111-4222-8333-444455556666}"
#define DOUBLE_PROGID L"Test.Double"
extern const CLSID double_clsid;

/*
 * A new folder with p/, q/ and lib/ in it; lib/ has good.so, other.so, fails.so, liar.so, hollow.so, mute.so,
 * nested.so,
 * and libraries with profiles of cards: profiles.so, otherprofiles.so, badprofiles.so, noprofiles.so,
 * silentprofiles.so, nestedprofiles.so.
 */
int stage_build(void **state);
int stage_tear_down(void **state);

/* The folder, and a path in it; the last eight stay valid. */
const char *stage_root(void);
const char *stage_path(const char *name);

/* Runs a line of the shell in the folder; it has to succeed. */
void stage_shell(const char *line);

/* Writes a file of the folder; '@' stands for the folder. */
void stage_write(const char *name, const char *text);

/* The text with '@' replaced; the last four stay valid. */
const char *stage_text(const char *text);

/* Writes p/x.provider: the double's class in lib/good.so. */
void stage_write_good(void);

/*
 * Runs the program with SCARDSSP_PROVIDER_PATH, '@' replaced; returns what it said on stderr, freed by the
 * caller.
 */
char *stage_child(void (*program)(void), const char *path);

/*
 * What is listed for a file (NULL: for the class of this library that comes first). Texts are copies, "" for
 * none.
 */
struct listed {
    unsigned times; /* 0: it is not listed */
    uint32_t state;
    char clsid[64], profile[64], progid[64], name[300], library[600], reason[1200];
};
struct listed stage_listed(const char *file);

/* How often `part` is in `text`. */
unsigned stage_count(const char *text, const char *part);

/*
 * Makes an object of the class: 'b' a byte buffer, 'c' a command, '?' something else, '-' none; *hr is the
 * code.
 */
char stage_make(const CLSID *clsid, HRESULT *hr);

/* Programs: the double is made, by lib/good.so of p/x.provider; there is no such class. */
void stage_works_program(void);
void stage_quiet_program(void);

/* Fails unless this many libraries of the stage told that they were loaded; frees what was said. */
void stage_expect_loaded(char *said, unsigned times);

/* The beginning of a file for lib/good.so. */
#define GOOD_LINES "clsid = " DOUBLE_CLSID "\npath = @/lib/good.so\n"

#define CASE(name) cmocka_unit_test_setup_teardown(name, stage_build, stage_tear_down)

#endif
