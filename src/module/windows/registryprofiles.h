/*
 * The profiles of vendors as the registry of Windows names them: Software\SCardSSP\Profiles\NAME below
 * HKEY_LOCAL_MACHINE and HKEY_CURRENT_USER, in the view of 64 bits, where the values win64 and win32 are the
 * libraries for programs of that width. Used by profiles.c, which loads them, and by what lists providers.
 */
#ifndef SCARDSSP_MODULE_REGISTRYPROFILES_H
#define SCARDSSP_MODULE_REGISTRYPROFILES_H

#include <stdbool.h>
#include <stdint.h>

#include "scardssp_profile.h"

#define REGISTRYPROFILES_KEY_SIZE 96u

/* One key. Texts are UTF-8. */
struct registryprofile {
    char key[REGISTRYPROFILES_KEY_SIZE]; /* with HKEY_... in front */
    char name[SCARDSSP_PROFILE_TEXT_SIZE];
    const char *library; /* NULL: there is no value for this width */
    const char *fault;   /* why it is not used, static; NULL: it is */
    bool hidden;         /* the user's key of the same name counts; `fault` says so */
};

/* Gets one key, valid during the call. false: enough. */
typedef bool (*registryprofiles_visitor)(void *user, const struct registryprofile *profile);

/*
 * Visits the keys: the machine's, then the user's, each by name. In a program with an administrator's rights
 * the user's do not count: any program of his can write them.
 */
void registryprofiles_visit(registryprofiles_visitor visitor, void *user);

#endif
