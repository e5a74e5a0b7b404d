/*
 * Which provider serves a class. What the files say is kept until a directory changes; whether a library may
 * be loaded is looked at each time. Called by activation.c and module/api/provider.c.
 */
#include "module/providers/providers.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
#include "base/lock.h"
#include "base/output.h"
#include "module/manager.h"
#include "module/providers/load.h"

/* What was found last; the lock guards which set that is. */
static struct {
    struct lock lock;
    struct provider_set *set;
} current;

void providers_trace(const char *format, ...) {
    char line[2 * PROVIDERTRUST_WHY_SIZE] = "scardssp: ";
    const size_t start = strlen(line);
    va_list arguments;
    if (manager_trace_level() == 0)
        return;
    va_start(arguments, format);
    (void)vsnprintf(line + start, sizeof line - start - 1, format, arguments);
    va_end(arguments);
    for (char *c = line; *c; ++c)
        if ((unsigned char)*c < 0x20 ||
            *c == 0x7F) /* names of files: a line break in one would forge lines */
            *c = '?';
    strcat(line, "\n");
    output_errors(line, strlen(line));
}

static void trace_set(const struct provider_set *set) {
    for (size_t i = 0; i < set->count; ++i)
        if (set->entries[i].why)
            providers_trace("provider(%s) refused: %s", set->entries[i].source, set->entries[i].why);
}

struct provider_set *providers_current(void) {
    struct providerscan_directories directories;
    struct provider_set *old = NULL;
    if (!providerscan_directories(&directories))
        return NULL;
    lock_take(&current.lock);
    if (current.set && !current.set->fresh && providerscan_same(&current.set->directories, &directories)) {
        providerscan_directories_free(&directories);
    } else {
        old = current.set;
        current.set = providerscan_read(&directories);
        if (current.set)
            trace_set(current.set);
    }
    struct provider_set *set = current.set;
    if (set)
        (void)refcount_take(&set->refs);
    lock_give(&current.lock);
    providerscan_release(old);
    return set;
}

bool providers_usable(const struct provider_entry *entry, struct providertrust_result *trust) {
    if (!entry->why)
        return providertrust_file(entry->file.path, trust, NULL) == PROVIDERTRUST_GOOD;
    (void)snprintf(trust->why, sizeof trust->why, "%s", entry->why);
    return false;
}

/* A file that says the right thing: does its library say the same? */
static bool accept(const struct provider_entry *entry, struct providertrust_result *trust) {
    if (providers_usable(entry, trust))
        return true;
    providers_trace("provider(%s) refused: %s", entry->source, trust->why);
    return false;
}

const struct provider_entry *providers_find(const struct provider_set *set, REFCLSID clsid,
                                            struct providertrust_result *trust) {
    for (size_t i = set->count; i-- > 0;) {
        const struct provider_entry *entry = &set->entries[i];
        if (!entry->why && !*entry->file.profile && IsEqualCLSID(&entry->file.clsid, clsid) &&
            accept(entry, trust))
            return entry;
    }
    return NULL;
}

const struct provider_entry *providers_find_profile(const struct provider_set *set, const char *name,
                                                    struct providertrust_result *trust) {
    for (size_t i = set->count; i-- > 0;) {
        const struct provider_entry *entry = &set->entries[i];
        if (!entry->why && strcmp(entry->file.profile, name) == 0 && accept(entry, trust))
            return entry;
    }
    return NULL;
}

static bool is_progid(const char *progid, const wchar_t *text) {
    for (; *progid; ++progid, ++text)
        if (ascii_lower((wchar_t)*progid) != ascii_lower(*text))
            return false;
    return *text == 0;
}

HRESULT providers_factory(REFCLSID clsid, REFIID iid, void **out) {
    struct providertrust_result trust;
    HRESULT hr = REGDB_E_CLASSNOTREG;
    *out = NULL;
    struct provider_set *set = providers_current();
    if (!set)
        return E_OUTOFMEMORY;
    const struct provider_entry *entry = providers_find(set, clsid, &trust);
    if (entry) {
        hr = providerload_factory(trust.real, clsid, iid, out);
        providers_trace("provider(%s) library %s = 0x%08X", entry->source, trust.real, (unsigned)hr);
    }
    providerscan_release(set);
    return hr;
}

HRESULT providers_clsid(const wchar_t *progid, CLSID *out) {
    struct providertrust_result trust;
    HRESULT hr = CO_E_CLASSSTRING;
    if (!*progid) /* what files without a ProgID have */
        return hr;
    struct provider_set *set = providers_current();
    if (!set)
        return E_OUTOFMEMORY;
    for (size_t i = set->count; i-- > 0 && hr != S_OK;) {
        const struct provider_entry *entry = &set->entries[i];
        if (!entry->why && is_progid(entry->file.progid, progid) && accept(entry, &trust)) {
            *out = entry->file.clsid;
            hr = S_OK;
        }
    }
    providerscan_release(set);
    return hr;
}

HRESULT providers_progid(REFCLSID clsid, char out[PROVIDERFILE_PROGID_SIZE]) {
    struct providertrust_result trust;
    struct provider_set *set = providers_current();
    if (!set)
        return E_OUTOFMEMORY;
    const struct provider_entry *entry = providers_find(set, clsid, &trust);
    const bool named = entry && *entry->file.progid;
    if (named)
        memcpy(out, entry->file.progid, sizeof entry->file.progid);
    providerscan_release(set);
    return named ? S_OK : REGDB_E_CLASSNOTREG;
}
