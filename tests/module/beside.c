/* The library beside a program: see beside.h. */
#include "beside.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void (*beside_function(const char *name))(void) {
    char path[PATH_MAX + sizeof "/" BESIDE_LIBRARY] = "";
    void (*function)(void) = NULL;
    const ssize_t size = readlink("/proc/self/exe", path, PATH_MAX - 1);
    char *const slash = size > 0 ? strrchr(path, '/') : NULL;
    if (slash) {
        memcpy(slash, "/" BESIDE_LIBRARY, sizeof "/" BESIDE_LIBRARY);
        void *const library = dlopen(path, RTLD_NOW);
        void *const symbol = library ? dlsym(library, name) : NULL;
        memcpy(&function, &symbol, sizeof function);
    }
    if (!function) {
        const char *const why = slash ? dlerror() : "no /proc";
        fprintf(stderr, "%s: %s\n", name, why ? why : "it is nothing");
        _exit(BESIDE_MISSING);
    }
    return function;
}
