/* Profiles in DLLs that the registry names: see module/vendorprofiles.h and registryprofiles.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf.h"
#include "module/vendorprofiles.h"
#include "module/windows/registryprofiles.h"
#include "services/profile.h"

#define WHY_SIZE 200

/* What the system says of its latest error. */
static char *failure(const char *what) {
    char text[WHY_SIZE];
    (void)snprintf(text, sizeof text, "%s (error %lu of the system)", what, (unsigned long)GetLastError());
    return strdup(text);
}

static vendorprofiles_get load(const char *path, char **why) {
    vendorprofiles_get get = NULL;
    wchar_t *const wide = utf8_to_wide(path, NULL);
    /*
     * What the library itself needs is looked for beside it. It stays loaded: its tables may be asked for
     * again.
     */
    const HMODULE library = wide ? LoadLibraryExW(wide, NULL, LOAD_WITH_ALTERED_SEARCH_PATH) : NULL;
    free(wide);
    if (!library) {
        *why = failure("the library cannot be loaded");
        return NULL;
    }
    const FARPROC symbol = GetProcAddress(library, "ScardsspGetProfile");
    if (symbol)
        memcpy(&get, &symbol, sizeof get);
    else
        *why = failure("it does not export ScardsspGetProfile");
    return get;
}

struct gathering {
    const struct scardssp_profile **profiles;
    size_t count;
    bool no_memory;
};

static bool gather(void *user, const struct registryprofile *profile) {
    struct gathering *const gathering = user;
    if (profile->fault)
        return true;
    const struct scardssp_profile *const taken = vendorprofiles_of(profile->library, profile->name, load);
    if (!taken)
        return true;
    const struct scardssp_profile **const more =
        realloc(gathering->profiles, (gathering->count + 1) * sizeof *more);
    gathering->no_memory = !more;
    if (!more)
        return false;
    gathering->profiles = more;
    gathering->profiles[gathering->count++] = taken;
    return true;
}

HRESULT vendorprofiles_refresh(void) {
    struct gathering gathering = {.profiles = NULL};
    registryprofiles_visit(gather, &gathering);
    const bool good = !gathering.no_memory && profile_offer(gathering.profiles, gathering.count);
    free(gathering.profiles);
    return good ? S_OK : E_OUTOFMEMORY;
}
