/* Environment variables that a test sets for itself. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_ENVIRONMENT_H
#define SCARDSSP_TESTS_SUPPORT_KITS_ENVIRONMENT_H

/* Sets a variable, in UTF-8, or takes it out (value NULL). The test fails where it cannot. */
void environment_set(const char *name, const char *value);

#endif
