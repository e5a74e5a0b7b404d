/*
 * The text of a .provider file: which class or which profile of cards it names, and which shared object has
 * it. Called by scan.c.
 */
#ifndef SCARDSSP_MODULE_PROVIDERS_FILE_H
#define SCARDSSP_MODULE_PROVIDERS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "com/win.h"
#include "scardssp_profile.h"

/* Bytes of a whole file. */
#define PROVIDERFILE_SIZE_MAX 8192u
/* Bytes of the values, terminators included; Windows has the same bound for a ProgID. */
#define PROVIDERFILE_PATH_SIZE 1024u
#define PROVIDERFILE_PROGID_SIZE 40u
#define PROVIDERFILE_NAME_SIZE 256u

struct providerfile {
    CLSID clsid;                              /* all zeros: it names a profile */
    char profile[SCARDSSP_PROFILE_TEXT_SIZE]; /* empty: it names a class */
    char path[PROVIDERFILE_PATH_SIZE];        /* absolute */
    char progid[PROVIDERFILE_PROGID_SIZE];    /* ASCII; empty: none */
    char name[PROVIDERFILE_NAME_SIZE];        /* UTF-8; empty: none */
};

/* What is wrong with a file. */
struct providerfile_fault {
    unsigned line;    /* from 1; 0: something is missing */
    const char *text; /* static */
    bool no_memory;   /* nothing is wrong with it, as far as it could be read */
};

/*
 * Reads a file of size bytes, at most PROVIDERFILE_SIZE_MAX: lines "key = value", empty lines and lines that
 * begin with '#'. path and either clsid or profile must be there, name and, of a class, progid may be, each
 * once; nothing else is taken.
 * False: *fault says what is wrong, *out is untouched.
 */
bool providerfile_parse(const char *text, size_t size, struct providerfile *out,
                        struct providerfile_fault *fault);

#endif
