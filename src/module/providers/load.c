/*
 * Loads the libraries of providers and remembers them by path. The dynamic loader itself sees to it that a
 * library is there once, whoever comes first: what is kept here saves looking for its function again, and
 * tells what went wrong.
 */
#include "module/providers/load.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lock.h"

typedef HRESULT(STDMETHODCALLTYPE *get_class_object)(REFCLSID clsid, REFIID iid, void **out);

struct library {
    struct library *next;
    get_class_object get; /* NULL: it could not be loaded */
    char *failure;        /* why */
    char path[];
};

/* All libraries somebody asked for; they stay as long as the process. */
static struct {
    struct lock lock;
    struct library *first;
} libraries;

/* Call with the lock held. */
static struct library *find(const char *path) {
    struct library *library = libraries.first;
    while (library && strcmp(library->path, path) != 0)
        library = library->next;
    return library;
}

static get_class_object known(const char *path) {
    lock_take(&libraries.lock);
    const struct library *library = find(path);
    const get_class_object get = library ? library->get : NULL;
    lock_give(&libraries.lock);
    return get;
}

/* Takes over `failure`. False: out of memory. */
static bool remember(const char *path, get_class_object get, char *failure) {
    lock_take(&libraries.lock);
    struct library *library = find(path);
    if (!library) {
        library = calloc(1, sizeof *library + strlen(path) + 1);
        if (library) {
            strcpy(library->path, path);
            library->next = libraries.first;
            libraries.first = library;
        }
    }
    if (library) {
        char *old = library->failure;
        library->failure = failure;
        library->get = get;
        failure = old;
    }
    lock_give(&libraries.lock);
    free(failure);
    return library != NULL;
}

/* Loads it and finds its function; *why is static, or the loader's until this thread's next call of it. */
static HRESULT load(const char *path, const char *name, const char *fault, void **out, const char **why) {
    /* Objects and code of a provider may be in use to the very end: it is never unloaded. */
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!handle) {
        *why = dlerror();
        return CO_E_DLLNOTFOUND;
    }
    *out = dlsym(handle, name);
    if (*out)
        return S_OK;
    dlclose(handle);
    *why = fault;
    return CO_E_ERRORINDLL;
}

HRESULT providerload_factory(const char *path, REFCLSID clsid, REFIID iid, void **out) {
    const char *why = NULL;
    *out = NULL;
    get_class_object get = known(path);
    if (!get) {
        void *symbol = NULL;
        const HRESULT hr =
            load(path, "DllGetClassObject", "it does not export DllGetClassObject", &symbol, &why);
        memcpy(&get, &symbol, sizeof get);
        if (!remember(path, get, why ? strdup(why) : NULL))
            return E_OUTOFMEMORY;
        if (FAILED(hr))
            return hr;
    }
    void *factory = NULL;
    const HRESULT hr = get(clsid, iid, &factory);
    if (FAILED(hr))
        return hr;
    *out = factory;
    return factory ? S_OK : E_UNEXPECTED;
}

void *providerload_symbol(const char *path, const char *name, char **why) {
    void *symbol = NULL;
    const char *fault = NULL;
    char missing[64];
    (void)snprintf(missing, sizeof missing, "it does not export %s", name);
    const HRESULT hr = load(path, name, missing, &symbol, &fault);
    *why = FAILED(hr) ? strdup(fault) : NULL;
    return symbol;
}

char *providerload_failure(const char *path) {
    lock_take(&libraries.lock);
    const struct library *library = find(path);
    char *failure = library && library->failure ? strdup(library->failure) : NULL;
    lock_give(&libraries.lock);
    return failure;
}
