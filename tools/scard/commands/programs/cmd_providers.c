/*
 * scard providers: the classes and profiles of cards there are, where they come from, and which files bring
 * none. In the table of main.c.
 */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "commands/programs/providers_words.h"
#include "scardssp.h"
#include "scardssp_provider.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "terminal/text.h"

/* What the visits share. */
struct listing {
    struct json *json; /* NULL: text */
    bool try_out;      /* libraries are loaded */
    size_t unusable;
};

/* A provider as it is shown: after a try there may be more to say than the library does. */
struct verdict {
    const char *state;
    const char *reason;
};

/* Asks the library of a class for its factory. */
static HRESULT try_class(const char *clsid_text) {
    CLSID clsid;
    IUnknown *factory = NULL;
    wchar_t *wide = text_to_wide(clsid_text);
    if (!wide)
        return E_OUTOFMEMORY;
    HRESULT hr = CLSIDFromString(wide, &clsid);
    free(wide);
    if (SUCCEEDED(hr))
        hr = CoGetClassObject(&clsid, CLSCTX_INPROC_SERVER, NULL, &IID_IClassFactory, (void **)&factory);
    if (factory)
        factory->lpVtbl->Release(factory);
    return hr;
}

/* A profile of cards says what is wrong with it by itself, once it was loaded. */
static bool is_to_try(const struct scardssp_provider *provider) {
    return provider->file && provider->clsid && provider->state == SCARDSSP_PROVIDER_USED;
}

static int try_provider(void *user, const struct scardssp_provider *provider) {
    (void)user;
    if (is_to_try(provider))
        (void)try_class(provider->clsid); /* what comes of it, the next visit tells */
    return 0;
}

static struct verdict judge(const struct listing *listing, const struct scardssp_provider *provider) {
    static const char *const states[] = {"used", "hidden", "refused", "failed"};
    if (listing->try_out && is_to_try(provider)) {
        const HRESULT hr = try_class(provider->clsid);
        if (FAILED(hr))
            return (struct verdict){states[SCARDSSP_PROVIDER_FAILED], failure_name(hr)};
    }
    return (struct verdict){states[provider->state], provider->reason};
}

static void print_detail(const char *text) {
    if (text) {
        printf("         ");
        text_print(stdout, text);
        putchar('\n');
    }
}

static void print_provider(const struct scardssp_provider *provider, const struct verdict *verdict) {
    if (provider->profile)
        printf("%-7s  profile %s", verdict->state, provider->profile);
    else
        printf("%-7s  %s", verdict->state, provider->clsid ? provider->clsid : "no class");
    if (provider->progid)
        printf("  %s", provider->progid);
    putchar('\n');
    if (provider->file) {
        print_detail(provider->name);
        print_detail(provider->file);
        print_detail(provider->library);
        print_detail(verdict->reason);
    }
}

static void write_provider(struct json *json, const struct scardssp_provider *provider,
                           const struct verdict *verdict) {
    json_object(json, NULL);
    json_text(json, "state", verdict->state);
    json_text(json, "clsid", provider->clsid);
    json_text(json, "progid", provider->progid);
    json_text(json, "name", provider->name);
    json_text(json, "file", provider->file);
    json_text(json, "library", provider->library);
    json_text(json, "reason", verdict->reason);
    json_text(json, "profile", provider->profile);
    json_end(json, '}');
}

static int show_provider(void *user, const struct scardssp_provider *provider) {
    struct listing *listing = user;
    const struct verdict verdict = judge(listing, provider);
    if (listing->json)
        write_provider(listing->json, provider, &verdict);
    else
        print_provider(provider, &verdict);
    if (verdict.state[0] == 'r' || verdict.state[0] == 'f')
        ++listing->unusable;
    return 0;
}

static int list(struct listing *listing) {
    HRESULT hr = listing->try_out ? scardssp_providers(try_provider, NULL) : S_OK;
    if (SUCCEEDED(hr) && listing->try_out)
        hr = scardssp_profiles();
    if (listing->json) {
        json_object(listing->json, NULL);
        json_array(listing->json, "classes");
    }
    if (SUCCEEDED(hr))
        hr = scardssp_providers(show_provider, listing);
    if (listing->json) {
        json_end(listing->json, ']');
        json_end(listing->json, '}');
    }
    if (FAILED(hr))
        return failure(hr, NULL, "cannot list the classes");
    if (listing->unusable)
        return failure_plain("the reason stands with each", "%s: %zu", providers_unusable, listing->unusable);
    return EXIT_GOOD;
}

struct providers_settings {
    bool try_out;
    bool json;
};

static int run(const struct invocation *invocation) {
    const struct providers_settings *settings = invocation->settings;
    struct json json = {.file = stdout};
    struct listing listing = {.json = settings->json ? &json : NULL, .try_out = settings->try_out};
    return list(&listing);
}

static const struct providers_settings defaults = {.json = false};

static const struct option_row options[] = {
    {.name = "try",
     .letter = 't',
     .help = "loads each library, and asks it for the class or the profile",
     VALUE_AT(struct providers_settings, try_out)},
    JSON_OPTION(struct providers_settings),
    {0}};

const struct command cmd_providers = {
    .name = "scard providers",
    .line = "classes, vendors' profiles of cards, and files that bring none",
    .summary = providers_summary,
    .options = options,
    .notes = providers_notes,
    .examples = "  scard providers           which there are, nothing is loaded\n"
                "  scard providers --try     whether they work\n",
    SETTINGS(defaults),
    .run = run};
