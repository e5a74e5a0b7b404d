/*
 * Profiles in shared objects that .provider files name: see module/vendorprofiles.h. Found, trusted and
 * loaded as classes of providers are.
 */
#include <stdlib.h>
#include <string.h>

#include "module/providers/load.h"
#include "module/providers/providers.h"
#include "module/vendorprofiles.h"
#include "services/profile.h"

static vendorprofiles_get load(const char *path, char **why) {
    vendorprofiles_get get = NULL;
    void *const symbol = providerload_symbol(path, "ScardsspGetProfile", why);
    if (symbol)
        memcpy(&get, &symbol, sizeof get);
    return get;
}

/* The profile of the entry; NULL: it is none, another one counts, or it is not good. */
static const struct scardssp_profile *profile_of(const struct provider_set *set,
                                                 const struct provider_entry *entry) {
    struct providertrust_result trust;
    const char *const name = entry->file.profile;
    if (entry->why || !*name || providers_find_profile(set, name, &trust) != entry)
        return NULL;
    const struct scardssp_profile *const profile = vendorprofiles_of(trust.real, name, load);
    char *const failure = profile ? NULL : vendorprofiles_failure(trust.real, name);
    if (failure)
        providers_trace("provider(%s) library %s profile %s refused: %s", entry->source, trust.real, name,
                        failure);
    free(failure);
    return profile;
}

HRESULT vendorprofiles_refresh(void) {
    struct provider_set *const set = providers_current();
    size_t count = 0;
    if (!set)
        return E_OUTOFMEMORY;
    const struct scardssp_profile **const profiles = calloc(set->count + 1, sizeof *profiles);
    for (size_t i = 0; profiles && i < set->count; ++i) {
        profiles[count] = profile_of(set, &set->entries[i]);
        count += profiles[count] != NULL;
    }
    const bool good = profiles && profile_offer(profiles, count);
    free(profiles);
    providerscan_release(set);
    return good ? S_OK : E_OUTOFMEMORY;
}
