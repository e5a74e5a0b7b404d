/* Libraries loaded when first needed: see lazylibrary.h. */
#include "base/lazylibrary.h"

bool lazylibrary_open(struct lazylibrary *library) {
    lock_take(&library->lock);
    bool loaded = atomic_load_explicit(&library->loaded, memory_order_relaxed);
    if (!loaded)
        loaded = library_open(library->name, library->symbols, library->count, library->table);
    atomic_store_explicit(&library->loaded, loaded, memory_order_release);
    lock_give(&library->lock);
    return loaded;
}
