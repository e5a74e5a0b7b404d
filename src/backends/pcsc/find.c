/* Finds the system's PC/SC library: see find.h. */
#include "backends/pcsc/find.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "base/lock.h"

#define LIBRARY "libpcsclite.so.1"
/*
 * From pcsc-lite 2 on LIBRARY hands all calls to another one, which a variable may name: also the one that
 * this code is in. This is the one that it takes otherwise.
 */
#define REAL_LIBRARY "libpcsclite_real.so.1"

/*
 * The file of the library of ours that stands in the system's place. In a program of this library that is led
 * to it, both would do the work, and trace it: what that one offers, this one has.
 */
#define STAND_IN "libscardssp-pcsc.so"

/* What is loaded at the address begins there; NULL: nothing is. */
static const void *base_of(const void *address) {
    Dl_info info;
    return address && dladdr(address, &info) ? info.dli_fbase : NULL;
}

/* Is this code part of what offers PC/SC's functions itself? */
static bool stands_in(const void *inside) {
    Dl_info info;
    if (!dladdr(inside, &info))
        return false;
    void *self = dlopen(info.dli_fname, RTLD_LAZY | RTLD_LOCAL | RTLD_NOLOAD);
    if (!self) /* the program */
        self = dlopen(NULL, RTLD_LAZY | RTLD_LOCAL);
    const bool offers = self && base_of(dlsym(self, "SCardEstablishContext")) == info.dli_fbase;
    if (self)
        dlclose(self);
    return offers;
}

static bool is_stand_in_file(const char *path) {
    char whole[PATH_MAX];
    const char *name = realpath(path, whole) ? strrchr(whole, '/') : NULL;
    return name && strcmp(name + 1, STAND_IN) == 0;
}

static bool is_stand_in(const void *address) {
    Dl_info info;
    return dladdr(address, &info) && is_stand_in_file(info.dli_fname);
}

/* Does pcsc-lite 2's LIBRARY hand all calls to ours? */
static bool leads_to_stand_in(void) {
    const char *delegate = env_get("LIBPCSCLITE_DELEGATE");
    return delegate && is_stand_in_file(delegate);
}

/* Loads the library of this name or path, unless it is one that is to be passed over. */
static bool open_other(const char *name, const void *inside, struct pcsc_api *out) {
    const union {
        LONG (*function)(DWORD, LPCVOID, LPCVOID, LPSCARDCONTEXT);
        const void *address;
    } first = {pcsc_api_open(name, out) ? out->establish_context : NULL};
    return first.function && base_of(first.address) != base_of(inside) && !is_stand_in(first.address);
}

/* The folders where the loader looks, one after the other. NULL: they are not to be had. */
static Dl_serinfo *folders_new(void) {
    Dl_serinfo room;
    Dl_serinfo *folders = NULL;
    void *self = dlopen(NULL, RTLD_LAZY | RTLD_LOCAL);
    if (self && dlinfo(self, RTLD_DI_SERINFOSIZE, &room) == 0)
        folders = malloc(room.dls_size);
    if (folders &&
        (dlinfo(self, RTLD_DI_SERINFOSIZE, folders) != 0 || dlinfo(self, RTLD_DI_SERINFO, folders) != 0)) {
        free(folders);
        folders = NULL;
    }
    if (self)
        dlclose(self);
    return folders;
}

/* By its path: the loader takes the name for the library that it has loaded by this name. */
static bool open_by_path(const void *inside, struct pcsc_api *out) {
    Dl_serinfo *folders = folders_new();
    bool found = false;
    for (unsigned i = 0; folders && !found && i < folders->dls_cnt; i++) {
        char path[4096];
        const int length = snprintf(path, sizeof path, "%s/" LIBRARY, folders->dls_serpath[i].dls_name);
        found = length > 0 && (size_t)length < sizeof path && open_other(path, inside, out);
    }
    free(folders);
    return found;
}

bool pcsc_find(const void *inside, struct pcsc_api *out) {
    if (!stands_in(inside) && !leads_to_stand_in() && open_other(LIBRARY, inside, out))
        return true;
    return open_other(REAL_LIBRARY, inside, out) || open_other(LIBRARY, inside, out) ||
           open_by_path(inside, out);
}

/* Written once under the lock, only read afterwards. */
static struct lock load_lock;
static struct pcsc_api loaded;
static bool is_loaded;

const struct pcsc_api *pcsc_api_load(void) {
    lock_take(&load_lock);
    if (!is_loaded)
        is_loaded = pcsc_find(&loaded, &loaded);
    const struct pcsc_api *api = is_loaded ? &loaded : NULL;
    lock_give(&load_lock);
    return api;
}
