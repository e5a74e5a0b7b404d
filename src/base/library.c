/* Libraries loaded at run time: see library.h. */
#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

bool library_open(const char *library, const struct library_symbol *symbols, size_t count, void *table) {
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return false;
    for (size_t i = 0; i < count; i++) {
        void *function = dlsym(handle, symbols[i].name);
        if (!function) {
            dlclose(handle);
            return false;
        }
        memcpy((char *)table + symbols[i].offset, &function, sizeof function);
    }
    return true;
}

void library_keep(const void *inside) {
    (void)inside;
}
