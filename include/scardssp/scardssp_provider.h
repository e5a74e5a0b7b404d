/*
 * scardssp_provider.h: classes of other shared objects, which CoCreateInstance and its kin serve as well, and
 * profiles of cards, which ISCardManage goes by.
 *
 * A small file NAME.provider in one of a few directories says which shared object has a class or a profile;
 * docs/providers.md has its format, the directories and what is refused. Here is what such an object exports,
 * and what tells which there are. Windows has its registry for this: there, only programs that this library
 * is linked into have the call, which tells what the registry says of the classes of this library.
 */
#ifndef SCARDSSP_PROVIDER_PUBLIC_H
#define SCARDSSP_PROVIDER_PUBLIC_H

#include <stdint.h>

#include "scardssp.h"

#ifdef __cplusplus
extern "C" {
#endif
#ifndef _WIN32
#pragma GCC visibility push(default)

/*
 * A provider exports this function: the class factory of one of its classes, as the interface asked for.
 * Called from any thread, possibly from several at once. CLASS_E_CLASSNOTAVAILABLE: it has no such class;
 * E_NOINTERFACE, E_OUTOFMEMORY. *out is NULL unless S_OK is returned.
 */
HRESULT DllGetClassObject(REFCLSID clsid, REFIID iid, void **out);

/*
 * A provider may export this too, for Windows' sake: S_OK when nothing of it is in use. Never called: a
 * provider stays loaded.
 */
HRESULT DllCanUnloadNow(void);

#endif

/* What became of a class or a profile, or of a file that names one. */
#define SCARDSSP_PROVIDER_USED 0u    /* this is what programs get */
#define SCARDSSP_PROVIDER_HIDDEN 1u  /* a later file names the same one */
#define SCARDSSP_PROVIDER_REFUSED 2u /* the file or the library is not to be trusted, or makes no sense */
#define SCARDSSP_PROVIDER_FAILED 3u  /* this process tried to load the library, in vain */

/*
 * One class, or one profile of cards. Text is UTF-8, or the bytes of a file name; NULL where there is nothing
 * to tell.
 */
struct scardssp_provider {
    const char
        *file; /* the .provider file, or a directory of them that is refused; NULL: a class of this library;
                  Windows: the key in the registry */
    const char *clsid; /* in registry form */
    const char *progid;
    const char *name;
    const char *library; /* the shared object; Windows: the DLL */
    const char *reason;  /* why it is not used, with file and line where there is one */
    uint32_t state;      /* SCARDSSP_PROVIDER_* */
    const char *profile; /* the name of a profile of cards (scardssp_profile.h); clsid is NULL then */
};

/* Gets one class, valid during the call. Returns 0 to go on, anything else to see no more. */
typedef int (*scardssp_provider_visitor)(void *user, const struct scardssp_provider *provider);

/*
 * Visits the classes of this library, then the files in the order in which they are read: of those that name
 * one class, or one profile, the last usable one counts. Windows: for each class of this library what
 * programs of this one's width are told, and what that hides; a class that is not registered has failed. No
 * library is loaded for this. Any thread, also from within a visitor. E_POINTER: visitor NULL; E_OUTOFMEMORY.
 */
HRESULT scardssp_providers(scardssp_provider_visitor visitor, void *user);

/*
 * Takes in the profiles of cards that vendors bring, which otherwise happens when an ISCardManage is made:
 * their libraries are loaded, and scardssp_providers() then knows what is wrong with one. One that is refused
 * harms no other, and is no failure of this call. Any thread. E_OUTOFMEMORY.
 */
HRESULT scardssp_profiles(void);

#ifndef _WIN32
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#endif
