/*
 * scardssp_provider.h: tells which classes there are, where from, and what is wrong with files that bring
 * none.
 */
#include "scardssp_provider.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/utf.h"
#include "module/classes.h"
#include "module/providers/load.h"
#include "module/providers/providers.h"
#include "module/vendorprofiles.h"

#define CLSID_SIZE 39

struct visit {
    scardssp_provider_visitor visitor;
    void *user;
    bool done; /* the visitor has seen enough */
};

static void tell(struct visit *visit, const struct scardssp_provider *provider) {
    visit->done = visit->visitor(visit->user, provider) != 0;
}

/* Identifiers are ASCII. */
static void clsid_text(REFCLSID clsid, char out[CLSID_SIZE]) {
    wchar_t text[CLSID_SIZE];
    (void)StringFromGUID2(clsid, text, CLSID_SIZE);
    for (size_t i = 0; i < CLSID_SIZE; ++i)
        out[i] = (char)text[i];
}

static HRESULT visit_own(struct visit *visit) {
    size_t count = 0;
    const struct class_entry *classes = classes_all(&count);
    for (size_t i = 0; i < count && !visit->done; ++i) {
        char clsid[CLSID_SIZE];
        clsid_text(classes[i].clsid, clsid);
        char *progid = utf8_from_wide(classes[i].progid, wcslen(classes[i].progid), NULL);
        char *name = utf8_from_wide(classes[i].name, wcslen(classes[i].name), NULL);
        const struct scardssp_provider provider = {
            .clsid = clsid, .progid = progid, .name = name, .state = SCARDSSP_PROVIDER_USED};
        const bool good = progid && name;
        if (good)
            tell(visit, &provider);
        free(name);
        free(progid);
        if (!good)
            return E_OUTOFMEMORY;
    }
    return S_OK;
}

/* Room for the reasons that are made for one entry. */
struct reasons {
    struct providertrust_result trust, winner;
    char hidden[PROVIDERTRUST_WHY_SIZE];
    char *failure;
};

static void judge(const struct provider_set *set, const struct provider_entry *entry, struct reasons *reasons,
                  struct scardssp_provider *out) {
    if (!providers_usable(entry, &reasons->trust)) {
        out->state = SCARDSSP_PROVIDER_REFUSED;
        out->reason = reasons->trust.why;
        return;
    }
    const char *const profile = entry->file.profile;
    const struct provider_entry *used = *profile ? providers_find_profile(set, profile, &reasons->winner)
                                                 : providers_find(set, &entry->file.clsid, &reasons->winner);
    reasons->failure = *profile ? vendorprofiles_failure(reasons->trust.real, profile)
                                : providerload_failure(reasons->trust.real);
    if (used != entry) {
        (void)snprintf(reasons->hidden, sizeof reasons->hidden, "%s names the same %s",
                       used ? used->source : "a later file", *profile ? "profile" : "class");
        out->state = SCARDSSP_PROVIDER_HIDDEN;
        out->reason = reasons->hidden;
    } else if (reasons->failure) {
        out->state = SCARDSSP_PROVIDER_FAILED;
        out->reason = reasons->failure;
    }
}

static const char *text_or_null(const char *text) {
    return *text ? text : NULL;
}

static void visit_entry(struct visit *visit, const struct provider_set *set,
                        const struct provider_entry *entry) {
    struct reasons reasons = {.failure = NULL};
    struct scardssp_provider provider = {.file = entry->source, .state = SCARDSSP_PROVIDER_USED};
    char clsid[CLSID_SIZE];
    if (*entry->file.path) { /* the file could be read */
        clsid_text(&entry->file.clsid, clsid);
        provider.clsid = *entry->file.profile ? NULL : clsid;
        provider.profile = text_or_null(entry->file.profile);
        provider.library = entry->file.path;
        provider.progid = text_or_null(entry->file.progid);
        provider.name = text_or_null(entry->file.name);
    }
    judge(set, entry, &reasons, &provider);
    tell(visit, &provider);
    free(reasons.failure);
}

HRESULT scardssp_profiles(void) {
    return vendorprofiles_refresh();
}

HRESULT scardssp_providers(scardssp_provider_visitor visitor, void *user) {
    if (!visitor)
        return E_POINTER;
    struct visit visit = {.visitor = visitor, .user = user};
    struct provider_set *set = providers_current();
    if (!set)
        return E_OUTOFMEMORY;
    const HRESULT hr = visit_own(&visit);
    for (size_t i = 0; SUCCEEDED(hr) && i < set->count && !visit.done; ++i)
        visit_entry(&visit, set, &set->entries[i]);
    providerscan_release(set);
    return hr;
}
