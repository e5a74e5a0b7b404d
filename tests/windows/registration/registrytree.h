/*
 * A registry of the test's own: HKEY_LOCAL_MACHINE and HKEY_CURRENT_USER lead into a key that goes away with
 * the test, and all that lies in one of them as text. Used by test_registration.c.
 */
#ifndef SCARDSSP_TESTS_REGISTRYTREE_H
#define SCARDSSP_TESTS_REGISTRYTREE_H

#include <stdbool.h>
#include <windows.h>

/* Makes both, each with an empty Software\Classes, and directs the process there. Close with tree_close(). */
bool tree_open(void);
void tree_close(void);

/* Forbids everybody to change what lies in the machine's Software\Classes, or allows it again. */
bool tree_forbid_machine(bool forbid);
/* The same for the user's. */
bool tree_forbid_user(bool forbid);

/*
 * Makes one key below the machine's Software\Classes and forbids everybody to write there, or allows it
 * again.
 */
bool tree_forbid_key(const wchar_t *key, bool forbid);

/*
 * Everything below Software\Classes of the machine or the user, a line each, in the order of their names:
 * key, then "key|value=text". free() it. NULL: it could not be read.
 */
wchar_t *tree_text(bool machine);

#endif
