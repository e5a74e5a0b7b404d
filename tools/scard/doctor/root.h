/*
 * Where the system's files are: below another folder in tests, which play there what a machine lacks (the
 * variable is in root.c).
 */
#ifndef SCARD_ROOT_H
#define SCARD_ROOT_H

/* The other folder; NULL: the system's own root. */
const char *root_folder(void);

#endif
